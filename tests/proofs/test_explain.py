"""Is it a step of the model from one state to another?"""

from nodes.proofs.explain import Explainer, asks_no_history
from nodes.proofs.logic import where
from nodes.proofs.model import Action, Update, becomes
from tests.proofs.small import MEANINGS, MODEL, SEND, K, N, made, sent, view_of, x

NOTHING = view_of().state
EXPLAINER = Explainer(MODEL, MEANINGS)


def test_the_same_state_is_reached_by_nothing() -> None:
    assert EXPLAINER.way(NOTHING, NOTHING) == ()


def test_one_action() -> None:
    assert EXPLAINER.way(NOTHING, view_of(is_open=True).state) == ("open",)


def test_several_actions() -> None:
    assert EXPLAINER.way(NOTHING, view_of(("a", 1), keys=("a",), is_open=True).state) == ("open", "make", "send")


def test_an_action_that_leads_elsewhere_first() -> None:
    """One key takes the place of another, is sent and lost: the first action brings the state no nearer to the last."""
    swap = Action("swap", "A key takes the place of all others.", (K,), updates=(becomes(made, K),))
    explainer = Explainer(MODEL.with_action(swap), MEANINGS)

    assert explainer.way(view_of(keys=("a",)).state, view_of(("b", 2)).state) == ("swap", "send", "lose")


def test_an_action_that_leads_farther_is_not_tried() -> None:
    opened = view_of(is_open=True).state

    assert EXPLAINER.way(opened, view_of(("a", 1), is_open=True).state) is None


def test_what_a_history_shows_no_more_is_no_change() -> None:
    assert EXPLAINER.way(view_of(("a", 1)).state, NOTHING) == ()


def test_what_no_action_does_has_no_way() -> None:
    assert EXPLAINER.way(NOTHING, view_of(("a", 2)).state) is None
    assert EXPLAINER.way(NOTHING, view_of(keys=("a",)).state) is None


def test_no_guard_may_ask_what_is_not_in_a_history() -> None:
    asking = SEND.without_guard(made(K))

    assert asks_no_history(MODEL)
    assert not asks_no_history(MODEL.instead(Action("send", "", (K, N), ~sent(K, N), SEND.updates)))
    assert asks_no_history(MODEL.instead(asking))


def test_no_update_of_what_is_no_history_may_look_into_one() -> None:
    """What is in a history for sure may be asked in a guard, which chooses the parameters."""
    looking = Update(made, (x,), where(sent(x, N), made(x), made(x)))

    assert not asks_no_history(MODEL.instead(Action("send", "", (K, N), made(K), (looking,))))
    assert asks_no_history(MODEL.instead(Action("send", "", (K, N), made(K), (becomes(made, K),))))
