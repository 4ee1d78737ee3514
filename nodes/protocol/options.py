"""What a lab is set up with, and the names of its nodes."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum


class Solution(IntEnum):
    """The two solutions of TR 33.863 that the contribution speaks of."""

    PULL = 11
    PUSH = 12


class ActiveWhen(Enum):
    """When the MME counts an AV as active; the UE switches at SECURITY MODE COMMAND in either case."""

    SECURITY_MODE_COMPLETE = "security-mode-complete"
    RES_VERIFIED = "res-verified"


class AfterAbandonedSMC(Enum):
    """What an MME does with the new security context of a security mode control that it has abandoned."""

    FORGET = "forget"
    KEEP = "keep"


class AttachAuthenticates(Enum):
    """Whether an ATTACH REQUEST whose MAC is verified leads to an authentication (TS 24.301 §4.4.2.3)."""

    ALWAYS = "always"
    ONLY_IF_NOT_VERIFIED = "only-if-not-verified"


class MTMSIReuse(Enum):
    """How the MME chooses an M-TMSI."""

    NEVER = "never"
    LOWEST_FREE = "lowest-free"


class Algorithm(Enum):
    """The algorithm set of the lab's USIMs."""

    MILENAGE = "milenage"
    TUAK = "tuak"


MOST_VECTORS = 5  # "Number-Of-Requested-Vectors … at most 5" is the common reading of TS 29.272 §7.3.14.
MOST_ACCESSES = 1000
MOST_MINUTES = 31 * 60


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a lab, constant over its life. Zero accesses or minutes: no reallocation of that kind."""

    solution: Solution = Solution.PUSH
    active_when: ActiveWhen = ActiveWhen.SECURITY_MODE_COMPLETE
    vectors_per_request: int = 3
    store_ks: bool = False
    reallocate_every_accesses: int = 0
    reallocate_every_minutes: int = 0
    m_tmsi_reuse: MTMSIReuse = MTMSIReuse.NEVER
    algorithm: Algorithm = Algorithm.MILENAGE
    after_abandoned_smc: AfterAbandonedSMC = AfterAbandonedSMC.FORGET
    attach_authenticates: AttachAuthenticates = AttachAuthenticates.ALWAYS
    ue_notices_failure: bool = False
    context_carries_rand: bool = False
    named_key: bool = False
    ordered_push: bool = False
    withdraw_guti: bool = False
    # As `CAME_LATER` of `plain.conversion` says: that module is built on this one.
    settle_key: bool = field(default=False, metadata={"plain": "later"})

    def __post_init__(self) -> None:
        if not 1 <= self.vectors_per_request <= MOST_VECTORS:
            raise ValueError(f"vectors_per_request is 1 to {MOST_VECTORS}, got {self.vectors_per_request}")
        if not 0 <= self.reallocate_every_accesses <= MOST_ACCESSES:
            raise ValueError(f"reallocate_every_accesses is 0 to {MOST_ACCESSES}, got {self.reallocate_every_accesses}")
        if not 0 <= self.reallocate_every_minutes <= MOST_MINUTES:
            raise ValueError(f"reallocate_every_minutes is 0 to {MOST_MINUTES}, got {self.reallocate_every_minutes}")


MOST_SEED = 64
MOST_UES = 1000
MOST_MMES = 4
MOST_APPLICATION_SERVERS = 4


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything from which a lab's first world follows: options, seed and how many of each node."""

    seed: str
    options: Options = field(default_factory=Options)
    ues: int = 1
    mmes: int = 1
    application_servers: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.seed) <= MOST_SEED:
            raise ValueError(f"seed is 1 to {MOST_SEED} characters, got {len(self.seed)}")
        for name, most in (
            ("ues", MOST_UES),
            ("mmes", MOST_MMES),
            ("application_servers", MOST_APPLICATION_SERVERS),
        ):
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"{name} is 1 to {most}, got {getattr(self, name)}")

    @property
    def ue_names(self) -> tuple[str, ...]:
        return tuple(f"ue-{index}" for index in range(1, self.ues + 1))

    @property
    def mme_names(self) -> tuple[str, ...]:
        return tuple(f"mme-{index}" for index in range(1, self.mmes + 1))

    @property
    def application_server_names(self) -> tuple[str, ...]:
        return tuple(f"as-{index}" for index in range(1, self.application_servers + 1))


REPAIRS = ("named_key", "ordered_push", "withdraw_guti", "settle_key")
"""The options that mend something; none of them is defined by 3GPP."""

HSS = "hss"
SCEF = "scef"
THIRD_PARTY = "third-party"
