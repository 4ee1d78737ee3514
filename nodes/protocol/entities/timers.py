"""Timers: how long they run, how often they expire before a procedure is abandoned, and who says so."""

from dataclasses import dataclass
from enum import Enum


class TimerName(Enum):
    """Supervision timers. The first group is 3GPP's; the second is this demonstrator's decision."""

    T3410 = "T3410"
    T3417 = "T3417"
    T3421 = "T3421"
    T3430 = "T3430"
    T3450 = "T3450"
    T3460 = "T3460"
    T3470 = "T3470"

    S6A = "S6a answer"
    PUSH = "push answer"
    WITHDRAWAL = "withdrawal answer"
    S10 = "S10 answer"
    T6A = "T6a answer"
    NORTHBOUND = "northbound answer"
    GUTI_PERIOD = "GUTI period"


NAS_TIMERS = frozenset(name for name in TimerName if name.value.startswith("T34"))
"""Timers of UE and MME whose expiry makes that end act."""


@dataclass(frozen=True, slots=True)
class TimerRule:
    """`seconds` of lab time; on expiry number `limit` the procedure is abandoned; `source` says who says so."""

    seconds: int
    limit: int
    source: str


_NAS = "TS 24.301 §10.2"
_OURS = "not defined by 3GPP; this demonstrator's decision"

RULES = {
    TimerName.T3410: TimerRule(15, 5, _NAS),
    TimerName.T3417: TimerRule(5, 1, _NAS),
    TimerName.T3421: TimerRule(15, 5, _NAS),
    TimerName.T3430: TimerRule(15, 5, _NAS),
    TimerName.T3450: TimerRule(6, 5, _NAS),
    TimerName.T3460: TimerRule(6, 5, _NAS),
    TimerName.T3470: TimerRule(6, 5, _NAS),
    TimerName.S6A: TimerRule(10, 3, _OURS),
    # "repeated on time-out (at most 4 times)": the fifth expiry ends an MME push.
    TimerName.PUSH: TimerRule(10, 5, _OURS),
    TimerName.WITHDRAWAL: TimerRule(10, 5, _OURS),
    TimerName.S10: TimerRule(5, 3, _OURS),
    TimerName.T6A: TimerRule(5, 1, _OURS),
    TimerName.NORTHBOUND: TimerRule(15, 2, _OURS),
    TimerName.GUTI_PERIOD: TimerRule(60, 1, _OURS),
}
