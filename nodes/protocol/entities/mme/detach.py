"""Detach by the UE, at the MME (TS 24.301 §5.5.2.2)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, Send, Step
from nodes.protocol.entities.mme.connections import answer_and_close, close
from nodes.protocol.entities.mme.endings import Meeting, abort_note, drop_context
from nodes.protocol.entities.mme.push import withdraw
from nodes.protocol.entities.mme.state import MMEState, context_of_connection, with_context
from nodes.protocol.messages import nas
from nodes.protocol.remarks import Remark


def on_detach_request(state: MMEState, message: nas.DetachRequest, source: str) -> Step[MMEState]:
    """TS 24.301 §5.5.2.2.2. The context goes, and with it GUTI and AVs; a procedure that runs is aborted.

    A UE that is switched off wants no answer. The connection is released at once: T3440 is left out.
    """
    answers: tuple[Send, ...] = ()
    if message.switch_off:
        state = close(state, source)
    else:
        state, send = answer_and_close(state, source, nas.DetachAccept())
        answers = (send,)
    context = context_of_connection(state, source)
    meets = Meeting.SWITCH_OFF if message.switch_off else Meeting.DETACH
    aborted = () if context.procedure is None else (abort_note(context.procedure, meets),)
    state, withdrawn = withdraw(state, context)
    return drop_context(state, context, *aborted, Note(Remark.DETACHED_GUTI_FREED), *answers, *withdrawn)


def on_detach_request_before_update_complete(
    state: MMEState, message: nas.DetachRequest, source: str
) -> Step[MMEState]:
    """TS 24.301 §5.5.3.2.7 g: switch-off aborts the tracking area update; another detach waits for its end."""
    context = context_of_connection(state, source)
    if message.switch_off or context.procedure is None:
        return on_detach_request(state, message, source)
    context = replace(context, procedure=replace(context.procedure, pending=message))
    note = Note(Remark.UPDATE_ENDS_FIRST)
    return Step(with_context(state, context), (note,))


def on_detach_request_of_unknown(state: MMEState, message: nas.DetachRequest, source: str) -> Step[MMEState]:
    """A repeated DETACH REQUEST: it is answered again, plain, for there is no context any more."""
    if message.switch_off:
        return Step(close(state, source), (Note(Remark.NOTHING_TO_DETACH),))
    state, send = answer_and_close(state, source, nas.DetachAccept())
    return Step(state, (Note(Remark.DETACH_ACCEPTED_WITHOUT_CONTEXT), send))
