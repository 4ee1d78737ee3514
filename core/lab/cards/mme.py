"""The card of an MME: the context of each shown UE."""

from dataclasses import replace
from itertools import chain
from typing import Final

from core.lab.cards.card import Card, Line
from core.lab.cards.deltas import NONE, Delta, Deltas, deltas, line, ours
from core.lab.cards.gutis import guti_line, guti_tags
from core.lab.parts import Change, ModeDot, Octets, Prose
from core.lab.scene import Scene
from core.words.names import MODES, STAGES, STATUSES, counted
from nodes.diagram.rows import Badge, Strong
from nodes.protocol.entities.connection import Connection, Mode
from nodes.protocol.entities.mme.connections import connection_of
from nodes.protocol.entities.mme.push import withdrawal_of
from nodes.protocol.entities.mme.state import (
    MMEState,
    MovedKey,
    UEContext,
    Vector,
    VectorStatus,
    arriving_of,
    context_of,
    has_candidate,
)
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.octets import RAND
from nodes.protocol.world.provenance import vector_of_k_asme
from nodes.protocol.world.world import node_as

_MOST_AVS: Final = 4
_MOST_AVS_OF_TWO: Final = 2
_ALWAYS_SHOWN: Final = (VectorStatus.ACTIVE, VectorStatus.CHALLENGED)


def mme_card(scene: Scene, name: str) -> Card:
    """Show the contexts that an MME has of the shown UEs; the badge is that of the ACTIVE AV."""
    mme = node_as(scene.world, name, MMEState)
    changed = deltas(scene, name)
    contexts = {ue.imsi: context_of(mme, ue.imsi) for ue in scene.ues}
    lines = tuple(chain.from_iterable(_of_ue(scene, mme, ue, changed) for ue in scene.ues))
    badge = None if scene.has_several else _active(scene, contexts[scene.ues[0].imsi])
    return Card(
        kind="mme",
        node=name,
        name=scene.name(name),
        role="ACTIVE" if badge else "",
        badge=badge,
        lines=lines,
        is_changed=bool(changed.changes),
        empty="" if lines else "No UE context.",
        more=_more(scene, contexts[scene.ues[0].imsi]),
    )


def _active(scene: Scene, context: UEContext | None) -> Badge | None:
    """Give the badge of the AV whose K_ASME is active; one that came over S10 is known by that key alone."""
    if context is None:
        return None
    return scene.badge(vector_of_k_asme(scene.world, context.active_k_asme, context.imsi))


def _more(scene: Scene, context: UEContext | None) -> str:
    earlier = 0 if context is None or scene.has_several else len(context.vectors) - _MOST_AVS
    return f"+ {counted(earlier, 'earlier AV')}" if earlier > 0 else ""


def _of_ue(scene: Scene, mme: MMEState, ue: UEState, changed: Deltas) -> list[Line]:
    """Make the lines of what the MME has of a UE, and of what it waits for beside the context."""
    lines = _lines(scene, mme, ue, changed)
    arriving = arriving_of(mme, ue.name)
    if arriving is not None:
        delta = changed.at("arriving", ue.name, "old_mme")
        lines.append(line(("arriving",), (f"from {scene.name(arriving.old_mme)}",), delta))
    withdrawal = withdrawal_of(mme, ue.imsi)
    if withdrawal is not None:
        path = ("withdrawals", ue.imsi)
        delta = changed.at(*path, "push") or changed.at(*path, "attempts")
        lines.append(line(("Withdraw",), (_unanswered(withdrawal.attempts),), delta))
    return lines


def _lines(scene: Scene, mme: MMEState, ue: UEState, changed: Deltas) -> list[Line]:
    context, connection = context_of(mme, ue.imsi), connection_of(mme, ue.name)
    if context is None:
        return _without_context(scene, ue, changed)
    lines = [_title(scene, ue, _active(scene, context), connection)] if scene.has_several else []
    if context.moved is not None and context.active is None:
        lines.append(_moved(scene, ue, context.moved, changed))
    candidate = context.kept.rand if context.kept is not None and has_candidate(mme, context) else None
    shown = _shown(scene, context, candidate)
    lines += [_vector(scene, ue, vector, changed, is_in_question=vector.rand == candidate) for vector in shown]
    left_out = len(context.vectors) - len(shown)
    if scene.has_several and left_out:
        rest: Prose = (f"+ {counted(left_out, 'AV')}",)
        lines[-1:] = [lines[-1], Line(label=rest)] if lines[-1].value else [replace(lines[-1], value=rest)]
    if not scene.has_several or context.old_guti is not None:
        lines.append(_guti(scene, context, changed))
    if not scene.has_several or context.procedure is not None:
        lines.append(_procedure(context, connection, changed))
    if context.ks is not None:
        delta = changed.at("contexts", ue.imsi, "ks")
        lines.append(ours(line(("Ks stored",), (Octets(context.ks.hex(), "Ks"),), delta)))
    if context.open_push is not None:
        lines.append(_push(scene, context, changed))
    return lines


