"""OPERATIONS.md, followed on a clean account from its first block to its last."""

import http.cookiejar
import json
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.support.operations import (
    PAGE,
    PATH,
    Nginx,
    Units,
    answers,
    blocks,
    free_port,
    is_of_system,
    missing,
    postgresql,
    process,
    redis,
    variables,
    wait_for,
)

SERVER: Final = "syncscope.service"
WORKER: Final = "syncscope-worker@1.service"

READ_NAMES = """
import os, sys
read = set()
class Environment(type(os.environ)):
    def get(self, name, default=None):
        if "/core/" in sys._getframe(1).f_code.co_filename:
            read.add(name)
        return super().get(name, default)
os.environ.__class__ = Environment
import core.settings
print(*sorted(read))
"""


def test_every_setting_is_in_the_table_and_in_the_settings() -> None:
    production = {"SYNCSCOPE_ENV": "production", "SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": "a"}
    ran = subprocess.run(
        [sys.executable, "-c", READ_NAMES],
        cwd=settings.BASE_DIR,
        env=os.environ | production,
        capture_output=True,
        text=True,
        check=True,
    )
    text = PAGE.read_text(encoding="utf-8")
    settings_part = text[text.index("## Settings") :]
    table = re.findall(r"^\| `([A-Z_]+)`|\| `([A-Z_]+_PER_ADDRESS)`", settings_part, re.MULTILINE)

    # DEBUG is not even read in production.
    assert sorted([*ran.stdout.split(), "DEBUG"]) == sorted(map("".join, table))


