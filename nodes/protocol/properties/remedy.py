"""What an AS would get by asking again, and what on the application leg would bring UE and AS together, in words.

All of it is computed from the world as it is now: what is under way may change it.
"""

from dataclasses import dataclass
from enum import Enum

from nodes.protocol.entities.application_server import ServerSession
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.ue.state import UEPhase, UEState
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import Ks
from nodes.protocol.options import MTMSIReuse
from nodes.protocol.properties.key_answers import answer_for, answer_to_as, network_key
from nodes.protocol.world.provenance import NamedGUTIs, Prose, named_vector, prose, vector_of_ks, vector_words
from nodes.protocol.world.world import World, node_as


class Remedy(Enum):
    """What leads to U = N = A, the first that does; nothing on the application leg changes U or N."""

    ASK = "the AS asks again"
    OLDER_GUTI = "the AS asks with a GUTI that it learned earlier"
    MESSAGE = "a message of the UE names its key, and the AS asks for that"
    SESSION = "the UE opens a session"
    NONE = "nothing"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What asking again would come to: the answer, the Ks of 32 octets that it has, and the remedy.

    `older`: with `Remedy.OLDER_GUTI` the index of the GUTI, as in `AskForKey`.
    """

    result: KeyResult
    ks: Ks | None
    remedy: Remedy
    older: int | None = None


def prospect(world: World, ue: UEState, application_server: str, session: ServerSession) -> Prospect:
    """What asking again would come to for a session of this UE with this AS."""
    result, ks = answer_to_as(world, session)
    if ue.ks is None or network_key(world, ue) != ue.ks:
        return Prospect(result, ks, Remedy.NONE)
    if ks == ue.ks:
        return Prospect(result, ks, Remedy.ASK)
    older = _older_guti(world, ue, session)
    if older is not None:
        return Prospect(result, ks, Remedy.OLDER_GUTI, older)
    return Prospect(result, ks, _by_the_ue(world, ue, application_server, session))


def _older_guti(world: World, ue: UEState, session: ServerSession) -> int | None:
    """The index of a GUTI, learned before the last one, with which the AS would get the UE's key."""
    answers = (answer_for(world, guti, session.key_name) for guti in session.gutis[:-1])
    return next((index for index, (_, ks) in enumerate(answers) if ks == ue.ks), None)


def _by_the_ue(world: World, ue: UEState, application_server: str, session: ServerSession) -> Remedy:
    if ue.phase not in {UEPhase.REGISTERED, UEPhase.ATTEMPTING_TO_UPDATE} or ue.guti is None:
        return Remedy.NONE
    own = ue.session_with(application_server)
    is_known = own is not None and own.number == session.number and session.open_request is None
    if ue.key_name is not None and is_known and answer_for(world, session.gutis[-1], ue.key_name)[1] == ue.ks:
        return Remedy.MESSAGE
    return Remedy.SESSION if answer_for(world, ue.guti, ue.key_name)[1] == ue.ks else Remedy.NONE


# Words


def asking_words(world: World, ue: UEState, session: ServerSession, found: Prospect, *, is_at_rest: bool) -> Prose:
    """What asking again would come to, and what else would mend it; one to three sentences."""
    if found.remedy is Remedy.ASK:
        return ("Asking again would mend it.",)
    sentence = _without_key(ue, session, found.result) if found.ks is None else _with_key(world, ue, session, found.ks)
    match found.remedy:
        case Remedy.OLDER_GUTI:
            number = found.older or 0
            older = NamedGUTIs((session.gutis[number],), f"GUTI {number + 1}")
            return (*sentence, *prose(" Asking with {}, which the AS learned earlier, would mend it.", older))
        case Remedy.MESSAGE:
            return (*sentence, " A message of the UE, which names its key, would mend it.")
        case Remedy.SESSION if is_at_rest and _is_never_reused(world, ue):
            return (*sentence, " Only a new session of the UE mends it.")
        case Remedy.SESSION:
            return (*sentence, " A new session of the UE would mend it.")
        case _:
            return sentence


def _with_key(world: World, ue: UEState, session: ServerSession, ks: Ks) -> Prose:
    vector = vector_of_ks(world, ks, ue.imsi)
    named = named_vector(world, vector, ue.imsi)
    if ks == ue.ks:
        # By its own GUTI the UE's key is not to be had, else asking would mend it.
        return prose("Asking again, with {}, would give {}.", NamedGUTIs(session.gutis[-1:], "an old GUTI"), named)
    if vector is not None and vector.imsi != ue.imsi:
        return prose("Asking again would give {}, the key of another UE.", named)
    return prose("Asking again would give {} and change nothing.", named)


def _without_key(ue: UEState, session: ServerSession, result: KeyResult) -> Prose:
    if ue.guti not in session.gutis:
        known = NamedGUTIs(session.gutis, "an old GUTI" if len(session.gutis) == 1 else "old GUTIs")
        return prose(f"The AS knows only {{}}: asking gives {result.words}.", known)
    return (f"Asking again would give no key: {result.words}.",)


def _is_never_reused(world: World, ue: UEState) -> bool:
    """Where an M-TMSI is used again, a new attach may bring an old GUTI back."""
    return ue.mme is not None and node_as(world, ue.mme, MMEState).options.m_tmsi_reuse is MTMSIReuse.NEVER


def why_behind(world: World, ue: UEState, application_server: str, session: ServerSession, used: Ks) -> str:
    """That the AS lacks the Ks that the UE uses for the session and does not get it by asking, in one sentence."""
    result, ks = answer_to_as(world, session)
    holds, uses = (vector_words(world, vector_of_ks(world, each, ue.imsi), ue.imsi) for each in (session.ks, used))
    gives = result.words if ks is None else vector_words(world, vector_of_ks(world, ks, ue.imsi), ue.imsi)
    return (
        f"{application_server} holds {holds}, the UE uses {uses}, and asking with {_names(ue, session)} gives {gives}."
    )


def _names(ue: UEState, session: ServerSession) -> str:
    """What the AS asks with."""
    guti = "the UE's GUTI" if session.gutis[-1] == ue.guti else "an old GUTI"
    if session.key_name is None:
        return guti
    key = "the UE's key" if session.key_name == ue.key_name else "an old key"
    return f"{guti} and the name of {key}"
