"""What is needed seldom: faults of nodes, which nodes are shown, what the HSS's operator does, and the lab's reset."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

from core.lab.buttons import LIVE_ONLY, act_button, command_button
from core.lab.faults import faults
from core.lab.parts import Button, Piece
from core.lab.procedures import GroupPart, ProcedureGroup
from core.lab.scene import Scene
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages import commands
from nodes.protocol.octets import AMF
from nodes.protocol.options import HSS
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import EPS_AMF
from nodes.scenarios import name_of_setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Piece):
    """What is needed seldom: which nodes are shown, the HSS's operator, the lab as a whole."""

    fragment: ClassVar[str] = "settings"
    groups: tuple[ProcedureGroup, ...]

    @property
    def parts(self) -> tuple[GroupPart, ...]:
        return tuple(GroupPart(f"settings-{index}", "", group) for index, group in enumerate(self.groups))


NO_SEPARATION_BIT: Final = AMF(bytes(2))
MOST_UES_OFFERED: Final = 8


def settings(scene: Scene) -> Settings:
    """Give what there is to choose, faults of nodes, the operator of each shown UE's subscription, and the reset."""
    late = LIVE_ONLY if scene.is_past else ""
    groups = (
        faults(scene),
        *_shown(scene),
        *(_operator(scene, ue) for ue in scene.ues),
        ProcedureGroup(title="Lab", buttons=tuple(_lab(scene, late))),
    )
    return Settings(groups=groups)


def _lab(scene: Scene, late: str) -> Iterator[Button]:
    if not scene.moment.scenario and name_of_setup(scene.moment.setup):
        yield act_button(scene, "Take up the scenario", "lab-guide-take-up", reason=late)
    if scene.moment.is_just_reset:
        yield act_button(scene, "Undo the reset", "lab-undo", reason=late)
    yield act_button(scene, "Reset the lab", "lab-reset", reason=late)


def _shown(scene: Scene) -> Iterator[ProcedureGroup]:
    """Offer the first UEs, pairs of neighbours among them, and other MMEs and ASs."""
    moment = scene.moment
    setup = moment.setup
    if setup.ues > 1:
        ues = setup.ue_names[:MOST_UES_OFFERED]
        choices = (*((ue,) for ue in ues), *pairwise(ues))
        buttons = (
            act_button(
                scene,
                " and ".join(scene.name(name) for name in choice),
                "lab-show",
                ("ues", ",".join(choice)),
                is_chosen=choice == moment.shown_ues,
            )
            for choice in choices
        )
        yield ProcedureGroup(title="Show UEs", choices=tuple(buttons))
    others = (
        ("Show MME", setup.mme_names, "mme", moment.shown_mme),
        ("Show AS", setup.application_server_names, "as", moment.shown_as),
    )
    for title, names, what, chosen in others:
        if len(names) > 1:
            each = (
                act_button(scene, scene.name(name), "lab-show", (what, name), is_chosen=name == chosen)
                for name in names
            )
            yield ProcedureGroup(title=title, choices=tuple(each))


def _operator(scene: Scene, ue: UEState) -> ProcedureGroup:
    """Make what an operator does at the HSS; of two opposite commands the one that changes something."""
    subscriber = scene.subscriber(ue.imsi)
    if subscriber.amf == EPS_AMF:
        amf = ("AMF without separation bit", commands.SetAMF(ue.imsi, NO_SEPARATION_BIT))
    else:
        amf = ("AMF with separation bit", commands.SetAMF(ue.imsi, EPS_AMF))
    removal = "Remove subscription" if subscriber.is_provisioned else "Restore subscription"
    offered: tuple[tuple[str, commands.HSSCommand], ...] = (
        ("SQN back to 0", commands.SetSQN(ue.imsi, 0)),
        amf,
        (removal, commands.SetProvisioned(ue.imsi, provisioned=not subscriber.is_provisioned)),
    )
    name = f", {scene.name(ue.name)}" if scene.has_several else ""
    buttons = tuple(command_button(scene, label, Command(HSS, command)) for label, command in offered)
    return ProcedureGroup(title=f"HSS (operator){name}", buttons=buttons)
