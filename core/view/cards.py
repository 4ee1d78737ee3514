"""The heads of the lifelines: what each node holds, and what the last step changed there."""

from collections.abc import Callable
from typing import Final

from core.panels import Card, Cards
from core.view.card_as import application_server_card, third_party_card
from core.view.card_hss import hss_card
from core.view.card_mme import mme_card
from core.view.card_scef import scef_card
from core.view.card_ue import ue_card
from core.view.lifelines import lifeline_nodes
from core.view.scene import Scene
from core.view.words import kind_of

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
        revision=scene.moment.revision,
        cards=tuple(_CARDS[kind_of(name)](scene, name) for name in lifeline_nodes(scene)),
    )
