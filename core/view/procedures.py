"""What can be started now: procedures of each shown UE, the HSS's operator, delivery, and what is shown."""

from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Final

from core.panels import Button, ProcedureGroup, Procedures
from core.view.buttons import command_button, do_button
from core.view.scene import Scene
from nodes.protocol import engine
from nodes.protocol.actions import Command
from nodes.protocol.application_server import ApplicationServerState
from nodes.protocol.genesis import EPS_AMF
from nodes.protocol.messages import commands
from nodes.protocol.octets import AMF
from nodes.protocol.options import HSS
from nodes.protocol.ue import UEState
from nodes.protocol.world import node

NO_SEPARATION_BIT: Final = AMF(bytes(2))
MOST_UES_OFFERED: Final = 8
_MOST_OLD_GUTIS: Final = 2
_PACES: Final = (
    (None, "By hand", "hand"),
    (0, "At once", "0"),
    (300, "0.3 s a step", "300"),
    (1000, "1 s a step", "1000"),
)


def procedures(scene: Scene) -> Procedures:
    """Give all groups; keys act on the first UE that is shown."""
    groups = [_of_ue(scene, ue, has_keys=index == 0) for index, ue in enumerate(scene.ues)]
    groups.append(_delivery(scene))
    show = tuple(_show(scene))
    if show:
        groups.append(ProcedureGroup(title="Show", buttons=show))
    groups += [_operator(scene, ue) for ue in scene.ues]
    groups.append(ProcedureGroup(title="Lab", buttons=(do_button("Reset the lab", "reset"),)))
    return Procedures(revision=scene.moment.revision, groups=tuple(groups))


class _UEButtons:
    """Makes the buttons of one UE; with one UE shown they have key hints."""

    def __init__(self, scene: Scene, ue: UEState, *, has_keys: bool) -> None:
        self.scene = scene
        self.ue = ue
        self.has_keys = has_keys

    def make(self, label: str, key: str, at: str, command: commands.NodeCommand) -> Button:
        about = f"for {self.scene.name(self.ue.name)}" if self.scene.has_several else ""
        hint = key if self.has_keys else ""
        return command_button(self.scene, label, Command(at, command), key_hint=hint, about=about)


def _of_ue(scene: Scene, ue: UEState, *, has_keys: bool) -> ProcedureGroup:
    maker = _UEButtons(scene, ue, has_keys=has_keys)
    buttons = chain(_network(scene, maker), _application(scene, maker), _ue_itself(maker))
    return ProcedureGroup(title=scene.name(ue.name), buttons=tuple(buttons))


def _network(scene: Scene, maker: _UEButtons) -> Iterator[Button]:
    ue, mmes = maker.ue, scene.moment.setup.mme_names
    chosen = scene.moment.shown_mme
    for name in sorted(mmes, key=lambda mme: mme != chosen):
        where = f" at {scene.name(name)}" if len(mmes) > 1 else ""
        yield maker.make(f"Attach{where}", "A" if name == chosen else "", ue.name, commands.Attach(name))
    mme = ue.mme or chosen
    yield maker.make("Re-authenticate", "R", mme, commands.Reauthenticate(ue.imsi))
    yield maker.make("Reallocate GUTI", "G", mme, commands.ReallocateGUTI(ue.imsi))
    yield maker.make("Access", "X", ue.name, commands.Access())


def _application(scene: Scene, maker: _UEButtons) -> Iterator[Button]:
    ue, names = maker.ue, scene.moment.setup.application_server_names
    server = scene.moment.shown_as
    for name in sorted(names, key=lambda each: each != server):
        where = f" with {scene.name(name)}" if len(names) > 1 else ""
        hint = "O" if name == server else ""
        yield maker.make(f"Open session{where}", hint, ue.name, commands.OpenApplicationSession(name))
    yield maker.make("AS asks for key", "K", server, commands.AskForKey(ue.name))
    for index in _old_gutis(scene, ue.name):
        yield maker.make(f"AS asks, GUTI {index + 1}", "", server, commands.AskForKey(ue.name, guti_index=index))
    through = commands.AskForKey(ue.name, through_third_party=True)
    yield maker.make("Third party asks", "T", server, through)
    yield maker.make("Send reading", "S", ue.name, commands.SendReading(server))
    yield maker.make("Send command", "C", server, commands.SendCommand(ue.name))


def _old_gutis(scene: Scene, ue: str) -> range:
    """Give the indexes of the last few GUTIs that the AS learned from a UE before the newest one."""
    server = node(scene.world, scene.moment.shown_as)
    session = server.session_of(ue) if isinstance(server, ApplicationServerState) else None
    count = 0 if session is None else len(session.gutis) - 1
    return range(max(count - _MOST_OLD_GUTIS, 0), max(count, 0))


def _ue_itself(maker: _UEButtons) -> Iterator[Button]:
    yield maker.make("Detach", "D", maker.ue.name, commands.Detach())
    yield maker.make("Power cycle", "P", maker.ue.name, commands.PowerCycle())


def _operator(scene: Scene, ue: UEState) -> ProcedureGroup:
    """Make what an operator does at the HSS; of two opposite commands the one that changes something."""
    subscriber = scene.subscriber(ue.imsi)
    if subscriber.amf == EPS_AMF:
        amf = ("AMF without separation bit", commands.SetAMF(ue.imsi, NO_SEPARATION_BIT))
    else:
        amf = ("AMF with separation bit", commands.SetAMF(ue.imsi, EPS_AMF))
    removal = "Remove subscription" if subscriber.is_provisioned else "Restore subscription"
    offered: tuple[tuple[str, commands.HSSCommand], ...] = (
        ("SQN back to 0 (old backup)", commands.SetSQN(ue.imsi, 0)),
        amf,
        (removal, commands.SetProvisioned(ue.imsi, provisioned=not subscriber.is_provisioned)),
    )
    name = f", {scene.name(ue.name)}" if scene.has_several else ""
    buttons = tuple(command_button(scene, label, Command(HSS, command)) for label, command in offered)
    return ProcedureGroup(title=f"HSS (operator){name}", buttons=buttons)


def _delivery(scene: Scene) -> ProcedureGroup:
    held = "all held" if scene.world.links else "nothing in flight"
    reason = held if engine.next_delivery(scene.world) is None else ""
    pace = scene.moment.pace
    paces = (do_button(label, f"pace:{value}", is_chosen=ms == pace) for ms, label, value in _PACES)
    return ProcedureGroup(
        title="Delivery",
        buttons=(
            do_button("Next message", "next", key_hint="N", reason=reason),
            do_button("Run to the end", "run", key_hint="E", reason=reason),
            *paces,
        ),
    )


def _show(scene: Scene) -> Iterator[Button]:
    """Offer the first UEs, pairs of neighbours among them, and other MMEs and ASs."""
    moment = scene.moment
    setup = moment.setup
    ues = setup.ue_names[:MOST_UES_OFFERED]
    pairs = tuple(pairwise(ues))
    choices = [(ue,) for ue in ues] + [pair for pair in pairs if setup.ues > 1]
    if setup.ues > 1:
        for choice in choices:
            label = " and ".join(scene.name(name) for name in choice)
            yield do_button(label, f"show:{','.join(choice)}", is_chosen=choice == moment.shown_ues)
    others = (
        (setup.mme_names, "show-mme", moment.shown_mme),
        (setup.application_server_names, "show-as", moment.shown_as),
    )
    for names, what, chosen in others:
        if len(names) > 1:
            for name in names:
                yield do_button(scene.name(name), f"{what}:{name}", is_chosen=name == chosen)
