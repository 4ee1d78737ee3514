"""The explorer: speed, memory, and how both compare with a plain search and with SPIN, which looks at the same states.

Speed is that of whole searches; only the matrix is explored as pages do it, without what cannot matter.

Every measurement is one search in a process of its own. The matrix is given up after some minutes.
Needs SPIN and gcc for the comparison with them, and Linux for memory.
Run: python -m tests.benchmarks.bench_explorer [repeats, by default 3] [minutes for the matrix, by default 10]
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import TimeoutError as TookTooLong
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search, matrix_questions, searches
from nodes.explorer.questions import Bounds, Question
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID
from tests.benchmarks.plain_search import plain_search
from tests.benchmarks.spin import build_fast, check_programs, verify

REPEATS: Final = 3
MINUTES: Final = 10
PROCESSES: Final = 2
SIZES: Final = (10_000, 100_000, 1_000_000)

# In solution 12 these have 39,557, 117,630 and 1,209,366 states.
_SMALL: Final = Bounds(key_requests=1, readings=0, commands=0)
_MIDDLE: Final = Bounds(key_requests=2, readings=0, commands=0)
_LARGE: Final = Bounds(key_requests=2, most_states=2_000_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """One search: its states, how long it took, and the most memory that it had beside what was there before."""

    states: int
    seconds: float
    octets: int

    @property
    def rate(self) -> float:
        return self.states / self.seconds


def about(question: Question) -> Search:
    return Search((question,))


def of_push(bounds: Bounds) -> Question:
    """P1 in solution 12: it holds, so all states are looked at."""
    return Question(PropertyID.P1, Solution.PUSH, bounds=bounds)


# In processes of their own


def run_explorer(asked: Search) -> Measured:
    return _measured(lambda: max(answer.states for answer in explore(asked, is_reduced=False)))


def run_as_asked(asked: Search) -> int:
    """States of a search that leaves out what cannot matter, as pages and command do it."""
    return max(answer.states for answer in explore(asked))


def run_plain(asked: Search) -> Measured:
    return _measured(lambda: plain_search(asked.questions[0]).states)


def _measured(count: Callable[[], int]) -> Measured:
    before = _memory("VmRSS")
    started = time.perf_counter()
    states = count()
    return Measured(states, time.perf_counter() - started, _memory("VmHWM") - before)


def _memory(name: str) -> int:
    """Octets of this process, as Linux tells them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def _alone(run: Callable[[Search], Measured], asked: Search, repeats: int) -> list[Measured]:
    with _processes(1) as pool:
        return pool.map(run, [asked] * repeats, chunksize=1)


def _processes(number: int, searches_each: int | None = 1) -> Pool:
    """Processes that end after so many searches; leaving the context ends them."""
    return get_context("spawn").Pool(number, maxtasksperchild=searches_each)


# The table


def tell(what: str, measured: Sequence[Measured]) -> float:
    """Print a line; the median of states per second."""
    rates = [each.rate for each in measured]
    octets = statistics.median(each.octets / each.states for each in measured)
    rate = statistics.median(rates)
    spread = f"{min(rates):,.0f} … {max(rates):,.0f}"
    print(
        f"{what:<44}{measured[0].states:>10,} states{rate:>10,.0f}/s ({spread}){octets:>7.0f} octets a state",
        flush=True,
    )
    return rate


def tell_default_searches(repeats: int) -> None:
    print("\n(a, b) default searches (at least 150,000 states/s, at most 150 octets a state)")
    for solution in Solution:
        asked = next(each for each in searches(matrix_questions()) if each.questions[0].solution is solution)
        names = ", ".join(question.property.value for question in asked.questions)
        tell(f"solution {solution.value}, {names}", _alone(run_explorer, asked, repeats))


def tell_ratio_to_plain(repeats: int) -> None:
    print("\n(c) the plain search of the same states (the explorer at least 4 times as fast)")
    asked = about(of_push(_SMALL))
    rates = [
        tell(what, _alone(run, asked, repeats)) for what, run in (("explorer", run_explorer), ("plain", run_plain))
    ]
    print(f"{'ratio':<44}{rates[0] / rates[1]:.1f}")


def tell_ratio_to_spin(repeats: int) -> None:
    print("\n(d) SPIN on a model with the same states (the explorer at most 3 times as slow)")
    try:
        check_programs()
    except FileNotFoundError as error:
        print(f"left out: {error}")
        return
    for bounds in (_MIDDLE, _LARGE):
        question = of_push(bounds)
        explored, verified = _alone(run_explorer, about(question), repeats), _spin(question, repeats)
        rates = [tell("explorer", explored), tell("SPIN, depth first", verified)]
        is_equal = explored[0].states == verified[0].states
        print(f"{'ratio':<44}{rates[1] / rates[0]:.1f}{'' if is_equal else ', but the states differ'}")


def _spin(question: Question, repeats: int) -> list[Measured]:
    with TemporaryDirectory() as folder:
        verifier = build_fast(Path(folder), question)
        found = [verify(verifier) for _ in range(repeats)]
    return [Measured(each.states, each.seconds, round(each.octets * each.states)) for each in found]


def tell_growth(repeats: int) -> None:
    print("\n(e) the cost of a state as searches grow (flat)")
    costs = {}
    for size in SIZES:
        asked = about(of_push(replace(_LARGE, most_states=size)))
        costs[size] = 1e6 / tell(f"stopped after {size:,} states", _alone(run_explorer, asked, repeats))
    words = ", ".join(f"{cost:.1f} µs at {size:,}" for size, cost in costs.items())
    print(f"{'a state':<44}{words}")


def tell_matrix(minutes: float) -> None:
    print(f"\n(f) the whole matrix without repairs, {PROCESSES} processes (at most 120 s)")
    asked = searches(matrix_questions())
    started = time.perf_counter()
    states = done = 0
    with _processes(PROCESSES, None) as pool:
        results = pool.imap_unordered(run_as_asked, asked)
        while done < len(asked):
            try:
                states += results.next(max(0, started + 60 * minutes - time.perf_counter()))
            except TookTooLong:
                break
            done += 1
    took = time.perf_counter() - started
    words = "" if done == len(asked) else ", given up"
    print(f"{done} of {len(asked)} searches, {states:,} states: {took:.0f} s{words}")


def main(repeats: int, minutes: float) -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    tell_default_searches(repeats)
    tell_ratio_to_plain(repeats)
    tell_ratio_to_spin(repeats)
    tell_growth(repeats)
    tell_matrix(minutes)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else REPEATS, float(sys.argv[2]) if sys.argv[2:] else MINUTES)
