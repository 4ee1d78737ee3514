"""What was proved, and when, by which solvers, of which model: as values, and as the JSON that is shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nodes.proofs.model import Statement
from nodes.proofs.statements import files_of
from nodes.protocol.runs.trace import MODEL_VERSION


@dataclass(frozen=True, slots=True)
class Refuted:
    """A broken variant, and the obligations that each solver refuted of it, by the solver's name."""

    name: str
    by: Mapping[str, tuple[str, ...]]
    is_violated: bool
    """Whether its run leads to where the property is false."""

    @property
    def is_as_expected(self) -> bool:
        return self.is_violated and bool(self.by) and all(self.by.values())


@dataclass(frozen=True, slots=True)
class TieCount:
    """What was held against the real nodes: labs, their worlds and transitions. `finding` is "" if there is none.

    `unused` are the actions of the model that no transition was.
    """

    labs: int
    worlds: int
    transitions: int
    unused: tuple[str, ...] = ()
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement, by its name, as it was tried. `digest` is that of its files; `seconds` are each solver's for it all.

    `open` are the obligations that some solver did not answer with `unsat`.
    """

    name: str
    digest: str
    obligations: int
    seconds: Mapping[str, float]
    open: tuple[str, ...]
    comes_up: bool
    variants: tuple[Refuted, ...]
    tie: TieCount | None = None

    @property
    def is_as_expected(self) -> bool:
        """Whether it is proved, not for want of a case, its variants are refuted, and the tie found nothing."""
        is_tied = self.tie is None or not self.tie.finding
        is_proved = bool(self.seconds) and not self.open and self.comes_up
        return is_proved and is_tied and all(each.is_as_expected for each in self.variants)


@dataclass(frozen=True, slots=True)
class Results:
    """Proofs of one day. `solvers` are the versions of the solvers by their names; `date` is year-month-day, UTC."""

    date: str
    solvers: Mapping[str, str]
    proofs: tuple[Proof, ...]
    model: int = MODEL_VERSION

    def proof_of(self, statement: Statement) -> Proof | None:
        """The proof of a statement, if it is one of this very model and these very nodes."""
        found = next((each for each in self.proofs if each.name == statement.name), None)
        if found is None or self.model != MODEL_VERSION or found.digest != digest_of(statement):
            return None
        return found


def digest_of(statement: Statement) -> str:
    """SHA-256 over the names and texts of a statement's files, in hexadecimal."""
    digest = sha256()
    for name, text in files_of(statement).items():
        digest.update(f"{name}\n{text}".encode())
    return digest.hexdigest()


# As JSON


def to_plain(results: Results) -> dict[str, Any]:
    return {
        "model": results.model,
        "date": results.date,
        "solvers": dict(results.solvers),
        "proofs": [_proof_to_plain(each) for each in results.proofs],
    }


def _proof_to_plain(proof: Proof) -> dict[str, Any]:
    return {
        "name": proof.name,
        "digest": proof.digest,
        "obligations": proof.obligations,
        "seconds": {name: round(seconds, 2) for name, seconds in proof.seconds.items()},
        "open": list(proof.open),
        "comes_up": proof.comes_up,
        "variants": [
            {
                "name": each.name,
                "by": {name: list(refuted) for name, refuted in each.by.items()},
                "is_violated": each.is_violated,
            }
            for each in proof.variants
        ],
        "tie": None if proof.tie is None else _tie_to_plain(proof.tie),
    }


def _tie_to_plain(tie: TieCount) -> dict[str, Any]:
    return {
        "labs": tie.labs,
        "worlds": tie.worlds,
        "transitions": tie.transitions,
        "unused": list(tie.unused),
        "finding": tie.finding,
    }


def from_plain(plain: Mapping[str, Any]) -> Results:
    """Read what `to_plain` made."""
    proofs = tuple(_proof_from_plain(each) for each in plain["proofs"])
    return Results(plain["date"], plain["solvers"], proofs, plain["model"])


def _proof_from_plain(plain: Mapping[str, Any]) -> Proof:
    variants = tuple(
        Refuted(each["name"], {name: tuple(refuted) for name, refuted in each["by"].items()}, each["is_violated"])
        for each in plain["variants"]
    )
    tie = plain["tie"]
    return Proof(
        plain["name"],
        plain["digest"],
        plain["obligations"],
        plain["seconds"],
        tuple(plain["open"]),
        plain["comes_up"],
        variants,
        None if tie is None else TieCount(**{**tie, "unused": tuple(tie["unused"])}),
    )
