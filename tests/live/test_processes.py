"""Several server processes without Redis are refused, by the check and at the start, in one sentence."""

import subprocess
from pathlib import Path

import pytest

from core.live import processes
from core.live.processes import SEVERAL, UNSAID
from tests.operations.test_settings import PRODUCTION, python

WITHOUT_REDIS = PRODUCTION | {"REDIS_URL": ""}


def serve(data_dir: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start uvicorn's own command, which is expected to end by itself."""
    command = ("-m", "uvicorn", "core.asgi:application", "--port", "0", "--lifespan", "off", *arguments)
    return python(*command, data_dir=data_dir, **environment)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (WITHOUT_REDIS, UNSAID),
        (WITHOUT_REDIS | {"SYNCSCOPE_SINGLE_PROCESS": "1"}, ""),
    ],
    ids=["unsaid", "single"],
)
def test_the_deployment_check_says_so(environment: dict[str, str], sentence: str, tmp_path: Path) -> None:
    ran = python("manage.py", "check", "--deploy", data_dir=tmp_path, **environment)

    assert ran.returncode == (1 if sentence else 0)
    assert (f"(syncscope.E001) {sentence}" in ran.stderr) is bool(sentence)


def test_commands_that_serve_no_pages_need_no_redis(tmp_path: Path) -> None:
    assert python("manage.py", "migrate", "--plan", data_dir=tmp_path, **WITHOUT_REDIS).returncode == 0


def test_the_server_refuses_in_one_sentence(tmp_path: Path) -> None:
    ran = serve(tmp_path, **WITHOUT_REDIS)

    assert (ran.returncode, ran.stderr) == (3, f"{UNSAID}\n")


@pytest.mark.parametrize(("several", "sentence"), [("1", UNSAID), ("2", SEVERAL)])
def test_the_command_refuses_before_it_starts_any(several: str, sentence: str, tmp_path: Path) -> None:
    ran = python("manage.py", "serve", "--port", "0", "--processes", several, data_dir=tmp_path, **WITHOUT_REDIS)

    assert (ran.returncode, ran.stderr) == (1, f"{sentence}\n")


def test_a_supervisor_of_several_processes_ends_instead_of_starting_them_for_ever(tmp_path: Path) -> None:
    """That there is one process was said, and is not so."""
    environment = WITHOUT_REDIS | {"SYNCSCOPE_SINGLE_PROCESS": "1"}
    ran = serve(tmp_path, "--workers", "2", "--log-level", "critical", **environment)

    assert set(ran.stderr.splitlines()) == {SEVERAL}


def test_a_demo_is_one_process() -> None:
    assert processes.why_unsafe() == ""
