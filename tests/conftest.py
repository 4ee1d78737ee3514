"""Fixtures that all tests share, and the order in which they run."""

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an input takes to make, or a test with it, says how busy the machine is.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")

BROWSER_TESTS = Path(__file__).parent / "browser"
SLOW_TESTS = frozenset(
    {
        # They start processes of the product.
        "test_aka_command",
        "test_console",
        "test_database_away",
        "test_decode_command",
        "test_demo",
        "test_durability",
        "test_operations",
        "test_processes",
        "test_redis",
        "test_runs_lost",
        "test_runs_postgresql",
        "test_serve",
        "test_preflight",
        "test_tshark",
        "test_turns",
        # They search for long, or try many inputs.
        "test_counterexamples",
        "test_explorer",
        "test_explorer_reduced",
        "test_judged",
        "test_keystone",
        "test_spin",
    }
)


def pytest_configure() -> None:
    """Let the tests and what they start hear Ctrl-C, which a script makes its background ignore."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests and those in the browser, and run these last.

    Playwright leaves an event loop running in this thread, in which asynchronous tests cannot start theirs.
    """
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)
        if item.path.stem in SLOW_TESTS:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER_TESTS))
