"""Rows of stored explorations: a run, its searches, and the cells of the matrix that each search answers.

Only `services` and `queue` write these rows.
"""

from django.db import models

from nodes.explorer.answers import Answer, Verdict
from nodes.explorer.questions import Question
from nodes.explorer.records import Record
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.properties.catalogue import Witness


class State(models.TextChoices):
    """Where a search stands. A waiting or running one is open."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = (State.WAITING, State.RUNNING)


class Run(models.Model):
    """What somebody asked the explorer in one go."""

    key = models.CharField(max_length=22, unique=True, help_text="Names the run in its address.")
    title = models.CharField(max_length=200)
    command = models.TextField(help_text="The command line that asks the same.")
    with_repairs = models.BooleanField(default=False, help_text="Whether it looks for what mends violated cells.")
    browser = models.CharField(max_length=64, blank=True, default="", help_text="Hash: who started it, and may end it.")
    address = models.CharField(
        max_length=64, blank=True, default="", db_index=True, help_text="Hash: the network address it was started from."
    )
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ("-created", "-pk")

    def __str__(self) -> str:
        return self.title


class Search(models.Model):
    """A search that answers its cells together; one task of the worker."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="searches")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING, db_index=True)
    task = models.UUIDField(null=True, help_text="The task that is to do it, or does it.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker has taken it.")
    worker = models.CharField(max_length=64, blank=True, default="")
    started = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True, help_text="When its worker last said how far it is.")
    ended = models.DateTimeField(null=True)
    states = models.PositiveBigIntegerField(default=0, help_text="States found.")
    rate = models.PositiveIntegerField(default=0, help_text="States done with in a second.")
    depth = models.PositiveIntegerField(default=0, help_text="Steps from the start that it is at.")
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "searches"

    def __str__(self) -> str:
        return f"search {self.pk}, {self.state}"


class Cell(models.Model):
    """A question of a search, and its answer once it is known."""

    search = models.ForeignKey(Search, on_delete=models.CASCADE, related_name="cells")
    name = models.CharField(max_length=120, db_index=True, help_text="Names the question; equal ones are equal.")
    property = models.CharField(max_length=4)
    solution = models.PositiveSmallIntegerField()
    network = models.CharField(max_length=8)
    active_when = models.CharField(max_length=24)
    repairs = models.CharField(max_length=60, blank=True, default="")
    question = models.JSONField()
    verdict = models.CharField(max_length=10, blank=True, default="", help_text="Empty: not answered.")
    states = models.PositiveBigIntegerField(default=0)
    depth = models.PositiveIntegerField(default=0)
    explanation = models.TextField(blank=True, default="")
    trace = models.TextField(blank=True, default="", help_text="The shortest counterexample as a trace file.")
    witnesses = models.JSONField(default=list)
    vacuous = models.BooleanField(default=False)
    model = models.PositiveIntegerField(default=0, help_text="Version of the protocol model that was explored.")
    answered = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    def asked(self) -> Question:
        """The question.

        Raises:
            PlainError: it is of a version that asked otherwise.
        """
        return from_plain(Question, self.question)

    def answer(self) -> Answer:
        """The answer without its trace, which is long to read; the cell is answered."""
        record = self.record()
        return Answer(record.question, record.verdict, record.states, record.depth, record.explanation)

    def record(self) -> Record:
        """The answer as the pages show it; the cell is answered.

        Raises:
            PlainError: as `asked`.
        """
        return Record(
            self.asked(),
            Verdict(self.verdict),
            self.states,
            self.depth,
            self.explanation,
            "" if self.answered is None else self.answered.date().isoformat(),
            self.trace,
            tuple(Witness(each) for each in self.witnesses),
            self.vacuous,
            self.model,
        )
