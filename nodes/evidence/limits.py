"""What the evidence does not show, and what was chosen here because nothing else says it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of the evidence: a title and a few sentences."""

    title: str
    text: str


NOT_SHOWN: Final = (
    Limit(
        "Cryptographic strength",
        "Keys differ or are equal here; how hard it is to guess or forge one is not judged.",
    ),
    Limit(
        "Faults of an implementation",
        "The nodes are this demonstrator’s. An MME, HSS or SCEF of a vendor may do otherwise than the text, or fail.",
    ),
    Limit(
        "Longer runs",
        "“Holds” means: in every run within the bounds. More UEs, procedures, faults or restarts were not looked at,"
        " unless a bound says so.",
    ),
    Limit(
        "Faults of several kinds together",
        "Each column of the matrix allows one kind of fault, and by default once in a run.",
    ),
    Limit(
        "Attackers",
        "Nobody forges, reads or alters a message in the matrix; in the lab you may alter one by hand.",
    ),
)

CHOSEN: Final = (
    Limit("Ks and K_APP", "Both formulas and their FC values are our own. HSS, MME and UE use the same."),
    Limit(
        "Messages between MME, HSS and SCEF",
        "The SCEF finds the MME by the GUMMEI. Pushes are answered, and repeated on a time-out; one that comes"
        " before its pair is parked.",
    ),
    Limit(
        "Answers to a key request",
        "What is answered for an unknown GUTI, and before an AV is active; how long the SCEF waits for the MME.",
    ),
    Limit(
        "The application leg",
        "How a UE opens a session by its GUTI, how messages are protected, and that an AS asks again when one does not"
        " open.",
    ),
    Limit("The repairs", "Named keys, ordered pushes and the withdrawal of a GUTI are additions to the solutions."),
)
"""Not defined by 3GPP. Another choice may give another verdict."""
