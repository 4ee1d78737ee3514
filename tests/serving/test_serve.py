"""`manage.py serve`, the process: its log, its answers when a page fails, and its end under every load."""

import signal
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from core.management.commands.serve import several
from core.serving.server import OPEN_REQUESTS_END_WITHIN, STOP_WITHIN
from tests.support.serve import Server, manage, running

# The server, with a page that computes for ever and one that fails.
WITH_PAGES = """
import logging, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings"
import django; django.setup()
from django.urls import path
from core import urls
from core.management.commands.serve import Command
from django.core.management import call_command

def computes(request, number=0):
    print("It computes.", flush=True)
    while True:
        number += 1

def fails(request, drive_key):
    raise ValueError("the reason of " + request.path)

urls.urlpatterns += [path("computes/", computes), path("fails/drive/<slug:drive_key>/", fails)]
call_command(Command(), port=0, processes=1)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with database and static files."""
    folder = tmp_path_factory.mktemp("installation")
    for command in (("migrate", "--verbosity", "0"), ("collectstatic", "--no-input", "--verbosity", "0")):
        ran = manage(folder, *command)
        assert (ran.returncode, ran.stderr) == (0, "")
    return folder


@pytest.fixture
def server(installed: Path) -> Iterator[Server]:
    with running(installed, "-c", WITH_PAGES) as server:
        assert server.get("/healthz")[0] == 200
        yield server


def stop(server: Server, number: signal.Signals = signal.SIGTERM) -> list[dict[str, Any]]:
    """Tell it to stop; whatever it has written, without the page's own word."""
    server.process.send_signal(number)
    # The promise is 10 s; a busy machine may take longer, a server that waits for its client takes for ever.
    assert server.process.wait(60) == 0
    return [line for line in server.lines() if line["level"] != "INFO"]


def test_ten_seconds_are_kept_by_design() -> None:
    assert OPEN_REQUESTS_END_WITHIN + 2 < STOP_WITHIN < 9


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_probes_by_address_and_stops(server: Server, number: signal.Signals) -> None:
    """Nor is a probe sent to HTTPS, nor written in the log."""
    status, _, text = server.get("/readyz", Host="192.0.2.7")

    assert (status, text) == (200, '{"ready": true, "database": "ok", "channel_layer": "ok", "queue": "ok"}\n')
    assert stop(server, number) == []
    assert [line["message"] for line in server.lines()] == [
        f"Serving http://127.0.0.1:{server.port}/ with 1 process", "Stopped",
    ]  # fmt: skip


def test_a_page_that_fails_names_its_request_and_the_log_says_why(server: Server) -> None:
    status, headers, page = server.get("/fails/drive/s3cret/?query=s3cret", **{"X-Request-ID": "from-the-proxy"})

    assert (status, headers["x-request-id"]) == (500, "from-the-proxy")
    assert "This was request <code>from-the-proxy</code>." in page
    assert "reason" not in page
    stop(server)
    of_request = [line for line in server.lines() if line.get("request_id") == "from-the-proxy"]
    assert [(line["logger"], line["level"]) for line in of_request] == [
        ("django.request", "ERROR"), ("syncscope.access", "INFO"),
    ]  # fmt: skip
    assert "ValueError: the reason of /fails/drive/***/" in of_request[0]["traceback"]
    assert of_request[1].items() >= {"method": "GET", "path": "/fails/drive/***/", "status": 500}.items()
    assert "s3cret" not in server.log()


def test_what_a_client_does_wrong_is_no_warning(server: Server) -> None:
    assert server.get("/no-such-page/")[0] == 404
    assert server.get("/", Host="other.example")[0] == 400
    with server.connect(b"nonsense\r\n\r\n") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 400")

    assert stop(server) == []
    assert not any("traceback" in line for line in server.lines())


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nX-Slow:", b"POST /labs/new/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nab"],
    ids=["headers", "body"],
)
def test_a_slow_client_does_not_keep_it(server: Server, sent: bytes) -> None:
    with server.connect(sent) as connection:
        stop(server)
        is_answered = b"The server is stopping" in connection.recv(1000)
        assert is_answered == sent.startswith(b"POST")


MAKE_LAB = """
from nodes.labs import labs
from nodes.protocol.options import Setup
print(labs.create_lab(Setup("a lab")).lab.key)
"""


def test_an_open_socket_does_not_keep_it(installed: Path, server: Server) -> None:
    key = manage(installed, "shell", "--no-imports", "-c", MAKE_LAB).stdout.strip()
    url = f"ws://127.0.0.1:{server.port}/ws/labs/{key}/"
    with connect(url, origin=Origin(server.url)) as page:
        page.recv(timeout=60)
        assert stop(server) == []
        with pytest.raises(ConnectionClosed, match="1012"):
            list(page)


def test_a_request_that_computes_does_not_keep_it(installed: Path) -> None:
    request = b"GET /computes/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with running(installed, "-c", WITH_PAGES) as server, server.connect(request):
        while "It computes." not in server.log():
            time.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0


def test_a_busy_port_is_said_in_one_sentence(installed: Path, server: Server) -> None:
    ran = manage(installed, "serve", "--port", str(server.port))

    assert ran.returncode == 1
    assert ran.stderr.startswith(f"Port {server.port} of 127.0.0.1 is in use; ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["0", "65", "two", ""])
def test_wrong_numbers_of_processes_are_refused(text: str) -> None:
    assert several("64") == 64
    with pytest.raises(ArgumentTypeError, match=f"^1 to 64 processes, got '{text}'$"):
        several(text)
