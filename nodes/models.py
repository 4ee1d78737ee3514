"""Rows of a lab. Octets are lower-case hex and enumerations their values, as in `protocol.plain`.

Columns hold what people look for; `rest` holds the other fields of the same value, so nothing is stored twice.
Only `store` writes these rows.
"""

from django.db import models


class Lab(models.Model):
    """A lab: its options and seed, the step it is at, and how it runs."""

    key = models.CharField(max_length=22, unique=True, help_text="Names the lab; whoever knows it may watch.")
    drive_hash = models.CharField(max_length=64, help_text="SHA-256 of the drive key; the key itself is not stored.")
    title = models.CharField(max_length=80)
    solution = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    setup = models.JSONField(help_text="Options and how many nodes of each kind.")
    step = models.PositiveIntegerField(default=0)
    resets = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0, help_text="Grows with everything that a page shows.")
    messages = models.PositiveIntegerField(default=0)
    ordinals = models.PositiveIntegerField(default=0)
    held = models.JSONField(default=list, help_text="Links that are held: [source, destination].")
    armed = models.JSONField(default=list, help_text="Links that are armed: [source, destination, fault].")
    observation = models.JSONField(
        default=dict, help_text="What the properties need beyond the world, and what is broken."
    )
    model = models.PositiveIntegerField(help_text="Version of the protocol model that the rows are of.")
    lab_seconds = models.PositiveBigIntegerField(default=0)
    pace = models.PositiveIntegerField(null=True, default=0, help_text="Milliseconds per step; empty: by hand.")
    next_due = models.DateTimeField(null=True, help_text="When a paced lab may take its next step.")
    trace_steps = models.PositiveIntegerField(
        null=True, help_text="Steps that the lab has once its trace is followed; empty: none is being followed."
    )
    shown_ues = models.JSONField(default=list)
    shown_mme = models.CharField(max_length=16, default="mme-1")
    shown_as = models.CharField(max_length=16, default="as-1")
    scenario = models.CharField(max_length=80, blank=True, default="", help_text="The scenario that the lab plays.")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="forks")
    forked_at = models.PositiveIntegerField(null=True, help_text="The step of the parent that this lab began from.")
    created = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        ordering = ("-used",)

    def __str__(self) -> str:
        return f"{self.title} ({self.key[:6]})"


class Row(models.Model):
    """A row of one lab."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="%(class)s_rows")

    class Meta:
        abstract = True


class Node(Row):
    """What an MME, the HSS, the SCEF, an AS or the third-party server holds beside its rows."""

    name = models.CharField(max_length=16)
    kind = models.CharField(max_length=32)
    rest = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lab", "name"), name="one_node"),)

    def __str__(self) -> str:
        return self.name


class UE(Row):
    """A UE with its USIM."""

    name = models.CharField(max_length=16)
    imsi = models.CharField("IMSI", max_length=15, db_index=True)
    phase = models.CharField(max_length=48)
    mme = models.CharField("MME", max_length=16, null=True)  # noqa: DJ001 - None is "not known yet", never "".
    guti = models.CharField("GUTI", max_length=20, null=True, db_index=True)  # noqa: DJ001 - as above.
    rest = models.JSONField()

    class Meta:
        verbose_name = "UE"
        verbose_name_plural = "UEs"
        constraints = (models.UniqueConstraint(fields=("lab", "name"), name="one_ue"),)

    def __str__(self) -> str:
        return f"{self.name} {self.imsi}"


class Subscriber(Row):
    """A subscription at the HSS."""

    imsi = models.CharField("IMSI", max_length=15, db_index=True)
    sqn = models.BigIntegerField("SQN")
    amf = models.CharField("AMF", max_length=4)
    is_provisioned = models.BooleanField()
    rest = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lab", "imsi"), name="one_subscriber"),)

    def __str__(self) -> str:
        return self.imsi


class UEContext(Row):
    """An MME's context of a UE."""

    node = models.CharField("MME", max_length=16)
    imsi = models.CharField("IMSI", max_length=15, db_index=True)
    ue = models.CharField("UE", max_length=16)
    guti = models.CharField("GUTI", max_length=20, db_index=True)
    old_guti = models.CharField("old GUTI", max_length=20, null=True)  # noqa: DJ001 - None is "there is none".
    registered = models.BooleanField()
    ks = models.CharField("stored Ks", max_length=64, null=True)  # noqa: DJ001 - as above.
    accesses = models.PositiveIntegerField()
    rest = models.JSONField()

    class Meta:
        verbose_name = "UE context"
        constraints = (models.UniqueConstraint(fields=("lab", "node", "imsi"), name="one_context"),)

    def __str__(self) -> str:
        return f"{self.imsi} at {self.node}"


class AuthenticationVector(Row):
    """An AV: as issued by the HSS, and as an MME holds it, with its status there."""

    owner = models.CharField(max_length=16)
    imsi = models.CharField("IMSI", max_length=15, db_index=True)
    ordinal = models.PositiveIntegerField()
    rand = models.CharField("RAND", max_length=32, db_index=True)
    k_asme = models.CharField("K_ASME", max_length=64)
    autn = models.CharField("AUTN", max_length=32, blank=True)
    xres = models.CharField("XRES", max_length=64, blank=True)
    status = models.CharField(max_length=16, default="issued")
    sqn = models.BigIntegerField("SQN", null=True)

    class Meta:
        verbose_name = "authentication vector"
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=("lab", "owner", "imsi", "rand"), name="one_vector"),)

    def __str__(self) -> str:
        return f"AV {self.rand[:8]}… at {self.owner}: {self.status}"


