"""A PostgreSQL server of the tests' own, and pytest on it: `python -m tests.support.postgresql tests/labs …`."""

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MISSING = "PostgreSQL is not installed: initdb was not found"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them out of the way."""
    found = [Path(path).parent for path in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))]  # noqa: PTH207
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path).parent if on_path else None


@dataclass(frozen=True)
class Cluster:
    """A server on a port of its own, with an empty database."""

    folder: Path
    home: str
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://syncscope@127.0.0.1:{self.port}/postgres"

    def initialise(self) -> None:
        data = f"{self.home}/data"
        self._run("initdb", "--pgdata", data, "--auth", "trust", "--username", "syncscope", "--no-sync")

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.home} -c fsync=off"
        self._run("pg_ctl", "start", "--wait", "--silent", "--options", options, "--log", f"{self.home}/log")

    def stop(self) -> None:
        """Stop at once, as a server does that is killed: every connection is cut."""
        self._run("pg_ctl", "stop", "--mode", "immediate")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.folder / program), *arguments],
            # PostgreSQL does not run as root.
            user=_user(),
            cwd=self.home,
            env=os.environ | {"PGDATA": f"{self.home}/data"},
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )


def _user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running server, in a folder that its user can reach.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    folder = programs()
    if folder is None:
        raise FileNotFoundError(MISSING)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as home:
        user = _user()
        if user:
            shutil.chown(home, user)
        server = Cluster(folder, home, port)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def required_cluster() -> Iterator[Cluster]:
    """The server of a fixture; without the programs its tests are skipped, or fail in CI."""
    if programs() is None:
        if os.environ.get("SYNCSCOPE_REQUIRE_POSTGRESQL") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with cluster() as server:
        yield server


def main(arguments: list[str]) -> int:
    """Run pytest with the product's rows in a server of its own; tests marked `sqlite` are left out."""
    with cluster() as server:
        # Many tests write and undo rows: nothing of them need outlive a power cut.
        environment = os.environ | {"SYNCSCOPE_ENV": "test", "DATABASE_URL": server.url}
        command = [sys.executable, "-m", "pytest", "-m", "not sqlite", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
