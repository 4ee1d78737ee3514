"""What a lab is set up with: options, dice, credentials, timers, the first world."""

import pytest

from nodes.protocol.credentials import Credentials
from nodes.protocol.crypto.milenage import Milenage, compute_opc
from nodes.protocol.crypto.tuak import Tuak
from nodes.protocol.dice import roll
from nodes.protocol.genesis import credentials_of, first_world, imsi_of
from nodes.protocol.octets import OP
from nodes.protocol.options import Algorithm, Options, Setup
from nodes.protocol.timers import RULES, TimerName
from nodes.protocol.ue import UEPhase
from tests.helpers_protocol import lab, mme, scef, subscriber, ue


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("vectors_per_request", 0, "vectors_per_request is 1 to 5, got 0"),
        ("vectors_per_request", 6, "vectors_per_request is 1 to 5, got 6"),
        ("reallocate_every_accesses", -1, "reallocate_every_accesses is 0 to 1000, got -1"),
        ("reallocate_every_accesses", 1001, "reallocate_every_accesses is 0 to 1000, got 1001"),
        ("reallocate_every_minutes", -1, "reallocate_every_minutes is 0 to 1860, got -1"),
        ("reallocate_every_minutes", 1861, "reallocate_every_minutes is 0 to 1860, got 1861"),
    ],
)
def test_option_out_of_range(field: str, value: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Options(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("seed", "", "seed is 1 to 64 characters, got 0"),
        ("seed", "s" * 65, "seed is 1 to 64 characters, got 65"),
        ("ues", 0, "ues is 1 to 1000, got 0"),
        ("ues", 1001, "ues is 1 to 1000, got 1001"),
        ("mmes", 5, "mmes is 1 to 4, got 5"),
        ("application_servers", 0, "application_servers is 1 to 4, got 0"),
    ],
)
def test_setup_out_of_range(field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Setup(**{"seed": "test", field: value})  # type: ignore[arg-type]


def test_dice_depend_on_each_of_their_words() -> None:
    rolls = {
        roll(*words, 16)
        for words in (
            ("seed", "hss", "1", "RAND", 0),
            ("other", "hss", "1", "RAND", 0),
            ("seed", "mme-1", "1", "RAND", 0),
            ("seed", "hss", "2", "RAND", 0),
            ("seed", "hss", "1", "K", 0),
            ("seed", "hss", "1", "RAND", 1),
        )
    }
    assert len(rolls) == 6


def test_dice_have_the_length_that_is_asked_for() -> None:
    assert [len(roll("seed", "hss", "1", "RAND", 0, length)) for length in (4, 16, 32)] == [4, 16, 32]
    assert roll("seed", "hss", "1", "RAND", 0, 32).startswith(roll("seed", "hss", "1", "RAND", 0, 4))
    with pytest.raises(ValueError, match="at most 32 octets, got 33"):
        roll("seed", "hss", "1", "RAND", 0, 33)


def test_dice_do_not_change_from_machine_to_machine() -> None:
    """The number is ours: traces that were exported depend on it."""
    assert roll("seed", "hss", "999990000000001", "RAND", 0, 4).hex() == "@@"


def test_credentials_follow_from_the_seed() -> None:
    imsi = imsi_of("ue-1")
    one = credentials_of(Setup("one"), imsi)
    assert one == credentials_of(Setup("one"), imsi)
    assert one != credentials_of(Setup("two"), imsi)
    assert one != credentials_of(Setup("one"), imsi_of("ue-2"))
    assert one.opc == compute_opc(one.k, OP(roll("one", "hss", "", "OP", 0, 16)))


@pytest.mark.parametrize(
    ("algorithm", "kind", "length"),
    [(Algorithm.MILENAGE, Milenage, 16), (Algorithm.TUAK, Tuak, 32)],
    ids=["milenage", "tuak"],
)
def test_functions_of_the_algorithm(algorithm: Algorithm, kind: type, length: int) -> None:
    credentials = credentials_of(Setup("one", Options(algorithm=algorithm)), imsi_of("ue-1"))
    assert isinstance(credentials.functions, kind)
    assert len(credentials.opc) == length
    assert Credentials(credentials.algorithm, credentials.k, credentials.opc).functions is credentials.functions


def test_every_timer_has_a_rule_and_says_who_made_it() -> None:
    assert set(RULES) == set(TimerName)
    ours = [name for name, rule in RULES.items() if rule.source.startswith("not defined by 3GPP")]
    assert ours == [TimerName.S6A, TimerName.PUSH, TimerName.T6A, TimerName.NORTHBOUND, TimerName.GUTI_PERIOD]
    nas_timers = (TimerName.T3450, TimerName.T3460, TimerName.T3470)
    assert {(RULES[name].seconds, RULES[name].limit) for name in nas_timers} == {(6, 5)}


def test_first_world() -> None:
    world = first_world(Setup("test", ues=2, mmes=2, application_servers=2))
    assert [state.name for state in world.nodes] == [
        "hss", "scef", "third-party", "mme-1", "mme-2", "as-1", "as-2", "ue-1", "ue-2",
    ]  # fmt: skip
    assert dict(world.index) == {state.name: position for position, state in enumerate(world.nodes)}
    assert (world.links, world.timers, world.held, world.messages) == ((), (), (), 0)
    assert [str(mme(world, name).gummei) for name in ("mme-1", "mme-2")] == ["99f999800101", "99f999800102"]
    assert [route.gummei for route in scef(world).routes] == [mme(world, name).gummei for name in ("mme-1", "mme-2")]


def test_ue_and_hss_share_the_secrets_and_nothing_else_is_known() -> None:
    world = lab()
    assert ue(world).imsi == "999990000000001"
    assert ue(world).credentials == subscriber(world).credentials
    assert (ue(world).phase, ue(world).guti, ue(world).ks, ue(world).mme) == (UEPhase.DEREGISTERED, None, None, None)
