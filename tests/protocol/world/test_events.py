"""What happens in a step, as the ladder tells it."""

from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.options import Solution
from nodes.protocol.world.events import message_name
from tests.support.protocol import ACCESS, ATTACH, OPEN_SESSION, RELEASE, TO_MME, after, in_flight, lab, ladder, take


def test_message_is_named_by_what_security_wraps() -> None:
    world = take(after(lab(), ATTACH, RELEASE), ACCESS)
    assert message_name(in_flight(world, *TO_MME)[0]) == "ServiceRequest"
    assert message_name(in_flight(take(lab(), ATTACH), *TO_MME)[0]) == "AttachRequest"


def test_events_name_the_av() -> None:
    done = ladder(after(lab(Solution.PUSH), ATTACH), OPEN_SESSION)
    named = {event.message: event.vector.number for event in done.events if event.vector and event.message}
    assert named == {"KeyRetrievalAnswer": 1}
    assert [event.vector.number for event in done.events if event.vector and event.note is not NoteKind.PLAIN] == [1]
