"""What a replay came to, as text for people and as one object for programs."""

from collections.abc import Iterator

from nodes.management.node_words import av, describe
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.options import Options, Setup
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.plain.forms import Plain
from nodes.protocol.properties.observation import Observation
from nodes.protocol.properties.verdict import judge, pairs
from nodes.protocol.runs.trace import MODEL_VERSION, Replayed
from nodes.protocol.world.action_words import options_that_differ
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import NodeState, World, node_as


def object_of(replayed: Replayed) -> dict[str, Plain]:
    """Everything as plain data, for `--json`."""
    trace = replayed.trace
    return {
        "title": trace.title,
        "model": trace.model,
        "same_model": trace.same_model,
        "actions": len(trace.actions),
        "taken": replayed.taken,
        "refusal": replayed.refusal,
        "verdicts": [_verdict(replayed.world, *pair) for pair in _pairs(replayed)],
        "broken": [to_plain(each) for each in replayed.observation.broken],
        "state": to_plain(replayed.world),
        "result": replayed.result,
        "expected": trace.result,
        "matches": replayed.matches,
    }


def text_of(replayed: Replayed) -> str:
    """Everything in lines."""
    trace = replayed.trace
    taken = f"Actions: {replayed.taken} of {len(trace.actions)} taken"
    equal = "equal to the file's" if replayed.result == trace.result else f"the file has {trace.result}"
    lines = (
        trace.title or "Without a title",
        f"Set-up: {_setup(trace.setup)}",
        taken if replayed.refusal is None else f"{taken}; refused was {replayed.refusal}",
        f"Model version: {_model(trace.model)}",
        *_section("State", _states(replayed)),
        *_section("Verdicts", (_verdict_line(replayed.world, *pair) for pair in _pairs(replayed))),
        *_section("Properties broken", _broken(replayed.observation)),
        f"Result: {replayed.result}, {equal}",
    )
    return "\n".join(map(_printable, lines))


def _printable(line: str) -> str:
    """A file's texts cannot start lines of their own, nor speak to the terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def _section(title: str, lines: Iterator[str]) -> tuple[str, ...]:
    found = tuple(f"  {line}" for line in lines)
    return (f"{title}:", *found) if found else (f"{title}: none",)


def _setup(setup: Setup) -> str:
    counts = f"{setup.ues} UE, {setup.mmes} MME, {setup.application_servers} AS, seed {setup.seed!r}"
    options = {"solution": setup.options.solution.value, **options_that_differ(setup.options, Options())}
    return "; ".join((*(f"{name} {value}" for name, value in options.items()), counts))


def _model(model: int) -> str:
    if model == MODEL_VERSION:
        return f"{model}, this one's"
    return f"{model}, this one's is {MODEL_VERSION}: the same actions may lead elsewhere"


def _broken(observation: Observation) -> Iterator[str]:
    return (f"{each.property.value} at step {each.step} for {each.ue}: {each.reason}" for each in observation.broken)


def _nodes(replayed: Replayed) -> Iterator[NodeState]:
    """Every node, but of a thousand UEs only those that something happened to."""
    before = first_world(replayed.trace.setup)
    for old, new in zip(before.nodes, replayed.world.nodes, strict=True):
        if not isinstance(new, UEState) or old != new:
            yield new


def _states(replayed: Replayed) -> Iterator[str]:
    world = replayed.world
    for state in _nodes(replayed):
        for line in describe(world, state) or ("nothing",):
            yield f"{state.name}: {line}"
    for link in world.links:
        yield f"in flight {link.source} > {link.destination}: {len(link.queue)}"
    for timer in world.timers:
        yield f"{timer.name.value} at {timer.node} for {timer.subject}: {timer.remaining} s remain"
    for source, destination in world.held:
        yield f"held: {source} > {destination}"
    for source, destination, fault in world.armed:
        yield f"armed: {source} > {destination} {fault.value}"


def _pairs(replayed: Replayed) -> tuple[tuple[str, str], ...]:
    return pairs(replayed.world, (state.name for state in _nodes(replayed) if isinstance(state, UEState)))


def _verdict(world: World, ue: str, application_server: str) -> dict[str, Plain]:
    verdict = judge(world, ue, application_server)
    return {
        "ue": ue,
        "application_server": application_server,
        "word": verdict.word.value,
        "vectors": {
            "ue": to_plain(verdict.ue, VectorName | None),
            "network": to_plain(verdict.network, VectorName | None),
            "application_server": to_plain(verdict.application_server, VectorName | None),
        },
        "mends": verdict.mends,
        "harm": verdict.harm,
        "reason": verdict.reason,
    }


def _verdict_line(world: World, ue: str, application_server: str) -> str:
    verdict, imsi = judge(world, ue, application_server), node_as(world, ue, UEState).imsi
    sides = (("UE", verdict.ue), ("network", verdict.network), ("AS", verdict.application_server))
    vectors = ", ".join(f"{name} {av(vector, imsi)}" for name, vector in sides)
    harm = f", harm {verdict.harm}" if verdict.harm else ""
    return f"{ue}, {application_server}: {verdict.word.value} ({vectors}{harm}): {verdict.reason}"
