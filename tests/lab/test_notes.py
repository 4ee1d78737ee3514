"""core.words.notes: every note that is shortened is one that a node says, so that no changed sentence is missed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from core.words.notes import SHORT

NODES = Path(settings.BASE_DIR) / "nodes" / "protocol"
SHORTEST = 8
"""Characters before a value that is put in; less would be the beginning of anything."""


def beginnings() -> Iterator[tuple[str, bool]]:
    """How each text of the nodes begins, and whether a value comes after that."""
    for path in sorted(NODES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, False
            elif isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant):
                yield str(first.value), len(str(first.value)) >= SHORTEST


SAID = frozenset(beginnings())


@pytest.mark.parametrize("start", [start for start, _ in SHORT])
def test_a_note_that_is_shortened_is_said_by_a_node(start: str) -> None:
    assert any(said.startswith(start) or (has_value and start.startswith(said)) for said, has_value in SAID)
