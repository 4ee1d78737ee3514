"""Traces: text and back, refusals, replaying, and runs whose results are kept."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nodes.protocol.errors import PlainError
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.runs.trace import (
    MODEL_VERSION,
    MOST_ACTIONS,
    MOST_OCTETS,
    Caption,
    Trace,
    TraceError,
    from_text,
    read_setup,
    replay,
    result_of,
    text_in,
    to_text,
)
from nodes.protocol.world import actions
from nodes.protocol.world.genesis import first_world
from tests.protocol.test_protocol_properties import FEWER
from tests.support import golden, strategies
from tests.support.protocol import ASK, ATTACH, REAUTHENTICATE, UPDATE, after, lab, take

A_TRACE = Trace("A run", Setup("test"), (ATTACH, actions.Deliver("ue-1", "mme-1")), "00")


def changed(**values: object) -> str:
    """The text of a trace in which some keys have other values; None takes a key out."""
    data = json.loads(to_text(A_TRACE)) | values
    return json.dumps({name: value for name, value in data.items() if value is not None})


# Text


@pytest.mark.parametrize(
    "encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-32-le", "utf-32-be", "latin-1", "cp1252"]
)
def test_a_file_of_another_encoding_is_said_to_be_no_utf_8(encoding: str) -> None:
    """UTF-16 of ASCII letters is valid UTF-8, with zeros between."""
    titles = ["Pr\u00fcfung"] if encoding in {"latin-1", "cp1252"} else ["Pr\u00fcfung", "Test"]
    for title in titles:
        with pytest.raises(TraceError, match=r"^This file is no trace: it is not UTF-8 text\.$"):
            text_in(to_text(replace(A_TRACE, title=title)).encode(encoding))


def test_a_file_of_utf_8_is_read_with_and_without_a_byte_order_mark() -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        assert from_text(text_in(to_text(A_TRACE).encode(encoding))) == A_TRACE


@FEWER
@given(strategies.setups(), strategies.picks, st.text(st.characters(exclude_categories=["Cs"])))
def test_a_trace_of_any_walk_comes_back_and_replays(setup: Setup, numbers: list[int], text: str) -> None:
    walk = list(strategies.walk_from(first_world(setup), numbers))
    last = walk[-1][2] if walk else first_world(setup)
    captions = (Caption(len(walk), text, text, "2.2-5"),)
    trace = Trace(text, setup, tuple(action for _, action, _ in walk), result_of(last), captions=captions)
    assert from_text(to_text(trace)) == trace
    replayed = replay(trace)
    assert (replayed.world, replayed.taken, replayed.refusal, replayed.matches) == (last, len(walk), None, True)


def test_text_has_its_keys_in_one_order_and_an_action_on_each_line() -> None:
    lines = to_text(A_TRACE).split("\n")
    setup = json.dumps(to_plain(Setup("test")))
    assert lines == [
        "{",
        '  "format": "syncscope-trace/1",',
        f'  "model": {MODEL_VERSION},',
        '  "title": "A run",',
        '  "scenario": "",',
        f'  "setup": {setup},',
        '  "actions": [',
        '    {"type": "Command", "node": "ue-1", "command": {"type": "Attach", "mme": "mme-1"}},',
        '    {"type": "Deliver", "source": "ue-1", "destination": "mme-1", "position": 0}',
        "  ],",
        '  "captions": [],',
        '  "result": "00"',
        "}",
        "",
    ]


def test_what_a_file_does_not_name_has_its_default() -> None:
    text = changed(setup={"seed": "test", "options": {"solution": 11}}, scenario=None, captions=None)
    assert from_text(text) == replace(A_TRACE, setup=Setup("test", Options(Solution.PULL)))
    assert from_text(changed(setup={"seed": "test"})) == A_TRACE


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert from_text(f"\ufeff{to_text(A_TRACE)}") == A_TRACE


@given(st.text() | st.binary().map(bytes.hex))
@example("NaN")
@example('{"format":')
@example("{}\ud800")
def test_any_text_is_a_trace_or_refused(text: str) -> None:
    with pytest.raises(TraceError):
        from_text(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
)


@given(st.dictionaries(st.sampled_from(list(json.loads(to_text(A_TRACE)))), JSON))
def test_any_object_is_a_trace_or_refused(values: dict[str, object]) -> None:
    try:
        trace = from_text(json.dumps(json.loads(to_text(A_TRACE)) | values))
    except TraceError:
        return
    assert from_text(to_text(trace)) == trace


REFUSALS: list[tuple[str, str]] = [
    ("{", "This is not JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
    ("[]", "This is no trace: expected a JSON object with the key 'format'."),
    ("{}", "This is no trace: expected a JSON object with the key 'format'."),
    (changed(format="pcap"), "This is no trace of a form known here: format is 'syncscope-trace/1'."),
    (changed(actions=[None] * 5001), "This trace is too long: it has 5001 actions, 5000 are allowed."),
    (" " * (MOST_OCTETS + 1), "This trace is too long: 4 MB are allowed."),
    ("€" * (MOST_OCTETS // 2), "This trace is too long: 4 MB are allowed."),
    ("[" * 100_000, "This is no trace: it is nested too deeply."),
    ("9" * 5000, "This is no trace: it has a number that is too long."),
    (changed(actions=None), "This trace cannot be read: data: key 'actions' wanted, got none."),
    (changed(actions=[{"type": "Wait"}]), "This trace cannot be read: actions[0].type: one of "),
    (changed(setup=7), "This trace cannot be read: setup: object wanted, got 7."),
    (changed(setup={"seed": "s", "options": 7}), "This trace cannot be read: setup.options: object wanted, got 7."),
    (changed(setup={}), "This trace cannot be read: setup: key 'seed' wanted, got none."),
    (changed(more=1), "This trace cannot be read: data: object of "),
    (
        changed(captions=[to_plain(Caption(3, "Too late."))]),
        "This trace cannot be read: data: a caption's step is 0 to 2, got 3.",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSALS, ids=range(len(REFUSALS)))
def test_what_is_no_trace_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TraceError) as refusal:
        from_text(text)
    said = str(refusal.value)
    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "\n" not in said


def test_a_trace_that_could_not_be_read_again_is_not_made() -> None:
    with pytest.raises(ValueError, match="at most 5000 actions, got 5001"):
        replace(A_TRACE, actions=(ATTACH,) * (MOST_ACTIONS + 1))


# Set-ups of older versions


def test_options_that_an_older_version_did_not_have_are_as_by_default() -> None:
    plain: Any = to_plain(Setup("old", Options(Solution.PULL), ues=3))
    for name in ("context_carries_rand", "named_key", "ordered_push", "withdraw_guti"):
        del plain["options"][name]
    assert read_setup(plain) == Setup("old", Options(Solution.PULL), ues=3)


@pytest.mark.parametrize("data", [None, [], {"seed": ""}, {"seed": "s", "options": {"colour": 1}}, {"sed": "s"}])
def test_what_is_no_set_up_is_refused(data: object) -> None:
    with pytest.raises(PlainError):
        read_setup(data)


# Replaying


def test_equal_worlds_have_equal_results_whatever_the_numbers_of_their_messages() -> None:
    world = after(lab(), ATTACH)
    assert result_of(replace(world, messages=0, ordinals=0)) == result_of(world)
    assert result_of(take(world, UPDATE)) != result_of(world)


def test_a_refused_action_ends_the_replay_and_is_said() -> None:
    replayed = replay(replace(A_TRACE, actions=(ATTACH, ATTACH, ATTACH)))
    assert (replayed.taken, replayed.world, replayed.matches) == (1, take(first_world(Setup("test")), ATTACH), False)
    assert replayed.refusal is not None
    assert replayed.refusal.startswith("action 2: ue-1: Attach mme-1: The UE is in EMM-REGISTERED-INITIATED")


def test_a_message_that_is_not_there_ends_the_replay() -> None:
    replayed = replay(replace(A_TRACE, actions=(actions.Deliver("ue-1", "mme-1"),)))
    assert replayed.refusal == "action 1: Deliver ue-1 > mme-1: No message at position 0 from ue-1 to mme-1"


def test_another_result_is_no_match() -> None:
    replayed = replay(A_TRACE)
    assert (replayed.refusal, replayed.matches) == (None, False)
    assert replay(replace(A_TRACE, result=replayed.result)).matches


def test_a_trace_of_another_model_says_so() -> None:
    assert A_TRACE.same_model
    assert not replace(A_TRACE, model=MODEL_VERSION - 1).same_model


def test_the_observation_has_seen_every_step() -> None:
    """12: the MME's push is late, and the AS gets the Ks of the AV before (protocol: P2)."""
    setup = Setup("test")
    late = golden.script(
        setup,
        *(*golden.SESSION, actions.Hold(*golden.TO_SCEF), REAUTHENTICATE, "run", ASK, "run"),
    )
    broken = replay(Trace("", setup, late, "")).observation.broken
    assert [(each.property.value, each.step, each.ue) for each in broken][:1] == [("P2", len(late), "ue-1")]


# Runs whose results are kept


@pytest.mark.parametrize("name", golden.GOLDEN)
def test_behaviour_is_that_of_this_model_version(name: str) -> None:
    kept = from_text(golden.path_of(name).read_text(encoding="utf-8"))
    assert kept == golden.GOLDEN[name](), (
        f"raise MODEL_VERSION and write them anew: python -m tests.support.golden ({name})"
    )
    assert replay(kept).matches


def test_the_kept_runs_are_the_files() -> None:
    assert sorted(golden.DIRECTORY.iterdir()) == sorted(map(golden.path_of, golden.GOLDEN))


RESULTS = """
import sys
from pathlib import Path
from nodes.protocol.runs.trace import from_text, replay
for name in sys.argv[1:]:
    print(replay(from_text(Path(name).read_text(encoding="utf-8"))).result)
"""


def test_another_process_gets_the_same_results() -> None:
    """Nothing depends on the order of a set, which differs from process to process."""
    paths = [str(golden.path_of(name)) for name in golden.GOLDEN]
    kept = [make().result for make in golden.GOLDEN.values()]
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", RESULTS, *paths],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.split() == kept
