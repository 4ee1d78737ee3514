"""The tables: every node handles or refuses every message that it can get, in every phase."""

from enum import Enum
from itertools import product

import pytest

from nodes.protocol.entities import machine
from nodes.protocol.entities.machine import Handlers, Note, NoteKind, Step, handle
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import UnexpectedMessage
from nodes.protocol.messages import commands
from nodes.protocol.remarks import Remark
from nodes.protocol.world.world import HANDLERS

KINDS = pytest.mark.parametrize("handlers", HANDLERS.values(), ids=[kind.__name__ for kind in HANDLERS])


class Phase(Enum):
    OPEN = "open"
    SHUT = "shut"


def answered(state: str, message: object, source: str) -> Step[str]:
    return Step(f"{state} {message} from {source}")


TOY = Handlers(
    phases=Phase,
    phase=lambda state, _message, _source: Phase(state),
    incoming=(str,),
    messages={(Phase.OPEN, str): answered},
    refusals=machine.refuse_all(Phase.SHUT, (str,), Remark.SOLUTION_12_ASKS_NO_MME),
    expiries={},
    commands={},
)


@KINDS
def test_every_message_is_either_handled_or_refused_in_every_phase(handlers: Handlers) -> None:
    every = set(product(handlers.phases, handlers.incoming))
    assert set(handlers.messages) | set(handlers.refusals) == every
    assert not set(handlers.messages) & set(handlers.refusals)
    assert all(handlers.refusals.values())


@KINDS
def test_handlers_are_named_after_their_message(handlers: Handlers) -> None:
    assert all(handler.__name__.startswith("on_") for handler in handlers.messages.values())
    assert all(handler.__name__.endswith("_expiry") for handler in handlers.expiries.values())


def test_every_timer_and_every_command_has_a_node_that_knows_it() -> None:
    assert {name for handlers in HANDLERS.values() for name in handlers.expiries} == set(TimerName)
    known = [kind for handlers in HANDLERS.values() for kind in handlers.commands]
    assert set(known) == set(commands.NodeCommand.__args__)
    assert len(known) == len(set(known))


def test_message_finds_its_handler() -> None:
    assert handle(TOY, "open", "letter", "mme-1") == Step("open letter from mme-1")


def test_refusal_says_why() -> None:
    with pytest.raises(UnexpectedMessage, match="str in shut: solution_12_asks_no_mme"):
        handle(TOY, "shut", "letter", "mme-1")


def test_message_that_is_in_no_table() -> None:
    with pytest.raises(UnexpectedMessage, match="int in open: no_such_message"):
        handle(TOY, "open", 7, "mme-1")


def test_dropped_message_leaves_the_state_and_says_why() -> None:
    assert machine.dropped("open", Remark.PUSH_OLDER, 1, 2) == Step(
        "open", (Note(Remark.PUSH_OLDER, NoteKind.DROPPED, values=(1, 2)),)
    )
