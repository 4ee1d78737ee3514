"""The solvers that are installed, each by its Python package, and what they say to a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from time import perf_counter
from typing import Final

SECONDS_FOR_ONE: Final = 60
"""How long a solver may take for one obligation; then it says unknown."""


@dataclass(frozen=True, slots=True)
class Solver:
    """A solver: its name, the version of its package, and what runs a file of SMT-LIB and returns what it prints."""

    name: str
    version: str
    run: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Solved:
    """What a solver said to each obligation of a file, by the obligation's name, and how long all of it took."""

    solver: Solver
    answers: dict[str, str]
    seconds: float

    @property
    def refuted(self) -> tuple[str, ...]:
        """The obligations that have a counterexample."""
        return tuple(name for name, answer in self.answers.items() if answer == "sat")

    @property
    def is_proof(self) -> bool:
        return set(self.answers.values()) == {"unsat"}

    @property
    def is_refutation(self) -> bool:
        return bool(self.refuted) and set(self.answers.values()) <= {"sat", "unsat"}


def installed() -> tuple[Solver, ...]:
    """The solvers that this Python can import."""
    return tuple(_found())


def _found() -> Iterator[Solver]:
    for name, package, module, run in _KNOWN:
        if find_spec(module) is not None:
            yield Solver(name, metadata.version(package), run)


def solve(solver: Solver, text: str) -> Solved:
    """Run a file of SMT-LIB.

    Raises:
        ValueError: what the solver prints is not a name and an answer for each obligation.
    """
    since = perf_counter()
    printed = solver.run(text).splitlines()
    seconds = perf_counter() - since
    names, said = [name.strip('"') for name in printed[::2]], printed[1::2]
    if len(names) != text.count("(check-sat)") or not set(said) <= {"sat", "unsat", "unknown"}:
        raise ValueError(f"{solver.name} does not understand the file: {' '.join(printed)[:200]}")
    return Solved(solver, dict(zip(names, said, strict=True)), seconds)


def _run_z3(text: str) -> str:
    z3 = import_module("z3")
    context = z3.Context(timeout=SECONDS_FOR_ONE * 1000)
    printed: str = z3.Z3_eval_smtlib2_string(context.ref(), text)
    return printed


def _run_cvc5(text: str) -> str:
    cvc5 = import_module("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    options = {"incremental": "true", "finite-model-find": "true", "tlimit-per": str(SECONDS_FOR_ONE * 1000)}
    for name, value in options.items():
        solver.setOption(name, value)
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "proof")
    symbols = parser.getSymbolManager()
    printed = []
    while not (command := parser.nextCommand()).isNull():
        printed.append(str(command.invoke(solver, symbols)))
    return "".join(printed)


_KNOWN: Final = (("z3", "z3-solver", "z3", _run_z3), ("cvc5", "cvc5", "cvc5", _run_cvc5))