def _without_context(scene: Scene, ue: UEState, changed: Deltas) -> list[Line]:
    """Say that the context is gone, in the step in which it went."""
    delta = changed.at("contexts", ue.imsi)
    if delta is not None:
        return [line(("context",), NONE, delta, (scene.name(ue.name),))]
    return [Line(label=(Strong(scene.name(ue.name)),), value=("no context",))] if scene.has_several else []


def _title(scene: Scene, ue: UEState, active: Badge | None, connection: Connection) -> Line:
    label = (ModeDot(connection.is_open), Strong(scene.name(ue.name)))
    return Line(label=label, value=("ACTIVE ", active) if active else ("no ACTIVE AV",))


def _moved(scene: Scene, ue: UEState, moved: MovedKey, changed: Deltas) -> Line:
    """Make the line of the AV whose K_ASME came over S10, with its RAND or without."""
    badge = scene.badge(vector_of_k_asme(scene.world, moved.k_asme, ue.imsi))
    rand: Prose = ("no RAND",) if moved.rand is None else ("with RAND",)
    label: Prose = (badge or "K_ASME", " over S10")
    return line(label, rand, changed.at("contexts", ue.imsi, "moved"))


def _shown(scene: Scene, context: UEContext, candidate: RAND | None) -> tuple[Vector, ...]:
    """Choose the ACTIVE and the challenged AV in any case, the one in question, and of the others the last ones."""
    most = _MOST_AVS_OF_TWO if scene.has_several else _MOST_AVS
    wanted = [each for each in context.vectors if each.status in _ALWAYS_SHOWN or each.rand == candidate][-most:]
    others = [vector for vector in context.vectors if vector not in wanted]
    left = most - len(wanted)
    chosen = (*wanted, *(others[-left:] if left else ()))
    return tuple(vector for vector in context.vectors if vector in chosen)


def _vector(scene: Scene, ue: UEState, vector: Vector, changed: Deltas, *, is_in_question: bool) -> Line:
    """Make the line of an AV. That it is in question (repair `settle_key`) says more than its status."""
    if is_in_question:
        delta = changed.at("contexts", ue.imsi, "kept")
        return ours(line((scene.badge_of_rand(ue.imsi, vector.rand) or "AV", " in question"), (), delta))
    badge = scene.badge_of_rand(ue.imsi, vector.rand)
    name: Prose = (badge,) if badge else ("AV",)
    words = STATUSES[vector.status]
    status = Strong(words) if vector.status is VectorStatus.ACTIVE else words
    delta = changed.at("contexts", ue.imsi, "vectors", vector.rand.hex(), "status")
    if delta is not None and delta.old is not None:
        # Beside the longest in bold is no room for what it was.
        old: Prose = () if vector.status in _ALWAYS_SHOWN else (str(delta.old),)
        return line(name, (status,), delta, old)
    return line((*name, " ", status), (), delta)


def _guti(scene: Scene, context: UEContext, changed: Deltas) -> Line:
    path = ("contexts", context.imsi)
    if context.old_guti is not None:
        value = guti_tags(scene, context.gutis, context.imsi)
        return line(("GUTIs",), value, changed.at(*path, "guti") or changed.at(*path, "old_guti"))
    delta = changed.at(*path, "guti")
    if delta is None and (settled := changed.at(*path, "old_guti")) is not None:
        delta = Delta(settled.change, None)
    return guti_line(scene, context.guti, context.imsi, delta)


def _procedure(context: UEContext, connection: Connection, changed: Deltas) -> Line:
    """Make the line of the UE's state and mode as the MME has them, or of the procedure that runs, and of the eKSI."""
    eksi = "none" if context.current is None else str(context.current.ksi)
    running = "" if context.procedure is None else STAGES[context.procedure.stage]
    path = ("contexts", context.imsi)
    delta = (
        changed.at(*path, "procedure", "stage")
        or changed.at(*path, "registered")
        or changed.at("connections", context.ue, "connection", "mode")
    )
    left = "not registered" if context.moved_to is None else "left for another MME"
    # "Plain" is a connection, which the dot shows, but no secure one yet.
    plain = f", {MODES[connection.mode]}" if connection.mode is Mode.CONNECTED else ""
    state = running or (f"registered{plain}" if context.registered else left)
    # Without what it was before: there is no room for two stages, and the new one stands there in any case.
    mark = None if delta is None else Delta(Change.MODIFIED if delta.old is not None else Change.ADDED, None)
    return line((ModeDot(connection.is_open), state), (f"eKSI {eksi}",), mark)


def _push(scene: Scene, context: UEContext, changed: Deltas) -> Line:
    push = context.open_push
    badge = None if push is None else scene.badge_of_rand(context.imsi, push.rand)
    words = _unanswered(0 if push is None else push.attempts)
    path = ("contexts", context.imsi, "open_push")
    return line(
        ("Push ", *((badge,) if badge else ())), (words,), changed.at(*path, "push") or changed.at(*path, "attempts")
    )


def _unanswered(attempts: int) -> str:
    return "no answer" if attempts == 1 else f"sent {attempts} times"
