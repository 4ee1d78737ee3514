"""What the abbreviations stand for, each with one sentence on what it is here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """An abbreviation or symbol, its full name, and a sentence with where it is defined."""

    short: str
    name: str
    sentence: str


GLOSSARY: Final = (
    Term("3GPP", "3rd Generation Partnership Project", "It writes the specifications of mobile networks."),
    Term("AKA", "authentication and key agreement", "UE and network prove who they are and get the same keys."),
    Term("AS", "application server", "The UE’s server, outside the mobile network; it asks for Ks."),
    Term("AUTN", "authentication token", "What comes with RAND, by which the UE knows its network."),
    Term("AV", "authentication vector", "RAND, AUTN, the expected RES and K_ASME of one AKA run, made by the HSS."),
    Term("eKSI", "key set identifier", "The number under which UE and MME know a NAS security context."),
    Term("EPS", "evolved packet system", "The network of LTE."),
    Term("GUTI", "globally unique temporary identity", "The name that an MME gives a UE for a while."),
    Term("HSS", "home subscriber server", "It has each subscriber’s key K and SQN, and makes AVs."),
    Term("IMSI", "international mobile subscriber identity", "The lasting name of a subscription."),
    Term("K_APP", "application key", "Derived from Ks, for one AS; not defined by 3GPP."),
    Term("K_ASME", "key of the access security management entity", "The key that UE and MME get from an AKA run."),
    Term("Ks", "shared key", "Derived from the K_ASME of an AV, for UE and AS; not defined by 3GPP."),
    Term("M-TMSI", "MME’s temporary mobile subscriber identity", "The part of a GUTI that tells UEs of an MME apart."),
    Term("MME", "mobility management entity", "The node that attaches and authenticates UEs, and names them."),
    Term("NAS", "non-access stratum", "The signalling between UE and MME."),
    Term("RAND", "random challenge", "16 octets from which each AV’s keys are derived; they tell AVs apart."),
    Term("RES", "response", "What the UE answers to a challenge."),
    Term("SCEF", "service capability exposure function", "The node by which an AS outside asks the network."),
    Term("SMC", "security mode command", "With it the MME makes a new security context the one in use."),
    Term("SQN", "sequence number", "The counter of challenges, by which a UE knows an old one."),
    Term("TAU", "tracking area update", "A UE tells an MME where it is."),
    Term("UE", "user equipment", "The device with its subscription."),
)
"""In the order of the alphabet. Symbols with a subscript are written with an underscore."""
