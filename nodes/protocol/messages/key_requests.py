"""Key requests: northbound (AS or third-party server to SCEF) and, in solution 11, over T6a.

Not defined by 3GPP for Ks; the nearest living thing is AKMA's retrieval at the NEF.
"""

from dataclasses import dataclass
from enum import Enum

from nodes.protocol.identities import GUTI
from nodes.protocol.octets import KN, Ks


class KeyResult(Enum):
    """Outcome of a key request; the value is the demonstrator's word for it on the wire."""

    OK = "ok"
    GUTI_UNKNOWN = "guti-unknown"
    NO_KEY_YET = "no-key-yet"
    CONFLICT = "conflict"
    BAD_GATEWAY = "bad-gateway"
    TIME_OUT = "time-out"

    @property
    def status(self) -> int:
        """The northbound HTTP status."""
        return _STATUS[self]

    @property
    def words(self) -> str:
        """Status and meaning: "404 (GUTI unknown)"."""
        meaning = self.value.replace("-", " ").replace("guti", "GUTI")
        return f"{self.status} ({meaning})"


_STATUS = {
    KeyResult.OK: 200,
    KeyResult.GUTI_UNKNOWN: 404,
    KeyResult.NO_KEY_YET: 404,
    KeyResult.CONFLICT: 409,
    KeyResult.BAD_GATEWAY: 502,
    KeyResult.TIME_OUT: 504,
}


@dataclass(frozen=True, slots=True)
class KeyRetrievalRequest:
    """Northbound: the key for the UE that has this GUTI.

    `origin`, the AS, and `request`, its own opaque text, name the request in all four messages. `key_name`, 8
    octets, only with the repair `named_key`, names the Ks that is wanted.
    """

    origin: str
    request: str
    guti: GUTI
    key_name: KN | None = None


@dataclass(frozen=True, slots=True)
class KeyRetrievalAnswer:
    """Northbound answer: Ks, 32 octets, or why there is none."""

    origin: str
    request: str
    result: KeyResult
    ks: Ks | None = None


@dataclass(frozen=True, slots=True)
class T6aKeyRequest:
    """Solution 11, SCEF to MME (contribution 2.1 step 4)."""

    origin: str
    request: str
    guti: GUTI
    key_name: KN | None = None


@dataclass(frozen=True, slots=True)
class T6aKeyAnswer:
    """Solution 11, MME to SCEF (contribution 2.1 step 6)."""

    origin: str
    request: str
    result: KeyResult
    ks: Ks | None = None


KeyMessage = KeyRetrievalRequest | KeyRetrievalAnswer | T6aKeyRequest | T6aKeyAnswer
