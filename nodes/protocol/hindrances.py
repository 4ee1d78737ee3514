"""Why an action cannot be carried out, and each reason as a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

HindranceValue: TypeAlias = int | str
"""A number, the name of a node, a phase, or the class name of a message or command."""


class Hindrance(Enum):
    """What keeps an action from being carried out."""

    # What may change in the course of a run
    NAS_PROCEDURE_RUNS = auto()
    NAS_PROCEDURE_RUNS_FOR = auto()
    UE_IN_NAS_PROCEDURE = auto()
    CONTEXT_IS_ASKED_FOR = auto()
    NAS_MESSAGE_IN_FLIGHT = auto()
    IN_NAS_PROCEDURE = auto()
    WAITS_TO_UPDATE = auto()
    REGISTERED = auto()
    NOT_REGISTERED = auto()
    NO_BEARER = auto()
    NEVER_ATTACHED = auto()
    USIM_INVALID = auto()
    CONNECTED = auto()
    NOT_CONNECTED = auto()
    NO_GUTI = auto()
    NO_SECURITY_CONTEXT = auto()
    NO_CONTEXT_AT_MME = auto()
    NOT_REGISTERED_AT_MME = auto()
    NO_SESSION_AT_UE = auto()
    NO_SESSION_AT_AS = auto()
    NO_KEY_AT_AS = auto()
    GUTI_NOT_LEARNED = auto()
    LINK_IS_SO_ALREADY = auto()
    NO_SUCH_MESSAGE = auto()
    TOO_MANY_EXPIRIES = auto()
    # What does not
    NO_SUBSCRIPTION = auto()
    SQN_TOO_LONG = auto()
    AMF_LENGTH = auto()
    NO_SUCH_COMMAND = auto()
    DOES_NOT_RESTART = auto()
    SECONDS = auto()
    NO_NAS_MESSAGE = auto()
    CANNOT_BE_ALTERED = auto()


SENTENCES: Final[Mapping[Hindrance, str]] = {
    Hindrance.NAS_PROCEDURE_RUNS: "A NAS procedure runs for this UE: {}",
    Hindrance.NAS_PROCEDURE_RUNS_FOR: "A NAS procedure runs for {}: {}",
    Hindrance.UE_IN_NAS_PROCEDURE: "A NAS procedure runs for {}: the UE is in {}",
    Hindrance.CONTEXT_IS_ASKED_FOR: "A NAS procedure runs for {}: {} has asked another MME for its context",
    Hindrance.NAS_MESSAGE_IN_FLIGHT: "A NAS message of {} is in flight",
    Hindrance.IN_NAS_PROCEDURE: "The UE is in {}",
    Hindrance.WAITS_TO_UPDATE: "The UE waits to update its tracking area",
    Hindrance.REGISTERED: "The UE is in {}",
    Hindrance.NOT_REGISTERED: "The UE is in {}",
    Hindrance.NO_BEARER: "The UE is not registered, so it has no connection to an AS",
    Hindrance.NEVER_ATTACHED: "The UE has never attached, so it has no MME",
    Hindrance.USIM_INVALID: "The USIM is invalid until the UE is switched off",
    Hindrance.CONNECTED: "The UE is in EMM-CONNECTED; SERVICE REQUEST is what a UE in EMM-IDLE sends",
    Hindrance.NOT_CONNECTED: "The MME has no NAS signalling connection with this UE",
    Hindrance.NO_GUTI: "The UE has no GUTI: it must attach first",
    Hindrance.NO_SECURITY_CONTEXT: "The UE has no EPS security context, and so no Ks: it must attach first",
    Hindrance.NO_CONTEXT_AT_MME: "The MME has no context of this UE",
    Hindrance.NOT_REGISTERED_AT_MME: "The MME has no registered context of this UE",
    Hindrance.NO_SESSION_AT_UE: "The UE has no session with {}; open one first",
    Hindrance.NO_SESSION_AT_AS: "{} has opened no session with {}",
    Hindrance.NO_KEY_AT_AS: "{} holds no Ks for {} yet",
    Hindrance.GUTI_NOT_LEARNED: "{} has learned only {} of the GUTIs of {}",
    Hindrance.LINK_IS_SO_ALREADY: "The link is in that state already",
    Hindrance.NO_SUCH_MESSAGE: "No {} waits from {} to {}",
    Hindrance.TOO_MANY_EXPIRIES: "More than {} timers would expire; advance by less",
    Hindrance.NO_SUBSCRIPTION: "The HSS has no subscription of IMSI {}",
    Hindrance.SQN_TOO_LONG: "SQN is 48 bits (TS 33.102 §6.3.2)",
    Hindrance.AMF_LENGTH: "AMF is 2 octets (TS 33.102 §6.3.2), got {}",
    Hindrance.NO_SUCH_COMMAND: "{} knows no command {}",
    Hindrance.DOES_NOT_RESTART: "{} does not restart in this demonstrator: only HSS, MME and SCEF do",
    Hindrance.SECONDS: "Lab time advances by 1 to {} seconds, got {}",
    Hindrance.NO_NAS_MESSAGE: "{} is no NAS message: only these have a lower layer here",
    Hindrance.CANNOT_BE_ALTERED: "{} cannot be altered here",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an action was refused; `values` are those of the sentence."""

    hindrance: Hindrance
    values: tuple[HindranceValue, ...] = ()

    def __str__(self) -> str:
        return SENTENCES[self.hindrance].format(*self.values)
