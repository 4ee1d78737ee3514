"""Which value is stored in which model: columns by name, other fields in `rest`, nested tuples as rows.

Rows are inserted and updated by SQL that is made once for each model: a step writes some ten rows to as many
tables, and the ORM would make every statement anew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, get_type_hints

from django.db import connection
from django.db.models import DateTimeField, JSONField, Model

from nodes import models
from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.hss.table import HSSState, IssuedVector, Subscriber
from nodes.protocol.entities.mme.state import Counters, MMEState, UEContext, Vector
from nodes.protocol.entities.scef.table import Record, SCEFState
from nodes.protocol.entities.third_party import ThirdPartyState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.pushes import KeyPair
from nodes.protocol.options import HSS
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.world.world import Timer

Columns = dict[str, Any]
Prepared = list[list[Any]]


@dataclass(frozen=True)
class Table:
    """How values of one type are stored.

    `key` names the fields that tell rows of one parent apart. `place` gives, from the columns that place a value and
    the value, those that place its nested rows. Rows that are ordered keep their order in `ordinal`.
    """

    kind: type
    model: type[models.Row]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    nested: Mapping[str, "Table"] = field(default_factory=dict)
    place: Callable[[Columns, Any], Columns] = lambda place, _value: place
    is_ordered: bool = False

    @cached_property
    def hints(self) -> Mapping[str, object]:
        return get_type_hints(self.kind)

    @cached_property
    def rest(self) -> tuple[str, ...]:
        """The fields that go into `rest`."""
        return tuple(
            each.name for each in fields(self.kind) if each.name not in self.columns and each.name not in self.nested
        )

    def plain(self, value: object, name: str) -> Any:  # noqa: ANN401 - JSON.
        """A field as plain data."""
        return to_plain(getattr(value, name), self.hints[name])

    def row(self, value: object) -> dict[str, Any]:
        """The columns of a value, without its place and its order."""
        row = {name: self.plain(value, name) for name in self.columns}
        if self.rest:
            row["rest"] = {name: self.plain(value, name) for name in self.rest}
        return row

    def changed(self, old: object, new: object) -> dict[str, Any]:
        """The columns in which two values differ."""
        changed = {name: self.plain(new, name) for name in self.columns if getattr(old, name) != getattr(new, name)}
        if any(getattr(old, name) != getattr(new, name) for name in self.rest):
            changed["rest"] = {name: self.plain(new, name) for name in self.rest}
        return changed


ISSUED = Table(IssuedVector, models.AuthenticationVector, ("rand",), ("rand", "sqn", "k_asme"), is_ordered=True)
SUBSCRIBERS = Table(
    Subscriber,
    models.Subscriber,
    ("imsi",),
    ("imsi", "sqn", "amf", "is_provisioned"),
    nested={"issued": ISSUED},
    place=lambda _place, subscriber: {"owner": HSS, "imsi": subscriber.imsi},
)
VECTORS = Table(
    Vector,
    models.AuthenticationVector,
    ("rand",),
    ("rand", "xres", "autn", "k_asme", "status"),
    is_ordered=True,
)
CONTEXTS = Table(
    UEContext,
    models.UEContext,
    ("imsi",),
    ("imsi", "ue", "guti", "old_guti", "registered", "ks", "accesses"),
    nested={"vectors": VECTORS},
    place=lambda place, context: {"owner": place["node"], "imsi": context.imsi},
)
COUNTERS = Table(Counters, models.MMECounters, ("imsi",), ("imsi", "m_tmsis", "pushes", "requests", "order"))
PAIRS = Table(KeyPair, models.SCEFKey, ("rand",), ("rand", "ks"), is_ordered=True)
RECORDS = Table(
    Record,
    models.SCEFRecord,
    ("imsi",),
    ("imsi", "active", "parked", "gutis", "order", "confirmed"),
    nested={"pairs": PAIRS},
    place=lambda _place, record: {"imsi": record.imsi},
)
SESSIONS = Table(ServerSession, models.ASSession, ("ue",), ("ue", "number", "ks", "key_guti", "last_result"))
TIMERS = Table(Timer, models.Timer, ("node", "name", "subject"), ("node", "name", "subject", "remaining"))
UES = Table(UEState, models.UE, ("name",), ("name", "imsi", "phase", "mme", "guti"))


def _node(kind: type, **nested: Table) -> Table:
    """A node that is no UE: its nested rows name it, save those that a lab has one owner of."""
    return Table(kind, models.Node, ("name",), ("name",), nested=nested, place=lambda _p, state: {"node": state.name})


def _sole(kind: type, **nested: Table) -> Table:
    """A node of which a lab has one: its nested rows need not name it."""
    return Table(kind, models.Node, ("name",), ("name",), nested=nested, place=lambda _place, _state: {})


NODES: Mapping[type, Table] = {
    UEState: UES,
    HSSState: _sole(HSSState, subscribers=SUBSCRIBERS),
    SCEFState: _sole(SCEFState, records=RECORDS),
    ThirdPartyState: _sole(ThirdPartyState),
    MMEState: _node(MMEState, contexts=CONTEXTS, counters=COUNTERS),
    ApplicationServerState: _node(ApplicationServerState, sessions=SESSIONS),
}


# Writing


def prepared(model: type[models.Row], rows: Iterable[Columns]) -> Prepared:
    """Rows as the database takes them, without the lab; a column that a row does not name gets its default."""
    columns = _own_columns(model)
    return [[_prepared(column, row.get(name, default)) for name, column, default in columns] for row in rows]


def insert(model: type[models.Row], lab: models.Lab, rows: Prepared) -> None:
    """Insert rows of a lab."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_insert_sql(model), [[lab.pk, *row] for row in rows])


