"""Messages for tests of octets: all that any scenario sends, and strategies of those that have octets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_args

from hypothesis import strategies as st

from nodes.codec.between import Between
from nodes.codec.diameter_commands import COMMANDS
from nodes.codec.groups import Group
from nodes.codec.wire import Wire, wire
from nodes.protocol.messages import application, key_requests, nas, pushes, s6a
from nodes.protocol.messages.application import Direction
from nodes.protocol.octets import DecodeError
from nodes.protocol.world.world import Message, World
from nodes.scenarios import all_scenarios, path_of
from tests.support.pin_scenarios import names_of
from tests.support.protocol_strategies import GUTIS, PLMN_IDENTITIES, TEXT

ReadT = TypeVar("ReadT")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a scenario had on a link, and the world in which it was there first."""

    scenario: str
    source: str
    destination: str
    message: Message
    world: World

    @property
    def between(self) -> Between:
        return Between(self.source, self.destination)


@cache
def sent() -> tuple[Sent, ...]:
    """Every message of every scenario and variant, each once a link."""
    return tuple(_sent())


def _sent() -> Iterator[Sent]:
    seen = set()
    for scenario in all_scenarios():
        for name in names_of(scenario):
            for world in path_of(name):
                for link in world.links:
                    for envelope in link.queue:
                        if (*link.key, envelope.message) not in seen:
                            seen.add((*link.key, envelope.message))
                            yield Sent(name, *link.key, envelope.message, world)


def wires() -> Iterator[tuple[Sent, Wire]]:
    """Those that have octets."""
    for each in sent():
        found = wire(each.message, each.between)
        if isinstance(found, Wire):
            yield each, found


def tiles(groups: tuple[Group, ...]) -> bytes:
    """The octets of all leaves, which follow each other without gap or overlap; and of every group with parts."""
    at, octets = 0, b""
    for leaf in (leaf for group in groups for leaf in group.leaves):
        assert leaf.offset == at, leaf
        assert leaf.name, leaf
        assert leaf.value, leaf
        assert leaf.clause, leaf
        at, octets = at + leaf.length, octets + leaf.octets
    for group in groups:
        _check_parts(group)
    return octets


def _check_parts(group: Group) -> None:
    whole = [part for part in group.parts if not part.bits]
    if whole:
        assert b"".join(part.octets for part in whole) == group.octets
    for part in group.parts:
        _check_parts(part)


def attempt(reader: Callable[[bytes], ReadT], octets: bytes) -> ReadT | None:
    """What a reader makes of octets; None where it refuses them and says where and why."""
    try:
        return reader(octets)
    except DecodeError as error:
        refused = error
    assert 0 <= refused.offset <= len(octets)
    assert str(refused)
    return None


# Strategies

_NUMBERS = st.integers(0, (1 << 32) - 1)
_ORIGINS = TEXT.filter(lambda text: ";" not in text)
_FIELDS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    s6a.AuthenticationInformationRequest: {"request": _NUMBERS, "number_of_requested_vectors": _NUMBERS},
    s6a.AuthenticationInformationAnswer: {"request": _NUMBERS, "epoch": st.none() | _NUMBERS},
    s6a.UpdateLocationRequest: {"request": _NUMBERS},
    s6a.UpdateLocationAnswer: {"request": _NUMBERS},
    s6a.CancelLocationRequest: {"request": _NUMBERS},
    s6a.CancelLocationAnswer: {"request": _NUMBERS},
    key_requests.T6aKeyRequest: {"origin": _ORIGINS},
    key_requests.T6aKeyAnswer: {"origin": _ORIGINS},
    pushes.KeysPushRequest: {"push": _NUMBERS},
    pushes.KeysPushAnswer: {"push": _NUMBERS},
    pushes.ActiveVectorPushAnswer: {"push": _NUMBERS},
    pushes.GUTIWithdrawalAnswer: {"push": _NUMBERS},
}
_ORDERS = st.none() | st.builds(pushes.PushOrder, epoch=_NUMBERS, count=_NUMBERS)
for _kind in (pushes.ActiveVectorPushRequest, pushes.GUTIWithdrawalRequest):
    _FIELDS[_kind] = {"push": _NUMBERS, "order": _ORDERS}

DIAMETER: st.SearchStrategy[Any] = st.sampled_from(list(COMMANDS)).flatmap(
    lambda kind: st.builds(kind, **_FIELDS.get(kind, {}))
)
# A realm writes MNC 99 and MNC 099 alike.
BETWEEN = st.builds(
    Between,
    source=st.from_regex(r"[a-z]+(-[0-9]+)?", fullmatch=True),
    destination=st.from_regex(r"[a-z]+(-[0-9]+)?", fullmatch=True),
    plmn_id=PLMN_IDENTITIES.filter(lambda plmn_id: len(plmn_id.mnc) < 3 or plmn_id.mnc[0] != "0"),
)
HTTP: st.SearchStrategy[Any] = st.from_type(key_requests.KeyRetrievalRequest) | st.from_type(
    key_requests.KeyRetrievalAnswer
)
_SESSIONS = st.integers(0, (1 << 64) - 1)
_NAMES = st.none() | st.binary(min_size=8, max_size=8)
APPLICATION: st.SearchStrategy[Any] = st.builds(
    application.OpenSession, session=_SESSIONS, guti=GUTIS, key_name=_NAMES
) | st.builds(
    application.ProtectedMessage,
    session=_SESSIONS,
    direction=st.sampled_from(Direction),
    counter=_NUMBERS,
    sealed=st.binary(min_size=8, max_size=40),
    key_name=_NAMES,
    newest_name=_NAMES,
)
PLAIN_NAS: st.SearchStrategy[Any] = st.sampled_from(get_args(nas.PlainNAS)).flatmap(st.from_type)
NAS: st.SearchStrategy[Any] = PLAIN_NAS.filter(lambda message: not isinstance(message, nas.ServiceRequest)) | st.builds(
    nas.SecurityProtected,
    message=PLAIN_NAS,
    ksi=st.integers(0, 7),
    count=st.integers(0, (1 << 24) - 1),
    mac=st.binary(min_size=4, max_size=4),
)
