"""Restarts: which nodes can, and what would be lost now."""

from core.lab.faults import faults
from core.lab.scene import Scene
from nodes.protocol.options import Solution
from nodes.protocol.world.actions import Hold, Restart
from tests.fixtures.moments import ASK, ATTACH, Driven, in_session, setup_of
from tests.support.views import action_of


def hints(driven: Driven) -> dict[str, str]:
    return {button.label: button.hint for button in faults(Scene(driven.moment())).buttons}


def test_nodes_of_the_network_can_restart() -> None:
    group = faults(Scene(Driven().moment()))
    assert [(button.label, action_of(button)) for button in group.buttons] == [
        ("Restart MME", Restart("mme-1")),
        ("Restart HSS", Restart("hss")),
        ("Restart SCEF", Restart("scef")),
    ]


def test_each_shown_mme_can_restart() -> None:
    driven = Driven(setup_of(mmes=2)).run(ATTACH)
    assert list(hints(driven)) == ["Restart MME 1", "Restart HSS", "Restart SCEF"]


def test_button_says_what_would_be_lost() -> None:
    assert hints(in_session()) == {
        "Restart MME": "loses 1 UE context with GUTIs, AVs and keys",
        "Restart HSS": "nothing to lose; subscriptions and SQN stay",
        "Restart SCEF": "loses 1 record with 3 pairs, ACTIVE and GUTIs",
    }
    assert hints(Driven().take(Hold("hss", "scef")).run(ATTACH))["Restart HSS"].startswith("loses 1 ")


def test_scef_of_solution_11_loses_open_transactions() -> None:
    driven = in_session(Solution.PULL).take(Hold("scef", "mme-1")).run(ASK)
    assert hints(driven)["Restart SCEF"] == "loses 1 open request"
