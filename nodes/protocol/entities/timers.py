"""Timers: how long they run, how often they expire before a procedure is abandoned, and who says so."""

from dataclasses import dataclass
from enum import Enum


class TimerName(Enum):
    """Supervision timers. The first group is 3GPP's; the second is this demonstrator's decision."""

    T3402 = "T3402"
    T3410 = "T3410"
    T3411 = "T3411"
    T3413 = "T3413"
    T3416 = "T3416"
    T3417 = "T3417"
    T3418 = "T3418"
    T3420 = "T3420"
    T3421 = "T3421"
    T3430 = "T3430"
    T3450 = "T3450"
    T3460 = "T3460"
    T3470 = "T3470"

    S6A = "S6a answer"
    LOCATION = "location answer"
    PUSH = "push answer"
    WITHDRAWAL = "withdrawal answer"
    S10 = "S10 answer"
    T6A = "T6a answer"
    NORTHBOUND = "northbound answer"
    GUTI_PERIOD = "GUTI period"


NAS_TIMERS = frozenset(name for name in TimerName if name.value.startswith("T34") and name is not TimerName.T3416)
"""Timers of UE and MME whose expiry makes that end act. T3416 only has the UE forget a RAND and its RES."""
WAITING_TIMERS = frozenset({TimerName.T3402, TimerName.T3411})
"""Timers that supervise nothing: the UE waits for them before it tries again."""


@dataclass(frozen=True, slots=True)
class TimerRule:
    """`seconds` of lab time; on expiry number `limit` the procedure is abandoned; `source` says who says so."""

    seconds: int
    limit: int
    source: str


_NAS = "TS 24.301 §10.2"
_OURS = "not defined by 3GPP; this demonstrator's decision"

RULES = {
    TimerName.T3402: TimerRule(12 * 60, 1, _NAS),
    TimerName.T3410: TimerRule(15, 5, _NAS),
    TimerName.T3411: TimerRule(10, 1, _NAS),
    # "Network dependent" in the table; seconds and tries are ours.
    TimerName.T3413: TimerRule(10, 4, _OURS),
    TimerName.T3416: TimerRule(30, 1, _NAS),
    TimerName.T3417: TimerRule(5, 1, _NAS),
    TimerName.T3418: TimerRule(20, 1, _NAS),
    TimerName.T3420: TimerRule(15, 1, _NAS),
    TimerName.T3421: TimerRule(15, 5, _NAS),
    TimerName.T3430: TimerRule(15, 5, _NAS),
    TimerName.T3450: TimerRule(6, 5, _NAS),
    TimerName.T3460: TimerRule(6, 5, _NAS),
    TimerName.T3470: TimerRule(6, 5, _NAS),
    TimerName.S6A: TimerRule(10, 3, _OURS),
    TimerName.LOCATION: TimerRule(10, 3, _OURS),
    # "repeated on time-out (at most 4 times)": the fifth expiry ends an MME push.
    TimerName.PUSH: TimerRule(10, 5, _OURS),
    TimerName.WITHDRAWAL: TimerRule(10, 5, _OURS),
    TimerName.S10: TimerRule(5, 3, _OURS),
    TimerName.T6A: TimerRule(5, 1, _OURS),
    TimerName.NORTHBOUND: TimerRule(15, 2, _OURS),
    TimerName.GUTI_PERIOD: TimerRule(60, 1, _OURS),
}
