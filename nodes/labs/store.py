"""Worlds to rows and back. `save` writes what differs between two worlds, `load` makes a world of rows."""

from collections import defaultdict
from operator import attrgetter
from typing import Any

from django.db.models import Max

from nodes import models
from nodes.labs.mapping import NODES, TIMERS, Columns, Table, insert, prepared, update
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.diff import changed_nodes
from nodes.protocol.world.world import Envelope, Link, Message, NodeState, World


class _Batch:
    """Rows to create, by model, so that each model is written once."""

    def __init__(self, lab: models.Lab) -> None:
        self.lab = lab
        self.rows: defaultdict[type[models.Row], list[Columns]] = defaultdict(list)

    def add(self, table: Table, place: Columns, value: Any, ordinal: int) -> None:  # noqa: ANN401 - of table.kind.
        """Queue a value and all that is nested in it."""
        row = {**place, **table.row(value)}
        if table.is_ordered:
            row["ordinal"] = ordinal
        if table.model is models.Node:
            row["kind"] = table.kind.__name__
        self.rows[table.model].append(row)
        inner = table.place(place, value)
        for name, nested in table.nested.items():
            for index, each in enumerate(getattr(value, name)):
                self.add(nested, inner, each, index)

    def write(self) -> None:
        for model, rows in self.rows.items():
            insert(model, self.lab, prepared(model, rows))


def save(lab: models.Lab, before: World | None, after: World) -> None:
    """Write every row that differs between two worlds of a lab; None: nothing is there yet.

    Messages are not among them: `journal` writes those with the steps.
    """
    batch = _Batch(lab)
    if before is None:
        for state in after.nodes:
            batch.add(NODES[type(state)], {}, state, 0)
        _sync(batch, TIMERS, {}, (), after.timers)
    else:
        for old, new in changed_nodes(before, after):
            _update(batch, NODES[type(new)], {}, old, new)
        _sync(batch, TIMERS, {}, before.timers, after.timers)
    batch.write()


def _sync(batch: _Batch, table: Table, place: Columns, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    """Make the rows of one tuple what it is now."""
    if before is after:
        return
    key = attrgetter(*table.key)
    was = {key(each): each for each in before}
    for index, new in enumerate(after):
        old = was.pop(key(new), None)
        if old is None:
            batch.add(table, place, new, index)
        elif old is not new:
            _update(batch, table, place, old, new)
    for gone in was.values():
        _delete(batch, table, place, gone)


def _update(batch: _Batch, table: Table, place: Columns, old: Any, new: Any) -> None:  # noqa: ANN401 - of table.kind.
    changed = table.changed(old, new)
    if changed:
        update(table.model, _where(batch.lab, table, place, old), changed)
    inner = table.place(place, new)
    for name, nested in table.nested.items():
        _sync(batch, nested, inner, getattr(old, name), getattr(new, name))


def _delete(batch: _Batch, table: Table, place: Columns, gone: Any) -> None:  # noqa: ANN401 - of table.kind.
    inner = table.place(place, gone)
    for nested in table.nested.values():
        nested.model._default_manager.filter(lab=batch.lab, **inner).delete()
    table.model._default_manager.filter(**_where(batch.lab, table, place, gone)).delete()


def _where(lab: models.Lab, table: Table, place: Columns, value: Any) -> Columns:  # noqa: ANN401 - of table.type.
    """The columns that tell a value's row from all others."""
    return {"lab": lab.pk, **place} | {name: table.plain(value, name) for name in table.key}


# Back


class _Rows:
    """All rows of a lab, one query for each model, grouped by the columns that place them."""

    def __init__(self, lab: models.Lab) -> None:
        self.lab = lab
        self.groups: dict[tuple[type[models.Row], tuple[str, ...]], dict[tuple[Any, ...], list[Any]]] = {}
        self.all: dict[type[models.Row], list[Any]] = {}

    def of(self, table: Table, place: Columns) -> list[Any]:
        """The rows of one tuple, in order."""
        names = tuple(sorted(place))
        groups = self.groups.get((table.model, names))
        if groups is None:
            groups = defaultdict(list)
            for row in self._all(table):
                groups[tuple(getattr(row, name) for name in names)].append(row)
            self.groups[table.model, names] = groups
        return groups.get(tuple(place[name] for name in names), [])

    def _all(self, table: Table) -> list[Any]:
        if table.model not in self.all:
            order = ("ordinal",) if table.is_ordered else table.key
            # Sorted here as the protocol sorts: a database may have another order of text.
            rows = table.model._default_manager.filter(lab=self.lab).order_by()
            self.all[table.model] = sorted(rows, key=attrgetter(*order))
        return self.all[table.model]


def load(lab: models.Lab, first: World) -> World:
    """The world that a lab's rows are. `first` is the lab's first world: it has the order of the nodes."""
    rows = _Rows(lab)
    nodes = tuple(_node(rows, state) for state in first.nodes)
    timers = tuple(_value(rows, TIMERS, {}, row) for row in rows.of(TIMERS, {}))
    return World(
        nodes=nodes,
        links=_links(lab),
        timers=tuple(sorted(timers, key=lambda timer: timer.key)),
        held=tuple((source, destination) for source, destination in lab.held),
        armed=tuple((source, destination, LinkFault(fault)) for source, destination, fault in lab.armed),
        index=first.index,
        ordinals=lab.ordinals,
        copies=_copies(lab),
        messages=lab.messages,
    )


def _node(rows: _Rows, first: NodeState) -> NodeState:
    table = NODES[type(first)]
    (row,) = rows.of(table, {"name": first.name})
    state: NodeState = _value(rows, table, {}, row)
    return state


def _value(rows: _Rows, table: Table, place: Columns, row: Any) -> Any:  # noqa: ANN401 - of table.kind.
    return from_plain(table.kind, _plain(rows, table, place, row))


def _plain(rows: _Rows, table: Table, place: Columns, row: Any) -> dict[str, Any]:  # noqa: ANN401 - of table.model.
    """A row and all that is nested in it, as plain data of the table's type."""
    plain = {name: getattr(row, name) for name in table.columns}
    if table.rest:
        plain |= row.rest
    inner = table.place(place, row)
    for name, nested in table.nested.items():
        plain[name] = [_plain(rows, nested, inner, each) for each in rows.of(nested, inner)]
    return plain


def _links(lab: models.Lab) -> tuple[Link, ...]:
    queues: defaultdict[tuple[str, str], list[Envelope]] = defaultdict(list)
    in_flight = models.Message.objects.filter(lab=lab, settled_step=None).order_by("ordinal")
    for row in in_flight:
        message = from_plain(Message, row.body)
        queues[row.source, row.destination].append(Envelope(message, row.number, row.copy, row.ordinal))
    return tuple(Link(*key, tuple(queue)) for key, queue in sorted(queues.items()))


def _copies(lab: models.Lab) -> tuple[tuple[int, int], ...]:
    copied = models.Message.objects.filter(lab=lab, copy__gt=1).order_by("number").values("number")
    return tuple(copied.annotate(highest=Max("copy")).values_list("number", "highest"))
