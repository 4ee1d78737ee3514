"""Between which nodes a message goes, and what nodes are called in Diameter and HTTP."""

import re
from dataclasses import dataclass
from typing import Final

from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import DecodeError
from nodes.protocol.world.genesis import PLMN

_MNC_DIGITS: Final = 3
_REALM: Final = re.compile(r"epc\.mnc(?P<mnc>[0-9]{3})\.mcc(?P<mcc>[0-9]{3})\.3gppnetwork\.org")


@dataclass(frozen=True, slots=True)
class Between:
    """Source and destination by their names in the lab, and the network that they are in."""

    source: str
    destination: str
    plmn_id: PLMNIdentity = PLMN

    @property
    def realm(self) -> str:
        """The realm of the network's EPC (TS 23.003 §19.2, from memory)."""
        return f"epc.mnc{self.plmn_id.mnc.zfill(_MNC_DIGITS)}.mcc{self.plmn_id.mcc}.3gppnetwork.org"

    def host(self, node: str) -> str:
        """A node's host name in that realm; its first label is the node's name in the lab."""
        return f"{node}.{self.realm}"


def plmn_of_realm(realm: str) -> PLMNIdentity:
    """The network of a realm; of an MNC that begins with 0 the shorter one is meant.

    Raises:
        DecodeError: it is no such realm.
    """
    found = _REALM.fullmatch(realm)
    if found is None:
        raise DecodeError("The realm is none of an EPC (TS 23.003 §19.2)")
    return PLMNIdentity(found["mcc"], found["mnc"].removeprefix("0"))
