"""What things are called on the page: messages, commands, timers, links and options. Values only, no sentences."""

import re
from dataclasses import dataclass
from enum import Enum
from string import ascii_uppercase
from typing import Final

from nodes.protocol.entities.connection import Mode
from nodes.protocol.entities.mme.state import Stage, VectorStatus
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import application, commands, key_requests, nas, pushes, s1, s6a, s10
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.options import (
    ActiveWhen,
    AfterAbandonedSMC,
    Algorithm,
    AttachAuthenticates,
    MTMSIReuse,
    Setup,
    Solution,
)
from nodes.protocol.world.actions import LinkFault

RESULTS: Final = {
    KeyResult.OK: "Ks",
    KeyResult.GUTI_UNKNOWN: "404 GUTI unknown",
    KeyResult.NO_KEY_YET: "404 no key yet",
    KeyResult.CONFLICT: "409 conflict",
    KeyResult.BAD_GATEWAY: "502 bad gateway",
    KeyResult.TIME_OUT: "504 time-out",
}
"""What a key request is answered."""

MESSAGES: Final[dict[str, str]] = {
    # At most 23 characters, for "#18 " and a label have to fit between UE and MME.
    nas.AttachRequest.__name__: "Attach Request",
    nas.AttachAccept.__name__: "Attach Accept",
    nas.AttachComplete.__name__: "Attach Complete",
    nas.AttachReject.__name__: "Attach Reject",
    nas.DetachRequest.__name__: "Detach Request",
    nas.DetachAccept.__name__: "Detach Accept",
    nas.AuthenticationRequest.__name__: "Authentication Request",
    nas.AuthenticationResponse.__name__: "Authentication Response",
    nas.AuthenticationFailure.__name__: "Authentication Failure",
    nas.AuthenticationReject.__name__: "Authentication Reject",
    nas.IdentityRequest.__name__: "Identity Request",
    nas.IdentityResponse.__name__: "Identity Response",
    nas.SecurityModeCommand.__name__: "Security Mode Command",
    nas.SecurityModeComplete.__name__: "Security Mode Complete",
    nas.SecurityModeReject.__name__: "Security Mode Reject",
    nas.GUTIReallocationCommand.__name__: "GUTI Realloc. Command",
    nas.GUTIReallocationComplete.__name__: "GUTI Realloc. Complete",
    nas.ServiceRequest.__name__: "Service Request",
    nas.ServiceAccept.__name__: "Service Accept",
    nas.ServiceReject.__name__: "Service Reject",
    nas.TrackingAreaUpdateRequest.__name__: "TAU Request",
    nas.TrackingAreaUpdateAccept.__name__: "TAU Accept",
    nas.TrackingAreaUpdateComplete.__name__: "TAU Complete",
    nas.TrackingAreaUpdateReject.__name__: "TAU Reject",
    s1.ConnectionRelease.__name__: "Connection Release",
    s1.Paging.__name__: "Paging",
    # S6a, at most 17 characters: MME and HSS are neighbours with narrow columns.
    s6a.AuthenticationInformationRequest.__name__: "Auth. Info Request",
    s6a.AuthenticationInformationAnswer.__name__: "Auth. Info Answer",
    s6a.UpdateLocationRequest.__name__: "Update Location",
    s6a.UpdateLocationAnswer.__name__: "Update Loc. Ack",
    s6a.CancelLocationRequest.__name__: "Cancel Location",
    s6a.CancelLocationAnswer.__name__: "Cancel Loc. Ack",
    s10.ContextRequest.__name__: "Context Request",
    s10.ContextResponse.__name__: "Context Response",
    s10.ContextAcknowledge.__name__: "Context Acknowledge",
    pushes.KeysPushRequest.__name__: "Push keys",
    pushes.KeysPushAnswer.__name__: "Push answer",
    pushes.ActiveVectorPushRequest.__name__: "Push RAND",
    pushes.ActiveVectorPushAnswer.__name__: "Push answer",
    pushes.GUTIWithdrawalRequest.__name__: "Withdraw GUTI",
    pushes.GUTIWithdrawalAnswer.__name__: "Withdrawal answer",
    key_requests.KeyRetrievalRequest.__name__: "Key request, GUTI",
    key_requests.KeyRetrievalAnswer.__name__: "Key answer",
    key_requests.T6aKeyRequest.__name__: "Key request, GUTI",
    key_requests.T6aKeyAnswer.__name__: "Key answer",
    application.OpenSession.__name__: "Open session, GUTI",
    application.ProtectedMessage.__name__: "Protected reading",
}
_STANDARD_MODULES: Final = (nas, s1, s6a, s10)
OURS: Final = frozenset(name for name in MESSAGES if not any(hasattr(module, name) for module in _STANDARD_MODULES))
"""Messages that are not defined by 3GPP."""
_COMMAND_TO_UE: Final = "Protected command"
_ANSWERS: Final = frozenset({key_requests.KeyRetrievalAnswer.__name__, key_requests.T6aKeyAnswer.__name__})


