"""Restart of the MME: what it loses (TS 23.007, from memory)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, Step, counted
from nodes.protocol.entities.mme.state import MMEState


def restart(state: MMEState) -> Step[MMEState]:
    """UE contexts are lost, and what was open with UEs, other MMEs and the SCEF; counters per IMSI stay."""
    coming = len(state.unidentified) + len(state.arriving)
    lost = {
        f"{counted(len(state.contexts), 'UE context', 'UE contexts')} with GUTIs, AVs and keys": state.contexts,
        counted(coming, "UE that was coming", "UEs that were coming"): coming,
        counted(len(state.withdrawals), "open withdrawal", "open withdrawals"): state.withdrawals,
    }
    what = ", ".join(words for words, some in lost.items() if some)
    note = Note(f"lost: {what}" if what else "nothing to lose: no UE contexts")
    return Step(replace(state, contexts=(), unidentified=(), arriving=(), withdrawals=()), (note,))
