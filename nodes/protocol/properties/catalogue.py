"""What must be shown to hold, P1 to P8 and P1n to P6n, and what shows that a run is not vacuous.

All are this demonstrator's statements.

Here are names and statements only: `states` judges worlds, `steps` steps, `recovery` P7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from nodes.protocol.options import Solution


class PropertyID(Enum):
    """The properties, in the order in which people read them."""

    P1 = "P1"
    P1A = "P1a"
    P1W = "P1w"
    P2 = "P2"
    P2Q = "P2q"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"
    P6 = "P6"
    P7 = "P7"
    P8 = "P8"
    P1N = "P1n"
    P1AN = "P1an"
    P2N = "P2n"
    P3N = "P3n"
    P6N = "P6n"


class Witness(Enum):
    """What happens in a run that is not vacuous."""

    KEY_DELIVERED = "key-delivered"
    TWO_AVS = "two-avs"
    MESSAGE_OPENED = "message-opened"
    OLD_GUTI_ASKED = "old-guti-asked"
    AS_BEHIND = "as-behind"
    WAITED = "waited"


@dataclass(frozen=True, slots=True)
class Property:
    """A statement about all worlds of a run.

    `untried` says what has not happened in a run that did not put it to the test. With `is_of_records` it is about the
    records of the SCEF, which keeps none in solution 11. `by_name`: it is about labs whose keys have names (repair
    `named_key`), about those whose keys have none, or, None, about both.
    """

    id: PropertyID
    title: str
    statement: str
    untried: str
    is_of_records: bool = False
    by_name: bool | None = None

    def applies(self, solution: Solution, *, by_name: bool | None = None) -> bool:
        """Return whether it says something of a solution, and of labs whose keys have names, or have none."""
        says_so = by_name is None or self.by_name is None or self.by_name is by_name
        return says_so and (solution is Solution.PUSH or not self.is_of_records)


@dataclass(frozen=True, slots=True)
class Sometimes:
    """A statement about at least one world of a run."""

    id: Witness
    title: str
    statement: str


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
        "No UE has been registered and at rest yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P1A,
        "key available at rest",
        "With nothing under way for a registered UE, the network would hand out some Ks for the UE's GUTI.",
        "No UE has been registered and at rest yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P1W,
        "no wrong key while waiting",
        "With nothing but NAS timers under way for a registered UE, the network would hand out the Ks that it uses, or"
        " none.",
        "No end has waited for a NAS timer alone, for a registered UE, yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P2,
        "agreement on delivery",
        "When the AS gets a Ks for a GUTI, the UE that holds this GUTI, or if none does, the one whose session it is,"
        " uses that Ks at that moment.",
        "No AS has got a key yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P2Q,
        "agreement on quiet delivery",
        "A key that is requested and delivered while no NAS procedure runs for the UE is the one that the UE uses.",
        "No AS has asked for a key and got it in quiet yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P3,
        "agreement in use",
        "An application message that an end with a key gets for the first time opens, even across a change of keys.",
        "No application message has come yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P4,
        "right UE",
        "For a session that one UE opened, the AS never gets the key of another UE.",
        "No AS has got a key yet.",
    ),
    Property(
        PropertyID.P5,
        "one ACTIVE",
        "A record at the SCEF flags at most one Ks, only of an AV that a UE was authenticated with, and none while a"
        " push is parked.",
        "Nothing has been pushed to the SCEF yet.",
        is_of_records=True,
    ),
    Property(
        PropertyID.P6,
        "old GUTI useless",
        "With nothing under way after a completed reallocation or a detach, the old GUTI yields no key, unless it was"
        " allocated again.",
        "No reallocation or detach has been completed yet.",
        by_name=False,
    ),
    Property(
        PropertyID.P7,
        "no dead end",
        "Deliveries, expiries, what a UE can do, each once (attach, access, tracking area update, off and on), one"
        " session opening and one key request can always lead to IN SYNC.",
        "Not shown: none of the plans tried leads to IN SYNC.",
    ),
    Property(
        PropertyID.P8,
        "the AS can catch up by itself",
        "With nothing under way for a registered UE, an AS that has a session with it holds the Ks that the UE uses"
        " there, or gets it by asking again with the GUTI that it learned last.",
        "No AS has been behind a UE that was registered and at rest yet.",
    ),
    Property(
        PropertyID.P1N,
        "no wrong key by name at rest",
        "With nothing under way for a registered UE, a request that names the key that it uses gets that key, or none.",
        "No UE has been registered and at rest yet.",
        by_name=True,
    ),
    Property(
        PropertyID.P1AN,
        "key available by name at rest",
        "With nothing under way for a registered UE, a request that names the key that it uses gets a key.",
        "No UE has been registered and at rest yet.",
        by_name=True,
    ),
    Property(
        PropertyID.P2N,
        "the UE holds what is delivered",
        "When the AS gets a Ks, the UE that opened the session holds it for that session.",
        "No AS has got a key yet.",
        by_name=True,
    ),
    Property(
        PropertyID.P3N,
        "use of a key that was given",
        "An application message that comes for the first time opens if its receiver was given the key that it names.",
        "No application message has come under a key that was given yet.",
        by_name=True,
    ),
    Property(
        PropertyID.P6N,
        "a GUTI alone yields no key",
        "A request that gives a GUTI, valid or old, and names no key gets none.",
        "No UE has had a GUTI yet.",
        by_name=True,
    ),
)

_SOMETIMES = (
    Sometimes(Witness.KEY_DELIVERED, "a key was delivered", "An AS got a Ks."),
    Sometimes(
        Witness.TWO_AVS,
        "two AVs used under one GUTI",
        "A UE went on to the Ks of another AV while its GUTI stayed.",
    ),
    Sometimes(Witness.MESSAGE_OPENED, "an application message opened", "UE or AS opened a message."),
    Sometimes(
        Witness.OLD_GUTI_ASKED,
        "asked with an old GUTI",
        "An AS asked for a key by a GUTI that its UE no longer holds.",
    ),
    Sometimes(
        Witness.AS_BEHIND,
        "an AS was behind its UE",
        "With nothing under way for a registered UE, an AS that had a session with it did not hold the Ks it used.",
    ),
    Sometimes(Witness.WAITED, "an end waited", "Nothing but NAS timers was under way for a registered UE."),
)

PROPERTIES: Mapping[PropertyID, Property] = dict(zip(PropertyID, _ALWAYS, strict=True))
SOMETIMES: Mapping[Witness, Sometimes] = dict(zip(Witness, _SOMETIMES, strict=True))
