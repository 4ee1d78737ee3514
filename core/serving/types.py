"""The types of an ASGI application."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
# Libraries type the three in their own ways.
Application: TypeAlias = Callable[..., Awaitable[None]]


def header(scope: Scope, name: bytes) -> str:
    """The value of a header, its name in lower case; empty if it was not sent."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def path_of(scope: Scope) -> str:
    """The path below the one that the application is served at."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
