"""`manage.py worker`: a process that does the searches that pages ask for. Several share one queue."""

import logging
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from threading import Thread
from typing import Any, Final

from django.db import connection
from django_tasks_db.management.commands.db_worker import Command as DBWorker

from nodes.away import AWAY
from nodes.runs.work import ending

TRY_AGAIN_AFTER: Final = 1  # second

logger = logging.getLogger(__name__)


def end_when_input_ends() -> None:
    """Wait until whoever started this process is gone, then end: at once, or when the search is handed back."""
    sys.stdin.buffer.read()
    ending.set()
    os.kill(os.getpid(), signal.SIGTERM)


class Command(DBWorker):
    help = "Do the searches that pages ask for, one at a time, until interrupted. Start one for each core."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--attached", action="store_true", help="End when the standard input ends.")
        # Its name is shown beside the search that it does.
        name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        parser.set_defaults(worker_id=name, interval=0.5, startup_delay=False, reload=False)

    def handle(self, **options: Any) -> None:
        if options.pop("attached"):
            Thread(target=end_when_input_ends, daemon=True).start()
        while True:
            try:
                super().handle(**options)
            except AWAY as error:
                # A search that was under way is queued again by whoever looks, once it has been silent for long.
                logger.warning("The database does not answer, the worker tries again: %s", " ".join(str(error).split()))
                connection.close()
                time.sleep(TRY_AGAIN_AFTER)
            else:
                return
