"""How much of this server one request may use. Whoever takes many steps for one asks between them."""

from time import monotonic, thread_time
from typing import Final

from django.conf import settings

from nodes.labs.labs import LimitReached

WAITING: Final = 4
"""So many times the budget may pass on the clock: other requests want the processor too."""


class TooMuchWork(LimitReached):
    """A request has used what it may use of the server."""


class Budget:
    """What is left of SYNCSCOPE_MOST_WORK milliseconds of computing. It begins to count when it is made."""

    def __init__(self) -> None:
        self._seconds = settings.SYNCSCOPE_MOST_WORK / 1000
        self._computing = thread_time()
        self._began = monotonic()

    def is_over(self, part: float = 1) -> bool:
        """Whether all of it is used, or this part."""
        seconds = part * self._seconds
        return thread_time() - self._computing > seconds or monotonic() - self._began > WAITING * seconds

    def check(self) -> None:
        """Check that something is left.

        Raises:
            TooMuchWork: nothing is.
        """
        if self.is_over():
            raise TooMuchWork(f"This server works at most {self._seconds:g} s on one request, and here these are over")
