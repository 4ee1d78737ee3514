"""What can be started now: procedures of each shown UE."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar, Final

from core.lab.buttons import command_button
from core.lab.parts import Button, Piece
from core.lab.scene import Scene
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands
from nodes.protocol.world.actions import Command
from nodes.protocol.world.world import node


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureGroup:
    """The procedures of one UE, or of another node. Of `choices` one is chosen at any time.

    `note` stands beside the title: why none of `buttons` can be used.
    """

    title: str
    buttons: tuple[Button, ...] = ()
    choices: tuple[Button, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class GroupPart(Piece):
    """A group in its place on the page; `kind` is what its buttons are of its node."""

    fragment: ClassVar[str] = "group"
    place: str
    kind: str
    group: ProcedureGroup

    @property
    def id(self) -> str:
        return self.place

    @property
    def buttons(self) -> tuple["GroupButton", ...]:
        return tuple(GroupButton(self.place, number, button) for number, button in enumerate(self.group.buttons))

    @property
    def parts(self) -> tuple["GroupButton", ...]:
        return self.buttons

    @property
    def reasons(self) -> str:
        """Why those cannot be used whose reason does not fit beside the label: each once."""
        return " · ".join(dict.fromkeys(each.reason for each in self.group.buttons if each.is_long))


@dataclass(frozen=True, slots=True)
class GroupButton(Piece):
    """A button of a group, known by its place there."""

    fragment: ClassVar[str] = "group-button"
    group: str
    number: int
    button: Button

    @property
    def id(self) -> str:
        return f"{self.group}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedures(Piece):
    """What the shown UEs can be told."""

    fragment: ClassVar[str] = "procedures"
    groups: tuple[ProcedureGroup, ...]

    @property
    def parts(self) -> tuple[GroupPart, ...]:
        return tuple(GroupPart(f"procedures-{index}", "Procedures", group) for index, group in enumerate(self.groups))


_MOST_OLD_GUTIS: Final = 2


def procedures(scene: Scene) -> Procedures:
    """Give a group for each UE; keys act on the first UE that is shown."""
    groups = [_of_ue(scene, ue, has_keys=index == 0) for index, ue in enumerate(scene.ues)]
    return Procedures(groups=tuple(groups))


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
    yield maker.make("Release connection", "Z", mme, commands.ReleaseConnection(ue.imsi))
    yield maker.make("Access", "X", ue.name, commands.Access())
    yield from _moves(scene, maker, mme)


def _moves(scene: Scene, maker: _UEButtons, own: str) -> Iterator[Button]:
    """A TRACKING AREA UPDATE: at its own MME, or a move to another one."""
    ue = maker.ue.name
    yield maker.make("TA update", "U", ue, commands.UpdateTrackingArea(own))
    others = (name for name in scene.moment.setup.mme_names if name != own)
    for index, name in enumerate(others):
        yield maker.make(f"Move to {scene.name(name)}", "" if index else "M", ue, commands.UpdateTrackingArea(name))


def _application(scene: Scene, maker: _UEButtons) -> Iterator[Button]:
    ue, names = maker.ue, scene.moment.setup.application_server_names
    server = scene.moment.shown_as
    for name in sorted(names, key=lambda each: each != server):
        where = f" with {scene.name(name)}" if len(names) > 1 else ""
        hint = "O" if name == server else ""
        yield maker.make(f"Open session{where}", hint, ue.name, commands.OpenApplicationSession(name))
    yield _ask(scene, maker, server)
    for index, guti in _old_gutis(scene, ue.name):
        tag = scene.guti_tag(guti)
        name = f"GUTI {index + 1}" if tag is None else tag.name
        yield maker.make(f"AS asks by {name}", "", server, commands.AskForKey(ue.name, guti_index=index))
    through = commands.AskForKey(ue.name, through_third_party=True)
    yield maker.make("Third party asks", "T", server, through)
    yield maker.make("Send reading", "S", ue.name, commands.SendReading(server))
    yield maker.make("Send command", "C", server, commands.SendCommand(ue.name))


def _ask(scene: Scene, maker: _UEButtons, server: str) -> Button:
    """Make the button with which the AS asks: it can name a UE only after that has opened a session with it."""
    label, ue = "AS asks for key", maker.ue
    state = node(scene.world, server)
    if isinstance(state, ApplicationServerState) and state.session_of(ue.name) is None:
        button = maker.make(label, "K", ue.name, commands.OpenApplicationSession(server))
        return replace(button, hint="opens a session", title="Opens a session first") if button.enabled else button
    return maker.make(label, "K", server, commands.AskForKey(ue.name))


def _old_gutis(scene: Scene, ue: str) -> tuple[tuple[int, GUTI], ...]:
    """Give the last few GUTIs that the AS learned from a UE before the newest one, with their indexes."""
    server = node(scene.world, scene.moment.shown_as)
    session = server.session_of(ue) if isinstance(server, ApplicationServerState) else None
    return () if session is None else tuple(enumerate(session.gutis[:-1]))[-_MOST_OLD_GUTIS:]


def _ue_itself(maker: _UEButtons) -> Iterator[Button]:
    yield maker.make("Detach", "D", maker.ue.name, commands.Detach())
    yield maker.make("Switch off and on", "Q", maker.ue.name, commands.Detach(switch_off=True))
    yield maker.make("Power cycle", "P", maker.ue.name, commands.PowerCycle())
