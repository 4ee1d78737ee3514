"""The card of a UE: whether it is registered, GUTI, Ks, SQN, current and pending AV."""

from collections.abc import Iterator

from core.lab.cards.card import Card, Line
from core.lab.cards.deltas import NONE, Deltas, deltas, line, mark, ours
from core.lab.cards.gutis import guti_line
from core.lab.parts import ModeDot, Octets, Prose, Tail
from core.lab.scene import Scene
from core.words.names import MODES, PHASES
from nodes.diagram.rows import Badge
from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.crypto.sqn import highest
from nodes.protocol.entities.connection import Mode
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.octets import KASME, SQN
from nodes.protocol.world.provenance import vector_of_ks
from nodes.protocol.world.world import node_as

_SQN_LENGTH = 6


def ue_card(scene: Scene, name: str) -> Card:
    """Show what the UE holds; the badge is that of the AV whose Ks it uses."""
    ue = node_as(scene.world, name, UEState)
    changed = deltas(scene, name)
    badge = scene.badge(vector_of_ks(scene.world, ue.ks, ue.imsi))
    return Card(
        kind="ue",
        node=name,
        name=scene.name(name),
        role="uses" if badge else "no key",
        badge=badge,
        lines=(
            _phase(scene, ue, changed),
            _guti(scene, ue, changed),
            ours(_ks(scene, ue, changed, badge)),
            _sqn(ue, changed),
            _eksi(scene, ue, changed),
            *map(ours, _sessions(scene, ue, changed)),
        ),
        is_changed=bool(changed.changes),
    )


def _sessions(scene: Scene, ue: UEState, changed: Deltas) -> Iterator[Line]:
    """Make a line for each session whose key is another than the one in use (repair `named_key`)."""
    for session in ue.sessions:
        if session.sending is None or session.sending == ue.ks:
            continue
        badge = scene.badge(vector_of_ks(scene.world, session.sending, ue.imsi))
        path = ("sessions", session.application_server)
        delta = changed.at(*path, "sending") or changed.at(*path, "keys")
        yield line((f"seals for {scene.name(session.application_server)}",), (badge or "other",), mark(delta))


def _phase(scene: Scene, ue: UEState, changed: Deltas) -> Line:
    """Make the line of the UE's EMM state and mode; there is no room for the old ones. The MME may think otherwise.

    Where two UEs are shown the dot alone tells a connection that is secure from none.
    """
    delta = changed.at("phase") or changed.at("connection", "mode")
    mode = ue.connection.mode
    is_told = mode is Mode.CONNECTED or not scene.has_several
    word = "barred" if ue.is_barred else MODES[mode] if is_told else ""
    return line((ModeDot(ue.connection.is_open), PHASES[ue.phase]), (word,) if word else (), delta)


def _guti(scene: Scene, ue: UEState, changed: Deltas) -> Line:
    delta = changed.at("guti")
    if ue.guti is None:
        return line(("GUTI",), NONE, delta, (scene.guti(str(delta.old)),) if delta else ())
    return guti_line(scene, ue.guti, ue.imsi, delta)


def _ks(scene: Scene, ue: UEState, changed: Deltas, badge: Badge | None) -> Line:
    delta = changed.at("current", "k_asme")
    value: Prose = NONE if ue.ks is None else (Octets(ue.ks.hex(), "Ks"),)
    if delta is None or delta.old is None:
        return line(("Ks",), value, delta)
    before = vector_of_ks(scene.world, derive_ks(KASME(bytes.fromhex(str(delta.old)))), ue.imsi)
    was = scene.badge(before)
    return line(("Ks",), (badge,) if badge else value, delta, (was,) if was else ("other",))


def _sqn(ue: UEState, changed: Deltas) -> Line:
    delta = changed.at("seqs")
    old: Prose = ()
    if delta is not None and isinstance(delta.old, list):
        old = (sqn_tail(highest(tuple(delta.old))),)
    return line(("SQN",), (sqn_tail(highest(ue.seqs)),), delta, old)


def sqn_tail(sqn: SQN) -> Tail:
    """Show the last octets of a SQN, 6 octets."""
    return Tail(sqn.to_bytes(_SQN_LENGTH, "big").hex(), "SQN")


def _eksi(scene: Scene, ue: UEState, changed: Deltas) -> Line:
    """Make the line of the eKSI in use and of the AV whose context is still partial."""
    value: list[str | Badge] = ["none" if ue.current is None else str(ue.current.ksi)]
    if ue.partial is not None:
        badge = scene.badge_of_rand(ue.imsi, ue.partial.rand)
        value += [", pending ", *((badge,) if badge else ("an unknown AV",))]
    delta = changed.at("current", "ksi")
    if delta is not None and delta.old is not None:
        return line(("eKSI",), tuple(value), delta, (str(delta.old),))
    return line(("eKSI",), tuple(value), delta or changed.at("partial", "ksi"))
