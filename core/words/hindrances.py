"""Why a command cannot be given now, in the few words that fit under a button."""

from collections.abc import Mapping
from typing import Final

from nodes.protocol.errors import Hindrance

HINDRANCES: Final[Mapping[Hindrance, str]] = {
    Hindrance.NAS_PROCEDURE_RUNS: "a procedure runs",
    Hindrance.NAS_MESSAGE_IN_FLIGHT: "NAS message in flight",
    Hindrance.REGISTERED: "registered",
    Hindrance.NOT_REGISTERED: "not registered",
    Hindrance.NEVER_ATTACHED: "never attached",
    Hindrance.USIM_INVALID: "USIM invalid",
    Hindrance.CONNECTED: "release first",
    Hindrance.NOT_CONNECTED: "idle already",
    Hindrance.NO_GUTI: "no GUTI",
    Hindrance.NO_SECURITY_CONTEXT: "no Ks yet",
    Hindrance.NO_CONTEXT_AT_MME: "no context at MME",
    Hindrance.NO_SESSION_AT_UE: "no open session",
    Hindrance.NO_SESSION_AT_AS: "no session",
    Hindrance.NO_KEY_AT_AS: "the AS holds no Ks",
}
