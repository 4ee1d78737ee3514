"""Types and values that the tests of plain data share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NewType, Optional

from hypothesis import strategies as st

from nodes.protocol.identities import GUMMEI, PLMNIdentity
from nodes.protocol.messages import nas
from nodes.protocol.messages.application import ApplicationMessage, Direction
from nodes.protocol.messages.key_requests import KeyMessage
from nodes.protocol.messages.pushes import PushMessage
from nodes.protocol.messages.s6a import S6aMessage
from nodes.protocol.messages.s10 import S10Message
from nodes.protocol.octets import KASME, SQN, OPc, TOPc
from nodes.protocol.plain.conversion import CAME_LATER, MAY_BE_LEFT_OUT
from tests.support import protocol_strategies

Unregistered = NewType("Unregistered", bytes)
Message = nas.NASMessage | S6aMessage | S10Message | PushMessage | KeyMessage | ApplicationMessage


class Colour(IntEnum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True, slots=True)
class Everything:
    """One field of every form that the messages do not have."""

    plmn_id: PLMNIdentity
    gummei: GUMMEI
    sqn: SQN
    k_asme: KASME
    opc: OPc | TOPc
    other: Unregistered
    pair: tuple[int, str]
    nothing: tuple[()]
    numbers: tuple[int, ...]
    mixture: Colour | Direction | bool | int | tuple[bool, ...] | None
    optional: Optional[bool]  # noqa: UP045 - the old spelling is a form of its own.
    by_name: Mapping[str, Colour | None]
    scalar: bool | int | str
    kept: int = field(default=0, compare=False)
    left_out: dict[str, int] = field(default_factory=dict, compare=False, metadata={"plain": False})
    derived: int = field(init=False, default=0)


@dataclass(frozen=True, slots=True)
class Leaf:
    value: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A recursive union."""

    left: "Tree"
    right: "Tree | None" = None


Tree = Leaf | Branch


@dataclass(frozen=True, slots=True)
class Forgiving:
    """All that data may leave out."""

    needed: int
    number: int = field(default=1, metadata=MAY_BE_LEFT_OUT)
    names: Mapping[str, int] = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Grown:
    """A field came after values of the class had been stored."""

    needed: int
    later: bool = field(default=False, metadata=CAME_LATER)


EVERYTHING: st.SearchStrategy[Everything] = st.builds(
    Everything,
    gummei=protocol_strategies.GUMMEIS,
    sqn=st.integers(0, (1 << 48) - 1),
    kept=st.integers(),
    left_out=st.just({}),
    nothing=st.just(()),
    by_name=st.dictionaries(st.text(), st.none() | st.sampled_from(Colour)),
)
LEAVES: st.SearchStrategy[Tree] = st.builds(Leaf, st.integers())
TREES = st.recursive(LEAVES, lambda trees: st.builds(Branch, trees, st.none() | trees))


def values_of(type_: object) -> st.SearchStrategy[Any]:
    return st.from_type(type_)  # type: ignore[arg-type] # Unions are taken too.
