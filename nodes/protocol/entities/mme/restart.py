"""Restart of the MME: what it loses (TS 23.007, from memory), and that the radio side releases its connections."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, Send, Step, counted
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.messages.s1 import ConnectionRelease


def restart(state: MMEState) -> Step[MMEState]:
    """UE contexts are lost, and what was open with UEs, other MMEs and the SCEF; counters per IMSI stay.

    S1AP RESET has the eNBs release the connections (TS 36.413, from memory).
    """
    coming = len(state.unidentified) + len(state.arriving)
    lost = {
        f"{counted(len(state.contexts), 'UE context', 'UE contexts')} with GUTIs, AVs and keys": state.contexts,
        counted(coming, "UE that was coming", "UEs that were coming"): coming,
        counted(len(state.withdrawals), "open withdrawal", "open withdrawals"): state.withdrawals,
    }
    what = ", ".join(words for words, some in lost.items() if some)
    note = Note(f"lost: {what}" if what else "nothing to lose: no UE contexts")
    still_open = (each for each in state.connections if each.connection.is_open)
    releases = tuple(Send(each.ue, ConnectionRelease(each.connection.number)) for each in still_open)
    state = replace(state, contexts=(), unidentified=(), arriving=(), withdrawals=(), connections=())
    return Step(state, (note, *releases))