class Installation:
    """The account, the folders and the services that the page's variables name."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.account = f"syncscope-{secrets.token_hex(4)}"
        self.source = folder / "source"
        self.https, self.port = free_port(), free_port()
        for name in ("units", "sites"):
            (folder / name).mkdir()
        pg_port = stack.enter_context(postgresql(folder / "postgresql"))
        self.database = f"host={folder}/postgresql port={pg_port} dbname={self.account}"
        self.values = {
            "NAME": "localhost",
            "SOURCE": str(self.source),
            "ACCOUNT": self.account,
            "APP": str(folder / "app"),
            "DATA": str(folder / "data"),
            "CONF": str(folder / "conf"),
            "BACKUPS": str(folder / "backups"),
            "UNITS": str(folder / "units"),
            "SITES": str(folder / "sites"),
            "HTTP": str(free_port()),
            "HTTPS": str(self.https),
            "PORT": str(self.port),
            "REDIS_URL": stack.enter_context(redis(folder)),
            "PGHOST": str(folder / "postgresql"),
            "PGPORT": str(pg_port),
        }
        self.units = Units(folder / "units", folder)
        self.nginx = Nginx(folder, folder / "sites")
        self.stack = stack
        self.exits: list[int] = []

    def copy_source(self) -> None:
        """Put the files of this work tree into a repository to clone."""
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (settings.BASE_DIR / name).is_file():
                (self.source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(settings.BASE_DIR / name, self.source / name)
        self.git("init", "--quiet")
        self.commit("First version")

    def commit(self, subject: str) -> None:
        self.git("add", "--all")
        self.git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", subject)

    def git(self, *arguments: str) -> None:
        subprocess.run(["/usr/bin/git", *arguments], cwd=self.source, check=True)

    def run(self, block: str, **others: str) -> str:
        """Run a block as root, in an environment of nothing but what reaches the package registry."""
        kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or "proxy" in name.lower()}
        script = f"set -euo pipefail\numask 022\n{variables(**{**self.values, **others})}\n{block}"
        ran = subprocess.run(
            ["/bin/bash", "-c", script],
            cwd="/",
            env={"PATH": PATH, "HOME": str(self.folder), "LANG": "C.UTF-8", **kept},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{block}\n{ran.stdout}\n{self.logs()}"
        return ran.stdout

    def obey(self, block: str) -> None:
        """Do what systemd, or nginx under systemd, does at the lines of a block."""
        for line in block.splitlines():
            match line.replace("'", "").split():
                case ["systemctl", "enable", "--now", *names] | ["systemctl", "start", *names]:
                    for name in names:
                        self.units.start(name)
                case ["systemctl", "stop", *patterns]:
                    names = [name for pattern in patterns for name in self.units.matching(pattern)]
                    self.exits += [self.units.stop(name) for name in names]
                case ["systemctl", "reload", "nginx"]:
                    self.stack.enter_context(process(*self.nginx.arguments(), log=self.folder / "nginx.log"))
                    wait_for(lambda: answers(self.https), "nginx")
                case ["nginx", "-t"]:
                    self.nginx.configure()
                    self.nginx.test()
                case ["apt-get", *_] | ["systemctl", "daemon-reload"]:
                    pass
                case _:
                    pytest.fail(f"nobody here does {line!r}")

    def follow(self, block: str) -> str:
        if is_of_system(block):
            self.obey(block)
            return ""
        return self.run(block)

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in sorted(self.folder.glob("*.log")))

    def remove(self) -> None:
        self.units.end()
        subprocess.run(["/usr/sbin/userdel", self.account], check=False, stderr=subprocess.DEVNULL)


def require() -> None:
    """Skip where the page cannot be followed, or fail in CI."""
    if words := missing():
        if os.environ.get("SYNCSCOPE_REQUIRE_OPERATIONS") == "1":
            pytest.fail(words)
        pytest.skip(words)


@pytest.fixture
def installation() -> Iterator[Installation]:
    require()
    # In a folder that every account can reach, as those of the page are.
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        Path(name).chmod(0o755)
        made = Installation(Path(name), stack)
        stack.callback(made.remove)
        made.copy_source()
        yield made


class Visitor:
    """A browser's part: cookies, forms with their token, the certificate of the page, a socket."""

    def __init__(self, installation: Installation) -> None:
        self.base = f"https://localhost:{installation.https}"
        self.trust = ssl.create_default_context(cafile=installation.values["CONF"] + "/tls/certificate.pem")
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=self.trust),
            urllib.request.HTTPCookieProcessor(self.cookies),
            urllib.request.ProxyHandler({}),
        )

    def open(self, path: str, body: bytes | None = None) -> tuple[str, str]:
        """The address that this leads to, and its text."""
        headers = {"Origin": self.base, "Referer": f"{self.base}/"}
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), body, headers)
        with self.opener.open(request, timeout=60) as response:
            return urllib.parse.urlsplit(response.url).path, response.read().decode()

    def send(self, page: str, path: str, **fields: str) -> tuple[str, str]:
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
        return self.open(path, urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode())

    def status(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        try:
            self.open(path, body)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        return 200, ""


def first_action(page: str) -> dict[str, str]:
    """What the first button sends that does something to the lab."""
    found = re.findall(r"""form="drive" name="action" value='([^']+)'""", page)
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    return {"action": unescape(found[0]), "seen": unescape(seen[0])}


def query(installation: Installation, query: str) -> str:
    command = ["psql", "-AtX", "-c", query, installation.database]
    ran = subprocess.run(command, user="postgres", cwd="/", check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def steps(installation: Installation) -> int:
    return int(query(installation, "SELECT max(step) FROM nodes_lab"))


def test_the_page_leads_to_a_running_installation(installation: Installation) -> None:
    """Installed, used, backed up and restored, upgraded, and stopped under load."""
    printed = "".join(installation.follow(block) for block in blocks("Install"))

    password = re.findall(r"^admin account: admin, password: (\S+)$", printed, re.MULTILINE)[0]
    assert printed.count('{"ready": true, "database": "ok", "channel_layer": "ok", "queue": "ok"}') == 2
    check_units(installation)
    visitor = Visitor(installation)
    check_limits(visitor)
    lab = check_pages(visitor, password)
    check_backup(installation, visitor, lab)
    check_upgrade(installation, visitor, lab)
    check_end(installation)
    check_log(installation, password)


def check_pages(visitor: Visitor, password: str) -> str:
    """Log in to the admin, make a lab, and see over the socket what is done in it; the lab's path."""
    login = visitor.open("/admin/login/")[1]
    path, page = visitor.send(login, "/admin/login/?next=/admin/", username="admin", password=password)
    assert (path, "Log out" in page) == ("/admin/", True)

    lab, page = visitor.send(visitor.open("/")[1], "/labs/new/")
    live = re.findall(r'data-live="([^"]+)"', page)[0]
    cookie = "; ".join(f"{each.name}={each.value}" for each in visitor.cookies)
    listening = connect(
        f"{visitor.base.replace('https', 'wss')}{live}",
        ssl=visitor.trust,
        origin=Origin(visitor.base),
        additional_headers={"Cookie": cookie},
        proxy=None,
    )
    with listening as watching:
        before = str(watching.recv(timeout=60))
        visitor.send(page, f"{lab}act/", **first_action(page))
        after = str(watching.recv(timeout=60))
        while 'id="revision"' not in after:
            after = str(watching.recv(timeout=60))
    assert after != before
    return lab


def check_units(installation: Installation) -> None:
    """As systemd reads them, where it can be asked."""
    if program := shutil.which("systemd-analyze", path=PATH):
        files = [str(installation.folder / "units" / name) for name in (SERVER, WORKER)]
        for template in installation.units.folder.glob("*@.service"):
            shutil.copy(template, installation.units.folder / WORKER)
        ran = subprocess.run([program, "verify", *files], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")


def check_limits(visitor: Visitor) -> None:
    """What is too large is refused in a sentence, by the proxy or by the server behind it."""
    for size in (6_000_000, 4_500_000):
        status, said = visitor.status("/traces/", bytes(size))
        assert status == 413
        assert "t most 4 MB can be sent at once. Nothing was changed." in said
    assert visitor.status("/readyz")[0] == 200


def check_backup(installation: Installation, visitor: Visitor, lab: str) -> None:
    """What was done after the backup is gone, what was done before is there."""
    backup, *restore = blocks("Backup and restore")
    installation.follow(backup)
    before = steps(installation)
    page = visitor.open(lab)[1]
    visitor.send(page, f"{lab}act/", **first_action(page))
    assert steps(installation) > before

    for block in restore:
        installation.follow(block)

    assert steps(installation) == before
    check_is_back(installation, visitor, lab)


def check_upgrade(installation: Installation, visitor: Visitor, lab: str) -> None:
    with (installation.source / "CHANGELOG.md").open("a", encoding="utf-8") as file:
        file.write("\n- The second version.\n")
    installation.commit("Second version")
    before = steps(installation)

    for block in blocks("Upgrade"):
        installation.follow(block)

    changes = Path(installation.values["APP"], "CHANGELOG.md").read_text(encoding="utf-8")
    assert changes.endswith("- The second version.\n")
    check_is_back(installation, visitor, lab)
    assert steps(installation) == before
    for block in blocks("Clean-up"):
        installation.follow(block)


def check_is_back(installation: Installation, visitor: Visitor, lab: str) -> None:
    """The lab is there, and still this browser's."""
    wait_for(lambda: visitor.status("/readyz")[0] == 200, "the server")
    assert 'id="drive"' in visitor.open(lab)[1]


START_SEARCHES: Final = """manage shell --no-imports -c '
from nodes.explorer.asking import Wanted
from nodes.explorations import services
services.start(Wanted())'
"""


def check_end(installation: Installation) -> None:
    """Within their time, a slow client here and a search there."""
    installation.run(START_SEARCHES)
    running = "SELECT count(*) FROM runs_search WHERE state = 'running'"
    wait_for(lambda: query(installation, running) == "1", "a search")
    with socket.create_connection(("127.0.0.1", installation.port)) as slow:
        slow.sendall(b"POST /traces/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab")
        installation.obey("systemctl stop syncscope.service 'syncscope-worker@*.service'")

    # systemd kills what does not end, and then this is no 0.
    assert installation.exits == [0] * 6
    assert query(installation, running) == "0"


def check_log(installation: Installation, password: str) -> None:
    """Objects of a line, with the proxy's id, without what is secret."""
    text = installation.units.log(SERVER).read_text(encoding="utf-8")
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in lines if line["logger"] == "syncscope.access"]

    assert {line["status"] for line in requests} >= {101, 200, 302, 303, 413}
    assert all(re.fullmatch("[0-9a-f]{32}", line["request_id"]) for line in requests if line["path"] == "/")
    assert {line["client"] for line in requests} == {"127.0.0.1"}
    conf = Path(installation.values["CONF"], "syncscope.env").read_text(encoding="utf-8")
    secret = re.findall(r"^SECRET_KEY=(.*)$", conf, re.MULTILINE)[0]
    for word in (password, secret, "sessionid", "csrfmiddlewaretoken"):
        assert word not in text


def test_the_database_of_a_small_installation_is_kept_and_brought_back() -> None:
    """The blocks about SQLite, with an account that is there."""
    require()
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        shutil.chown(folder, "nobody", "nogroup")
        database = folder / "syncscope.sqlite3"
        command = [
            "sqlite3",
            str(database),
            "PRAGMA journal_mode=WAL; CREATE TABLE lab (step); INSERT INTO lab VALUES (7)",
        ]
        subprocess.run(command, user="nobody", check=True, stdout=subprocess.DEVNULL)
        values = variables(ACCOUNT="nobody", DATA=name, BACKUPS=f"{name}/backups")
        backup, restore = (
            block.replace('-g "$ACCOUNT"', "-g nogroup") for block in blocks("A small installation", "sh sqlite")
        )

        subprocess.run(["/bin/bash", "-euc", f"{values}\n{backup}"], cwd="/", check=True)
        database.write_bytes(b"damaged")
        subprocess.run(["/bin/bash", "-euc", f"{values}\n{restore}"], cwd="/", check=True)

        read = subprocess.run(
            ["/usr/bin/sqlite3", str(database), "SELECT step FROM lab"],
            user="nobody",
            check=True,
            capture_output=True,
            text=True,
        )
        assert read.stdout == "7\n"
