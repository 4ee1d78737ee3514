"""What a viewer tells a node to do, and what an operator does to it."""

from dataclasses import dataclass

from nodes.protocol.identities import IMSI
from nodes.protocol.octets import AMF


@dataclass(frozen=True, slots=True)
class Attach:
    """UE: attach at the MME of that name."""

    mme: str


@dataclass(frozen=True, slots=True)
class Detach:
    """UE: detach from the network; with `switch_off` as it is switched off, and on again."""

    switch_off: bool = False


@dataclass(frozen=True, slots=True)
class PowerCycle:
    """UE: lose power without a word; what the USIM and its memory keep is kept."""


@dataclass(frozen=True, slots=True)
class Access:
    """UE: one access out of EMM-IDLE, a SERVICE REQUEST."""


@dataclass(frozen=True, slots=True)
class UpdateTrackingArea:
    """UE: TRACKING AREA UPDATE towards the MME of that name, its own or another one."""

    mme: str


@dataclass(frozen=True, slots=True)
class OpenApplicationSession:
    """UE: open a session with an AS, naming itself by its GUTI."""

    application_server: str


@dataclass(frozen=True, slots=True)
class SendReading:
    """UE: send a protected reading in its session with an AS."""

    application_server: str


@dataclass(frozen=True, slots=True)
class Reauthenticate:
    """MME: run AKA again with the next unused AV; the GUTI stays."""

    imsi: IMSI


@dataclass(frozen=True, slots=True)
class ReallocateGUTI:
    """MME: give the UE a new GUTI; the AV stays."""

    imsi: IMSI


@dataclass(frozen=True, slots=True)
class ReleaseConnection:
    """MME: release the NAS signalling connection; both ends are in EMM-IDLE then."""

    imsi: IMSI


@dataclass(frozen=True, slots=True)
class AskForKey:
    """AS: ask for the key of a UE's session, itself or through the third-party server.

    `guti` is one the AS ever learned from that UE; None means the newest.
    """

    ue: str
    through_third_party: bool = False
    guti_index: int | None = None


@dataclass(frozen=True, slots=True)
class SendCommand:
    """AS: send a protected command to the UE in its session."""

    ue: str


@dataclass(frozen=True, slots=True)
class SetSQN:
    """HSS: SQN is set, as by restoring an old backup."""

    imsi: IMSI
    sqn: int


@dataclass(frozen=True, slots=True)
class SetAMF:
    """HSS: AMF, 2 octets, is set; without the separation bit no E-UTRAN challenge is accepted."""

    imsi: IMSI
    amf: AMF


@dataclass(frozen=True, slots=True)
class SetProvisioned:
    """HSS: the subscription is removed or put back."""

    imsi: IMSI
    provisioned: bool


UECommand = Attach | Detach | PowerCycle | Access | UpdateTrackingArea | OpenApplicationSession | SendReading
MMECommand = Reauthenticate | ReallocateGUTI | ReleaseConnection
ApplicationServerCommand = AskForKey | SendCommand
HSSCommand = SetSQN | SetAMF | SetProvisioned
NodeCommand = UECommand | MMECommand | ApplicationServerCommand | HSSCommand
