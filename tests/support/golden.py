"""Runs whose results are kept as files: `python -m tests.support.golden` writes them anew after the model has changed.

Each is made here from commands and faults; RUN stands for every delivery, oldest first, until nothing moves.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.options import HSS, SCEF, ActiveWhen, Algorithm, MTMSIReuse, Options, Setup, Solution
from nodes.protocol.runs.trace import Caption, Trace, result_of, to_text
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action, LinkFault
from nodes.protocol.world.engine import next_delivery
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    SEND_COMMAND,
    SEND_READING,
    TO_MME,
    TO_UE,
    command,
    expire,
    take,
)

DIRECTORY = Path(__file__).parents[1] / "traces"
RUN: Final = "run"

TO_SCEF = ("mme-1", SCEF)
SESSION: tuple[Action | str, ...] = (ATTACH, RUN, OPEN_SESSION, RUN)
REPAIRS = Options(named_key=True, ordered_push=True, withdraw_guti=True)


def script(setup: Setup, *wanted: Action | str) -> tuple[Action, ...]:
    """Every action of a run in which RUN stands for deliveries."""
    world, taken = first_world(setup), list[Action]()
    for each in wanted:
        for action in _deliveries(world) if isinstance(each, str) else (each,):
            world = take(world, action)
            taken.append(action)
    return tuple(taken)


def _deliveries(world: World) -> Iterator[Action]:
    while (action := next_delivery(world)) is not None:
        world = take(world, action)
        yield action


def trace_of(title: str, setup: Setup, *wanted: Action | str, captions: tuple[Caption, ...] = ()) -> Trace:
    taken = script(setup, *wanted)
    return Trace(title, setup, taken, result_of(take(first_world(setup), *taken)), captions=captions)


def push() -> Trace:
    captions = (
        Caption(0, "Nothing has happened yet.", "Press Attach."),
        Caption(1, "The UE asks to attach: “ATTACH REQUEST”.", contribution="2.2-1"),
    )
    return trace_of(
        "Solution 12, one UE",
        Setup("golden"),
        *SESSION,
        *(
            SEND_READING,
            RUN,
            REAUTHENTICATE,
            RUN,
            SEND_READING,
            RUN,
            RELEASE,
            RUN,
            ACCESS,
            RUN,
            REALLOCATE,
            RUN,
            ASK,
            RUN,
        ),
        *(SEND_COMMAND, RUN, actions.Advance(60), DETACH, RUN),
        captions=captions,
    )


def pull_of_two_ues() -> Trace:
    options = Options(solution=Solution.PULL, algorithm=Algorithm.TUAK, store_ks=True)
    second = command("ue-2", commands.Attach("mme-1"))
    return trace_of(
        "Solution 11, two UEs, TUAK",
        Setup("golden", options, ues=2, application_servers=2),
        *(ATTACH, second, RUN, OPEN_SESSION, command("ue-2", commands.OpenApplicationSession("as-2")), RUN),
        *(REAUTHENTICATE, RUN, command("as-2", commands.AskForKey("ue-2", through_third_party=True, guti_index=0))),
        *(RUN, SEND_READING, RUN, command("ue-2", commands.PowerCycle()), second, RUN),
    )


def _late_push(title: str, options: Options) -> Trace:
    """A copy of the first push stays on its way until the next AV is active and pushed."""
    return trace_of(
        title,
        Setup("golden", options),
        *(actions.Hold(*TO_SCEF), ATTACH, RUN, actions.Duplicate(*TO_SCEF), actions.Deliver(*TO_SCEF)),
        *(OPEN_SESSION, RUN, REAUTHENTICATE, RUN, actions.Deliver(*TO_SCEF, position=1)),
        *(actions.Release(*TO_SCEF), RUN, ASK, RUN, SEND_READING, RUN),
    )


def late_push() -> Trace:
    return _late_push("A late push", Options())


def late_push_repaired() -> Trace:
    return _late_push("A late push, every repair on", REPAIRS)


def change_of_mme() -> Trace:
    options = Options(context_carries_rand=True, withdraw_guti=True)
    move = command("ue-1", commands.UpdateTrackingArea("mme-2"))
    challenge = command("mme-2", commands.Reauthenticate(IMSI_1))
    return trace_of(
        "Change of MME, lower layer failure, restart of the SCEF",
        Setup("golden", options, mmes=2),
        *(*SESSION, move, RUN, ASK, RUN, actions.Hold("mme-2", "ue-1"), challenge, RUN),
        *(
            actions.Fail("mme-2", "ue-1"),
            actions.Release("mme-2", "ue-1"),
            challenge,
            RUN,
            actions.Restart(SCEF),
            ASK,
            RUN,
        ),
    )


def faults() -> Trace:
    options = Options(
        active_when=ActiveWhen.RES_VERIFIED,
        vectors_per_request=1,
        m_tmsi_reuse=MTMSIReuse.LOWEST_FREE,
        reallocate_every_accesses=1,
    )
    return trace_of(
        "Every fault, active when RES is verified",
        Setup("golden", options),
        *(actions.Arm(*TO_SCEF, LinkFault.REPEAT), actions.Arm(*TO_MME, LinkFault.LOSE), ATTACH, RUN),
        *(expire("ue-1", TimerName.T3410, "ue-1"), expire("ue-1", TimerName.T3411, "ue-1"), RUN),
        *(OPEN_SESSION, RUN, RELEASE, RUN, ACCESS, RUN),
        *(command(HSS, commands.SetSQN(IMSI_1, 0)), REAUTHENTICATE, RUN),
        *(REAUTHENTICATE, actions.Hold(*TO_UE), RUN, actions.Alter(*TO_UE), actions.Release(*TO_UE), RUN),
        *(expire("mme-1", TimerName.T3460, IMSI_1), RUN),
        *(actions.Arm(*TO_UE, LinkFault.REORDER), actions.Disarm(*TO_UE, LinkFault.REORDER), REALLOCATE),
        *(actions.Drop(*TO_UE), actions.Advance(7), RUN, SEND_READING, RUN),
    )


GOLDEN: dict[str, Callable[[], Trace]] = {
    each.__name__.replace("_", "-"): each
    for each in (push, pull_of_two_ues, late_push, late_push_repaired, change_of_mme, faults)
}


def path_of(name: str) -> Path:
    return DIRECTORY / f"{name}.json"


def write() -> None:
    for name, make in GOLDEN.items():
        path_of(name).write_text(to_text(make()), encoding="utf-8")


if __name__ == "__main__":
    write()
