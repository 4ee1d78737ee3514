"""S10 between MMEs (GTPv2-C, TS 29.274 §7.3.5 to §7.3.7, from memory): the context of a UE that moves, as values."""

from dataclasses import dataclass
from enum import IntEnum

from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages.nas import SecurityProtected
from nodes.protocol.messages.pushes import PushOrder
from nodes.protocol.messages.s6a import EUTRANVector
from nodes.protocol.octets import KASME, RAND


class S10Cause(IntEnum):
    """Causes of GTPv2-C (TS 29.274 §8.4)."""

    REQUEST_ACCEPTED = 16
    CONTEXT_NOT_FOUND = 64
    USER_AUTHENTICATION_FAILED = 92


@dataclass(frozen=True, slots=True)
class ContextRequest:
    """New MME to old: the complete TRACKING AREA UPDATE REQUEST, whose MAC the old MME checks.

    `ue` names the UE's S1 connection, and so the transaction, at the new MME; `guti` is the GUTI of the request.
    """

    ue: str
    guti: GUTI
    tau: SecurityProtected


@dataclass(frozen=True, slots=True)
class MMContext:
    """MM context: the EPS security context and the AVs that are unused.

    eKSI, K_ASME (32 octets) and the NAS COUNTs of the current context. `rand`, 16 octets, only with the option
    `context_carries_rand`, `order` only with the repair `ordered_push`: no specification has either.
    """

    imsi: IMSI
    ksi: int
    k_asme: KASME
    uplink: int
    downlink: int
    ue_network_capability: bytes
    vectors: tuple[EUTRANVector, ...] = ()
    rand: RAND | None = None
    order: PushOrder | None = None


@dataclass(frozen=True, slots=True)
class ContextResponse:
    """Old MME to new: the MM context, or why there is none."""

    ue: str
    cause: S10Cause
    context: MMContext | None = None


@dataclass(frozen=True, slots=True)
class ContextAcknowledge:
    """New MME to old: the context has arrived, the old MME drops its own."""

    ue: str
    imsi: IMSI


S10Message = ContextRequest | ContextResponse | ContextAcknowledge
