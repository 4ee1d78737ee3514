"""core.logs: what is written, and what never is."""

import json
import logging
from collections.abc import Iterator

import pytest

from core import logs
from core.logs import ClientErrors, JSONLines, Lines

SECRETS = [
    "GET /labs/abc/drive/s3cret-key/",
    "postgresql://syncscope:s3cret-key@db.example/lab",
    "redis://:s3cret-key@cache.example/0",
    "Cookie: sessionid=s3cret-key; csrftoken=s3cret-key",
    "POST csrfmiddlewaretoken=s3cret-key&password=s3cret-key",
]


def record(message: str, *arguments: object, name: str = "x", level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, message, arguments, None)


def failed(message: str) -> logging.LogRecord:
    error = ValueError(message)
    return logging.LogRecord("x", logging.ERROR, __file__, 1, "It failed", (), (ValueError, error, None))


@pytest.fixture
def of_request() -> Iterator[None]:
    token = logs.request_id.set("request-1")
    yield
    logs.request_id.reset(token)


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("formatter", [Lines(), JSONLines()], ids=["lines", "JSON"])
def test_no_secret_is_written(formatter: logging.Formatter, text: str) -> None:
    """Neither as the message, nor as its argument, nor in a traceback."""
    for each in (record(text), record("%s", text), failed(text)):
        written = formatter.format(each)

        assert "s3cret" not in written
        assert "***" in written


def test_what_is_no_secret_is_kept() -> None:
    assert logs.without_secrets("http://127.0.0.1:8000/labs/abc/ at 12:30, a@b") == (
        "http://127.0.0.1:8000/labs/abc/ at 12:30, a@b"
    )
    assert logs.without_secrets("/labs/abc/drive/k/") == "/labs/abc/drive/***/"


@pytest.mark.usefixtures("of_request")
def test_a_record_is_one_object_of_a_line() -> None:
    access = record("%s\n%d", "two lines", 1)
    access.fields = {"status": 200}
    access.user = "a stranger"

    written = JSONLines().format(access)

    assert "\n" not in written
    said = json.loads(written)
    assert said.pop("time").endswith("+00:00")
    assert said == {
        "level": "WARNING", "logger": "x", "message": "two lines\n1", "request_id": "request-1", "status": 200,
    }  # fmt: skip


def test_a_traceback_is_in_the_object_of_its_record() -> None:
    said = json.loads(JSONLines().format(failed("why")))

    assert said["traceback"].endswith("ValueError: why")
    assert "request_id" not in said


@pytest.mark.parametrize(
    ("name", "status", "level"),
    [
        ("django.request", 404, "INFO"),
        ("django.request", 500, "ERROR"),
        ("django.request", 503, "INFO"),
        ("django.security.DisallowedHost", None, "INFO"),
        ("core.live.hub", None, "ERROR"),
    ],
)
def test_what_a_client_did_wrong_is_no_error_of_ours(name: str, status: int | None, level: str) -> None:
    error = failed("why")
    error.name = name
    if status is not None:
        error.status_code = status

    assert ClientErrors("INFO").filter(error)
    assert error.levelname == level
    assert (error.exc_info is None) is (level == "INFO")


def test_nonsense_instead_of_http_is_no_error_of_ours() -> None:
    nonsense = record("Invalid HTTP request received.", name="uvicorn.error")

    assert not ClientErrors("WARNING").filter(nonsense)
    assert nonsense.levelname == "INFO"
