"""Which nodes have a lifeline."""

from core.lab.scene import Scene
from nodes.protocol.entities.mme.state import MMEState, context_of, is_arriving
from nodes.protocol.options import HSS, SCEF, THIRD_PARTY
from nodes.protocol.world.world import node_as


def lifeline_nodes(scene: Scene) -> tuple[str, ...]:
    """Name the nodes of the lifelines from left to right; others than the chosen ones only while they take part."""
    taking_part = {name for _, events in scene.shown_steps for event in events for name in (event.node, event.peer)}
    third = (THIRD_PARTY,) if THIRD_PARTY in taking_part else ()
    return (*scene.moment.shown_ues, *_mmes(scene, taking_part), HSS, SCEF, *third, scene.moment.shown_as)


def _mmes(scene: Scene, taking_part: set[str]) -> tuple[str, ...]:
    """The chosen MME, those that take part in what is told, and those that know a shown UE or are known to it."""
    chosen = scene.moment.shown_mme
    return tuple(
        name
        for name in scene.moment.setup.mme_names
        if name == chosen or name in taking_part or _knows_shown_ue(scene, name)
    )


def _knows_shown_ue(scene: Scene, name: str) -> bool:
    mme = node_as(scene.world, name, MMEState)
    return any(ue.mme == name or context_of(mme, ue.imsi) is not None or is_arriving(mme, ue.name) for ue in scene.ues)
