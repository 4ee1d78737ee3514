"""Stored explorations for tests: small questions, and a worker of this process."""

from django_tasks_db.management.commands.db_worker import Worker

from nodes.explorer.questions import Bounds, Network, Question
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID

SMALL = Bounds(reauthentications=1, reallocations=0, key_requests=0, readings=0, commands=0, sessions=1)
HOLDS = Question(PropertyID.P1, Solution.PULL, bounds=SMALL)
VIOLATED = Question(PropertyID.P2, Solution.PUSH, bounds=SMALL)
DEAD_END = Question(PropertyID.P7, Solution.PUSH, Network.REORDER, bounds=SMALL)
"""Takes many seconds."""


def work_off(worker: str = "worker-1", most: int | None = None) -> None:
    """Do what is queued, as a worker process does, and return."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=most,
        worker_id=worker,
        excluded_queue_names=[],
    ).run()
