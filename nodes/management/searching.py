"""Searches in one or several processes, and a bar on the terminal that says how far they are."""

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import Manager
from queue import Empty, Queue
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from nodes.explorer.answers import Answer, Progress
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search

LOOK_EVERY = 0.2  # seconds

Answers = tuple[Answer, ...]
Report = tuple[int, Progress]
"""The number of a search, and how far it is."""


class Board:
    """How far all searches are: a bar on a terminal, a line for each that is done elsewhere, or nothing."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._has_bar = sys.stderr.isatty() and not is_quiet
        columns = (
            TextColumn("{task.completed} of {task.total} searches"),
            BarColumn(),
            TextColumn("{task.fields[states]:,} states, {task.fields[rate]:,} a second, depth {task.fields[depth]}"),
            TimeElapsedColumn(),
        )
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True, disable=not self._has_bar)
        self._task = self._bar.add_task("", total=0, states=0, rate=0, depth=0)
        self._since = monotonic()
        self._far: dict[int, Progress] = {}
        self._done = self._total = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, number: int) -> None:
        """So many searches more are asked for."""
        self._total += number
        self._far = {}
        self._since = monotonic()
        self._bar.update(self._task, total=self._total)

    def tell(self, number: int, progress: Progress) -> None:
        self._far[number] = progress
        seconds = max(monotonic() - self._since, 1e-3)
        self._bar.update(
            self._task,
            states=sum(each.states for each in self._far.values()),
            rate=round(sum(each.done for each in self._far.values()) / seconds),
            depth=progress.depth,
        )

    def done(self) -> None:
        """One more search is done."""
        self._done += 1
        self._bar.update(self._task, completed=self._done)
        if not self._is_quiet and not self._has_bar:
            sys.stderr.write(f"{self._done} of {self._total} searches done\n")


def searched(asked: tuple[Search, ...], jobs: int, board: Board) -> Iterator[Answers]:
    """The answers of each search, in the order of the searches."""
    board.begin(len(asked))
    found = _in_processes(asked, min(jobs, len(asked)), board) if min(jobs, len(asked)) > 1 else _here(asked, board)
    for answers in found:
        board.done()
        yield answers


def _here(asked: tuple[Search, ...], board: Board) -> Iterator[Answers]:
    for number, each in enumerate(asked):

        def report(progress: Progress, number: int = number) -> bool:
            board.tell(number, progress)
            return True

        yield explore(each, report)


def _in_processes(asked: tuple[Search, ...], jobs: int, board: Board) -> Iterator[Answers]:
    with Manager() as manager, ProcessPoolExecutor(jobs) as pool:
        reports: Queue[Report] = manager.Queue()
        futures = [pool.submit(explore_and_tell, number, each, reports) for number, each in enumerate(asked)]
        try:
            for future in futures:
                _wait(future, reports, board)
                yield future.result()
        finally:
            # Whoever interrupts does not wait for what has not begun.
            pool.shutdown(wait=False, cancel_futures=True)


def _wait(future: "Future[Answers]", reports: "Queue[Report]", board: Board) -> None:
    while not future.done():
        try:
            board.tell(*reports.get(timeout=LOOK_EVERY))
        except Empty:
            continue


def explore_and_tell(number: int, asked: Search, reports: "Queue[Report]") -> Answers:
    """What a process of the pool does."""

    def report(progress: Progress) -> bool:
        reports.put((number, progress))
        return True

    return explore(asked, report)
