"""The long-term secrets that a USIM and the AuC share, and the functions made of them."""

from dataclasses import dataclass
from functools import lru_cache

from nodes.protocol.crypto.functions import AuthenticationFunctions
from nodes.protocol.crypto.milenage import Milenage
from nodes.protocol.crypto.tuak import Tuak
from nodes.protocol.octets import K, OPc, TOPc
from nodes.protocol.options import Algorithm


@dataclass(frozen=True, slots=True)
class Credentials:
    """K (16 octets) and OPc (16) of Milenage, or TOPc (32) of TUAK. Those of a lab are worthless by construction."""

    algorithm: Algorithm
    k: K
    opc: OPc | TOPc

    @property
    def functions(self) -> AuthenticationFunctions:
        """f1 to f5* under these secrets; made once per pair."""
        return _functions(self)


@lru_cache(maxsize=4096)
def _functions(credentials: Credentials) -> AuthenticationFunctions:
    if credentials.algorithm is Algorithm.MILENAGE:
        return Milenage(credentials.k, OPc(credentials.opc))
    return Tuak(credentials.k, TOPc(credentials.opc))
