"""`make demo`, from the address to the last line."""

import errno
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from pytest_django import Settings

from core.demo import account, address
from core.management.commands.demo import Command

ADDRESS = re.compile(r"Syncscope is at (http://(?:127\.0\.0\.1|\[::1\]):\d+/)  \(stop with Ctrl-C\)")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def test_a_port_in_use_is_named(taken_port: int) -> None:
    sentence = (
        f"Port {taken_port} of 127.0.0.1 is in use; stop what uses it or choose another port, "
        f"for example PORT={address.suggestion(taken_port)}."
    )

    assert address.check(["127.0.0.1", str(taken_port)]) == sentence
    ran = subprocess.run(
        [sys.executable, "-m", "core.demo.address", "127.0.0.1", str(taken_port)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, f"{sentence}\n")


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("127.0.0.1", "0", None),
        ("127.0.0.1", "web", "PORT is 0 to 65535, got 'web'."),
        ("127.0.0.1", "65536", "PORT is 0 to 65535, got 65536."),
        ("192.0.2.1", "8000", "Port 8000 of 192.0.2.1 is not an address of this machine, for example PORT=8001."),
    ],
)
def test_an_address_is_checked(host: str, port: str, sentence: str | None) -> None:
    assert address.check([host, port]) == sentence


@pytest.mark.parametrize(("port", "other"), [(80, 8000), (8000, 8001), (65_535, 8000)])
def test_another_port_is_suggested(port: int, other: int) -> None:
    assert address.suggestion(port) == other


def test_urls() -> None:
    assert address.url("192.0.2.7", 8000) == "http://192.0.2.7:8000/"
    assert address.url("::1", 8000) == "http://[::1]:8000/"
    assert address.url("2001:DB8:0::7", 8000) == "http://[2001:db8::7]:8000/"
    assert address.url("lab.example", 8000) == "http://lab.example:8000/"


class WithoutRoute(socket.socket):
    def connect(self, _: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")


@pytest.mark.parametrize(
    ("addresses", "lan"),
    [(["127.0.1.1", "192.0.2.7"], "192.0.2.7"), (["127.0.1.1"], None)],
)
def test_without_a_route_the_name_tells_the_address(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], lan: str | None
) -> None:
    monkeypatch.setattr(socket, "socket", WithoutRoute)
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda name: (name, [], addresses))

    assert address.lan_address() == lan


def test_a_machine_without_route_and_name_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "socket", WithoutRoute)
    monkeypatch.setattr(socket, "gethostbyname_ex", unknown)

    assert address.lan_address() is None


@pytest.mark.django_db
def test_the_admin_account_is_made_once() -> None:
    password = account.create_admin()

    assert authenticate(username="admin", password=password) is not None
    assert account.create_admin() is None


@contextmanager
def demo(data_dir: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SYNCSCOPE_ENV": "demo", "SYNCSCOPE_DATA_DIR": str(data_dir), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until_served(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what the demo printed, and its address."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if found := ADDRESS.search(line):
            return text, found[1]
    pytest.fail(f"the demo ended early: {text}")


def status(url: str) -> int:
    """Return the status of the page; the address listens before the server answers, so this waits."""
    with urllib.request.urlopen(url, timeout=30) as response:
        return int(response.status)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_second_start_keeps_the_data(tmp_path: Path, stop: signal.Signals) -> None:
    for start in ("first", "second"):
        with demo(tmp_path) as process:
            printed, url = read_until_served(process)
            assert ("password:" in printed) is (start == "first")
            assert status(f"{url}admin/login/") == HTTPStatus.OK
            assert status(f"{url}static/vendor/htmx/htmx-ws.js") == HTTPStatus.OK

            process.send_signal(stop)
            out, err = process.communicate()
            assert (process.returncode, out, err) == (0, "\nStopped.\n", "")


def test_the_room_is_given_an_address_with_its_code(tmp_path: Path) -> None:
    lan = address.lan_address()
    with demo(tmp_path, "--host", "0.0.0.0") as process:  # noqa: S104  That is what is tested.
        printed, url = read_until_served(process)

        if lan is None:
            assert "no address in a network" in printed
        else:
            assert f"Others in the room: {url.replace('127.0.0.1', lan)}" in printed
            assert "\u2580" in printed
            assert status(f"{url.replace('127.0.0.1', lan)}admin/login/") == HTTPStatus.OK
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("host", ["::1", "0:0:0:0:0:0:0:1", "::"])
def test_an_ipv6_address_that_is_printed_is_answered_at(tmp_path: Path, host: str) -> None:
    with demo(tmp_path, "--host", host) as process:
        _, url = read_until_served(process)

        assert status(url) == HTTPStatus.OK
        assert status(re.sub(r"//.*:", "//[::1]:", url)) == HTTPStatus.OK
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_every_interface_of_ipv6_is_shown_to_a_room_without_ipv4(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    def towards(family: socket.AddressFamily, _: str) -> str | None:
        return "2001:db8::7" if family is socket.AF_INET6 else None

    settings.ALLOWED_HOSTS = []
    monkeypatch.setattr(address, "_address_towards", towards)
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda name: (name, [], ["127.0.1.1"]))
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)

    Command().announce("::", 8000)

    printed = capsys.readouterr().out
    assert "Others in the room: http://[2001:db8::7]:8000/\n" in printed
    assert "Syncscope is at http://[::1]:8000/  (stop" in printed
    assert {"[2001:db8::7]", "[::1]"} <= set(settings.ALLOWED_HOSTS)


def test_a_machine_without_network_says_so(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ALLOWED_HOSTS = []
    monkeypatch.setattr(socket, "socket", WithoutRoute)
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda name: (name, [], ["127.0.1.1"]))

    Command().announce("0.0.0.0", 8000)  # noqa: S104  That is what is tested.

    assert capsys.readouterr().out == (
        "This machine has no address in a network, so only it can open the page.\n"
        "Syncscope is at http://127.0.0.1:8000/  (stop with Ctrl-C)\n"
    )


def test_a_busy_port_is_said_in_one_sentence(tmp_path: Path, taken_port: int) -> None:
    with demo(tmp_path, "--port", str(taken_port)) as process:
        out, err = process.communicate(timeout=30)

        assert (process.returncode, out) == (1, "")
        assert err == f"CommandError: {address.check(['127.0.0.1', str(taken_port)])}\n"
        assert not (tmp_path / "syncscope.sqlite3").exists()


def test_ctrl_c_ends_the_demo_and_not_what_started_it(tmp_path: Path) -> None:
    """As under `make`: the terminal would interrupt the starter too, which then reports an error."""
    keyboard, terminal = pty.openpty()
    # A session's first terminal becomes its controlling one, whose foreground group Ctrl-C interrupts.
    script = 'exec <"$0"; "$1" manage.py demo --port 0 && echo "The starter goes on."'
    process = subprocess.Popen(
        ["/bin/sh", "-c", script, os.ttyname(terminal), sys.executable],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SYNCSCOPE_ENV": "demo", "SYNCSCOPE_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    try:
        _, url = read_until_served(process)
        assert status(f"{url}admin/login/") == HTTPStatus.OK
        os.write(keyboard, b"\x03")
        out, _ = process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate()
        os.close(keyboard)
        os.close(terminal)
    assert (process.returncode, out) == (0, "\nStopped.\nThe starter goes on.\n")
