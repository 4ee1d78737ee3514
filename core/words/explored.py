"""The explorer's sentences, with nodes called as the labs call them, and its bounds in words."""

from collections.abc import Mapping
from typing import Final

from core.words.names import lower_first, with_node_names
from nodes.explorer.questions import setup_of
from nodes.explorer.records import Record

MOST_STATES: Final = "most_states"
BOUND_LABELS: Final = {
    "ues": "UEs",
    "mmes": "MMEs",
    "application_servers": "Application servers",
    "attaches": "Attaches of each UE",
    "reauthentications": "Re-authentications",
    "reallocations": "GUTI reallocations",
    "detaches": "Detaches",
    "accesses": "Accesses",
    "tracking_area_updates": "Tracking area updates",
    "releases": "Releases of a connection",
    "power_cycles": "Power cycles",
    "restarts": "Restarts of HSS, MME, SCEF",
    "sessions": "Openings of a session",
    "key_requests": "Further key requests",
    "readings": "Readings of the UE",
    "commands": "Commands of the AS",
    "faults": "Faults of the network",
    "lost_pushes": "Pushes that never arrive",
    MOST_STATES: "States at most",
}


def explanation(record: Record) -> str:
    """Why a cell has the verdict that it has."""
    return with_node_names(setup_of(record.question), record.explanation)


def bounds_words(bounds: Mapping[str, int]) -> str:
    """Say each of some bounds, those of 0 too: what never happened may hide a failure."""
    named = {lower_first(BOUND_LABELS[name]): amount for name, amount in bounds.items()}
    some = [f"{label} {amount:,}" for label, amount in named.items() if amount]
    none = [f"no {label}" for label, amount in named.items() if not amount]
    return ", ".join(some + none)
