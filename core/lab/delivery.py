"""How what is in flight is delivered: the next message, all of it, or by itself at a pace."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.lab.buttons import LIVE_ONLY, act_button
from core.lab.parts import Piece
from core.lab.procedures import GroupPart, ProcedureGroup
from core.lab.scene import Scene
from nodes.protocol.world import engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Piece):
    """The first panel of the side, which stays in sight."""

    fragment: ClassVar[str] = "delivery"
    group: ProcedureGroup

    @property
    def parts(self) -> tuple[GroupPart, ...]:
        return (GroupPart("delivery-0", "", self.group),)


_PACES: Final = (
    (None, "By hand", "hand", ""),
    (1000, "1 s", "1000", "a step"),
    (300, "0.3 s", "300", "a step"),
    (0, "At once", "0", ""),
)


def delivery(scene: Scene) -> Delivery:
    return Delivery(group=_group(scene))


def _group(scene: Scene) -> ProcedureGroup:
    # A link waits that is held, or that has the first of two messages to let the second pass.
    held = "all held back" if scene.world.links else "nothing in flight"
    reason = held if engine.next_delivery(scene.world) is None else ""
    pace = scene.moment.pace
    late = LIVE_ONLY if scene.is_past else ""
    return ProcedureGroup(
        title="Delivery",
        buttons=(
            act_button(scene, "Next message", "lab-next", key_hint="N", reason=reason),
            act_button(scene, "Run to the end", "lab-run", key_hint="E", reason=reason),
        ),
        choices=tuple(
            act_button(
                scene, label, "lab-pace", ("pace", value), is_chosen=ms == pace and not late, about=about, reason=late
            )
            for ms, label, value, about in _PACES
        ),
        note=reason,
    )
