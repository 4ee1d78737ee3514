"""Names of keys, the repair `key_name`. Not defined by 3GPP; in the manner of GBA's B-TID (TS 33.220, from memory)."""

from base64 import b64encode

from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import RAND

MNC_DIGITS = 3  # In domain names an MNC of two digits gets a 0 in front (TS 23.003 §13.2, from memory).


def key_name_of(rand: RAND, plmn_id: PLMNIdentity) -> str:
    """The name of the Ks of an AV: base64(RAND), 24 characters, then "@" and the realm of the network that serves."""
    return f"{b64encode(rand).decode()}@{realm_of(plmn_id)}"


def realm_of(plmn_id: PLMNIdentity) -> str:
    """The realm of a network, in the form of its other domain names (TS 23.003 §19.2, from memory)."""
    return f"ks.mnc{plmn_id.mnc.zfill(MNC_DIGITS)}.mcc{plmn_id.mcc}.3gppnetwork.org"


def is_name_of(key_name: str, rand: RAND | None, plmn_id: PLMNIdentity) -> bool:
    """Whether a name is that of the Ks of this RAND; a RAND that a node does not know has no name there."""
    return rand is not None and key_name == key_name_of(rand, plmn_id)
