"""S6a between MME and HSS (TS 29.272 §5.2.1, §5.2.3): location and authentication information, as values."""

from dataclasses import dataclass
from enum import IntEnum

from nodes.protocol.identities import IMSI, PLMNIdentity
from nodes.protocol.octets import AUTN, AUTS, KASME, RAND, RES


class S6aError(IntEnum):
    """Experimental results (TS 29.272 §7.4)."""

    DIAMETER_AUTHENTICATION_DATA_UNAVAILABLE = 4181
    DIAMETER_ERROR_USER_UNKNOWN = 5001


@dataclass(frozen=True, slots=True)
class EUTRANVector:
    """E-UTRAN-Vector (TS 29.272 §7.3.18): RAND 16, XRES 4 to 16, AUTN 16, K_ASME 32 octets."""

    rand: RAND
    xres: RES
    autn: AUTN
    k_asme: KASME


@dataclass(frozen=True, slots=True)
class ResynchronizationInfo:
    """Re-Synchronization-Info (TS 29.272 §7.3.15): RAND 16 and AUTS 14 octets."""

    rand: RAND
    auts: AUTS


@dataclass(frozen=True, slots=True)
class AuthenticationInformationRequest:
    """Authentication-Information-Request. `request` stands for the Hop-by-Hop Identifier."""

    imsi: IMSI
    request: int
    visited_plmn_id: PLMNIdentity
    number_of_requested_vectors: int
    resynchronization_info: ResynchronizationInfo | None = None


@dataclass(frozen=True, slots=True)
class AuthenticationInformationAnswer:
    """Authentication-Information-Answer: vectors in the order of use, or an error.

    `epoch`, only with the repair `ordered_push`, counts the answers with AVs for this IMSI.
    """

    imsi: IMSI
    request: int
    vectors: tuple[EUTRANVector, ...] = ()
    error: S6aError | None = None
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateLocationRequest:
    """Update-Location-Request: the MME that sends it serves the UE. `request` stands for the Hop-by-Hop Identifier."""

    imsi: IMSI
    request: int


@dataclass(frozen=True, slots=True)
class UpdateLocationAnswer:
    """Update-Location-Answer; subscription data are left out."""

    imsi: IMSI
    request: int
    error: S6aError | None = None


@dataclass(frozen=True, slots=True)
class CancelLocationRequest:
    """Cancel-Location-Request to the MME that served the UE before; its Cancellation-Type is MME_UPDATE_PROCEDURE."""

    imsi: IMSI
    request: int


@dataclass(frozen=True, slots=True)
class CancelLocationAnswer:
    """Cancel-Location-Answer: DIAMETER_SUCCESS, whether or not there was a context."""

    imsi: IMSI
    request: int


S6aMessage = (
    AuthenticationInformationRequest
    | AuthenticationInformationAnswer
    | UpdateLocationRequest
    | UpdateLocationAnswer
    | CancelLocationRequest
    | CancelLocationAnswer
)