def message_label(name: str, source: str, *, has_key: bool = False) -> str:
    """Name a message by its class name; `source` tells a reading from a command, `has_key` an answer with Ks."""
    if name == application.ProtectedMessage.__name__ and not source.startswith("ue-"):
        return _COMMAND_TO_UE
    label = MESSAGES[name]
    return f"{label}, Ks" if has_key and name in _ANSWERS else label


@dataclass(frozen=True, slots=True)
class CommandWords:
    """`title` heads a band of the ladder, `note` stands beside it."""

    title: str
    note: str = ""


COMMANDS: Final[dict[str, CommandWords]] = {
    commands.Attach.__name__: CommandWords("Attach"),
    commands.Detach.__name__: CommandWords("Detach"),
    commands.PowerCycle.__name__: CommandWords("Power cycle", "the UE tells nobody"),
    commands.Access.__name__: CommandWords("Access", "out of EMM-IDLE"),
    commands.UpdateTrackingArea.__name__: CommandWords("Tracking area update"),
    commands.OpenApplicationSession.__name__: CommandWords("Open session", "the UE identifies itself by its GUTI"),
    commands.SendReading.__name__: CommandWords("UE sends reading"),
    commands.Reauthenticate.__name__: CommandWords("Re-authenticate", "the GUTI stays"),
    commands.ReallocateGUTI.__name__: CommandWords("Reallocate GUTI", "the AV stays"),
    commands.ReleaseConnection.__name__: CommandWords("Release connection", "to EMM-IDLE"),
    commands.AskForKey.__name__: CommandWords("AS asks for key", "by GUTI"),
    commands.SendCommand.__name__: CommandWords("AS sends command"),
    commands.SetSQN.__name__: CommandWords("SQN set", "as by an old backup"),
    commands.SetAMF.__name__: CommandWords("AMF set"),
    commands.SetProvisioned.__name__: CommandWords("Subscription changed"),
}

TIMERS: Final[dict[TimerName, str]] = {
    **{timer: timer.value for timer in TimerName if timer.value.startswith("T3")},
    TimerName.S6A: "S6a answer",
    TimerName.LOCATION: "Location answer",
    TimerName.PUSH: "Push answer",
    TimerName.WITHDRAWAL: "Withdrawal answer",
    TimerName.S10: "S10 answer",
    TimerName.T6A: "T6a answer",
    TimerName.NORTHBOUND: "Key answer",
    TimerName.GUTI_PERIOD: "GUTI period",
}
TIMER_ENDS: Final[dict[TimerName, str]] = {
    TimerName.T3402: "then tries again",
    TimerName.T3411: "then tries again",
    TimerName.T3416: "then forgets RAND and RES",
    TimerName.T3418: "then gives up the connection",
    TimerName.T3420: "then gives up the connection",
}
"""What the end of a timer means that repeats nothing."""
TIMER_OF_VALUE: Final[dict[str, str]] = {timer.value: words for timer, words in TIMERS.items()}

