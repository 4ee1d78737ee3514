"""The commands that a search gives, each with the bound that it is counted against."""

from collections.abc import Iterator

from nodes.explorer.reduction import Pairs, Reduction
from nodes.protocol.messages import commands
from nodes.protocol.options import HSS, SCEF, Setup
from nodes.protocol.world.actions import Command, Restart
from nodes.protocol.world.genesis import imsi_of

Counted = tuple[str, Command | Restart]
"""The name of the budget, and the action."""


def commands_of(setup: Setup, reduction: Reduction) -> tuple[Counted, ...]:
    """Every command to every node of a lab, of UEs the first ones that a search needs, and those about them.

    The AS asks by the newest GUTI that it learned, and by each older one.
    """
    older = range(reduction.bounds.sessions - 1)
    return tuple(
        each
        for ue in setup.ue_names[: reduction.bounds.ues]
        for each in (*_to_ue(setup, ue), *_to_mmes(setup, ue), *_application_leg(setup, ue, reduction.pairs, older))
    ) + tuple(("restarts", Restart(name)) for name in (HSS, SCEF, *setup.mme_names))


def _to_ue(setup: Setup, ue: str) -> Iterator[Counted]:
    for mme in setup.mme_names:
        yield f"attaches {ue}", Command(ue, commands.Attach(mme))
        yield "tracking_area_updates", Command(ue, commands.UpdateTrackingArea(mme))
    yield "detaches", Command(ue, commands.Detach())
    yield "accesses", Command(ue, commands.Access())
    yield "power_cycles", Command(ue, commands.PowerCycle())


def _to_mmes(setup: Setup, ue: str) -> Iterator[Counted]:
    for mme in setup.mme_names:
        yield "reauthentications", Command(mme, commands.Reauthenticate(imsi_of(ue)))
        yield "reallocations", Command(mme, commands.ReallocateGUTI(imsi_of(ue)))
        yield "releases", Command(mme, commands.ReleaseConnection(imsi_of(ue)))


def _application_leg(setup: Setup, ue: str, pairs: Pairs, older: range) -> Iterator[Counted]:
    for server in (each for each in setup.application_server_names if (ue, each) in pairs):
        yield f"sessions {ue} {server}", Command(ue, commands.OpenApplicationSession(server))
        yield "readings", Command(ue, commands.SendReading(server))
        yield "key_requests", Command(server, commands.AskForKey(ue))
        for index in older:
            yield "key_requests", Command(server, commands.AskForKey(ue, guti_index=index))
        yield "commands", Command(server, commands.SendCommand(ue))
