"""The log: lines to read in a demo, JSON in production, of requests with their id, and never a secret.

What a record's `extra` holds is not written unless it is in `fields`, which only our own code sets.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of one."""

# What is before the secret is kept: it says what was there.
_SECRETS: Final = (
    re.compile(r"(/drive/)[^/\s\"'?#\\]+"),
    re.compile(r"(://[^:/\s\"@]*:)[^@\s\"]+(?=@)"),
    re.compile(r"((?:sessionid|csrftoken|csrfmiddlewaretoken|password)=)[^;&\s\"']+"),
)
_FIRST_SERVER_ERROR: Final = 500


def without_secrets(text: str) -> str:
    """Return the text with drive keys, passwords of addresses, and cookies replaced."""
    for secret in _SECRETS:
        text = secret.sub(r"\1***", text)
    return text


class Lines(logging.Formatter):
    """One line a record, a traceback below it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class JSONLines(logging.Formatter):
    """One JSON object a record, a traceback inside it."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_id.get():
            said["request_id"] = name
        said |= getattr(record, "fields", {})
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(said, ensure_ascii=False, default=str))


class ClientErrors(logging.Filter):
    """Make an INFO without traceback of what nobody here has to act on: a client's error, and "try again later".

    What is wrong where that is said, such as a database that is away, has a line of its own.
    """

    def __init__(self, level: str) -> None:
        super().__init__()
        self._least = logging.getLevelNamesMapping()[level]

    def filter(self, record: logging.LogRecord) -> bool:
        if _is_of_client(record):
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.exc_info = record.exc_text = None
        return record.levelno >= self._least


def _is_of_client(record: logging.LogRecord) -> bool:
    if record.name == "uvicorn.error":
        return record.getMessage() in {"Invalid HTTP request received.", "Unsupported upgrade request."}
    # Django logs a status with what it answers, and none with what it finds suspicious, which is a 400.
    status: int = getattr(record, "status_code", 400)
    is_refusal = status < _FIRST_SERVER_ERROR or status == HTTPStatus.SERVICE_UNAVAILABLE
    return record.name.startswith(("django.request", "django.security")) and is_refusal


def configuration(level: str, *, as_json: bool) -> dict[str, Any]:
    """Return Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": f"core.logs.{'JSONLines' if as_json else 'Lines'}"}},
        "filters": {"client_errors": {"()": "core.logs.ClientErrors", "level": level}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "text", "filters": ["client_errors"]},
        },
        "loggers": {
            # Django gives these handlers and levels of their own.
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            # It tells of each socket, with its query; what a request came to is in syncscope.access.
            "uvicorn": {"level": "WARNING"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
