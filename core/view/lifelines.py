"""Which nodes have a lifeline."""

from core.view.scene import Scene
from nodes.protocol.options import HSS, SCEF, THIRD_PARTY


def lifeline_nodes(scene: Scene) -> tuple[str, ...]:
    """Name the nodes of the lifelines from left to right; others than the chosen ones only while they take part."""
    moment = scene.moment
    taking_part = {name for _, events in scene.told for event in events for name in (event.node, event.peer)}
    mmes = (name for name in moment.setup.mme_names if name == moment.shown_mme or name in taking_part)
    third = (THIRD_PARTY,) if THIRD_PARTY in taking_part else ()
    return (*moment.shown_ues, *mmes, HSS, SCEF, *third, moment.shown_as)
