"""`manage.py demo`: everything a first look needs, on this machine or for the room."""

import io
import socket
from argparse import ArgumentParser
from typing import Any

import segno
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from core.demo import account, address
from core.demo.terminal import own_foreground
from core.demo.worker import working
from core.serving.server import serve


class Command(BaseCommand):
    help = "Prepare the database and the static files, create the admin account once, serve, and work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 serves the room (default: %(default)s).")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free one (default: %(default)s).")

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        try:
            listening = address.listen(host, port)
        except address.CannotListen as error:
            raise CommandError(str(error)) from None
        with listening, own_foreground():
            try:
                self.prepare()
                self.announce(host, listening.getsockname()[1])
                with working():
                    serve(listening)
            except KeyboardInterrupt:
                self.stdout.write("\nStopped.")

    def prepare(self) -> None:
        """Bring database and static files to this version; what is there stays."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if password := account.create_admin():
            self.stdout.write(f"Admin account: {account.NAME}, password: {password}")
            self.stdout.write("It is shown this once. To set another: make password\n\n")

    def announce(self, host: str, port: int) -> None:
        """Say where the product is, for this machine and for the others in the room."""
        if address.is_open_to_room(host):
            self.announce_to_room(host, port)
        here = address.this_machine(host)
        settings.ALLOWED_HOSTS.append(address.in_url(here))
        self.stdout.write(f"Syncscope is at {address.url(here, port)}  (stop with Ctrl-C)")
        self.stdout.flush()

    def announce_to_room(self, host: str, port: int) -> None:
        """Print the address that others open, with its QR code."""
        lan = address.lan_address(host)
        name = socket.gethostname()
        settings.ALLOWED_HOSTS.extend([name, f"{name}.local", *([address.in_url(lan)] if lan else [])])
        if lan is None:
            self.stdout.write("This machine has no address in a network, so only it can open the page.")
            return
        settings.SYNCSCOPE_ROOM_HOST = address.in_url(lan)
        url = address.url(lan, port)
        is_unicode = (getattr(self.stdout, "encoding", None) or "").lower().startswith("utf")
        code = io.StringIO()
        segno.make(url).terminal(code, compact=is_unicode)
        self.stdout.write(code.getvalue())
        self.stdout.write(f"Others in the room: {url}")
