"""Plain data of values: what it looks like, and that it comes back."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.identities import GUMMEI, GUTI, IMSI, PLMNIdentity
from nodes.protocol.messages import nas
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.messages.commands import NodeCommand, SetAMF
from nodes.protocol.messages.pushes import GUTIWithdrawalRequest, KeyPair, KeysPushRequest, PushMessage, PushOrder
from nodes.protocol.octets import AMF, RAND, Ks
from nodes.protocol.plain.conversion import canonical, from_plain, to_plain
from nodes.protocol.world.actions import Action, Command, Deliver
from tests.support.plain_examples import EVERYTHING, TREES, Everything, Forgiving, Grown, Leaf, Message, Tree, values_of

GUTI_HEX = "99f999234501000004d2"
A_GUTI = GUTI.decode(bytes.fromhex(GUTI_HEX))


def comes_back(type_: object, value: object) -> None:
    data = json.loads(json.dumps(to_plain(value, type_)))
    back: object = from_plain(type_, data)  # type: ignore[arg-type]
    assert back == value
    assert type(back) is type(value)
    assert to_plain(back, type_) == data
    assert canonical(back, type_) == canonical(value, type_)


@given(values_of(Message))
def test_messages_come_back(message: object) -> None:
    comes_back(Message, message)


@given(values_of(Action))
def test_actions_come_back(action: object) -> None:
    comes_back(Action, action)


@given(values_of(NodeCommand))
def test_commands_come_back(command: object) -> None:
    comes_back(NodeCommand, command)


@given(EVERYTHING)
def test_every_form_comes_back(value: Everything) -> None:
    comes_back(Everything, value)
    assert from_plain(Everything, to_plain(value)).kept == value.kept


@given(TREES)
def test_recursive_union_comes_back(tree: Tree) -> None:
    comes_back(Tree, tree)


PLAIN: list[tuple[object, object, object]] = [
    (
        nas.AttachRequest(A_GUTI, 7, b"\xa0\x20"),
        nas.AttachRequest,
        {"identity": {"guti": GUTI_HEX}, "ksi": 7, "ue_network_capability": "a020"},
    ),
    (
        nas.SecurityProtected(nas.IdentityResponse(IMSI("999990000000001")), 1, 2, b"\x00\xff"),
        nas.NASMessage,
        {
            "type": "SecurityProtected",
            "message": {"type": "IdentityResponse", "imsi": "999990000000001"},
            "ksi": 1,
            "count": 2,
            "mac": "00ff",
        },
    ),
    (
        nas.AttachRequest(IMSI("999990000000001"), 7, b""),
        nas.NASMessage,
        {
            "type": "AttachRequest",
            "identity": {"imsi": "999990000000001"},
            "ksi": 7,
            "ue_network_capability": "",
        },
    ),
    (
        nas.AuthenticationFailure(nas.EMMCause.MAC_FAILURE),
        nas.AuthenticationFailure,
        {"cause": 20, "auts": None},
    ),
    (
        KeysPushRequest(IMSI("999990000000001"), 1, (KeyPair(RAND(bytes(16)), Ks(bytes(32))),)),
        KeysPushRequest,
        {"imsi": "999990000000001", "push": 1, "pairs": [{"rand": "00" * 16, "ks": "00" * 32}]},
    ),
    (
        ProtectedMessage(1, Direction.DOWNLINK, 0, b"\x01"),
        ProtectedMessage,
        {"session": 1, "direction": 1, "counter": 0, "sealed": "01", "key_name": None, "newest_name": None},
    ),
    (
        GUTIWithdrawalRequest(IMSI("999990000000001"), 2, (A_GUTI,), PushOrder(1, 2)),
        PushMessage,
        {
            "type": "GUTIWithdrawalRequest",
            "imsi": "999990000000001",
            "push": 2,
            "gutis": [GUTI_HEX],
            "order": {"epoch": 1, "count": 2},
        },
    ),
    (nas.AttachComplete(), nas.PlainNAS, {"type": "AttachComplete"}),
    (nas.AttachComplete(), nas.AttachComplete, {}),
    (
        Command("hss", SetAMF(IMSI("999990000000001"), AMF(b"\x80\x00"))),
        Command,
        {"node": "hss", "command": {"type": "SetAMF", "imsi": "999990000000001", "amf": "8000"}},
    ),
    (("ue-1", "mme-1"), tuple[str, str], ["ue-1", "mme-1"]),
    (None, Tree | None, None),
    (PLMNIdentity("999", "99"), PLMNIdentity, "99999"),
    (A_GUTI.gummei, GUMMEI, GUTI_HEX[:12]),
    ({"a": RAND(bytes(16))}, Mapping[str, RAND], {"a": "00" * 16}),
    (("", 0, False), tuple[bool | int | str, ...], ["", 0, False]),
]


@pytest.mark.parametrize(("value", "type_", "plain"), PLAIN, ids=range(len(PLAIN)))
def test_plain_form(value: object, type_: object, plain: object) -> None:
    assert to_plain(value, type_) == plain
    comes_back(type_, value)


def test_what_is_left_out_has_its_default_where_that_is_allowed() -> None:
    assert from_plain(Forgiving, {"needed": 3}) == Forgiving(3)
    assert to_plain(Forgiving(3)) == {"needed": 3, "number": 1, "names": {}}


def test_a_field_that_came_later_is_there_only_where_it_says_something() -> None:
    assert from_plain(Grown, {"needed": 3}) == Grown(3)
    assert to_plain(Grown(3)) == {"needed": 3}
    assert canonical(Grown(3)) == b'{"needed":3}'
    assert to_plain(Grown(3, later=True)) == {"needed": 3, "later": True}
    assert canonical(Grown(3, later=True)) == b'{"later":true,"needed":3}'
    comes_back(Grown, Grown(3, later=True))


def test_fields_keep_their_order() -> None:
    assert json.dumps(to_plain(Deliver("b", "a", 1), Action)) == (
        '{"type": "Deliver", "source": "b", "destination": "a", "position": 1}'
    )


def test_canonical_octets() -> None:
    assert canonical(Deliver("ü", "a", 1), Action) == (
        '{"destination":"a","position":1,"source":"ü","type":"Deliver"}'.encode()
    )
    assert canonical(Leaf(1)) == b'{"value":1}'


@given(EVERYTHING, st.integers())
def test_canonical_leaves_out_what_is_not_compared(value: Everything, kept: int) -> None:
    plain = to_plain(value)
    assert isinstance(plain, dict)
    other = from_plain(Everything, plain | {"kept": kept})
    assert canonical(other) == canonical(value)
    assert b"kept" not in canonical(value)
