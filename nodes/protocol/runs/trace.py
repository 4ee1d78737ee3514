"""A run as a file: set-up, actions and what they led to. Whoever replays the actions gets the same world."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, cast

from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError, ProtocolError
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import MAY_BE_LEFT_OUT, canonical, from_plain, to_plain
from nodes.protocol.properties.observation import Observation
from nodes.protocol.runs.run import first_run
from nodes.protocol.world.action_words import words_of
from nodes.protocol.world.actions import Action
from nodes.protocol.world.world import World

FORMAT = "syncscope-trace/1"
MODEL_VERSION = 5
"""Raised by hand whenever the same actions lead to another world than before."""

MOST_ACTIONS = 5000
MOST_OCTETS = 4 * 1024 * 1024
_NOT_UTF_8 = "This file is no trace: it is not UTF-8 text."


class TraceError(ProtocolError, ValueError):
    """A text is no trace; the error's text is one sentence for whoever brought it."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said while the run stands after `step` actions.

    `task` is what the viewer does next; `contribution` the section and step of the contribution, such as "2.2-5".
    """

    step: int
    text: str
    task: str = ""
    contribution: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A run. `result` is `result_of` its last world under model version `model`; `scenario` is "" where it is none."""

    title: str
    setup: Setup
    actions: tuple[Action, ...]
    result: str
    model: int = MODEL_VERSION
    scenario: str = field(default="", metadata=MAY_BE_LEFT_OUT)
    captions: tuple[Caption, ...] = field(default=(), metadata=MAY_BE_LEFT_OUT)

    def __post_init__(self) -> None:
        if len(self.actions) > MOST_ACTIONS:
            raise ValueError(f"a trace has at most {MOST_ACTIONS} actions, got {len(self.actions)}")
        for caption in self.captions:
            if not 0 <= caption.step <= len(self.actions):
                raise ValueError(f"a caption's step is 0 to {len(self.actions)}, got {caption.step}")

    @property
    def same_model(self) -> bool:
        """Whether this version of the model made it, so that replaying it is exact and not best effort."""
        return self.model == MODEL_VERSION


# Text


def to_text(trace: Trace) -> str:
    """JSON with the keys in one order and each action on a line of its own, for people and for `diff`."""
    plain = cast("dict[str, Any]", to_plain(trace))
    order = ("model", "title", "scenario", "setup", "actions", "captions", "result")
    members = (("format", FORMAT), *((name, plain[name]) for name in order))
    return "{\n" + ",\n".join(f"  {_json(name)}: {_value(value)}" for name, value in members) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _json(value)
    return "[\n" + ",\n".join(f"    {_json(item)}" for item in value) + "\n  ]"


def text_in(octets: bytes) -> str:
    """The text of a file that is to be a trace.

    Raises:
        TraceError: it is not UTF-8. Letters in UTF-16 are octets that UTF-8 allows too, but with zeros between.
    """
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        raise TraceError(_NOT_UTF_8) from None
    if "\0" in text:
        raise TraceError(_NOT_UTF_8)
    return text


def from_text(text: str) -> Trace:
    """The trace that a text is; options that it does not name have their defaults.

    Raises:
        TraceError: it is none.
    """
    data = _loaded(text)
    if not isinstance(data, dict) or "format" not in data:
        raise TraceError("This is no trace: expected a JSON object with the key 'format'.")
    if data["format"] != FORMAT:
        raise TraceError(f"This is no trace of a form known here: format is {FORMAT!r}.")
    actions = data.get("actions")
    if isinstance(actions, list) and len(actions) > MOST_ACTIONS:
        raise TraceError(f"This trace is too long: it has {len(actions)} actions, {MOST_ACTIONS} are allowed.")
    trace = {name: value for name, value in data.items() if name != "format"}
    try:
        return from_plain(Trace, trace | {"setup": _completed(trace.get("setup"))})
    except PlainError as error:
        raise TraceError(f"This trace cannot be read: {error}.") from None


def _loaded(text: str) -> object:
    # Text has at least as many octets as characters.
    if len(text) > MOST_OCTETS or len(text.encode(errors="surrogatepass")) > MOST_OCTETS:
        raise TraceError(f"This trace is too long: {MOST_OCTETS // 1024**2} MB are allowed.")
    try:
        data: object = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise TraceError(f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise TraceError("This is no trace: it is nested too deeply.") from None
    except ValueError:  # Python refuses to read a number of thousands of digits.
        raise TraceError("This is no trace: it has a number that is too long.") from None
    return data


def read_setup(data: object) -> Setup:
    """A set-up as a trace, or a lab of an older version, has it: what is not named has its default.

    Raises:
        PlainError: it is none, or names something that no set-up has.
    """
    return from_plain(Setup, _completed(data))


def _completed(data: object) -> object:
    if not isinstance(data, dict):
        return data
    defaults = cast("dict[str, Any]", to_plain(Setup("seed")))
    del defaults["seed"]
    options = data.get("options", {})
    if isinstance(options, dict):
        options = defaults["options"] | options
    return defaults | data | {"options": options}


# Replaying


def result_of(world: World) -> str:
    """SHA-256 of a world, in hex: equal for equal worlds on every machine. Message numbers are not in it."""
    return sha256(canonical(world)).hexdigest()


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where a trace led to; `refusal` says which action was refused, and why: there the replay stopped."""

    trace: Trace
    world: World
    observation: Observation
    taken: int
    result: str
    refusal: str | None = None

    @property
    def matches(self) -> bool:
        """Whether every action was taken and led to the world that the trace says."""
        return self.refusal is None and self.result == self.trace.result


def replay(trace: Trace) -> Replayed:
    """Take a trace's actions in a new lab until one is refused; for another model's trace that is best effort."""
    run, refusal = first_run(trace.setup), None
    for action in trace.actions:
        try:
            run = run.take(action).run
        except (CommandRefused, NoSuchAction) as error:
            refusal = f"action {run.step + 1}: {words_of(action)}: {error}"
            break
    return Replayed(trace, run.world, run.observation, run.step, result_of(run.world), refusal)
