"""Where a request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The client's network address, of IPv6 the /64 that one visitor has; empty if it is not known.

    Behind a proxy (TRUST_PROXY_HEADERS=1) it is the last one in X-Forwarded-For, which the proxy added itself: what
    stands before it anybody may have written.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUST_PROXY_HEADERS else ""
    return _normal(forwarded.rpartition(",")[2]) or _normal(request.META.get("REMOTE_ADDR", ""))


def hashed_address(request: HttpRequest) -> str:
    """What rows know the address by: who reads them does not learn it. Empty if it is not known."""
    address = address_of(request)
    return salted_hmac("core.visitors.addresses", address, algorithm="sha256").hexdigest() if address else ""


def _normal(text: str) -> str:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))
