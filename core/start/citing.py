"""What somebody who cites a result needs: the versions, the day, and the commands that bring it about again."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings

from nodes.evidence.known import shipped
from nodes.protocol.runs.trace import MODEL_VERSION

COMMANDS: Final = (
    (
        "Every cell of the verdict matrix, the smallest repairs, and wider bounds; half an hour or more",
        "manage.py explore --matrix --mend --wider --json",
    ),
    ("The proofs for any number of runs, and their tie to the nodes; some minutes", "manage.py prove --tie --json"),
    ("A run that was saved as a trace file", "manage.py replay FILE"),
)
"""What each brings about, and how it is called, after `make setup`, with `.venv/bin/python` before it."""


@dataclass(frozen=True, slots=True)
class Citing:
    """What a citation names."""

    version: str
    model: int
    explored: str
    """The day of the newest search of the results that this version came with, as 2026-01-31."""
    commands: tuple[tuple[str, str], ...] = COMMANDS

    @property
    def bibtex(self) -> str:
        """An entry to copy. The year is that of the results."""
        fields = {
            "author": "{{The Syncscope authors}}",
            "title": "{Syncscope: how a {UE} and an application server keep the same key out of {EPS AKA}}",
            "version": f"{{{self.version}}}",
            "year": f"{{{self.explored[:4]}}}",
            "note": f"{{Model version {self.model}, results of {self.explored}}}",
        }
        lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
        return f"@software{{syncscope,\n{lines}\n}}"


@cache
def version() -> str:
    """The version of this product; `pyproject.toml` is its one place."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


@cache
def citing() -> Citing:
    return Citing(version(), MODEL_VERSION, max(record.date for record in shipped()))
