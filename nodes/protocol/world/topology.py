"""Which nodes talk to each other, and over which reference point. A link has a direction; this holds for both."""

from typing import Final

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.hss.state import HSSState
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.scef.state import SCEFState
from nodes.protocol.entities.third_party import ThirdPartyState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.options import HSS, SCEF, THIRD_PARTY, Solution
from nodes.protocol.world.world import World, node

_PAIRS: Final = frozenset(
    {
        frozenset({UEState, MMEState}),
        frozenset({MMEState}),
        frozenset({MMEState, HSSState}),
        frozenset({MMEState, SCEFState}),
        frozenset({SCEFState, ApplicationServerState}),
        frozenset({SCEFState, ThirdPartyState}),
        frozenset({ApplicationServerState, ThirdPartyState}),
        frozenset({UEState, ApplicationServerState}),
    }
)


def are_linked(world: World, source: str, destination: str) -> bool:
    """Whether one of them ever sends to the other; only solution 12 has a push from HSS to SCEF.

    Raises:
        NoSuchAction: the world has no node of one of the names.
    """
    nodes = (node(world, source), node(world, destination))
    for one in nodes:
        if isinstance(one, HSSState) and any(isinstance(other, SCEFState) for other in nodes):
            return one.solution is Solution.PUSH
    return source != destination and frozenset(map(type, nodes)) in _PAIRS


_SINGLE: Final = frozenset({HSS, SCEF, THIRD_PARTY})
_REFERENCE_POINTS: Final = {
    frozenset({"ue", "mme"}): "S1-MME",
    frozenset({"mme"}): "S10",
    frozenset({"mme", HSS}): "S6a",
    frozenset({HSS, SCEF}): "S6t",
    frozenset({"mme", SCEF}): "T6a",
    # TR 33.863 is of Release 14; Release 15 calls it T8.
    frozenset({SCEF, "as"}): "northbound",
    frozenset({SCEF, THIRD_PARTY}): "northbound",
    frozenset({"as", THIRD_PARTY}): "northbound",
    frozenset({"ue", "as"}): "application",
}


def kind_of(name: str) -> str:
    """Tell the kind of a node by its name: ue, mme, as, hss, scef or third-party."""
    return name if name in _SINGLE else name.partition("-")[0]


def reference_point(source: str, destination: str) -> str:
    """The reference point between two nodes, or what this product calls it."""
    return _REFERENCE_POINTS[frozenset({kind_of(source), kind_of(destination)})]
