"""SPIN on the model beside this file: makes a verifier for a question of the explorer, and runs it.

Every state is stored whole, and no order of steps is left out: what is counted is what the explorer counts.
"""

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nodes.explorer.questions import Bounds, Network, Question
from nodes.protocol.options import ActiveWhen, MTMSIReuse
from nodes.protocol.properties.catalogue import PropertyID

MODEL: Final = Path(__file__).with_name("syncscope.pml")
PROGRAMS: Final = ("spin", "gcc")
BOUNDS: Final = ("reauthentications", "reallocations", "sessions", "key_requests", "readings", "commands")
ASSERTED: Final = tuple(each for each in PropertyID if each not in {PropertyID.P4, PropertyID.P7, PropertyID.P8})
"""What the model asserts. P4 needs two UEs, P7 is no assertion, and what would be answered for P8 is not modelled."""

_MOST_STEPS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verifier has found. `broken_after`: the steps that lead to the violation, None if there is none.

    `octets` is all memory for each state stored. The states are all there are only if nothing is violated.
    """

    states: int
    depth: int
    broken_after: int | None
    seconds: float
    octets: float


def check_programs() -> None:
    """Check that SPIN and a C compiler are installed.

    Raises:
        FileNotFoundError: one is not.
    """
    missing = [each for each in PROGRAMS if shutil.which(each) is None]
    if missing:
        raise FileNotFoundError(f"no independent count: {' and '.join(missing)} not installed")


def build(folder: Path, question: Question) -> Path:
    """Make the verifier of a question: breadth first, so that it finds the shortest way to what is wrong.

    Raises:
        ValueError: the model does not know what is asked.
    """
    # It is compiled for a short run.
    return _build(folder, _defined(question, asserts=True), "-O0", "-DBFS")


def build_fast(folder: Path, question: Question) -> Path:
    """Make a verifier that only counts the states of a question, as fast as it can: depth first.

    Raises:
        ValueError: the model does not know what is asked.
    """
    return _build(folder, _defined(question, asserts=False), "-O2")


def _build(folder: Path, defined: list[str], *options: str) -> Path:
    _run(folder, "spin", "-a", "-o2", *defined, str(MODEL))
    _run(folder, "gcc", "-w", "-DNOREDUCE", "-DSAFETY", *options, "-o", "pan", "pan.c")
    return folder / "pan"


def verify(verifier: Path) -> Verified:
    """Run a verifier to its end or to the first violation."""
    started = time.perf_counter()
    told = _run(verifier.parent, str(verifier), f"-m{_MOST_STEPS}")
    seconds = time.perf_counter() - started
    if "Search not completed" in told and "assertion violated" not in told:
        raise RuntimeError(f"SPIN did not complete its search:\n{told}")
    states = int(_number(r"(\d+) states, stored", told))
    broken = re.search(r"assertion violated .*\(at depth (\d+)\)", told)
    memory = _number(r"([\d.]+)\s+actual memory usage for states", told, otherwise=0.0)
    return Verified(
        states,
        int(_number(r"depth reached (\d+)", told)),
        # SPIN counts from 0.
        None if broken is None else int(broken[1]) + 1,
        seconds,
        memory * (1 << 20) / states,
    )


def _defined(question: Question, *, asserts: bool) -> list[str]:
    _check_known(question, asserts=asserts)
    defined = [f"SOLUTION={question.solution.value}"]
    defined += [f"{each.upper()}={getattr(question.bounds, each)}" for each in BOUNDS]
    defined += ["RES_VERIFIED"] if question.active_when is ActiveWhen.RES_VERIFIED else []
    defined += ["LOWEST_FREE"] if question.m_tmsi_reuse is MTMSIReuse.LOWEST_FREE else []
    defined += [question.property.name] if asserts else []
    return [f"-D{each}" for each in defined]


def _check_known(question: Question, *, asserts: bool) -> None:
    bounds = question.bounds
    others = {
        each: getattr(bounds, each) != getattr(Bounds(), each)
        for each in ("ues", "mmes", "application_servers", "attaches", "detaches", "accesses", "tracking_area_updates")
    }
    others["restarts"] = bounds.restarts > 0
    others["sessions"] = bounds.sessions > 1
    others["network"] = question.network is not Network.ORDERED
    others["repairs"] = bool(question.repairs)
    others["property"] = asserts and question.property not in ASSERTED
    unknown = [name for name, is_other in others.items() if is_other]
    if unknown:
        raise ValueError(f"the model for SPIN knows no other {', '.join(unknown)}")


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _number(pattern: str, text: str, otherwise: float | None = None) -> float:
    found = re.search(pattern, text)
    if found is None and otherwise is None:
        raise RuntimeError(f"SPIN did not say {pattern}:\n{text}")
    return float(found[1]) if found else float(otherwise or 0)
