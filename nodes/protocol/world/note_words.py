"""What nodes say, in words: a sentence for each remark, with its values put in. And why messages were lost.

Short forms that stand beside a lifeline are the page's.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from nodes.protocol.remarks import NoteValue, Remark
from nodes.protocol.world.events import Event, LossCause

Sentence: TypeAlias = str | Callable[..., str]
"""A sentence with places for values, or what makes one of them."""

LOSSES: Final[Mapping[LossCause, str]] = {
    LossCause.ARMED: "lose next",
    LossCause.LOWER_LAYER_FAILURE: "lower layer failure",
    LossCause.CONNECTION_RELEASED: "connection released",
}
_LOSS_OF_VALUE: Final = {cause.value: words for cause, words in LOSSES.items()}


def why_lost(event: Event) -> str:
    """Why a message was lost; nothing where it was dropped by hand."""
    return _LOSS_OF_VALUE.get(event.text, "")


def words_of_note(remark: Remark, values: tuple[NoteValue, ...] = ()) -> str:
    """A remark with its values as a sentence, without a full stop; nodes have their names in the world."""
    return filled(SENTENCES[remark], values)


def filled(sentence: Sentence, values: tuple[NoteValue, ...]) -> str:
    """Put values into a sentence."""
    return sentence.format(*values) if isinstance(sentence, str) else sentence(*values)


# Sentences that are more than places for values


def _because(sentence: str) -> Callable[..., str]:
    """A sentence about another remark: that one's name, and its values."""
    return lambda reason, *values: sentence.format(words_of_note(Remark(reason), values))


def _context_refused(cause: int, reason: str, *values: NoteValue) -> str:
    return f"{words_of_note(Remark(reason), values)}, cause {cause}"


def _aborted(procedure: str, clause: str = "") -> str:
    return f"{procedure} aborted (TS 24.301 {clause})" if clause else f"{procedure} aborted"


def _counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 push", "2 pushes"."""
    return f"{number} {one if number == 1 else many}"


def _lost_by_mme(contexts: int, coming: int, withdrawals: int) -> str:
    lost = {
        f"{_counted(contexts, 'UE context', 'UE contexts')} with GUTIs, AVs and keys": contexts,
        _counted(coming, "UE that was coming", "UEs that were coming"): coming,
        _counted(withdrawals, "open withdrawal", "open withdrawals"): withdrawals,
    }
    what = ", ".join(words for words, some in lost.items() if some)
    return f"loses {what}" if what else "nothing to lose: no UE contexts"


def _lost_by_hss(pushes: int, cancellations: int) -> str:
    lost = {
        f"{_counted(pushes, 'push', 'pushes')} to the SCEF": pushes,
        f"{_counted(cancellations, 'cancellation', 'cancellations')} of a location": cancellations,
    }
    what = " and ".join(words for words, some in lost.items() if some)
    return f"{f'loses {what} without an answer' if what else 'nothing to lose'}; subscriptions and SQN stay"


def _lost_by_scef(requests: int, records: int, pairs: int) -> str:
    lost = {
        _counted(requests, "open request", "open requests"): requests,
        f"{_counted(records, 'record', 'records')} with {_counted(pairs, 'pair', 'pairs')}, ACTIVE and GUTIs": records,
    }
    what = ", ".join(words for words, some in lost.items() if some)
    return f"loses {what}" if what else "nothing to lose"


