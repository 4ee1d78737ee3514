"""A PLMN identity as people write it: digits, MCC and MNC with a separator, or the three octets of a capture."""

import re
from typing import Final, NamedTuple

from nodes.protocol.aka.hexadecimal import after_label
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import DecodeError

RULE: Final = "the PLMN identity is MCC and MNC, such as 001/01 or 310410 (TS 23.003 §2.2)"
_MCC_RULE: Final = "an MCC begins with 2 to 7, or is 001, 901, 991 or 999 (ITU-T E.212)"
# Test networks, networks of no one country, trials, internal use.
_SHARED: Final = ("001", "901", "991", "999")

_MARKS: Final = r"[\s:;,.\-_/|]"
_SEPARATED: Final = re.compile(rf"(?:MCC\s*)?(\d{{3}}){_MARKS}+(?:MNC[\s:=]*)?(\d{{2,3}})", re.ASCII | re.IGNORECASE)
_TOGETHER: Final = re.compile(r"(\d{3})(\d{2,3})", re.ASCII)
_OCTET: Final = r"([0-9a-f]{2})"
# Groups of two, or 0x, or a half octet F where a third digit of the MNC would be: certainly octets.
_OCTETS: Final = re.compile(
    rf"{_OCTET}{_MARKS}{_OCTET}{_MARKS}{_OCTET}|0x{_OCTET}{_OCTET}{_OCTET}|{_OCTET}(f[0-9a-f]){_OCTET}", re.IGNORECASE
)


class Read(NamedTuple):
    """What was read, and what its reader should know of it; "" if nothing."""

    plmn_id: PLMNIdentity
    note: str


def read_plmn(text: str) -> Read:
    """Read MCC and MNC. Digits that can be two networks are read as MCC and MNC, with a note.

    Raises:
        DecodeError: the text is no PLMN identity, or its MCC is none.
    """
    written = text[after_label(text) :].strip(" \t\r\n\"'()[]{}")
    octets = _OCTETS.fullmatch(written)
    if octets:
        return Read(_checked(PLMNIdentity.decode(bytes.fromhex("".join(filter(None, octets.groups()))))), "")
    separated = _SEPARATED.fullmatch(written)
    if separated:
        return Read(_checked(PLMNIdentity(*separated.groups())), "")
    together = _TOGETHER.fullmatch(written)
    if together is None:
        raise DecodeError(RULE)
    return _from_digits(PLMNIdentity(*together.groups()))


def _from_digits(plmn_id: PLMNIdentity) -> Read:
    other = _as_octets(plmn_id)
    if other is None:
        return Read(_checked(plmn_id), "")
    if not _is_possible(plmn_id):
        raise DecodeError(
            f"{_mcc_is_none(plmn_id)}; {plmn_id} may be the octets of {_named(other)}: then --plmn {_written(other)}"
        )
    note = f"--plmn {plmn_id} is read as {_named(plmn_id)}; if these are the octets of a capture, it is"
    return Read(plmn_id, f"{note} {_named(other)}: then --plmn {_written(other)}.")


def _as_octets(plmn_id: PLMNIdentity) -> PLMNIdentity | None:
    """The network whose octets these digits may be."""
    try:
        other = PLMNIdentity.decode(bytes.fromhex(str(plmn_id)))
    except ValueError:
        return None
    return other if _is_possible(other) else None


def _is_possible(plmn_id: PLMNIdentity) -> bool:
    return plmn_id.mcc in _SHARED or "2" <= plmn_id.mcc[0] <= "7"


def _checked(plmn_id: PLMNIdentity) -> PLMNIdentity:
    if not _is_possible(plmn_id):
        raise DecodeError(_mcc_is_none(plmn_id))
    return plmn_id


def _mcc_is_none(plmn_id: PLMNIdentity) -> str:
    return f"MCC {plmn_id.mcc} is none, {_MCC_RULE}"


def _named(plmn_id: PLMNIdentity) -> str:
    return f"MCC {plmn_id.mcc} MNC {plmn_id.mnc}"


def _written(plmn_id: PLMNIdentity) -> str:
    return f"{plmn_id.mcc}/{plmn_id.mnc}"
