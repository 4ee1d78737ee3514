"""EPS NAS security contexts and protected NAS messages (TS 33.401 §8.1, TS 24.301 §4.4), as UE and MME share them."""

import hmac
from dataclasses import dataclass, replace
from enum import IntEnum

from nodes.protocol.crypto.eps_keys import derive_k_nas_int, derive_ks
from nodes.protocol.crypto.nas_security import eia2
from nodes.protocol.entities.machine import Note, ignored
from nodes.protocol.messages.nas import PlainNAS, SecurityProtected
from nodes.protocol.messages.nas_octets import mac_input
from nodes.protocol.octets import KASME, RAND, Ks
from nodes.protocol.remarks import Remark

EIA2 = 2  # algorithm identity of 128-EIA2 (TS 33.401 §5.1.4.2)
NAS_BEARER = 0  # "BEARER … the value 0x00" for NAS (TS 33.401 §8.1.1)


class NASDirection(IntEnum):
    """DIRECTION of 128-EIA2 (TS 33.401 B.2.1)."""

    UPLINK = 0
    DOWNLINK = 1


@dataclass(frozen=True, slots=True)
class SecurityContext:
    """An EPS security context: eKSI, K_ASME (32 octets) and the next NAS COUNT of each direction.

    `rand` (16 octets) is kept beside it so that the AV can be named; None where a context came over S10 without it.
    """

    ksi: int
    rand: RAND | None
    k_asme: KASME
    uplink: int = 0
    downlink: int = 0

    @property
    def ks(self) -> Ks:
        """Ks of this K_ASME. Not defined by 3GPP."""
        return derive_ks(self.k_asme)


def _mac(context: SecurityContext, direction: NASDirection, count: int, message: PlainNAS) -> bytes:
    k_nas_int = derive_k_nas_int(context.k_asme, EIA2)
    return eia2(k_nas_int, count, NAS_BEARER, direction, mac_input(message, count))


def protect(
    context: SecurityContext, direction: NASDirection, message: PlainNAS
) -> tuple[SecurityContext, SecurityProtected]:
    """Protect a NAS message with the next NAS COUNT of a direction, and count it."""
    count = context.uplink if direction is NASDirection.UPLINK else context.downlink
    protected = SecurityProtected(message, context.ksi, count, _mac(context, direction, count, message))
    return _counted(context, direction, count), protected


def check(
    context: SecurityContext | None, direction: NASDirection, protected: SecurityProtected
) -> SecurityContext | Note:
    """Check MAC and NAS COUNT of a protected message.

    Returns the context with the count taken, or a note of why the message is dropped: NAS drops silently,
    so this is no exception.
    """
    if context is None:
        return ignored(Remark.NO_SECURITY_CONTEXT, protected.ksi)
    if not is_genuine(context, direction, protected):
        return ignored(Remark.WRONG_NAS_MAC)
    expected = context.uplink if direction is NASDirection.UPLINK else context.downlink
    if protected.count < expected:
        return ignored(Remark.NAS_COUNT_REPEATED, protected.count)
    return _counted(context, direction, protected.count)


def is_genuine(context: SecurityContext, direction: NASDirection, protected: SecurityProtected) -> bool:
    """Whether the keys of this context made the MAC, be the message new or one that came before."""
    return hmac.compare_digest(_mac(context, direction, protected.count, protected.message), protected.mac)


def _counted(context: SecurityContext, direction: NASDirection, count: int) -> SecurityContext:
    if direction is NASDirection.UPLINK:
        return replace(context, uplink=count + 1)
    return replace(context, downlink=count + 1)
