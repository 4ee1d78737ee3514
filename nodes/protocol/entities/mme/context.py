"""The MME's context of one UE: its GUTIs, its AVs with a status each, and the procedure that runs."""

from dataclasses import dataclass, replace
from enum import Enum

from nodes.protocol.entities.security import SecurityContext
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages.nas import AttachRequest, DetachRequest, TrackingAreaUpdateRequest
from nodes.protocol.messages.pushes import PushOrder
from nodes.protocol.messages.s6a import ResynchronizationInfo
from nodes.protocol.octets import AUTN, KASME, KN, RAND, RES, Ks


class VectorStatus(Enum):
    """What became of an AV at the MME."""

    UNUSED = "unused"
    CHALLENGED = "challenged"
    ACTIVE = "ACTIVE"
    USED = "used"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Vector:
    """An AV of a UE context (contribution 2.1 step 2): octet lengths as in S6a's E-UTRAN-Vector."""

    rand: RAND
    xres: RES
    autn: AUTN
    k_asme: KASME
    status: VectorStatus = VectorStatus.UNUSED


class Stage(Enum):
    """How far the NAS procedure of a UE context has come."""

    PAGING = "paging"
    VECTORS = "waiting for AVs"
    AUTHENTICATION = "authentication"
    IDENTITY = "identification after a failed challenge"
    SECURITY_MODE = "security mode control"
    ATTACH_ACCEPT = "attach accepted"
    GUTI_WITHDRAWAL = "GUTI withdrawal"
    GUTI_REALLOCATION = "GUTI reallocation"
    TAU_ACCEPT = "tracking area update accepted"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the ATTACH REQUEST of a UE that has a context changes there, once RES shows that the UE sent it.

    Until then the context stays as it is (TS 24.301 §5.5.1.2.7 f, §5.4.2.5). `guti` is the GUTI that is chosen for it.
    """

    request: AttachRequest
    guti: GUTI


class Paged(Enum):
    """What the MME pages an idle UE for."""

    AUTHENTICATION = "authentication"
    REALLOCATION = "GUTI reallocation"
    SETTLING = "the key that it uses"


@dataclass(frozen=True, slots=True)
class Procedure:
    """The one NAS procedure that runs for a UE.

    `attempts` counts sendings of the message that waits for an answer; `failures` AUTHENTICATION FAILUREs in a row;
    `request` is the open request on S6a. `partial` is the new, not yet current, EPS security context. `renewal` is
    there while it is open whether the UE of this context has sent the ATTACH REQUEST. `pending` is a request that did
    not verify: the MME goes on with it once the UE is authenticated (TS 24.301 §4.4.4.3). `paged_for` is what begins
    when an idle UE has answered.
    """

    stage: Stage
    attach: bool
    attempts: int = 1
    failures: int = 0
    request: int = 0
    resynchronization: ResynchronizationInfo | None = None
    partial: SecurityContext | None = None
    renewal: Renewal | None = None
    pending: TrackingAreaUpdateRequest | DetachRequest | None = None
    paged_for: Paged | None = None


@dataclass(frozen=True, slots=True)
class OpenPush:
    """Solution 12: a push to the SCEF that has no answer yet."""

    push: int
    rand: RAND | None
    gutis: tuple[GUTI, ...]
    order: PushOrder | None = None
    names: tuple[KN, ...] = ()
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class OpenWithdrawal:
    """Repair `withdraw_guti`: a withdrawal at the SCEF that has no answer yet. It outlives the UE context."""

    imsi: IMSI
    push: int
    gutis: tuple[GUTI, ...]
    order: PushOrder | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class OpenLocation:
    """An Update Location that the HSS has not answered yet."""

    request: int
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class MovedKey:
    """The K_ASME, 32 octets, that is active since the UE came from another MME; its RAND only if S10 carried it."""

    k_asme: KASME
    rand: RAND | None = None


@dataclass(frozen=True, slots=True)
class UEContext:
    """MME's context of one UE. `ue` stands for the S1 connection.

    `guti` is the newest allocated GUTI; `old_guti` one that is valid beside it while a reallocation or an attach is not
    settled. A context that is not `registered`, and for which nothing runs, is marked detached (EMM-DEREGISTERED).
    `kept` is the new security context of a security mode control that was abandoned (`after_abandoned_smc`, and the
    repair `settle_key`).
    `attach_request` is None if the UE came from another MME; `asked_by` is the MME that has asked for this context,
    `moved_to` the one that has it now. `is_located`: the HSS knows that this MME serves the UE. `verified`, with the
    repair `named_key`, are the K_ASME, 32 octets each, of the last AVs whose RES was verified, the newest first.
    """

    imsi: IMSI
    ue: str
    guti: GUTI
    ue_network_capability: bytes
    attach_request: AttachRequest | None
    old_guti: GUTI | None = None
    is_unsettled: bool = False
    registered: bool = False
    current: SecurityContext | None = None
    kept: SecurityContext | None = None
    ue_ksi: int = 7
    vectors: tuple[Vector, ...] = ()
    ks: Ks | None = None
    procedure: Procedure | None = None
    open_push: OpenPush | None = None
    accesses: int = 0
    moved: MovedKey | None = None
    asked_by: str | None = None
    moved_to: str | None = None
    is_located: bool = False
    open_location: OpenLocation | None = None
    verified: tuple[KASME, ...] = ()

    @property
    def gutis(self) -> tuple[GUTI, ...]:
        """Every GUTI that is valid for this UE now, the newest first."""
        return (self.guti,) if self.old_guti is None else (self.guti, self.old_guti)

    @property
    def is_detached(self) -> bool:
        """Whether the context is only kept: EMM-DEREGISTERED."""
        return not self.registered and self.procedure is None

    @property
    def is_new(self) -> bool:
        """Whether the attach that runs has made the context, and no security context is in use yet."""
        is_attach = self.procedure is not None and self.procedure.attach and self.procedure.renewal is None
        return is_attach and self.current is None

    @property
    def running_request(self) -> AttachRequest | None:
        """The ATTACH REQUEST of the attach that runs."""
        if self.procedure is None or not self.procedure.attach:
            return None
        return self.attach_request if self.procedure.renewal is None else self.procedure.renewal.request

    @property
    def active(self) -> Vector | None:
        return next((vector for vector in self.vectors if vector.status is VectorStatus.ACTIVE), None)

    @property
    def active_k_asme(self) -> KASME | None:
        """K_ASME of the active AV, from this MME's own AVs or from the MME that the UE came from."""
        if self.active is not None:
            return self.active.k_asme
        return None if self.moved is None else self.moved.k_asme

    @property
    def active_rand(self) -> RAND | None:
        """RAND of the active AV, as far as this MME knows it."""
        if self.active is not None:
            return self.active.rand
        return None if self.moved is None else self.moved.rand

    @property
    def next_unused(self) -> Vector | None:
        return next((vector for vector in self.vectors if vector.status is VectorStatus.UNUSED), None)


def with_status(context: UEContext, rand: RAND, status: VectorStatus) -> UEContext:
    """Set the status of one AV."""
    vectors = tuple(replace(v, status=status) if v.rand == rand else v for v in context.vectors)
    return replace(context, vectors=vectors)


def restatus(context: UEContext, before: VectorStatus, after: VectorStatus) -> UEContext:
    """Set the status of every AV that has status `before`."""
    if not any(vector.status is before for vector in context.vectors):
        return context
    vectors = tuple(replace(v, status=after) if v.status is before else v for v in context.vectors)
    return replace(context, vectors=vectors)
