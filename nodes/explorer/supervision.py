"""Which timers repeat a message that was lost, or the message that it answers: only these expire in the explorer."""

from collections.abc import Mapping

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import key_requests, nas, pushes, s1, s6a, s10
from nodes.protocol.world.events import message_name
from nodes.protocol.world.subjects import ue_of_message, ue_of_timer
from nodes.protocol.world.world import Envelope, Link, Timer, World

_ATTACH = (TimerName.T3410,)
_CHALLENGE = (TimerName.T3460,)
_ACCEPT = (TimerName.T3450,)
_PUSH = (TimerName.PUSH,)
_KEY = (TimerName.NORTHBOUND,)

SUPERVISORS: Mapping[str, tuple[TimerName, ...]] = {
    nas.AttachRequest.__name__: _ATTACH,
    nas.AttachReject.__name__: _ATTACH,
    # Without it neither end goes on: the UE waits for it under T3410, the MME for the answer under T3450.
    nas.AttachAccept.__name__: _ACCEPT,
    nas.AttachComplete.__name__: _ACCEPT,
    nas.AuthenticationRequest.__name__: _CHALLENGE,
    nas.AuthenticationResponse.__name__: _CHALLENGE,
    nas.AuthenticationFailure.__name__: (*_CHALLENGE, TimerName.T3418, TimerName.T3420),
    nas.AuthenticationReject.__name__: (*_ATTACH, TimerName.T3430, TimerName.T3421, TimerName.T3418, TimerName.T3420),
    nas.SecurityModeCommand.__name__: _CHALLENGE,
    nas.SecurityModeComplete.__name__: _CHALLENGE,
    nas.SecurityModeReject.__name__: _CHALLENGE,
    nas.IdentityRequest.__name__: (TimerName.T3470, TimerName.T3418),
    nas.IdentityResponse.__name__: (TimerName.T3470,),
    nas.GUTIReallocationCommand.__name__: _ACCEPT,
    nas.GUTIReallocationComplete.__name__: _ACCEPT,
    nas.DetachRequest.__name__: (TimerName.T3421,),
    nas.DetachAccept.__name__: (TimerName.T3421,),
    s1.Paging.__name__: (TimerName.T3413,),
    nas.ServiceRequest.__name__: (TimerName.T3413, TimerName.T3417),
    nas.ServiceAccept.__name__: (TimerName.T3417,),
    # A reject does not end paging: the UE attaches anew when it gets it, and is paged on when it does not.
    nas.ServiceReject.__name__: (TimerName.T3413, TimerName.T3417),
    nas.TrackingAreaUpdateRequest.__name__: (TimerName.T3413, TimerName.T3430),
    nas.TrackingAreaUpdateAccept.__name__: (TimerName.T3430, TimerName.T3450),
    nas.TrackingAreaUpdateReject.__name__: (TimerName.T3413, TimerName.T3430),
    nas.TrackingAreaUpdateComplete.__name__: _ACCEPT,
    s6a.AuthenticationInformationRequest.__name__: (TimerName.S6A,),
    s6a.AuthenticationInformationAnswer.__name__: (TimerName.S6A,),
    s6a.UpdateLocationRequest.__name__: (TimerName.LOCATION,),
    s6a.UpdateLocationAnswer.__name__: (TimerName.LOCATION,),
    s6a.CancelLocationRequest.__name__: (TimerName.LOCATION,),
    s6a.CancelLocationAnswer.__name__: (TimerName.LOCATION,),
    s10.ContextRequest.__name__: (TimerName.S10,),
    s10.ContextResponse.__name__: (TimerName.S10,),
    pushes.KeysPushRequest.__name__: _PUSH,
    pushes.KeysPushAnswer.__name__: _PUSH,
    pushes.ActiveVectorPushRequest.__name__: _PUSH,
    pushes.ActiveVectorPushAnswer.__name__: _PUSH,
    pushes.GUTIWithdrawalRequest.__name__: (TimerName.WITHDRAWAL,),
    pushes.GUTIWithdrawalAnswer.__name__: (TimerName.WITHDRAWAL,),
    key_requests.KeyRetrievalRequest.__name__: _KEY,
    key_requests.KeyRetrievalAnswer.__name__: _KEY,
    key_requests.T6aKeyRequest.__name__: (TimerName.T6A,),
    key_requests.T6aKeyAnswer.__name__: (TimerName.T6A,),
}
"""By the message's name. Application messages are not repeated."""


def supervisors(world: World, link: Link, envelope: Envelope) -> tuple[Timer, ...]:
    """The timers that run at either end of a link for a message on it, or for the message that it answers."""
    names = SUPERVISORS.get(message_name(envelope.message), ())
    ue = ue_of_message(world, *link.key, envelope.message)
    return tuple(
        timer
        for timer in world.timers
        if timer.name in names
        and timer.node in link.key
        and ue_of_timer(world, timer) == ue
        and _is_same_push(timer, envelope)
    )


def _is_same_push(timer: Timer, envelope: Envelope) -> bool:
    """The HSS has a timer for each push, and its subject says which."""
    message = envelope.message
    if not isinstance(message, pushes.KeysPushRequest | pushes.KeysPushAnswer):
        return True
    return timer.subject == f"{message.imsi}.{message.push}"