def copy(model: type[models.Row], source: models.Lab, target: models.Lab, *, until: str, step: int) -> None:
    """Copy the rows of a lab whose column `until` is at most `step` to another lab."""
    columns = [_quoted(column.column) for _, column, _ in _own_columns(model)]
    names = ", ".join(columns)
    table = _quoted(model._meta.db_table)
    lab, last = _quoted("lab_id"), _quoted(until)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({lab}, {names}) SELECT %s, {names} FROM {table}"  # noqa: S608 - names of ours.
            f" WHERE {lab} = %s AND {last} <= %s",
            [target.pk, source.pk, step],
        )


def update(model: type[Model], where: Columns, changed: Columns) -> None:
    """Update the rows whose columns are as `where` says; none of these is NULL."""
    given = (*changed.items(), *where.items())
    values = [_prepared(model._meta.get_field(name), value) for name, value in given]
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(model, tuple(changed), tuple(where)), values)


def _prepared(column: Any, value: Any) -> Any:  # noqa: ANN401 - a field of any type, and its value.
    """A value as the database's driver takes it: text, numbers, octets and keys are ready."""
    prepare = _PREPARE.get(type(column))
    return value if prepare is None or value is None else prepare(column, value)


_PREPARE: Mapping[type, Callable[[Any, Any], Any]] = {
    JSONField: lambda column, value: connection.ops.adapt_json_value(value, column.encoder),
    DateTimeField: lambda column, value: column.get_db_prep_save(value, connection),
}


@cache
def _columns(model: type[Model]) -> tuple[tuple[str, Any, Any], ...]:
    """Name, field and default of each column but the id, which the database gives."""
    columns = (each for each in model._meta.concrete_fields if not each.primary_key)
    return tuple((each.name, each, each.get_default()) for each in columns)


@cache
def _own_columns(model: type[models.Row]) -> tuple[tuple[str, Any, Any], ...]:
    """The columns of a row but its id and its lab, as `_columns`."""
    return tuple(each for each in _columns(model) if each[0] != "lab")


@cache
def _insert_sql(model: type[models.Row]) -> str:
    names = [_quoted("lab_id"), *(_quoted(column.column) for _, column, _ in _own_columns(model))]
    marks = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - ours.


@cache
def _update_sql(model: type[Model], changed: tuple[str, ...], where: tuple[str, ...]) -> str:
    columns = {name: column.column for name, column, _ in _columns(model)}
    sets, tests = ([f"{_quoted(columns[name])} = %s" for name in names] for names in (changed, where))
    table = _quoted(model._meta.db_table)
    return f"UPDATE {table} SET {', '.join(sets)} WHERE {' AND '.join(tests)}"  # noqa: S608 - as above.


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
