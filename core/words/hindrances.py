"""Why an action cannot be taken now: in a sentence, and in the few words that fit under a button."""

from collections.abc import Mapping
from typing import Final

from core.words.names import MESSAGES, with_node_names
from nodes.protocol.hindrances import SENTENCES, Hindrance, Refused
from nodes.protocol.options import Setup

HINDRANCES: Final[Mapping[Hindrance, str]] = {
    # What keeps a node from a command in the course of a run.
    Hindrance.NAS_PROCEDURE_RUNS: "a procedure runs",
    Hindrance.NAS_PROCEDURE_RUNS_FOR: "a procedure runs",
    Hindrance.UE_IN_NAS_PROCEDURE: "a procedure runs",
    Hindrance.CONTEXT_IS_ASKED_FOR: "a procedure runs",
    Hindrance.NAS_MESSAGE_IN_FLIGHT: "NAS message in flight",
    Hindrance.IN_NAS_PROCEDURE: "a procedure runs",
    Hindrance.WAITS_TO_UPDATE: "a procedure runs",
    Hindrance.REGISTERED: "registered",
    Hindrance.NOT_REGISTERED: "not registered",
    Hindrance.NO_BEARER: "not registered",
    Hindrance.NEVER_ATTACHED: "never attached",
    Hindrance.USIM_INVALID: "USIM invalid",
    Hindrance.CONNECTED: "release first",
    Hindrance.NOT_CONNECTED: "idle already",
    Hindrance.NO_GUTI: "no GUTI",
    Hindrance.NO_SECURITY_CONTEXT: "no Ks yet",
    Hindrance.NO_CONTEXT_AT_MME: "no context at MME",
    Hindrance.NOT_REGISTERED_AT_MME: "no context at MME",
    Hindrance.NO_SESSION_AT_UE: "no open session",
    Hindrance.NO_SESSION_AT_AS: "no session",
    Hindrance.NO_KEY_AT_AS: "the AS holds no Ks",
}


def short_reason(setup: Setup, refused: Refused) -> str:
    """Say why in a few words, or in a sentence where a button does not meet that in a run."""
    return HINDRANCES.get(refused.hindrance) or sentence_of_refusal(setup, refused)


def sentence_of_refusal(setup: Setup, refused: Refused) -> str:
    """Say why in a sentence, without a full stop; messages and nodes are called as on the page."""
    values = (MESSAGES.get(str(value), value) for value in refused.values)
    return with_node_names(setup, SENTENCES[refused.hindrance].format(*values))
