"""`manage.py serve`: the server of an installation, with the time-outs and bounds that it needs (OPERATIONS.md)."""

import logging
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from core.demo import address
from core.live.processes import why_unsafe
from core.preflight import checks
from core.preflight.refusals import CannotStart
from core.serving.server import serve

logger = logging.getLogger("syncscope.serve")


def several(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PROCESSES):
        raise ArgumentTypeError(f"1 to {MOST_PROCESSES} processes, got {text!r}")
    return int(text)


MOST_PROCESSES = 64


class Command(BaseCommand):
    help = "Serve until SIGTERM or Ctrl-C. A proxy that speaks HTTPS stands before it; see OPERATIONS.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen on (default: %(default)s).")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="0 takes any free one (default: PORT, %(default)s)."
        )
        parser.add_argument(
            "--processes",
            type=several,
            default=settings.SYNCSCOPE_PROCESSES,
            help="Server processes (default: SYNCSCOPE_PROCESSES, %(default)s).",
        )
        parser.add_argument("--root-path", default="", help="The path below which a proxy serves it, such as /lab.")

    def handle(self, *, host: str, port: int, processes: int, root_path: str, **_: Any) -> None:
        if sentence := why_unsafe(processes):
            raise CannotStart(sentence)
        checks.check_server()
        try:
            listening = address.listen(host, port)
        except address.CannotListen as error:
            raise CannotStart(str(error)) from None
        url = address.url(host, listening.getsockname()[1])
        with listening, suppress(KeyboardInterrupt):
            logger.info("Serving %s with %d process%s", url, processes, "" if processes == 1 else "es")
            serve(listening, processes=processes, root_path=root_path)
        logger.info("Stopped")
