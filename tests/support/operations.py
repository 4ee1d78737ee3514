"""OPERATIONS.md as a script, and what a Debian machine has running: PostgreSQL, Redis, nginx and systemd's part.

Commands of the page run as they stand there. Only the values that it tells the reader to set are a test's, and what
systemd would do is done here from the same unit files: there is none where tests run.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

PAGE: Final = settings.BASE_DIR / "OPERATIONS.md"
PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NEEDED: Final = ("createdb", "curl", "git", "make", "nginx", "openssl", "pg_dump", "redis-server", "runuser", "sqlite3")

_BLOCK: Final = re.compile(r"^```(sh(?: \w+)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OF_SYSTEM: Final = ("apt-get ", "systemctl ", "nginx ")


def blocks(heading: str = "", kind: str = "sh") -> list[str]:
    """The shell blocks below a heading of the page; the one above all headings sets the variables."""
    above, *sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    below = {name: text for name, _, text in (section.partition("\n") for section in sections)}
    found = _BLOCK.findall(below[heading] if heading else above)
    assert found, heading
    return [text for name, text in found if name == kind]


def is_of_system(block: str) -> bool:
    """Whether a block is for the package manager, systemd or the machine's nginx."""
    return all(line.startswith(_OF_SYSTEM) for line in block.splitlines())


def variables(**values: str) -> str:
    """The page's first block with values of the test's."""
    text = blocks()[0]
    for name, value in values.items():
        text, found = re.subn(rf"(?<=[ ]){name}=\S+", f"{name}={shlex.quote(value)}", text)
        assert found == 1, name
    return text


def missing() -> str:
    """Why the page cannot be followed here; empty if it can."""
    if os.geteuid() != 0:
        return "OPERATIONS.md is for root"
    absent = [name for name in NEEDED if shutil.which(name, path=PATH) is None]
    return f"OPERATIONS.md needs {', '.join(absent)}" if absent else ""


def free_port() -> int:
    """A port that is free, and that no earlier call gave: the kernel may offer the same one again once it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
        if port in _given:
            return free_port()
    _given.add(port)
    return port


_given: set[int] = set()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited for {what}")
        time.sleep(0.05)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def process(*command: str, log: Path, user: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service in the foreground until the block ends."""
    with log.open("ab") as file:
        started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, user=user, cwd="/")
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def postgresql(folder: Path) -> Iterator[int]:
    """As Debian sets it up, but for the port: who is who the socket tells. The port; the socket is in the folder."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    folder.mkdir()
    shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    port = free_port()
    initdb = [str(programs / "initdb"), "--pgdata", str(folder / "data"), "--auth-local=peer", "--auth-host=reject"]
    subprocess.run([*initdb, "--no-sync"], user="postgres", cwd="/", check=True, stdout=subprocess.DEVNULL)
    options = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", str(folder), "-p", str(port)]
    command = (str(programs / "postgres"), "-D", str(folder / "data"), *options)
    # SIGINT is its fast shutdown: connections of a failed test do not hold it up.
    with process(*command, log=folder.parent / "postgresql.log", user="postgres") as server:
        wait_for((folder / f".s.PGSQL.{port}").exists, "PostgreSQL")
        try:
            yield port
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Redis on a free port; its address."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with process("/usr/bin/redis-server", *options, log=folder / "redis.log"):
        wait_for(lambda: answers(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0"


@dataclass
class Nginx:
    """nginx with a configuration that reads the sites' folder, as Debian's does."""

    folder: Path
    sites: Path

    def arguments(self) -> list[str]:
        return ["/usr/sbin/nginx", "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "nginx-error.log")]

    def configure(self) -> None:
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 2; pid {self.folder}/nginx.pid; user www-data;\n"
            f"events {{}}\nhttp {{ {temporary} include {self.sites}/*.conf; }}\n",
            encoding="utf-8",
        )

    def test(self) -> None:
        subprocess.run([*self.arguments(), "-t", "-q"], check=True)


@dataclass
class Units:
    """What systemd does with the unit files of a folder."""

    folder: Path
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        unit = self._read(name)
        settings_of_unit = dict(
            line.split("=", 1)
            for line in Path(unit["EnvironmentFile"]).read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        )
        with self.log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                shlex.split(unit["ExecStart"]),
                cwd=unit["WorkingDirectory"],
                env={"PATH": PATH, **settings_of_unit},
                user=unit["User"],
                group=unit["User"],
                extra_groups=[],
                umask=int(unit["UMask"], 8),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, name: str) -> int:
        """Stop a unit as systemd does; its exit status, which is a signal's where it had to be killed."""
        stopped = self.running.pop(name)
        stopped.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            stopped.wait(60)
        self._kill(stopped)
        return stopped.wait()

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def matching(self, pattern: str) -> list[str]:
        return [name for name in self.running if Path(name).match(pattern)]

    def end(self) -> None:
        for stopped in self.running.values():
            self._kill(stopped)
            stopped.wait()

    def _kill(self, stopped: subprocess.Popen[bytes]) -> None:
        """End what is left of the unit's processes, which are a group of their own."""
        with suppress(ProcessLookupError):
            os.killpg(stopped.pid, signal.SIGKILL)

    def _read(self, name: str) -> Mapping[str, str]:
        file = self.folder / re.sub(r"@[^.]*", "@", name)
        lines = file.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]\w+=", line))
