"""What is known of each question: the results that are shipped, and over them those of stored runs."""

import json
from functools import cache
from pathlib import Path

from nodes.explorations import services
from nodes.explorer.records import Record, newest, read_cells

SHIPPED = Path(__file__).with_name("matrix.json")
"""The output of `manage.py explore --matrix --json`, and of the same with repairs for what is violated."""


@cache
def shipped() -> tuple[Record, ...]:
    """The results that this version came with."""
    return read_cells(json.loads(SHIPPED.read_text(encoding="utf-8")))


def known() -> dict[str, Record]:
    """The record to go by for each question that was ever answered, by name."""
    return newest((*shipped(), *services.latest().values()))


def find(name: str) -> Record | None:
    """The record to go by for the question of a name."""
    return newest((*(record for record in shipped() if record.name == name), *services.latest(name).values())).get(name)
