"""The explorer's sentences, with nodes called as the labs call them."""

from core.words.names import with_node_names
from nodes.explorer.questions import setup_of
from nodes.explorer.records import Record


def explanation(record: Record) -> str:
    """Why a cell has the verdict that it has."""
    return with_node_names(setup_of(record.question), record.explanation)