class MMECounters(Row):
    """What an MME counts per IMSI for ever."""

    node = models.CharField("MME", max_length=16)
    imsi = models.CharField("IMSI", max_length=15)
    m_tmsis = models.PositiveIntegerField("M-TMSIs")
    pushes = models.PositiveIntegerField()
    requests = models.PositiveIntegerField()
    order = models.JSONField("order of the last push", null=True)

    class Meta:
        verbose_name_plural = "MME counters"
        constraints = (models.UniqueConstraint(fields=("lab", "node", "imsi"), name="one_counters"),)

    def __str__(self) -> str:
        return f"{self.imsi} at {self.node}"


class SCEFRecord(Row):
    """Solution 12: what the SCEF knows of an IMSI."""

    imsi = models.CharField("IMSI", max_length=15, db_index=True)
    active = models.CharField("ACTIVE RAND", max_length=32, null=True)  # noqa: DJ001 - None is "there is none".
    parked = models.CharField("parked RAND", max_length=32, null=True)  # noqa: DJ001 - as above.
    gutis = models.JSONField("GUTIs")
    order = models.JSONField("order of the last push", null=True)
    confirmed = models.JSONField("confirmed names", default=list)

    class Meta:
        verbose_name = "SCEF record"
        constraints = (models.UniqueConstraint(fields=("lab", "imsi"), name="one_record"),)

    def __str__(self) -> str:
        return self.imsi


class SCEFKey(Row):
    """Solution 12: one (RAND, Ks) pair. ACTIVE is the one that its record names."""

    imsi = models.CharField("IMSI", max_length=15, db_index=True)
    ordinal = models.PositiveIntegerField()
    rand = models.CharField("RAND", max_length=32, db_index=True)
    ks = models.CharField("Ks", max_length=64)

    class Meta:
        verbose_name = "SCEF key"
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=("lab", "imsi", "rand"), name="one_key"),)

    def __str__(self) -> str:
        return f"Ks of RAND {self.rand[:8]}…"


class ASSession(Row):
    """An AS's session with a UE."""

    node = models.CharField("AS", max_length=16)
    ue = models.CharField("UE", max_length=16)
    number = models.PositiveIntegerField()
    ks = models.CharField("Ks", max_length=64, null=True)  # noqa: DJ001 - None is "not known yet".
    key_guti = models.CharField("GUTI asked with", max_length=20, null=True)  # noqa: DJ001 - as above.
    last_result = models.CharField(max_length=16, null=True)  # noqa: DJ001 - as above.
    rest = models.JSONField()

    class Meta:
        verbose_name = "AS session"
        constraints = (models.UniqueConstraint(fields=("lab", "node", "ue"), name="one_session"),)

    def __str__(self) -> str:
        return f"session {self.number} of {self.ue} with {self.node}"


class Timer(Row):
    """A timer that runs."""

    node = models.CharField(max_length=16)
    name = models.CharField(max_length=24)
    subject = models.CharField(max_length=48)
    remaining = models.PositiveIntegerField(help_text="Lab seconds.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lab", "node", "name", "subject"), name="one_timer"),)

    def __str__(self) -> str:
        return f"{self.name} at {self.node}"


class Message(Row):
    """A message, or a copy of one. In flight while it is not settled."""

    number = models.PositiveIntegerField()
    copy = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField()
    source = models.CharField(max_length=16)
    destination = models.CharField(max_length=16)
    type = models.CharField(max_length=48)
    body = models.JSONField()
    sent_step = models.PositiveIntegerField()
    settled_step = models.PositiveIntegerField(null=True, db_index=True)
    fate = models.CharField(max_length=16, default="in flight")

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=("lab", "ordinal"), name="one_message"),)

    def __str__(self) -> str:
        return f"#{self.number} {self.type}"


class Step(Row):
    """One step of the log, append-only: what was done, what happened, what it changed."""

    number = models.PositiveIntegerField()
    action = models.JSONField()
    events = models.JSONField()
    changes = models.JSONField()
    procedure = models.CharField(max_length=32, blank=True)
    tag = models.CharField(max_length=8, blank=True)
    taken = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("lab", "number"), name="one_step"),)

    def __str__(self) -> str:
        return f"step {self.number}"


class VerdictChange(Row):
    """A verdict on a UE and an AS that a step changed. Its word stands since the last step that has a new word."""

    ue = models.CharField("UE", max_length=16)
    application_server = models.CharField("AS", max_length=16)
    step = models.PositiveIntegerField()
    has_new_word = models.BooleanField("new word", help_text="Whether the word is another than before.")
    word = models.CharField(max_length=16)
    summary = models.JSONField()

    class Meta:
        ordering = ("step",)
        constraints = (models.UniqueConstraint(fields=("lab", "ue", "application_server", "step"), name="one_verdict"),)

    def __str__(self) -> str:
        return f"{self.word} at step {self.step}"


class Checkpoint(Row):
    """A world of the log and its observation, so that what is past need not be replayed from the first step."""

    step = models.PositiveIntegerField()
    world = models.BinaryField(help_text="All of the world as plain JSON, compressed with zlib.")
    observation = models.BinaryField(help_text="As the world.")

    class Meta:
        ordering = ("step",)
        constraints = (models.UniqueConstraint(fields=("lab", "step"), name="one_checkpoint"),)

    def __str__(self) -> str:
        return f"checkpoint of step {self.step}"


class TraceRest(Row):
    """What is left of the trace that a lab follows. The last of these actions are still to be taken."""

    content = models.BinaryField(help_text="Actions, model and result as plain JSON, compressed with zlib.")

    class Meta:
        verbose_name = "rest of a trace"
        verbose_name_plural = "rests of traces"
        constraints = (models.UniqueConstraint(fields=("lab",), name="one_trace_rest"),)

    def __str__(self) -> str:
        return f"rest of a trace of {self.lab.trace_steps} steps"
