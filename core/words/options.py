"""The options of a lab in words: what each is called, what it changes, what it costs, and its values."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from core.words.names import VALUES, lower_first
from nodes.protocol.options import REPAIRS


class Origin(Enum):
    """Who defines what an option is about."""

    STANDARD = "3GPP"
    OURS = "this demonstrator"


@dataclass(frozen=True, slots=True)
class OptionWords:
    """What an option is called, what it changes, and what it costs in octets and messages, if anything."""

    name: str
    meaning: str
    origin: Origin
    cost: str = ""


OPTIONS: Final[dict[str, OptionWords]] = {
    "solution": OptionWords(
        "Solution",
        "11: the AS's request is passed on to the MME. 12: HSS and MME push to the SCEF.",
        Origin.OURS,
    ),
    "active_when": OptionWords(
        "AV is active",
        "When the MME counts an AV as active; the UE switches at SECURITY MODE COMMAND in any case.",
        Origin.OURS,
    ),
    "vectors_per_request": OptionWords(
        "AVs per request",
        "How many AVs the MME asks the HSS for at a time; S6a allows 1 to 5.",
        Origin.STANDARD,
    ),
    "store_ks": OptionWords("MME stores Ks", "Whether the MME derives Ks at once, or when it is asked.", Origin.OURS),
    "reallocate_every_accesses": OptionWords(
        "New GUTI by accesses", "After how many accesses the MME reallocates the GUTI.", Origin.OURS
    ),
    "reallocate_every_minutes": OptionWords(
        "New GUTI by time", "After how many minutes of lab time the MME reallocates the GUTI.", Origin.OURS
    ),
    "m_tmsi_reuse": OptionWords(
        "M-TMSI reuse",
        "Whether the MME gives the next UE an M-TMSI that was freed; nothing forbids it.",
        Origin.OURS,
    ),
    "algorithm": OptionWords(
        "AKA algorithm", "The algorithm set of USIM and AuC: TS 35.206 or TS 35.231.", Origin.STANDARD
    ),
    "after_abandoned_smc": OptionWords(
        "New context after an abandoned security mode control",
        "TS 24.301 only has the MME abort. It may forget the new security context, or keep it: then the UE's next "
        "message may show that the UE uses it.",
        Origin.OURS,
    ),
    "attach_authenticates": OptionWords(
        "Attach authenticates",
        "Whether an Attach Request whose MAC is verified leads to EPS AKA; without it the UE stays on its AV.",
        Origin.STANDARD,
    ),
    "ue_notices_failure": OptionWords(
        "UE notices a lost connection",
        "Whether a UE recognises a lower layer failure and updates its tracking area at once; otherwise it takes it "
        "for a release.",
        Origin.STANDARD,
    ),
    "context_carries_rand": OptionWords(
        "RAND over S10",
        "Whether an MME that hands a UE over also tells the RAND of the active AV; without it the new MME "
        "of solution 12 has nothing to push until it authenticates the UE.",
        Origin.OURS,
        "16 octets in each Context Response; no message more.",
    ),
    "named_key": OptionWords(
        "named key",
        "Each Ks has a name of 8 octets, derived from it. UE and AS keep the keys of a session, and seal and ask by "
        "name; the MME confirms a key to the SCEF once RES is verified, and a GUTI alone yields none.",
        Origin.OURS,
        "8 octets in each session opening and key request, 8 or 16 in each application message, 8 to 32 in each push "
        "by the MME, and 32 for each key that UE, AS and MME keep; no message more. It does not mend a late push that "
        "binds an old GUTI, nor that an AS can compute the K_APP of another from Ks.",
    ),
    "ordered_push": OptionWords(
        "ordered push",
        "Each push and withdrawal carries a counter per IMSI, and the SCEF ignores one that is older than the last.",
        Origin.OURS,
        "8 octets in each push and withdrawal, 4 in each Auth. Info Answer, a counter per IMSI at HSS, MME and SCEF; "
        "no message more.",
    ),
    "withdraw_guti": OptionWords(
        "withdraw GUTI",
        "The MME withdraws a GUTI at the SCEF on detach and change of MME, and before it reallocates one.",
        Origin.OURS,
        "A request and its answer per detach, change of MME and reallocation, and a reallocation waits for the answer.",
    ),
    "settle_key": OptionWords(
        "settle key",
        "A security mode control that ends without an answer leaves two keys of which the UE may use either. Until a "
        "message of the UE tells which, the MME gives no key and pushes none. It repeats the command that met a "
        "tracking area update, and pages a UE that is silent.",
        Origin.OURS,
        "No octets more. A Security Mode Command and its answer after such a meeting; paging and a Service Request "
        "after a procedure that was given up; in solution 12 a push more, and until it is settled, asking gives what "
        "the SCEF was told before. It does not mend a late push, an abandoned one, nor a key that was given just "
        "before the change.",
    ),
}


def option_title(name: str) -> str:
    """What pages call an option of `nodes.protocol.options.Options`."""
    return f"Repair: {option_name(name)}" if name in REPAIRS else option_name(name)


def option_name(name: str) -> str:
    """What it is called where it is plain that it is a repair, if it is one."""
    return OPTIONS[name].name


def repairs_words(combinations: Iterable[tuple[str, ...]]) -> str:
    """Name combinations of repairs within a sentence: "ordered push and withdraw GUTI or key name"."""
    named = (" and ".join(lower_first(option_name(name)) for name in each) for each in combinations)
    return " or ".join(named)


def option_meaning(name: str) -> str:
    """Say in a sentence what an option changes."""
    return OPTIONS[name].meaning


def option_cost(name: str) -> str:
    """Say what an option costs in octets and messages; empty where it costs nothing."""
    return OPTIONS[name].cost


def value_words(name: str, value: object) -> str:
    """Write the value of an option; zero accesses or minutes mean on command only."""
    match value:
        case Enum():
            return VALUES[value]
        case bool():
            return "yes" if value else "no"
        case 0:
            return "on command only"
        case _:
            unit = " min" if name.endswith("minutes") else ""
            return f"{value}{unit}"
