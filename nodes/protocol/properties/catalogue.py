"""What must be shown to hold, P1 to P8, and what shows that a run is not vacuous. This demonstrator's statements.

Here are names and statements only: `property_states` judges worlds, `property_steps` steps, `find_recovery` P7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class PropertyID(Enum):
    """The properties, in the order in which people read them."""

    P1 = "P1"
    P1A = "P1a"
    P2 = "P2"
    P2Q = "P2q"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"
    P6 = "P6"
    P7 = "P7"
    P8 = "P8"


class Witness(Enum):
    """What happens in a run that is not vacuous."""

    KEY_DELIVERED = "key-delivered"
    TWO_AVS = "two-avs"
    MESSAGE_OPENED = "message-opened"
    OLD_GUTI_ASKED = "old-guti-asked"
    AS_BEHIND = "as-behind"


@dataclass(frozen=True, slots=True)
class Property:
    """A statement about all worlds of a run; with `is_sometimes`, about at least one."""

    id: PropertyID | Witness
    title: str
    statement: str
    is_sometimes: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """A property does not hold for a UE; `reason` is one sentence."""

    property: PropertyID
    ue: str
    reason: str


_ALWAYS = (
    Property(
        PropertyID.P1,
        "no wrong key at rest",
        "With nothing under way for a registered UE, the network would hand out the Ks that the UE uses, or none.",
    ),
    Property(
        PropertyID.P1A,
        "key available at rest",
        "With nothing under way for a registered UE, the network would hand out some Ks for the UE's GUTI.",
    ),
    Property(
        PropertyID.P2,
        "agreement on delivery",
        "When the AS gets a Ks for a GUTI, the UE that holds this GUTI uses that Ks at that moment.",
    ),
    Property(
        PropertyID.P2Q,
        "agreement on quiet delivery",
        "A key that is requested and delivered while no NAS procedure runs for the UE is the one that the UE uses.",
    ),
    Property(
        PropertyID.P3,
        "agreement in use",
        "An application message that an end with a key gets for the first time opens, even across a change of keys.",
    ),
    Property(
        PropertyID.P4,
        "right UE",
        "For a session that one UE opened, the AS never gets the key of another UE.",
    ),
    Property(
        PropertyID.P5,
        "one ACTIVE",
        "A record at the SCEF flags at most one Ks, only of an AV that a UE was authenticated with, and none while a"
        " push is parked.",
    ),
    Property(
        PropertyID.P6,
        "old GUTI useless",
        "With nothing under way after a completed reallocation or a detach, the old GUTI yields no key, unless it was"
        " allocated again.",
    ),
    Property(
        PropertyID.P7,
        "no dead end",
        "Deliveries, expiries, one attach, one session opening and one key request can always lead to IN SYNC.",
    ),
    Property(
        PropertyID.P8,
        "the AS can catch up by itself",
        "With nothing under way for a registered UE, an AS that has a session with it holds the Ks that the UE uses, or"
        " gets it by asking again with the GUTI that it learned last.",
    ),
)

_SOMETIMES = (
    Property(Witness.KEY_DELIVERED, "a key was delivered", "An AS got a Ks.", is_sometimes=True),
    Property(
        Witness.TWO_AVS,
        "two AVs used under one GUTI",
        "A UE went on to the Ks of another AV while its GUTI stayed.",
        is_sometimes=True,
    ),
    Property(Witness.MESSAGE_OPENED, "an application message opened", "UE or AS opened a message.", is_sometimes=True),
    Property(
        Witness.OLD_GUTI_ASKED,
        "asked with an old GUTI",
        "An AS asked for a key by a GUTI that its UE no longer holds.",
        is_sometimes=True,
    ),
    Property(
        Witness.AS_BEHIND,
        "an AS was behind its UE",
        "With nothing under way for a registered UE, an AS that had a session with it did not hold the Ks it used.",
        is_sometimes=True,
    ),
)

PROPERTIES: Mapping[PropertyID, Property] = dict(zip(PropertyID, _ALWAYS, strict=True))
SOMETIMES: Mapping[Witness, Property] = dict(zip(Witness, _SOMETIMES, strict=True))
