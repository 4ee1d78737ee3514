"""Labs that a browser makes: counted against its budget, and driven by it from then on."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from django.http import HttpRequest

from core.visitors.access import remember_drive_key
from core.visitors.budgets import LABS, spending
from nodes import models


class Made(Protocol):
    """What a service returns that has made a lab."""

    @property
    def lab(self) -> models.Lab: ...

    @property
    def drive_key(self) -> str: ...


MadeT = TypeVar("MadeT", bound=Made)


def make(request: HttpRequest, maker: Callable[[], MadeT]) -> MadeT:
    """Make a lab that this browser drives.

    Raises:
        OverBudget: this browser or its address has made many; none is made.
    """
    with spending(request, LABS):
        new = maker()
    remember_drive_key(request, new.lab, new.drive_key)
    return new
