"""What a search need not try, because no property that it judges can depend on it.

Each rule leaves out commands. It is sound where a run with them becomes, without them and all that they caused, a run
that violates the same property in no more steps. Verdicts and lengths are compared with and without it in the tests.

1. The application leg (sessions, key requests, application messages) is fed by the rest and feeds nothing back: UE,
   MME, HSS and SCEF change neither contexts nor records for it, in neither solution. P1, P1a, P5 and P6 are about
   these, and what is at rest stays so without it.
2. P2, P2q and P4 are about one answer to one request of an AS. What it says depends on the GUTI and name of the
   opening, and on the network when it is asked, not on what was asked before: so one opening and the request that the
   AS makes for it do. A later request for it, by command or because a message did not open, is the same as an opening
   that took longer to come, in more steps.
3. P7 grants an opening and a key request wherever it is asked. An opening is always accepted where the UE is
   registered, and the AS always asks for its key, whatever session, key or open request it had. What is under way on
   the application leg can be delivered first. So a way that starts without any of it can be gone with all of it.
4. P4 is about one UE whose session it is and one AS. UEs are equal but for their names, and so are ASs: it is enough
   that the first UE uses the first AS.
5. P4 alone: an answer to a push only ends the repetition of that push. It needs not be sent, unless that timer can
   expire: on a network that loses messages, until all faults are spent, and where a push is lost for good. The links to
   the HSS and the MME carry nothing else in solution 12 but answers to withdrawals; with these the answers to an MME's
   pushes keep their place.
6. P8 is about the last opening that an AS took, and the last answer to the requests made for it. An earlier opening
   leaves no more than a GUTI that is not asked with. What the last answered request got, the opening's own gets if it
   takes that long to come; an answer without a key leaves what is held. So one opening and its own request do. Not
   where keys have names: a message of the UE names a later key than the opening did, with which the session goes on,
   and the AS asks for it by the GUTI of the opening. P8 and P2n then need the messages of the UE as well. A request by
   command asks for no other name, and a message to the UE makes nobody ask.
7. P4 alone, where no M-TMSI is ever used again: the UEs whose session it is not do nothing. Each node keeps what it
   knows of a UE apart from what it knows of another, by IMSI, connection or GUTI. What comes about one UE reads and
   changes only what is kept of that one, and is answered about it; a GUTI is all that could lead from one UE to
   another, and no two have one in common. So a run can be projected on the first UE: without the commands to other UEs
   and those about them, without their messages and timers, it is a run of the same model. On a link that UEs share the
   messages of one keep their order, and what overtook only others' needs no fault any more; a restart stays. What the
   AS gets is the same, in no more steps. Where an M-TMSI may be used again, all UEs act. (A search in which one UE acts
   would not find a node that confuses UEs: the tests find it, by projecting every kind of step, in `test_ues_apart`.)
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

from nodes.explorer.questions import Bounds, Question, setup_of
from nodes.explorer.usual import NO_APPLICATION_LEG, needs_of
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, KeysPushAnswer
from nodes.protocol.options import MTMSIReuse, Setup
from nodes.protocol.properties.catalogue import PropertyID

APPLICATION_LEG = tuple(NO_APPLICATION_LEG)
REDUCED = ("ues", *APPLICATION_LEG)
"""The bounds of which a search may need less than is given."""

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is tried: within these bounds, the application leg of these UEs and ASs only, without `unsent` messages.

    The lab has all its UEs, but only the first `bounds.ues` of them act.
    """

    bounds: Bounds
    pairs: Pairs
    unsent: tuple[type[object], ...] = ()


def whole(question: Question) -> Reduction:
    """Everything within the question's bounds."""
    return Reduction(question.bounds, _all_pairs(setup_of(question)))


def reduction_of(question: Question, properties: Iterable[PropertyID]) -> Reduction:
    """What a search for these properties needs to try."""
    properties = tuple(properties)
    given = question.bounds
    needed = {
        name: max(
            min(getattr(given, name), needs_of(each, question.repairs).get(name, getattr(given, name)))
            for each in properties
        )
        for name in APPLICATION_LEG
    }
    setup = setup_of(question)
    if set(properties) != {PropertyID.P4}:
        return Reduction(replace(given, **needed), _all_pairs(setup))
    first = frozenset({(setup.ue_names[0], setup.application_server_names[0])})
    ues = 1 if question.m_tmsi_reuse is MTMSIReuse.NEVER else given.ues
    return Reduction(replace(given, ues=ues, **needed), first, _unsent(question))


def _unsent(question: Question) -> tuple[type[object], ...]:
    """Rule 5."""
    if question.bounds.lost_pushes:
        return ()
    # A withdrawal is answered on the same link as an MME's push, and what waits for that answer matters.
    if "withdraw_guti" in question.repairs:
        return (KeysPushAnswer,)
    return (KeysPushAnswer, ActiveVectorPushAnswer)


def left_out(question: Question) -> tuple[str, ...]:
    """The bounds of which a search for a question's property alone needs less than is given."""
    bounds = reduction_of(question, (question.property,)).bounds
    return tuple(name for name in REDUCED if getattr(bounds, name) < getattr(question.bounds, name))


def _all_pairs(setup: Setup) -> Pairs:
    return frozenset(product(setup.ue_names, setup.application_server_names))
