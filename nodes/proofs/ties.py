"""Which labs each statement is tied to: networks, options and bounds, within what its assumptions take for granted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from typing import Final

from nodes.explorer.questions import Bounds, Network, Question
from nodes.proofs.agreement_reading import read_agreement
from nodes.proofs.keys_reading import read_one_active, read_right_ue
from nodes.proofs.model import Statement
from nodes.proofs.old_guti_reading import read_old_guti
from nodes.proofs.tie import Read, Tied, tie
from nodes.protocol.options import ActiveWhen, Solution
from nodes.protocol.properties.catalogue import PropertyID

MOST_TRANSITIONS: Final = 1_000_000
"""How many transitions are held against the models, over all statements, if nobody asks for another number."""

READS: Final[Mapping[PropertyID, Read]] = {
    PropertyID.P1: read_agreement,
    PropertyID.P1A: read_agreement,
    PropertyID.P4: read_right_ue,
    PropertyID.P5: read_one_active,
    PropertyID.P6: read_old_guti,
}

_MOST: Final = 50_000_000
_NO_MESSAGES: Final = Bounds(readings=0, commands=0, most_states=_MOST)
_NO_SESSIONS: Final = Bounds(sessions=0, key_requests=0, readings=0, commands=0, most_states=_MOST)
_OFF_AND_ON: Final = replace(_NO_SESSIONS, attaches=2, detaches=1, power_cycles=1)
_IDLE: Final = replace(_NO_SESSIONS, releases=1, accesses=1, tracking_area_updates=1)
_TWO_UES: Final = replace(_NO_MESSAGES, ues=2, attaches=2, detaches=1, reauthentications=1)
_TWO_MMES: Final = replace(_NO_MESSAGES, mmes=2, tracking_area_updates=2, restarts=1)

# While procedures are carried through: on these networks a UE that has gone to EMM-IDLE may miss what answers its
# SERVICE REQUEST, leave the connection after T3417, and the MME gives up what it paged the UE for.
_MAY_BE_GIVEN_UP: Final = {Network.REORDER, Network.LOSE}
_CARRIED_THROUGH: Final = (Network.ORDERED, Network.REPEAT, Network.REORDER, Network.LOSE)


def questions_of(statement: Statement) -> tuple[Question, ...]:
    """The labs whose transitions are held against the model of a statement."""
    match statement.property_id:
        case PropertyID.P1 | PropertyID.P1A:
            return tuple(_of_agreement(statement))
        case PropertyID.P4:
            return tuple(_of_keys(statement))
        case PropertyID.P5:
            return tuple(_of_flags(statement))
        case _:
            return tuple(_of(statement, network, each) for each in (_OFF_AND_ON, _IDLE) for network in Network)


def _of(
    statement: Statement,
    network: Network,
    bounds: Bounds,
    moment: ActiveWhen = ActiveWhen.SECURITY_MODE_COMPLETE,
) -> Question:
    return Question(
        statement.property_id, statement.solution, network, moment, repairs=statement.repairs, bounds=bounds
    )


def _of_agreement(statement: Statement) -> Iterator[Question]:
    for network in _CARRIED_THROUGH:
        yield _of(statement, network, _OFF_AND_ON)
        if network not in _MAY_BE_GIVEN_UP:
            yield _of(statement, network, _IDLE)


def _of_keys(statement: Statement) -> Iterator[Question]:
    for network in Network:
        yield _of(statement, network, _TWO_UES)
        yield _of(statement, network, _TWO_MMES)
    if statement.solution is Solution.PUSH:
        yield replace(_of(statement, Network.ORDERED, _TWO_MMES), repairs=("ordered_push", "withdraw_guti"))


def _of_flags(statement: Statement) -> Iterator[Question]:
    for network in Network:
        yield _of(statement, network, replace(_NO_SESSIONS, attaches=2, detaches=1))
        yield _of(statement, network, replace(_NO_SESSIONS, mmes=2, tracking_area_updates=2, restarts=1))
        yield _of(statement, network, _NO_SESSIONS, ActiveWhen.RES_VERIFIED)


def tie_all(statements: tuple[Statement, ...], most_transitions: int) -> Iterator[tuple[Statement, Tied]]:
    """Tie statements to the nodes, so many transitions in all; what one lab does not need the next ones may have."""
    asked = [(statement, question) for statement in statements for question in questions_of(statement)]
    done = 0
    for place, (statement, question) in enumerate(asked):
        share = ceil(max(most_transitions - done, 0) / (len(asked) - place))
        tied = tie(statement.model, READS[statement.property_id], question, share)
        done += tied.transitions
        yield statement, tied
