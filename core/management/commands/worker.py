"""`manage.py worker`: a process that does the searches that pages ask for. Several share one queue."""

import logging
import os
import signal
import socket
import sys
from argparse import ArgumentParser
from threading import Thread
from time import sleep
from types import FrameType
from typing import Any, Final

from django.db import connection
from django_tasks_db.management.commands import db_worker

from core.preflight import checks
from core.serving.server import end_after
from core.tidying import tidy_if_due
from nodes.away import AWAY
from nodes.explorations.queue import ending

STOP_WITHIN: Final = 8.0
"""Seconds after the first signal; a search hands itself back at its next report, long before."""

TRY_AGAIN_AFTER: Final = 1  # second
LOOK_EVERY: Final = 300  # seconds

logger = logging.getLogger("syncscope.worker")


def end_when_input_ends() -> None:
    """Wait until whoever started this process is gone, then end it as a signal does."""
    # Not through sys.stdin, which a process that ends would wait for, and abort.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def tidy_now_and_then() -> None:
    """Tidy whenever it is due. Searches go on meanwhile, and an error is told and is none of theirs."""
    while True:
        try:
            tidy_if_due()
        except AWAY as error:
            logger.warning("The database does not answer, tidying is tried again: %s", " ".join(str(error).split()))
        except Exception:
            logger.exception("Tidying failed; it is tried again")
        finally:
            # The database may be gone when it is next due.
            connection.close()
        sleep(LOOK_EVERY)


class Worker(db_worker.Worker):
    """Ends at the first signal: the library's would wait for the end of the search."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        if not self.running:
            super().shutdown(signum, frame)
        self.running = False
        ending.set()
        # What is not handed back by then is taken by another worker when this one has been silent for long.
        end_after(STOP_WITHIN)
        if not self.running_task:
            sys.exit(0)
        logger.info("Told to end: the search is handed back")


class Command(db_worker.Command):
    help = (
        "Do the searches that pages ask for, one at a time, until interrupted, and tidy once an hour. "
        "Start one for each core."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--attached", action="store_true", help="End when the standard input ends.")
        # Its name is shown beside the search that it does.
        name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        parser.set_defaults(worker_id=name, interval=0.5, startup_delay=False, reload=False)

    def handle(self, **options: Any) -> None:
        checks.check_database()
        self.configure_logging(options["verbosity"])
        if options["attached"]:
            Thread(target=end_when_input_ends, daemon=True).start()
        Thread(target=tidy_now_and_then, daemon=True).start()
        while not ending.is_set():
            try:
                self._work(options)
            except AWAY as error:
                # A search that was under way is queued again by whoever looks, once it has been silent for long.
                logger.warning("The database does not answer, the worker tries again: %s", " ".join(str(error).split()))
                connection.close()
                ending.wait(TRY_AGAIN_AFTER)
            else:
                return

    def _work(self, options: dict[str, Any]) -> None:
        of_library = ("interval", "batch", "backend_name", "startup_delay", "max_tasks", "worker_id")
        worker = Worker(
            queue_names=options["queue_name"].split(","),
            excluded_queue_names=[name for name in options["exclude_queues"].split(",") if name],
            **{name: options[name] for name in of_library},
        )
        worker.configure_signals()
        worker.run()
