"""The heads of the lifelines: what each node holds, and what the last step changed there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from core.lab.cards.application_server import application_server_card, third_party_card
from core.lab.cards.card import Card
from core.lab.cards.hss import hss_card
from core.lab.cards.mme import mme_card
from core.lab.cards.scef import scef_card
from core.lab.cards.ue import ue_card
from core.lab.lifelines import lifeline_nodes
from core.lab.parts import Piece
from core.lab.scene import Scene
from nodes.protocol.world.topology import kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards(Piece):
    fragment: ClassVar[str] = "cards"
    cards: tuple[Card, ...]

    @property
    def parts(self) -> tuple[Card, ...]:
        return self.cards


_CARDS: Final[dict[str, Callable[[Scene, str], Card]]] = {
    "ue": ue_card,
    "mme": mme_card,
    "hss": hss_card,
    "scef": scef_card,
    "as": application_server_card,
    "third-party": third_party_card,
}


def cards(scene: Scene) -> Cards:
    """Make a card for each lifeline, in their order."""
    return Cards(
        cards=tuple(_CARDS[kind_of(name)](scene, name) for name in lifeline_nodes(scene)),
    )
