"""The cards of an AS, GUTI and Ks of each session, and of the third-party security server."""

from itertools import chain

from core.lab.cards.card import Card, Line
from core.lab.cards.deltas import NONE, Delta, Deltas, av_list, deltas, line, mark, ours
from core.lab.cards.gutis import guti_line
from core.lab.parts import Change, Octets, Prose, Start
from core.lab.scene import Scene
from core.words.names import RESULTS
from nodes.diagram.rows import Badge, Strong
from nodes.protocol.entities.application_leg import named
from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.third_party import ThirdPartyState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import Ks
from nodes.protocol.world.provenance import vector_of_ks, vector_of_name
from nodes.protocol.world.world import node_as


def application_server_card(scene: Scene, name: str) -> Card:
    """Show the sessions of the shown UEs; the badge is that of the AV whose Ks the AS holds."""
    server = node_as(scene.world, name, ApplicationServerState)
    changed = deltas(scene, name)
    sessions = tuple((ue, session) for ue in scene.ues if (session := server.session_of(ue.name)) is not None)
    badge = _held(scene, *sessions[0]) if sessions and not scene.has_several else None
    return Card(
        kind="as",
        node=name,
        name=scene.name(name),
        role="holds" if badge else "",
        badge=badge,
        lines=tuple(chain.from_iterable(_lines(scene, ue, session, changed) for ue, session in sessions)),
        is_changed=bool(changed.changes),
        empty="" if sessions else "No session.",
    )


def _held(scene: Scene, ue: UEState, session: ServerSession) -> Badge | None:
    return scene.badge(vector_of_ks(scene.world, session.ks, ue.imsi))


def _lines(scene: Scene, ue: UEState, session: ServerSession, changed: Deltas) -> list[Line]:
    badge = _held(scene, ue, session)
    lines = []
    if scene.has_several:
        lines.append(Line(label=(Strong(scene.name(ue.name)),), value=("holds ", badge) if badge else ("no key",)))
    lines.append(_guti(scene, ue, session, changed))
    lines.append(ours(_ks(scene, ue, session, changed)))
    lines += map(ours, _named(scene, ue, session, changed))
    lines.append(_requests(session, changed))
    lines += _outcome(session, changed)
    return lines


def _guti(scene: Scene, ue: UEState, session: ServerSession, changed: Deltas) -> Line:
    """Make the line of the GUTI that the key was asked for, before that of the one the UE named itself by."""
    guti = session.key_guti or session.gutis[-1]
    return guti_line(scene, guti, ue.imsi, changed.at("sessions", session.ue, "key_guti"))


def _ks(scene: Scene, ue: UEState, session: ServerSession, changed: Deltas) -> Line:
    delta = changed.at("sessions", session.ue, "ks")
    value: Prose = NONE if session.ks is None else (Octets(session.ks.hex(), "Ks"),)
    if delta is None or delta.old is None:
        return line(("Ks",), value, delta)
    was = scene.badge(vector_of_ks(scene.world, Ks(bytes.fromhex(str(delta.old))), ue.imsi))
    now = _held(scene, ue, session)
    return line(("Ks",), (now,) if now else value, delta, (was,) if was else ("other",))


def _named(scene: Scene, ue: UEState, session: ServerSession, changed: Deltas) -> list[Line]:
    """Make the lines of the Ks that the AS keeps by name, and of one that the UE names and the AS has not got."""
    path = ("sessions", session.ue)
    lines = []
    if session.kept:
        lines.append(line(("keeps",), av_list(scene, ue, session.kept), mark(changed.at(*path, "kept"))))
    if session.key_name is not None and named(session.keys, session.key_name) is None:
        badge = scene.badge(vector_of_name(scene.world, session.key_name))
        value: Prose = (badge or Start(session.key_name.hex(), "KN"),)
        lines.append(line(("UE names",), value, mark(changed.at(*path, "key_name"))))
    return lines


def _requests(session: ServerSession, changed: Deltas) -> Line:
    """Make the line of how often the AS asked, and whether it waits."""
    delta = changed.at("sessions", session.ue, "requests")
    label: Prose = ("asked",) if session.open_request is None else ("asked, ", Strong("waits"))
    value = (str(session.requests),)
    if delta is not None and delta.old is not None:
        return line(label, value, delta, (str(delta.old),))
    answered = changed.at("sessions", session.ue, "open_request", "number")
    if answered is not None and session.open_request is None:
        # The count stays, only the waiting ends.
        return line(label, value, Delta(Change.MODIFIED, None))
    return line(label, value, delta or answered)


def _outcome(session: ServerSession, changed: Deltas) -> list[Line]:
    lines = []
    if session.leg.opened or session.leg.failed:
        path = ("sessions", session.ue, "leg")
        failed: Prose = (", ", Strong(f"failed {session.leg.failed}")) if session.leg.failed else (", failed 0",)
        delta = changed.at(*path, "opened") or changed.at(*path, "failed")
        lines.append(line((f"opened {session.leg.opened}", *failed), (), delta))
    result = session.last_result
    if result is not None and result is not KeyResult.OK:
        delta = changed.at("sessions", session.ue, "last_result")
        lines.append(line((RESULTS[result],), (), delta))
    return lines


def third_party_card(scene: Scene, name: str) -> Card:
    """Show for whom the third-party server asks; it keeps no key."""
    server = node_as(scene.world, name, ThirdPartyState)
    changed = deltas(scene, name)
    shown = [errand for errand in server.errands if scene.is_about(errand.request)]
    return Card(
        kind="as",
        node=name,
        name=scene.name(name),
        lines=tuple(
            line(("asks for",), (scene.name(e.origin),), changed.at("errands", f"{e.origin}/{e.request}"))
            for e in shown
        ),
        is_changed=bool(changed.changes),
        empty="" if shown else "No open request.",
        more="It keeps no key.",
    )
