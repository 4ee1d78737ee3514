"""What the explorer is asked: one cell of the verdict matrix, and the bounds within which it is explored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Options, Setup, Solution
from nodes.protocol.properties.catalogue import PropertyID

SEED = "explorer"


class Network(Enum):
    """What may happen besides delivery in order; one assumption at a time.

    In all but `COLLIDE` one NAS procedure runs for a UE at a time.
    """

    ORDERED = "ordered"
    COLLIDE = "collide"
    REORDER = "reorder"
    REPEAT = "repeat"
    LOSE = "lose"
    FAIL = "fail"


NETWORK_WORDS: Mapping[Network, str] = {
    Network.ORDERED: "reliable, and in order on each link",
    Network.COLLIDE: "the same, but a NAS procedure may begin while another one runs for the UE, as TS 24.301 has it",
    Network.REORDER: "a message may overtake an older one on its link",
    Network.REPEAT: "a message may come twice, the copy at any later time",
    Network.LOSE: "a message may be lost; its timer then repeats it",
    Network.FAIL: "a NAS message may be lost for good, and the procedure is abandoned",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much happens at most. Procedures are counted in a run over all UEs, but `attaches` for each UE.

    `sessions`: openings for each UE and AS; an opening asks for a key by itself. `key_requests`: what the AS asks
    beyond that, when told. `releases` are of the NAS signalling connection, by the MME, `restarts` of HSS, MME or SCEF.
    `readings` go to the AS, `commands` come from it. `faults`: what the network does wrong. `lost_pushes`: pushes
    to the SCEF that never arrive, whatever is done to repeat them, on any network. `most_states`: the memory bound; a
    search that reaches it is incomplete.
    """

    ues: int = 1
    mmes: int = 1
    application_servers: int = 1
    attaches: int = 1
    reauthentications: int = 2
    reallocations: int = 1
    detaches: int = 0
    accesses: int = 0
    tracking_area_updates: int = 0
    releases: int = 0
    power_cycles: int = 0
    restarts: int = 0
    sessions: int = 1
    key_requests: int = 1
    readings: int = 1
    commands: int = 1
    faults: int = 1
    lost_pushes: int = 0
    most_states: int = 1_000_000

    def __post_init__(self) -> None:
        for each in fields(self):
            least, most = LIMITS[each.name]
            if not least <= getattr(self, each.name) <= most:
                raise ValueError(f"{each.name} is {least} to {most}, got {getattr(self, each.name)}")


LIMITS: Mapping[str, tuple[int, int]] = {
    "ues": (1, 3),
    "mmes": (1, 2),
    "application_servers": (1, 2),
    "attaches": (1, 4),
    "reauthentications": (0, 6),
    "reallocations": (0, 6),
    "detaches": (0, 4),
    "accesses": (0, 4),
    "tracking_area_updates": (0, 4),
    "releases": (0, 4),
    "power_cycles": (0, 4),
    "restarts": (0, 3),
    "sessions": (0, 4),
    "key_requests": (0, 6),
    "readings": (0, 6),
    "commands": (0, 6),
    "faults": (0, 3),
    "lost_pushes": (0, 1),
    "most_states": (100, 50_000_000),
}
"""Least and most of each bound."""


@dataclass(frozen=True, slots=True)
class Question:
    """One cell: does this property hold in this solution, on this network, with these options and repairs?"""

    property: PropertyID
    solution: Solution
    network: Network = Network.ORDERED
    active_when: ActiveWhen = ActiveWhen.SECURITY_MODE_COMPLETE
    m_tmsi_reuse: MTMSIReuse = MTMSIReuse.NEVER
    repairs: tuple[str, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)

    def __post_init__(self) -> None:
        unknown = [each for each in self.repairs if each not in REPAIRS]
        if unknown:
            raise ValueError(f"no repair is named {unknown[0]!r}; there are {', '.join(REPAIRS)}")
        if list(self.repairs) != [each for each in REPAIRS if each in self.repairs]:
            raise ValueError(f"repairs are named once each and in the order {', '.join(REPAIRS)}")


def setup_of(question: Question) -> Setup:
    """The lab that is explored."""
    on: dict[str, Any] = dict.fromkeys(question.repairs, True)
    options = Options(question.solution, active_when=question.active_when, m_tmsi_reuse=question.m_tmsi_reuse, **on)
    bounds = question.bounds
    return Setup(SEED, options, bounds.ues, bounds.mmes, bounds.application_servers)
