"""The settings as a process of its own reads them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

PRODUCTION = {
    "SYNCSCOPE_ENV": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "syncscope.example",
    "REDIS_URL": "redis://redis.example/0",
}
NAMES = ("DEBUG", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
PRINT = f"""
import json
from core import settings
print(json.dumps({{name: getattr(settings, name, None) for name in {(*NAMES, "SECURE_PROXY_SSL_HEADER")}}}))
"""


def python(*arguments: str, data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project, in an environment of its own but for what measures coverage."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or name.startswith("COV")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=kept | {"SYNCSCOPE_DATA_DIR": str(data_dir)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_production_is_guarded(tmp_path: Path) -> None:
    ran = python("-c", PRINT, data_dir=tmp_path, **PRODUCTION, DEBUG="1")

    assert json.loads(ran.stdout) == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_production_behind_a_proxy_trusts_its_header(tmp_path: Path) -> None:
    ran = python("-c", PRINT, data_dir=tmp_path, **PRODUCTION, TRUST_PROXY_HEADERS="1", SECURE_SSL_REDIRECT="0")

    values = json.loads(ran.stdout)
    assert values["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert values["SECURE_SSL_REDIRECT"] is False


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(name: str, tmp_path: Path) -> None:
    ran = python("manage.py", "check", data_dir=tmp_path, **PRODUCTION | {name: ""})

    assert ran.returncode == 1
    assert ran.stderr.startswith(f"{name} is not set; production needs")
    assert ran.stderr.count("\n") == 1


def test_production_passes_the_deployment_checks(tmp_path: Path) -> None:
    ran = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", data_dir=tmp_path, **PRODUCTION)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_no_environment_is_a_demo_without_debug(tmp_path: Path) -> None:
    ran = python("-c", PRINT, data_dir=tmp_path)

    assert json.loads(ran.stdout) == dict.fromkeys((*NAMES, "SECURE_PROXY_SSL_HEADER")) | {"DEBUG": False}


def test_tests_run_with_the_settings_of_a_test() -> None:
    assert settings.ENVIRONMENT == "test"


@pytest.mark.django_db
@pytest.mark.sqlite
def test_sqlite_writes_ahead() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (1,)