SENTENCES: Final[Mapping[Remark, Sentence]] = {
    # Answers and expiries, where nothing is open that they belong to, and what is repeated
    Remark.ANSWERS_NO_OPEN_REQUEST: "answers no open request",
    Remark.ANSWERS_NO_OPEN_PUSH: "answers no open push",
    Remark.ANSWERS_NO_OPEN_WITHDRAWAL: "answers no open withdrawal",
    Remark.ANSWERS_NO_OPEN_TRANSACTION: "answers no open transaction",
    Remark.ANSWERS_OLDER_REQUEST: "answers an older request",
    Remark.ANSWERS_NO_OR_OLDER_REQUEST: "answers no open request, or an older one",
    Remark.NO_OPEN_REQUEST: "no request is open",
    Remark.NO_OPEN_PUSH: "no push is open",
    Remark.NO_OPEN_WITHDRAWAL: "no withdrawal is open",
    Remark.NO_OPEN_TRANSACTION: "no transaction is open",
    Remark.NO_OPEN_ERRAND: "no errand is open",
    Remark.NO_PROCEDURE_WAITS: "no procedure waits",
    Remark.NO_IDENTIFICATION_RUNS: "no identification runs",
    Remark.NO_CONTEXT_ASKED_FOR: "no context is asked for",
    Remark.NO_UE_PAGED: "no UE is paged",
    Remark.NO_ANSWER_REPEATS: "no answer, repeats",
    Remark.NO_ANSWER_ASKS_AGAIN: "no answer, asks again",
    # The NAS signalling connection
    Remark.NO_CONNECTION_WITH_UE: "no NAS signalling connection with this UE",
    Remark.NO_CONNECTION_IDLE: "no NAS signalling connection: the UE is in EMM-IDLE",
    Remark.COPY_OF_FIRST_MESSAGE: "a copy: the connection that it began is known",
    Remark.RELEASES_CONNECTION: "releases the connection",
    Remark.RELEASES_NO_CONNECTION: "releases a connection that is no more",
    Remark.CONNECTION_RELEASED: "connection released",
    Remark.CONNECTION_LOST: "connection lost",
    Remark.PAGES_ANOTHER: "pages another S-TMSI",
    Remark.PAGING_IGNORED_CONNECTED: "paging ignored: the UE has a connection, or is about to",
    Remark.PAGING_IGNORED_NOT_REGISTERED: "paging ignored: the UE is not registered",
    Remark.PAGING_ABANDONED: "no answer to paging: abandoned",
    Remark.NO_CONNECTION_TO: "the UE has no connection to {}",
    Remark.PAGES: "the UE is idle: pages it for {}",
    # NAS security
    Remark.NOT_PROTECTED: "not integrity protected",
    Remark.NOT_PROTECTED_ONCE_SECURE: "not integrity protected, though secure exchange is established",
    Remark.REJECT_UNEXPECTED: "not integrity protected, and none of T3416, T3418 and T3420 runs",
    Remark.NO_CONTEXT_OF_UE: "no context of this UE",
    Remark.WRONG_NAS_MAC: "integrity check failed (128-EIA2)",
    Remark.SWITCH_OFF_NOT_VERIFIED: "the UE is said to be switched off, but that does not verify",
    Remark.NO_SECURITY_CONTEXT: "no EPS security context for eKSI {}",
    Remark.NAS_COUNT_REPEATED: "NAS COUNT {} came before",
    Remark.NOT_SECURED: _because("{}, and secure exchange is established"),
    Remark.COMMAND_NOT_ACCEPTED: _because("{}: not accepted"),
    # Authentication and security mode control
    Remark.AUTHENTICATES_FIRST: "the request does not verify: authenticates first",
    Remark.AUTHENTICATION_GOES_ON: "the same request again: the authentication goes on",
    Remark.RES_REPEATED: "RAND seen before: RES from memory",
    Remark.AUTN_ACCEPTED: "AUTN accepted, new context partial",
    Remark.RES_VERIFIED: "RES verified",
    Remark.RES_WRONG: "RES is wrong",
    Remark.IMSI_RIGHT: "the IMSI was the right one: authentication has failed",
    Remark.NETWORK_FAILED_CHECK: "the network has failed the check: connection released",
    Remark.AUTHENTICATION_REJECTED: "AUTHENTICATION REJECT: GUTI and context deleted, USIM invalid until switched off",
    Remark.CHALLENGE_FORGOTTEN: "RAND and RES deleted",
    Remark.CAPABILITIES_DIFFER: "replayed capabilities are not the UE's own",
    Remark.SECURITY_MODE_COMMAND_REPEATED: "repeated SECURITY MODE COMMAND",
    Remark.USES: "uses",
    Remark.ACTIVE: "ACTIVE",
    Remark.HSS_SILENT: "HSS silent",
    Remark.SQN_STAYS: "SQN is in range and stays",
    Remark.SQN_RESYNCHRONISED: "SQN resynchronised",
    Remark.SEPARATION_BIT_ZERO: "AUTN refused: the AMF separation bit is 0, cause #26",
    Remark.MAC_A_WRONG: "AUTN refused: MAC-A is wrong, cause #20",
    Remark.SQN_OUT_OF_RANGE: "AUTN refused: SQN is out of range, cause #21",
    Remark.CHALLENGE_FAILED: "failure, cause #{}",
    Remark.SYNCH_FAILURES: "{} synch failures in a row",
    Remark.OTHER_IMSI: "the UE says that it is {}",
    Remark.SECURITY_MODE_REJECTED: "SECURITY MODE REJECT, cause #{}",
    Remark.VECTORS_CAME: "{} AVs",
    Remark.MAKES_VECTORS: "makes {} AVs",
    Remark.HSS_ANSWERS: "HSS answers {}",
    Remark.IMSI_UNKNOWN: "unknown IMSI: {}",
    Remark.MAC_S_WRONG: "MAC-S is wrong: {}",
    # Attach and detach
    Remark.ASKS_FOR_IMSI: "GUTI unknown, asks for the IMSI",
    Remark.IDENTIFICATION_ABANDONED: "identification abandoned",
    Remark.ATTACH_GOES_ON: "the same request again: the attach goes on",
    Remark.ATTACH_VERIFIED: "ATTACH REQUEST is verified: no authentication",
    Remark.UE_ATTACHES: "the UE attaches",
    Remark.REGISTERED: "registered",
    Remark.ATTACH_ACCEPT_REPEATED: "repeated ATTACH ACCEPT",
    Remark.ATTACH_ABANDONED_BY_UE: "attach abandoned by the UE: GUTI and eKSI deleted",
    Remark.NO_ATTACH_COMPLETE: "attach abandoned: no ATTACH COMPLETE; context kept, marked detached",
    Remark.SWITCHED_OFF_AND_ON: "switched off and on; sessions closed",
    Remark.POWER_LOST_AND_BACK: "power lost and back; sessions closed",
    Remark.DETACHED: "detached",
    Remark.DETACHED_WITHOUT_ANSWER: "detached without an answer",
    Remark.DETACHED_GUTI_FREED: "detached, GUTI freed",
    Remark.NOTHING_TO_DETACH: "no context: nothing to detach",
    Remark.DETACH_ACCEPTED_WITHOUT_CONTEXT: "no context, accepts all the same",
    Remark.REJECTED: "rejected, cause #{}",
    Remark.REJECTED_ATTACHES_AGAIN: "rejected, cause #{}; attaches again",
    Remark.PROCEDURE_ABANDONED: "{} abandoned",
    Remark.PROCEDURE_ABORTED: _aborted,
    # GUTI and service
    Remark.GUTI_TAKEN: "new GUTI, old one dropped",
    Remark.NEW_GUTI_VALID: "new GUTI valid",
    Remark.REALLOCATION_ABANDONED: "reallocation abandoned: both GUTIs are valid",
    Remark.REALLOCATION_PUT_OFF: "reallocation put off, the GUTI stays",
    Remark.GUTI_SETTLED: "two valid GUTIs settled",
    Remark.NOBODY_TO_REALLOCATE_FOR: "no registered UE to reallocate for",
    Remark.PERIOD_PUT_OFF: "put off: a NAS procedure runs",
    Remark.SERVICE_REQUEST_ABANDONED: "service request abandoned",
    Remark.GUTI_DUE: "access {}: GUTI is due",
    Remark.REJECTS_GUTI: "GUTI is not valid for this UE, cause #{}",
    Remark.REJECTS_UNKNOWN: "no context of this UE, cause #{}",
    Remark.REJECTS_UNVERIFIED: "the request does not verify, cause #{}",
    Remark.REJECTS_DETACHED: "the context is marked detached, cause #{}",
    Remark.REJECTS_BEFORE_COMPLETE: "before ATTACH COMPLETE, cause #{}",
    # Tracking area update and change of MME
    Remark.UPDATED: "tracking area updated",
    Remark.UPDATED_NEW_GUTI: "tracking area updated, new GUTI",
    Remark.UPDATED_NEW_GUTI_VALID: "tracking area updated, new GUTI valid",
    Remark.UPDATE_ABANDONED: "tracking area update abandoned",
    Remark.NO_UPDATE_COMPLETE: "no TRACKING AREA UPDATE COMPLETE: abandoned, both GUTIs are valid",
    Remark.UPDATE_ACCEPT_REPEATED: "repeated TRACKING AREA UPDATE ACCEPT",
    Remark.UPDATE_ACCEPT_SENT_AGAIN: "the same request again: ACCEPT is sent again",
    Remark.GUTI_NOT_TAKEN: "the UE has not got its new GUTI",
    Remark.PUT_OFF_FOR_GUTI: "put off: the UE is given its GUTI first",
    Remark.UPDATE_ENDS_FIRST: "the tracking area update ends first (TS 24.301 §5.5.3.2.7 g)",
    Remark.CONTEXT_BEING_ASKED_FOR: "the same request again: the context is asked for",
    Remark.UE_IS_BACK: "the UE is back from the other MME",
    Remark.NOTHING_TO_PUSH: "no RAND of the active AV: nothing to push",
    Remark.NOT_THE_CONTEXT: "not the context that protects this request",
    Remark.EARLIER_STAY_REPLACED: "replaces the context of an earlier stay",
    Remark.CURRENT_CONTEXT_GOES: "the active AV is not that of the current context: the current one goes",
    Remark.NO_CONTEXT_GOES: "acknowledges no context that goes",
    Remark.LOCATION_NOT_UPDATED: "HSS silent: location not updated",
    Remark.NOTHING_TO_CANCEL: "no context: nothing to cancel",
    Remark.EARLIER_STAY_CANCELLED: "cancels an earlier stay: the UE is here again",
    Remark.CONTEXT_DROPPED: "the UE is at another MME: context dropped",
    Remark.REJECTS_GUMMEI: "no MME is known by GUMMEI {1}, cause #{0}",
    Remark.REJECTS_MME_SILENT: "{1} is silent, cause #{0}",
    Remark.REJECTS_UNVERIFIED_THERE: "{1}: the request does not verify, cause #{0}",
    Remark.REJECTS_NO_CONTEXT_THERE: "{1} has no such context, cause #{0}",
    Remark.ASKS_OLD_MME: "GUTI of {}, asks it for the context",
    Remark.CONTEXT_CAME: "context from {}",
    Remark.CONTEXT_SENT: "context to {}",
    Remark.CONTEXT_SENT_AGAIN: "context to {} again",
    Remark.CONTEXT_REFUSED: _context_refused,
    Remark.NO_CONTEXT_OF_GUTI: "no context of this GUTI and eKSI",
    Remark.NOT_REGISTERED_HERE: "the UE is not registered here",
    Remark.CONTEXT_KEPT: "context kept until Cancel Location: the UE is at {}",
    Remark.UE_IS_AT: "the UE is at {}",
    Remark.NOT_CANCELLED: "{} silent: not cancelled",
    # Solution 11, solution 12 and the repairs: not defined by 3GPP
    Remark.KS_GIVEN_BY_MME: "Ks of the active AV",
    Remark.GUTI_UNKNOWN: "GUTI unknown",
    Remark.NO_ACTIVE_AV: "no active AV yet",
    Remark.COMMAND_TO_SETTLE: "SECURITY MODE COMMAND again: its answer tells which key the UE uses",
    Remark.KEY_SETTLED: "the UE uses the key of before: settled",
    Remark.KEY_IN_QUESTION: "no key yet: it is open which of two the UE uses",
    Remark.KS_OF_NAME_BY_MME: "Ks of this name",
    Remark.NO_KS_OF_NAME: "no Ks of this name yet",
    Remark.NO_KEY_NAMED: "no key is named",
    Remark.KS_GIVEN_BY_SCEF: "gives the ACTIVE Ks",
    Remark.NO_ACTIVE_KS: "no ACTIVE Ks yet",
    Remark.KS_OF_NAME_BY_SCEF: "gives the Ks of this name",
    Remark.NO_CONFIRMED_KS: "no confirmed Ks of this name",
    Remark.KEY_CONFIRMED: "key confirmed by name",
    Remark.ASKS_FOR_NAMED_KEY: "asks for the key that is named",
    Remark.NO_SUCH_GUMMEI: "no MME has this GUMMEI",
    Remark.MME_SILENT: "MME silent",
    Remark.SCEF_SILENT: "SCEF silent",
    Remark.PARKED: "RAND not known yet: parked",
    Remark.PARKED_RAND_FOUND: "parked RAND found: ACTIVE",
    Remark.GUTI_NOT_BOUND: "no such GUTI bound",
    Remark.GUTI_WITHDRAWN: "GUTI withdrawn",
    Remark.PUSH_REPEATED: "repeated: has no effect again",
    Remark.PUSH_ABANDONED: "push abandoned: no answer",
    Remark.WITHDRAWAL_ABANDONED: "withdrawal abandoned: no answer",
    Remark.ASKS_FOR_KEY: "no key for this session, asks",
    Remark.ASKS_AGAIN: "asks again, once",
    Remark.KEY_REQUEST_ABANDONED: "key request abandoned",
    Remark.KS_HELD: "held",
    Remark.NO_SUCH_SESSION: "unknown session, refused before it is opened",
    Remark.OWN_DIRECTION_OF_AS: "the AS's own direction, refused before it is opened",
    Remark.OWN_DIRECTION_OF_UE: "the UE's own direction, refused before it is opened",
    Remark.NO_KS_TO_OPEN_WITH: "no Ks to open it with",
    Remark.REPLAYED: "replayed, refused before it is opened",
    Remark.DOES_NOT_OPEN: "does not open",
    Remark.PUSH_OLDER: "older than {}.{}: ignored",
    Remark.NO_KEY: "no key: {} ({})",
    Remark.ASKS_FOR_ORIGIN: "asks for {}",
    Remark.SESSION_OPENED_BEFORE: "session {} was opened before",
    Remark.OTHER_KEY: "sealed under a key that is not here",
    Remark.OPENS: "opens: {}",
    # The operator, and restarts
    Remark.SQN_SET: "SQN set by the operator",
    Remark.AMF_SET: "AMF set by the operator",
    Remark.SUBSCRIPTION_BACK: "subscription put back",
    Remark.SUBSCRIPTION_REMOVED: "subscription removed",
    Remark.MME_RESTARTED: _lost_by_mme,
    Remark.HSS_RESTARTED: _lost_by_hss,
    Remark.SCEF_RESTARTED: _lost_by_scef,
    # Why a table refuses a message
    Remark.NO_SUCH_MESSAGE: "this node never gets such a message",
    Remark.SOLUTION_11_PUSHES_NOTHING: "solution 11 pushes nothing",
    Remark.SOLUTION_12_ASKS_NO_MME: "solution 12 asks no MME",
    Remark.UE_HAS_NO_PROCEDURE: "the UE has no NAS procedure",
    Remark.UE_WAITS_TO_ATTACH: "the UE waits to attach again",
    Remark.UE_WAITS_TO_UPDATE: "the UE waits to update its tracking area again",
    Remark.UE_IS_ATTACHING: "the UE is attaching",
    Remark.UE_STARTED_NO_SUCH_PROCEDURE: "the UE started no such procedure",
    Remark.UE_WAITS_FOR_SERVICE_ACCEPT: "the UE waits for SERVICE ACCEPT",
    Remark.UE_WAITS_FOR_UPDATE_ACCEPT: "the UE waits for TRACKING AREA UPDATE ACCEPT",
    Remark.UE_IS_DETACHING: "the UE is detaching",
    Remark.IGNORED_IN_UPDATE: "ignored while a TAU runs (TS 24.301 §5.5.3.2.6 g)",
    Remark.IGNORED_IN_DETACH: "ignored while the UE detaches (TS 24.301 §5.5.2.2.4 e)",
    Remark.MME_HAS_NO_CONTEXT: "the MME has no context of this UE",
    Remark.MME_WAITS_FOR_IDENTITY: "the MME waits for IDENTITY RESPONSE",
    Remark.NO_SUCH_PROCEDURE_RUNS: "no such procedure runs",
    Remark.UE_NOT_REGISTERED_ANY_MORE: "the UE is not registered here any more",
    Remark.MME_PAGES: "the MME pages the UE",
    Remark.MME_WAITS_FOR_VECTORS: "the MME waits for AVs",
    Remark.MME_WAITS_FOR_RESPONSE: "the MME waits for AUTHENTICATION RESPONSE",
    Remark.MME_WAITS_FOR_SECURITY_MODE_COMPLETE: "the MME waits for SECURITY MODE COMPLETE",
    Remark.MME_WAITS_FOR_ATTACH_COMPLETE: "the MME waits for ATTACH COMPLETE",
    Remark.MME_WITHDRAWS_FIRST: "the MME withdraws the GUTI at the SCEF first",
    Remark.MME_WAITS_FOR_REALLOCATION_COMPLETE: "the MME waits for GUTI REALLOCATION COMPLETE",
    Remark.MME_WAITS_FOR_UPDATE_COMPLETE: "the MME waits for TRACKING AREA UPDATE COMPLETE",
    Remark.MME_WAITS_FOR_CONTEXT: "the MME waits for the UE's context on S10",
    Remark.NOT_OF_THE_CORE: "a NAS message, not one of the core network",
    Remark.OTHER_REFERENCE_POINT: "this phase is of another reference point",
}
