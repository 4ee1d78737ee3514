"""Paging by S-TMSI: what the MME starts for an idle UE waits for the UE's answer (TS 24.301 §5.6.2.2.1)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, Send, StartTimer, Step
from nodes.protocol.entities.mme.state import MMEState, Paged, Procedure, Stage, UEContext, with_context
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages.s1 import Paging
from nodes.protocol.remarks import Remark


def page(state: MMEState, context: UEContext, what_for: Paged) -> Step[MMEState]:
    """Page an idle UE before a procedure of the MME's own."""
    step = page_again(state, context, Procedure(Stage.PAGING, attach=False, paged_for=what_for))
    return Step(step.state, (Note(Remark.PAGES, values=(what_for.value,)), *step.outputs))


def page_again(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """Page. Of two valid GUTIs the old one is tried first, then by turns (TS 24.301 §5.4.1.6 a: "may")."""
    oldest_first = context.gutis[::-1]
    guti = oldest_first[(procedure.attempts - 1) % len(oldest_first)]
    timer = StartTimer(TimerName.T3413, context.imsi)
    return Step(with_context(state, replace(context, procedure=procedure)), (Send(context.ue, Paging(guti)), timer))
