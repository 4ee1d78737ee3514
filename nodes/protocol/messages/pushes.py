"""The pushes of solution 12 (contribution 2.2 steps 3 and 4). Not defined by 3GPP as messages.

The HSS pushes over S6t, the MME over T6a: the contribution names no reference point for the first.
"""

from dataclasses import dataclass

from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.octets import KN, RAND, Ks


@dataclass(frozen=True, slots=True)
class KeyPair:
    """RAND, 16 octets, and the Ks, 32 octets, of one AV."""

    rand: RAND
    ks: Ks


@dataclass(frozen=True, slots=True)
class KeysPushRequest:
    """HSS to SCEF: IMSI and one (RAND, Ks) per AV. `push` numbers the pushes for one IMSI."""

    imsi: IMSI
    push: int
    pairs: tuple[KeyPair, ...]


@dataclass(frozen=True, slots=True)
class KeysPushAnswer:
    """SCEF to HSS: the push of that number is stored."""

    imsi: IMSI
    push: int


@dataclass(frozen=True, slots=True, order=True)
class PushOrder:
    """Repair `ordered_push`: the place of a push or withdrawal among all for one IMSI, whichever MME sends it.

    `epoch` counts the answers with AVs that the HSS gave for the IMSI, `count` the pushes and withdrawals since then.
    """

    epoch: int
    count: int


@dataclass(frozen=True, slots=True)
class ActiveVectorPushRequest:
    """MME to SCEF: the RAND of the active AV, the GUTI or both valid GUTIs, and the IMSI.

    `order` only with the repair `ordered_push`. With `named_key`, `names`, 8 octets each, are those of the Ks of every
    AV whose RES was verified, as far as the MME has them; then the RAND may be missing, which S10 has not carried.
    """

    imsi: IMSI
    push: int
    rand: RAND | None
    gutis: tuple[GUTI, ...]
    order: PushOrder | None = None
    names: tuple[KN, ...] = ()


@dataclass(frozen=True, slots=True)
class ActiveVectorPushAnswer:
    """SCEF to MME: the push of that number is taken."""

    imsi: IMSI
    push: int


@dataclass(frozen=True, slots=True)
class GUTIWithdrawalRequest:
    """Repair `withdraw_guti`, MME to SCEF: these GUTIs name this IMSI no more. Numbered as pushes are."""

    imsi: IMSI
    push: int
    gutis: tuple[GUTI, ...]
    order: PushOrder | None = None


@dataclass(frozen=True, slots=True)
class GUTIWithdrawalAnswer:
    """SCEF to MME: the withdrawal of that number is done."""

    imsi: IMSI
    push: int


PushMessage = (
    KeysPushRequest
    | KeysPushAnswer
    | ActiveVectorPushRequest
    | ActiveVectorPushAnswer
    | GUTIWithdrawalRequest
    | GUTIWithdrawalAnswer
)
