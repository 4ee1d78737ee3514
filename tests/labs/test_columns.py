"""Whatever is stored has room in its column. SQLite takes text of any length, PostgreSQL does not."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import chain
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin

import pytest
from django.db.models import CharField, Model
from django.db.models.fields import NOT_PROVIDED

from nodes import models
from nodes.explorations.models import Cell, Run, Search, State
from nodes.explorer.answers import Verdict
from nodes.explorer.asking import Wanted, title_of
from nodes.explorer.questions import Bounds, Network, Question
from nodes.explorer.records import name_of
from nodes.labs import journal
from nodes.labs.labs import MOST_TITLE, draft_lab
from nodes.labs.mapping import NODES, TIMERS, Table
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import commands
from nodes.protocol.octets import LENGTHS
from nodes.protocol.options import (
    HSS,
    MOST_APPLICATION_SERVERS,
    MOST_MMES,
    MOST_SEED,
    MOST_UES,
    REPAIRS,
    SCEF,
    THIRD_PARTY,
    ActiveWhen,
    MTMSIReuse,
    Setup,
    Solution,
)
from nodes.protocol.plain.leaves import _PRINTED
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.verdict import Word
from nodes.protocol.world.world import Message
from nodes.scenarios import all_scenarios

LARGEST = Setup("s" * MOST_SEED, ues=MOST_UES, mmes=MOST_MMES, application_servers=MOST_APPLICATION_SERVERS)
NODE_NAMES = (*LARGEST.ue_names, *LARGEST.mme_names, *LARGEST.application_server_names, HSS, SCEF, THIRD_PARTY)
SUBJECTS = [f"{LARGEST.application_server_names[-1]}/{LARGEST.ue_names[-1]}.{2**31}"]
SHA_256 = "0" * 64
IMSI_DIGITS = "9" * 15

# What the columns hold that are no field of a value of the protocol.
OTHERS: Mapping[tuple[type[Model], str], Iterable[str]] = {
    (models.Lab, "key"): [draft_lab(LARGEST).lab.key],
    (models.Lab, "drive_hash"): [SHA_256],
    (models.Lab, "title"): ["t" * MOST_TITLE],
    (models.Lab, "seed"): [LARGEST.seed],
    (models.Lab, "shown_mme"): NODE_NAMES,
    (models.Lab, "shown_as"): NODE_NAMES,
    (models.Lab, "scenario"): [
        name for each in all_scenarios() for name in (each.name, *(f"{each.name}+{v.name}" for v in each.variants))
    ],
    (models.Node, "kind"): [kind.__name__ for kind in NODES],
    (models.AuthenticationVector, "owner"): NODE_NAMES,
    (models.AuthenticationVector, "imsi"): [IMSI_DIGITS],
    (models.UEContext, "node"): NODE_NAMES,
    (models.MMECounters, "node"): NODE_NAMES,
    (models.SCEFKey, "imsi"): [IMSI_DIGITS],
    (models.ASSession, "node"): NODE_NAMES,
    (models.Timer, "subject"): [*SUBJECTS, *NODE_NAMES, IMSI_DIGITS],
    (models.Message, "source"): NODE_NAMES,
    (models.Message, "destination"): NODE_NAMES,
    (models.Message, "type"): [kind.__name__ for kind in get_args(Message)],
    (models.Message, "fate"): journal._FATES.values(),
    (models.Step, "procedure"): [kind.__name__ for kind in get_args(commands.NodeCommand)],
    (models.Step, "tag"): ["HARM", "≠", "reorder", *journal._TAGS.values()],
    (models.VerdictChange, "ue"): NODE_NAMES,
    (models.VerdictChange, "application_server"): NODE_NAMES,
    (models.VerdictChange, "word"): [word.value for word in Word],
    (Run, "key"): ["k" * 12],
    (Run, "title"): [
        title_of(Wanted(properties=tuple(PropertyID)[1:], networks=tuple(Network)[1:], repairs=REPAIRS)),
        title_of(Wanted(repairs=REPAIRS)),
    ],
    (Run, "browser"): [SHA_256],
    (Run, "address"): [SHA_256],
    (Search, "state"): State.values,
    (Search, "worker"): ["h" * 40 + f"-{2**22}"],
    (Search, "error"): ["e" * 200],
    (Cell, "name"): [
        name_of(Question(each, Solution.PUSH, network, when, reuse, REPAIRS, Bounds(ues=3, mmes=2)))
        for each in PropertyID
        for network in Network
        for when in ActiveWhen
        for reuse in MTMSIReuse
    ],
    (Cell, "property"): [each.value for each in PropertyID],
    (Cell, "network"): [each.value for each in Network],
    (Cell, "active_when"): [each.value for each in ActiveWhen],
    (Cell, "repairs"): [" ".join(REPAIRS)],
    (Cell, "verdict"): [each.value for each in Verdict],
}


def tables(some: Iterable[Table]) -> Iterator[Table]:
    for table in some:
        yield table
        yield from tables(table.nested.values())


def values_of_type(type_: Any) -> list[str]:  # noqa: ANN401 - a type hint.
    """A value of each length that a type may have as plain text."""
    if get_origin(type_) in {Union, UnionType}:
        return list(chain.from_iterable(map(values_of_type, get_args(type_))))
    if type_ is NoneType:
        return []
    if type_ is IMSI:
        return [IMSI_DIGITS]
    if type_ is GUTI:
        return ["0" * 20]
    if isinstance(type_, NewType):
        printed = _PRINTED.get(type_.__name__, type_.__name__)
        return ["0" * 2 * length for length in LENGTHS[printed].allowed]
    if isinstance(type_, type) and issubclass(type_, Enum):
        return [each.value for each in type_]
    assert type_ is str, f"say how long {type_} is as text"
    return list(NODE_NAMES)


def stored() -> dict[tuple[type[Model], str], list[str]]:
    """What each column may hold."""
    found: dict[tuple[type[Model], str], list[str]] = {key: list(values) for key, values in OTHERS.items()}
    for table in tables((*NODES.values(), TIMERS)):
        for name in table.columns:
            column = table.model._meta.get_field(name)
            if isinstance(column, CharField) and (table.model, name) not in OTHERS:
                found.setdefault((table.model, name), []).extend(values_of_type(table.hints[name]))
    return found


STORED = stored()
MODELS: tuple[type[Model], ...] = (models.Lab, *models.Row.__subclasses__(), Run, Search, Cell)
COLUMNS = [
    (model, column) for model in MODELS for column in model._meta.concrete_fields if isinstance(column, CharField)
]


@pytest.mark.parametrize(("model", "column"), COLUMNS, ids=[f"{m.__name__}.{c.name}" for m, c in COLUMNS])
def test_every_value_fits_its_column(model: type[Model], column: Any) -> None:  # noqa: ANN401 - a CharField.
    values = STORED[model, column.name]
    if column.default is not NOT_PROVIDED:
        values = [*values, str(column.default)]

    assert values
    assert [value for value in values if len(value) > column.max_length] == []


def test_nothing_is_said_of_columns_that_are_not_there() -> None:
    assert set(STORED) == {(model, column.name) for model, column in COLUMNS}
