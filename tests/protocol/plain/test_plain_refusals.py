"""Plain data that is not of the form its type wants, and types that have no form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.errors import PlainError
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import nas
from nodes.protocol.messages.s6a import AuthenticationInformationAnswer
from nodes.protocol.octets import KASME, RAND, SQN, OPc, TOPc
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.world.actions import Action, Deliver
from tests.support.plain_examples import Colour, Everything, Forgiving, Leaf, Message, Tree, values_of

GUTI_HEX = "99f999234501000004d2"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda items: st.lists(items) | st.dictionaries(st.text() | st.just("type"), items),
)

DELIVER = {"type": "Deliver", "source": "ue-1", "destination": "mme-1", "position": 0}
ATTACH = {"identity": {"guti": GUTI_HEX}, "ksi": 7, "ue_network_capability": ""}
REFUSED: list[tuple[object, object, str]] = [
    (tuple[Action, ...], [DELIVER, DELIVER | {"position": "x"}], "[1].position: integer wanted, got 'x'"),
    (Deliver, {"source": "a", "destination": "b"}, "data: key 'position' wanted, got none"),
    (Leaf, {"value": 1, "x": 2}, "data: object of 'value' wanted, got 'x'"),
    (nas.AttachComplete, {"x": 2}, "data: object without keys wanted, got 'x'"),
    (Leaf, [], "data: object wanted, got []"),
    (Leaf, {"value": True}, "value: integer wanted, got True"),
    (Leaf, {"value": 1.0}, "value: integer wanted, got 1.0"),
    (bool, 1, "data: true or false wanted, got 1"),
    (str, 1, "data: text wanted, got 1"),
    (str, "\ud800", "data: text of whole characters wanted, got '\\ud800'"),
    (bytes, "AB", "data: lower-case hex wanted, got 'AB'"),
    (bytes, "a", "data: lower-case hex wanted, got 'a'"),
    (bytes, 1, "data: lower-case hex wanted, got 1"),
    (RAND, "00", "data: RAND is 16 octets (TS 33.102 §6.3.2), got 1"),
    (KASME, "00", "data: K_ASME is 32 octets (TS 33.401 §A.2), got 1"),
    (OPc | TOPc, "00", "data: TOPc is 32 octets (TS 35.231), got 1"),
    (SQN, -1, "data: SQN is 48 bits (TS 33.102 §6.3.7), got -1"),
    (IMSI, "1", "data: IMSI is 6 to 15 decimal digits (TS 23.003 §2.2), got '1'"),
    (GUTI, "00", "data: GUTI is 10 octets (TS 23.003 §2.8.1), got 1"),
    (Tree, 1, "data: object wanted, got 1"),
    (Tree, {"value": 1}, "data: key 'type' wanted, got none"),
    (Tree, {"type": "Root"}, "type: one of Leaf, Branch wanted, got 'Root'"),
    (Tree, {"type": []}, "type: one of Leaf, Branch wanted, got []"),
    (Tree, {"type": "Branch", "left": {"type": "Leaf", "value": ""}, "right": None},
     "left.value: integer wanted, got ''"),
    (Colour, 3, "data: one of 1, 2 wanted, got 3"),
    (Colour, True, "data: one of 1, 2 wanted, got True"),
    (Colour, [], "data: one of 1, 2 wanted, got []"),
    (tuple[int, ...], {}, "data: list wanted, got {}"),
    (tuple[int, str], [1], "data: list of 2 wanted, got [1]"),
    (tuple[int, str], [1, 2], "[1]: text wanted, got 2"),
    (nas.AttachRequest, ATTACH | {"identity": GUTI_HEX},
     f"identity: object of one key, 'guti' or 'imsi', wanted, got '{GUTI_HEX}'"),
    (nas.AttachRequest, ATTACH | {"identity": {"tmsi": ""}},
     "identity: object of one key, 'guti' or 'imsi', wanted, got {'tmsi': ''}"),
    (nas.AttachRequest, ATTACH | {"identity": {"imsi": 1}}, "identity.imsi: text wanted, got 1"),
    (Mapping[str, int], None, "data: object wanted, got None"),
    (Mapping[str, int], {"a": "x"}, "a: integer wanted, got 'x'"),
    (Mapping[str, int], {"\ud800": 1}, "\ud800: text of whole characters wanted, got '\\ud800'"),
    (bool | str, 1, "data: true or false or text wanted, got 1"),
    (Forgiving, {"number": 2}, "data: key 'needed' wanted, got none"),
    (Forgiving, {"needed": 1, "more": 2}, "data: object of 'needed', 'number', 'names' wanted, got 'more'"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "data", "message"), REFUSED, ids=[case[2] for case in REFUSED])
def test_refusal_names_place_rule_and_fact(type_: object, data: object, message: str) -> None:
    with pytest.raises(PlainError) as caught:
        from_plain(type_, data)  # type: ignore[arg-type]
    assert str(caught.value) == message


@dataclass(frozen=True, slots=True)
class Positive:
    """A class with a rule of its own."""

    number: int

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"number is 1 or more, got {self.number}")


def test_rule_of_a_class_is_named() -> None:
    with pytest.raises(PlainError, match=r"^\[0\]: number is 1 or more, got 0$"):
        from_plain(tuple[Positive, ...], [{"number": 0}])


def test_too_much_nesting_is_refused() -> None:
    data: dict[str, object] = {"type": "Leaf", "value": 1}
    for _ in range(100_000):
        data = {"type": "Branch", "left": data, "right": None}
    with pytest.raises(PlainError, match="less nesting wanted"):
        from_plain(Tree, data)


def is_read_or_refused(type_: object, data: object) -> bool:
    try:
        value: object = from_plain(type_, data)  # type: ignore[arg-type]
    except PlainError:
        return True
    return to_plain(value, type_) == data


@given(JSON)
def test_any_json_is_read_or_refused(data: object) -> None:
    for type_ in (Action, Message, AuthenticationInformationAnswer, Everything, tuple[Tree, ...]):
        assert is_read_or_refused(type_, data)


@given(st.data(), values_of(Message), JSON)
def test_any_damage_is_read_or_refused(draw: st.DataObject, message: object, damage: object) -> None:
    data = json.loads(json.dumps(to_plain(message, Message)))
    data[draw.draw(st.sampled_from(sorted(data)))] = damage
    assert is_read_or_refused(Message, data)


class Words(Flag):
    ONE = 1


class Pairs(Enum):
    ONE = (1, 2)


@dataclass(frozen=True, slots=True)
class WithType:
    """A field of the name that tells dataclasses apart."""

    type: int


@dataclass(frozen=True, slots=True)
class NeedsWhatIsLeftOut:
    lost: int = field(compare=False, metadata={"plain": False})


@dataclass(frozen=True, slots=True)
class ComparesWhatIsLeftOut:
    lost: int = field(default=0, metadata={"plain": False})


@pytest.mark.parametrize(
    ("value", "type_", "why"),
    [
        (1.0, float, "has no form"),
        (Words.ONE, Words, "not all numbers or text"),
        (Pairs.ONE, Pairs, "not all numbers or text"),
        (WithType(1), WithType | Leaf, "WithType has a field 'type'"),
        (NeedsWhatIsLeftOut(1), NeedsWhatIsLeftOut, "lost is left out"),
        (ComparesWhatIsLeftOut(1), ComparesWhatIsLeftOut, "lost is left out"),
        (b"", bytes | OPc | int, "cannot tell these apart"),
        ({1: 1}, Mapping[int, int], "has text for keys"),
        (1, bool | str, "One of bool, str wanted, got a int"),
        (1, Tree, "One of Leaf, Branch wanted, got a int"),
    ],
)
def test_type_without_a_form(value: object, type_: object, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        to_plain(value, type_)
