"""Actions and options in a few words."""

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.octets import AMF
from nodes.protocol.options import ActiveWhen, Options, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.action_words import options_that_differ, words_of
from nodes.protocol.world.actions import Action, LinkFault
from tests.support.protocol import ASK, ATTACH, DETACH, IMSI_1, command

WORDS: list[tuple[Action, str]] = [
    (ATTACH, "ue-1: Attach mme-1"),
    (DETACH, "ue-1: Detach"),
    (ASK, "as-1: AskForKey ue-1"),
    (command("as-1", commands.AskForKey("ue-1", guti_index=2)), "as-1: AskForKey ue-1 guti_index 2"),
    (command("hss", commands.SetAMF(IMSI_1, AMF(b"\x80\0"))), "hss: SetAMF 999990000000001 8000"),
    (actions.Deliver("ue-1", "mme-1"), "Deliver ue-1 > mme-1"),
    (actions.Drop("ue-1", "mme-1", 2), "Drop ue-1 > mme-1 at position 2"),
    (actions.Hold("ue-1", "mme-1"), "Hold ue-1 > mme-1"),
    (actions.Disarm("ue-1", "mme-1", LinkFault.LOSE), "Disarm ue-1 > mme-1 lose-next"),
    (actions.Restart("scef"), "Restart scef"),
    (actions.Expire("mme-1", TimerName.T3460, IMSI_1), "Expire T3460 at mme-1"),
    (actions.Advance(60), "Advance 60 s"),
]


@pytest.mark.parametrize(("action", "words"), WORDS, ids=[words for _, words in WORDS])
def test_words_of_an_action(action: Action, words: str) -> None:
    assert words_of(action) == words


def test_options_that_differ_in_their_order() -> None:
    options = Options(Solution.PULL, ActiveWhen.RES_VERIFIED, vectors_per_request=1, store_ks=True)
    assert list(options_that_differ(options, Options()).items()) == [
        ("solution", "11"),
        ("active_when", "res-verified"),
        ("vectors_per_request", "1"),
        ("store_ks", "on"),
    ]
    assert options_that_differ(Options(), Options(named_key=True)) == {"named_key": "off"}
    assert options_that_differ(options, options) == {}
