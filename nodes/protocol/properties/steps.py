"""What a step tells: P2 to P4, P2n and P3n, whether P6 and P8 were put to the test, and how the history grows."""

from collections.abc import Iterable

from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.properties.catalogue import Witness
from nodes.protocol.properties.catch_up import note_behind
from nodes.protocol.properties.delivery import watch_delivery, with_requests
from nodes.protocol.properties.history import forget_what_is_over, with_history
from nodes.protocol.properties.monitor import Monitor, Observed, with_witness
from nodes.protocol.properties.states import is_waiting
from nodes.protocol.properties.use import watch_use, with_alterations
from nodes.protocol.world.actions import Action
from nodes.protocol.world.events import Transition
from nodes.protocol.world.world import World, node_as


def observe(
    before: World, monitor: Monitor, action: Action, transition: Transition, touched: Iterable[str]
) -> Observed:
    """Look at a step: facts are those of the worlds before and after, and of the events.

    `touched` names the UEs that the step is about (`verdict.touched_ues`); no other one is looked at.
    """
    ues = [node_as(transition.world, name, UEState) for name in touched]
    delivery = watch_delivery(before, monitor, transition, ues)
    seen = delivery.then(watch_use(before, delivery.monitor, transition))
    grown = with_requests(seen.monitor, before, transition, ues)
    grown = with_alterations(grown, before, action, transition.events)
    grown = with_history(grown, before, transition, ues)
    seen = seen.then(forget_what_is_over(grown, transition.world, ues))
    seen = seen.then(note_behind(seen.monitor, transition.world, ues))
    if any(is_waiting(transition.world, ue) for ue in ues):
        return seen.then(Observed(with_witness(seen.monitor, Witness.WAITED)))
    return seen
