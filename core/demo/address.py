"""Where the demo listens. Standard library only: the Makefile asks before any package is installed."""

import errno
import ipaddress
import socket
import sys

_EVERY_INTERFACE_6 = "::"
_EVERY_INTERFACE = frozenset({"0.0.0.0", _EVERY_INTERFACE_6})  # noqa: S104  Compared with, never bound unasked.
_FIRST_FREE_PORT = 1024
_LAST_PORT = 65_535
_REASONS = {
    errno.EACCES: "needs more rights than you have; choose one from 1024",
    errno.EADDRINUSE: "is in use; stop what uses it or choose another port",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
}


class CannotListen(Exception):
    """The address cannot be listened on; the text is one sentence for the user."""


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that the server takes over.

    Raises:
        CannotListen: the port is in use, not allowed, or the host is not this machine's.
    """
    if not 0 <= port <= _LAST_PORT:
        raise CannotListen(f"PORT is 0 to {_LAST_PORT}, got {port}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # "::" is every interface, for those who come by IPv4 too.
    is_dual = host == _EVERY_INTERFACE_6 and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, dualstack_ipv6=is_dual, backlog=2048)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"cannot be listened on: {error.strerror}")
        raise CannotListen(f"Port {port} of {host} {reason}, for example PORT={suggestion(port)}.") from None


def suggestion(port: int) -> int:
    """Return another port that a user may choose."""
    return port + 1 if _FIRST_FREE_PORT <= port < _LAST_PORT else 8000


def lan_address(host: str = "") -> str | None:
    """Return the address under which others in the room reach this machine, None if it is alone.

    An address of IPv6 is only looked for where the host is one, and where there is none of IPv4.
    """
    found = _address_towards(socket.AF_INET, "192.0.2.1") or _address_of_name()
    return found or (_address_towards(socket.AF_INET6, "2001:db8::1") if ":" in host else None)


def _address_towards(family: socket.AddressFamily, destination: str) -> str | None:
    """Return this machine's own address on the way to a destination, which is documentation's (RFC 5737, RFC 3849).

    The socket is never written to: connecting a datagram socket only asks the routing table.
    """
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((destination, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def _address_of_name() -> str | None:
    """Return the address of this machine's name; a machine without a default route still has that."""
    try:
        addresses = socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return None
    return next((address for address in addresses if not address.startswith("127.")), None)


def is_open_to_room(host: str) -> bool:
    """Say whether listening on the host serves other machines too, whatever their way here."""
    return host in _EVERY_INTERFACE


def url(host: str, port: int) -> str:
    """Return the address to type into a browser."""
    return f"http://{in_url(host)}:{port}/"


def in_url(host: str) -> str:
    """Return the host as a browser writes it and sends it: IPv6 shortened and in brackets (RFC 3986 §3.2.2)."""
    try:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    except ValueError:
        return host


def this_machine(host: str) -> str:
    """Return where this machine's own browser reaches the host that is listened on."""
    if host == _EVERY_INTERFACE_6:
        return "127.0.0.1" if socket.has_dualstack_ipv6() else "::1"
    return "127.0.0.1" if is_open_to_room(host) else host


def check(arguments: list[str]) -> str | None:
    """Return why HOST and PORT cannot be listened on, None if they can."""
    host, port = arguments
    if not (port.isascii() and port.isdigit()):
        return f"PORT is 0 to {_LAST_PORT}, got {port!r}."
    try:
        listen(host, int(port)).close()
    except CannotListen as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(check(sys.argv[1:]))
