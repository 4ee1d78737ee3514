"""Restart of the MME: what it loses (TS 23.007, from memory), and that the radio side releases its connections."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, Send, Step
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.messages.s1 import ConnectionRelease
from nodes.protocol.remarks import Remark


def restart(state: MMEState) -> Step[MMEState]:
    """UE contexts are lost, and what was open with UEs, other MMEs and the SCEF; counters per IMSI stay.

    S1AP RESET has the eNBs release the connections (TS 36.413, from memory).
    """
    coming = len(state.unidentified) + len(state.arriving)
    note = Note(Remark.MME_RESTARTED, values=(len(state.contexts), coming, len(state.withdrawals)))
    still_open = (each for each in state.connections if each.connection.is_open)
    releases = tuple(Send(each.ue, ConnectionRelease(each.connection.number)) for each in still_open)
    state = replace(state, contexts=(), unidentified=(), arriving=(), withdrawals=(), connections=())
    return Step(state, (note, *releases))