STAGES: Final[dict[Stage, str]] = {
    Stage.PAGING: "pages the UE",
    Stage.VECTORS: "waits for AVs",
    Stage.AUTHENTICATION: "challenged",
    Stage.IDENTITY: "asks for the IMSI",
    Stage.SECURITY_MODE: "security mode",
    Stage.ATTACH_ACCEPT: "attach accepted",
    Stage.GUTI_WITHDRAWAL: "withdraws GUTI",
    Stage.GUTI_REALLOCATION: "new GUTI sent",
    Stage.TAU_ACCEPT: "TAU accepted",
}
STATUSES: Final[dict[VectorStatus, str]] = {status: status.value for status in VectorStatus}

PHASES: Final[dict[UEPhase, str]] = {
    UEPhase.DEREGISTERED: "detached",
    UEPhase.ATTEMPTING_TO_ATTACH: "waits to attach",
    UEPhase.REGISTERED_INITIATED: "attaching",
    UEPhase.REGISTERED: "registered",
    UEPhase.ATTEMPTING_TO_UPDATE: "waits to update",
    UEPhase.SERVICE_REQUEST_INITIATED: "requesting",
    UEPhase.TRACKING_AREA_UPDATING_INITIATED: "updating",
    UEPhase.DEREGISTERED_INITIATED: "detaching",
}

MODES: Final[dict[Mode, str]] = {
    # "Plain": secure exchange of NAS messages is not established yet.
    Mode.IDLE: "idle",
    Mode.CONNECTED: "plain",
    Mode.SECURE: "connected",
}

FAULTS: Final[dict[LinkFault, str]] = {
    LinkFault.LOSE: "lose next",
    LinkFault.REPEAT: "repeat next",
    LinkFault.REORDER: "reorder",
}
FAULT_OF_VALUE: Final[dict[str, str]] = {fault.value: words for fault, words in FAULTS.items()}

VALUES: Final[dict[Enum, str]] = {
    Solution.PULL: "11, pull",
    Solution.PUSH: "12, push",
    ActiveWhen.SECURITY_MODE_COMPLETE: "at SECURITY MODE COMPLETE",
    ActiveWhen.RES_VERIFIED: "when RES is verified",
    AfterAbandonedSMC.FORGET: "forgotten",
    AfterAbandonedSMC.KEEP: "kept",
    AttachAuthenticates.ALWAYS: "always",
    AttachAuthenticates.ONLY_IF_NOT_VERIFIED: "only if not verified",
    MTMSIReuse.NEVER: "never",
    MTMSIReuse.LOWEST_FREE: "lowest free",
    Algorithm.MILENAGE: "Milenage",
    Algorithm.TUAK: "TUAK",
}

_KINDS: Final = {"ue": "UE", "mme": "MME", "as": "AS"}
_SINGLE: Final = {"hss": "HSS", "scef": "SCEF", "third-party": "Third party"}
_NODE: Final = re.compile(r"\b(?:(?:ue|mme|as)-\d+|hss|scef|third-party)\b")


def node_name(setup: Setup, node: str) -> str:
    """Name a node: "UE" where the lab has one UE, else "UE B"; "MME 2" and "AS 2" have numbers."""
    if node in _SINGLE:
        return _SINGLE[node]
    kind, _, number = node.partition("-")
    count = {"ue": setup.ues, "mme": setup.mmes, "as": setup.application_servers}[kind]
    if count == 1:
        return _KINDS[kind]
    return f"{_KINDS[kind]} {ue_letters(int(number)) if kind == 'ue' else number}"


def ue_letters(number: int) -> str:
    """Give the letters of a UE, counted from 1: A to Z, then AA. AVs have numbers, so that 1B is an AV of UE B."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[rest] + letters
    return letters


def with_node_names(setup: Setup, text: str) -> str:
    """Replace the names of nodes in a sentence by what people call them."""
    return _NODE.sub(lambda found: node_name(setup, found[0]), text)


def duration(seconds: int) -> str:
    """Write a time of the lab: "6 s", "1 min 20 s", "2 h 5 min"."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 s"


def counted(number: int, noun: str) -> str:
    """Count things whose plural ends in s: "1 pair", "2 pairs"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lower_first(label: str) -> str:
    """A label within a sentence: its first word in small letters, unless that is an abbreviation."""
    first = label.split(maxsplit=1)[0]
    return label if sum(letter.isupper() for letter in first) > 1 else f"{label[:1].lower()}{label[1:]}"
