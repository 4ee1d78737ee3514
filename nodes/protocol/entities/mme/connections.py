"""NAS signalling connections at the MME: how they begin and end, and what is sent on them (TS 24.301 §4.4, §5.3.1)."""

from dataclasses import replace

from nodes.protocol.entities.connection import NO_CONNECTION, Connection
from nodes.protocol.entities.machine import Note, Output, Send
from nodes.protocol.entities.mme.state import MMEState, UEConnection, UEContext, context_of_ue, with_context
from nodes.protocol.entities.security import NASDirection, protect
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import ConnectionRelease
from nodes.protocol.remarks import Remark


def connection_of(state: MMEState, ue: str) -> Connection:
    """The MME's end of a UE's connection; of a UE that was never heard, none yet."""
    return next((each.connection for each in state.connections if each.ue == ue), NO_CONNECTION)


def with_connection(state: MMEState, ue: str, connection: Connection) -> MMEState:
    others = (each for each in state.connections if each.ue != ue)
    connections = sorted((*others, UEConnection(ue, connection)), key=lambda each: each.ue)
    return replace(state, connections=tuple(connections))


def secured(state: MMEState, ue: str) -> MMEState:
    """Secure exchange of NAS messages is established on a UE's connection."""
    connection = connection_of(state, ue)
    return state if connection.is_secure else with_connection(state, ue, connection.secured())


def close(state: MMEState, ue: str) -> MMEState:
    """The connection is gone, and the UE knows it from elsewhere: by a reject, or from its own lower layer."""
    connection = connection_of(state, ue)
    return with_connection(state, ue, connection.released()) if connection.is_open else state


def release(state: MMEState, ue: str) -> tuple[MMEState, tuple[Output, ...]]:
    """Release a UE's connection, if there is one (TS 24.301 §5.3.1.2.1)."""
    connection = connection_of(state, ue)
    if not connection.is_open:
        return state, ()
    release_ = Send(ue, ConnectionRelease(connection.number))
    return close(state, ue), (Note(Remark.RELEASES_CONNECTION), release_)


def send_protected(context: UEContext, message: nas.PlainNAS) -> tuple[UEContext, Send]:
    """Send a NAS message to the UE under its current context; without one it goes plain."""
    if context.current is None:
        return context, Send(context.ue, message)
    current, protected = protect(context.current, NASDirection.DOWNLINK, message)
    return replace(context, current=current), Send(context.ue, protected)


def send_nas(state: MMEState, context: UEContext, message: nas.PlainNAS) -> tuple[UEContext, Send]:
    """Send a NAS message, protected once secure exchange is established (TS 24.301 §4.4.2.3, §4.4.2.4)."""
    if not connection_of(state, context.ue).is_secure:
        return context, Send(context.ue, message)
    return send_protected(context, message)


def answer_and_close(state: MMEState, ue: str, message: nas.PlainNAS) -> tuple[MMEState, Send]:
    """Send a UE what ends its connection, too: a reject, or DETACH ACCEPT."""
    context = context_of_ue(state, ue)
    if context is None:
        return close(state, ue), Send(ue, message)
    context, send = send_nas(state, context, message)
    return close(with_context(state, context), ue), send
