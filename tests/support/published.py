"""The published test data in tests/vectors, as parameters of tests."""

import json
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[1] / "vectors"


def published(file_name: str, group: str = "vectors") -> list[Any]:
    """Each vector of a file as a parameter that bears its id."""
    vectors = json.loads((VECTORS / file_name).read_text())[group]
    return [pytest.param(vector, id=vector["id"]) for vector in vectors]
