"""Questions as rows: grouped into searches, each of them a task."""

from collections.abc import Iterable

from nodes.explorer.matrix import searches
from nodes.explorer.questions import Question
from nodes.explorer.records import name_of
from nodes.protocol.plain.conversion import to_plain
from nodes.runs.models import Cell, Run, Search
from nodes.runs.queue import enqueue


def add(run: Run, questions: Iterable[Question]) -> None:
    """Add questions to a run and put their searches into the queue; in the transaction of the caller."""
    for each in searches(questions):
        search = Search.objects.create(run=run)
        Cell.objects.bulk_create(_cell(search, question) for question in each.questions)
        enqueue(search)


def _cell(search: Search, question: Question) -> Cell:
    return Cell(
        search=search,
        name=name_of(question),
        property=question.property.value,
        solution=int(question.solution),
        network=question.network.value,
        active_when=question.active_when.value,
        repairs=" ".join(question.repairs),
        question=to_plain(question),
    )
