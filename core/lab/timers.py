"""Timers that run, and lab time."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.lab.buttons import action_button
from core.lab.parts import Button, Piece
from core.lab.scene import Scene
from core.lab.selection import subject_of
from core.words.names import TIMER_ENDS, TIMERS, duration
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.hss.table import HSSState, subscriber_of
from nodes.protocol.entities.mme.push import withdrawal_of
from nodes.protocol.entities.mme.state import (
    MMEState,
    UEContext,
    arriving_of,
    context_of,
    context_of_ue,
    unidentified_of,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.world.actions import Advance, Expire
from nodes.protocol.world.world import Timer, node

MOST_TIMERS: Final = 6
_ADVANCES: Final = (10, 60, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTimer:
    """`name` is T3460, `node` MME; `remaining` is "6 s" of lab time; `meta` "expiry 2 of 5"."""

    name: str
    node: str
    remaining: str
    button: Button
    meta: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers(Piece):
    """Timers that run and lab time."""

    fragment: ClassVar[str] = "timers"
    timers: tuple[RunningTimer, ...] = ()
    lab_time: str = "0 s"
    advance: tuple[Button, ...] = ()

    @property
    def parts(self) -> tuple[Piece, ...]:
        running = (TimerList(self.timers),) if self.timers else ()
        advance = (Advances(self.advance, "" if self.timers else "none runs"),) if self.advance else ()
        return (*running, *advance)


@dataclass(frozen=True, slots=True)
class TimerList(Piece):
    fragment: ClassVar[str] = "timer-list"
    timers: tuple[RunningTimer, ...]


@dataclass(frozen=True, slots=True)
class Advances(Piece):
    """The buttons that let lab time pass; `idle` says before them that no timer runs."""

    fragment: ClassVar[str] = "advance"
    buttons: tuple[Button, ...]
    idle: str

    @property
    def words(self) -> "IdleWords":
        return IdleWords(self.idle)

    @property
    def parts(self) -> tuple["IdleWords", ...]:
        return (self.words,)


@dataclass(frozen=True, slots=True)
class IdleWords(Piece):
    fragment: ClassVar[str] = "advance-idle"
    idle: str


def timers(scene: Scene) -> Timers:
    """List the timers of the shown UEs, and offer to let lab time pass."""
    return Timers(
        timers=running_timers(scene),
        lab_time=duration(scene.moment.lab_seconds),
        advance=tuple(_advance(seconds, key_hint="" if index else "W") for index, seconds in enumerate(_ADVANCES)),
    )


def _advance(seconds: int, *, key_hint: str) -> Button:
    return action_button(f"+{duration(seconds)}", Advance(seconds), key_hint=key_hint)


def running_timers(scene: Scene) -> tuple[RunningTimer, ...]:
    """List the timers that are about the shown UEs, those that run out first at the top."""
    running = sorted((t for t in scene.world.timers if scene.is_about(t.subject)), key=lambda t: t.remaining)
    return tuple(_timer(scene, timer, "" if index else "I") for index, timer in enumerate(running[:MOST_TIMERS]))


def _timer(scene: Scene, timer: Timer, key_hint: str) -> RunningTimer:
    name = TIMERS[timer.name]
    expire = Expire(timer.node, timer.name, timer.subject)
    return RunningTimer(
        name=name,
        node=scene.name(timer.node),
        remaining=duration(timer.remaining),
        meta=_meta(scene, timer),
        button=action_button("Expire now", expire, about=f"{name} of {scene.name(timer.node)}", key_hint=key_hint),
    )


def _meta(scene: Scene, timer: Timer) -> str:
    """Count the expiries, where the node counts its attempts and gives up after so many; else say what follows."""
    if timer.name in TIMER_ENDS:
        return TIMER_ENDS[timer.name]
    limit = RULES[timer.name].limit
    attempts = _attempts(scene, timer)
    if attempts is None or limit == 1:
        return ""
    if timer.name is TimerName.PUSH and isinstance(node(scene.world, timer.node), HSSState):
        # It repeats its pushes until they are answered.
        return f"sent {attempts} times" if attempts > 1 else ""
    return f"expiry {attempts} of {limit}"


def _attempts(scene: Scene, timer: Timer) -> int | None:
    match node(scene.world, timer.node):
        case UEState(attempts=attempts):
            return attempts
        case MMEState() as mme:
            return _attempts_at_mme(mme, timer)
        case ApplicationServerState() as server:
            session = server.session_of(subject_of(timer.subject))
            return None if session is None or session.open_request is None else session.open_request.attempts
        case HSSState() as hss:
            return _attempts_at_hss(hss, timer)
        case _:
            return None


def _attempts_at_mme(mme: MMEState, timer: Timer) -> int | None:
    match timer.name:
        case TimerName.S10:
            arriving = arriving_of(mme, timer.subject)
            return None if arriving is None else arriving.attempts
        case TimerName.WITHDRAWAL:
            withdrawal = withdrawal_of(mme, timer.subject)
            return None if withdrawal is None else withdrawal.attempts
        case TimerName.T3470:
            # Its subject is the UE, whose IMSI may not be known.
            waiting = unidentified_of(mme, timer.subject)
            return _attempts_of(context_of_ue(mme, timer.subject), timer.name) if waiting is None else waiting.attempts
    return _attempts_of(context_of(mme, timer.subject), timer.name)


def _attempts_of(context: UEContext | None, name: TimerName) -> int | None:
    """Count the sendings of what a UE context waits for under a timer."""
    if context is None:
        return None
    waiting = {TimerName.PUSH: context.open_push, TimerName.LOCATION: context.open_location}.get(
        name, context.procedure
    )
    return None if waiting is None else waiting.attempts


def _attempts_at_hss(hss: HSSState, timer: Timer) -> int | None:
    imsi, _, number = timer.subject.partition(".")
    subscriber = subscriber_of(hss, imsi)
    if subscriber is None:
        return None
    if timer.name is TimerName.LOCATION:
        cancellations = subscriber.open_cancellations
        return next((each.attempts for each in cancellations if str(each.request) == number), None)
    return next((each.attempts for each in subscriber.open_pushes if str(each.push) == number), None)
