"""Frozen dataclasses to plain data, ready for JSON, and back, as their type hints say.

A dataclass is an object of its fields, a Mapping an object of any keys. A union of dataclasses is told apart by
"type", the class name; one of truth values, numbers and text by JSON itself; any other is an object of one key:
{"guti": …} or {"imsi": …}. Each type is compiled once, into closures.
"""

from collections.abc import Callable, Hashable, KeysView, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from json import JSONEncoder
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    NewType,
    TypeAlias,
    TypeGuard,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from nodes.protocol.errors import PlainError
from nodes.protocol.plain.forms import (
    TAG,
    Form,
    Plain,
    Refusal,
    alike,
    as_is,
    enum_form,
    items_form,
    keyed,
    list_form,
    mapping_form,
    nullable,
    scalars,
    tagged,
    wanted,
)
from nodes.protocol.plain.leaves import LEAVES, check_of, checked

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from typing_extensions import TypeForm

T = TypeVar("T")

_Write: TypeAlias = tuple[str, Callable[[Any], Plain]]

MAY_BE_LEFT_OUT: Final = {"plain": "optional"}
"""Metadata of a field whose key data may leave out: it then has its default."""

CAME_LATER: Final = {"plain": "later"}
"""Metadata of a field that plain data has only where it is not its default: what was stored before it came stays equal,
octet for octet."""

_SCALARS: Final = frozenset({bool, int, str})

_JSON: Final = JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def to_plain(value: object, type_: object = None) -> Plain:
    """Plain data of a value: what `from_plain` of the same type reads.

    `type_` is the value's class if left out; a union or a tuple must be named.

    Raises:
        TypeError: plain data has no form for the type, or the value is none of a union's alternatives.
    """
    return _form(type(value) if type_ is None else type_).plain(value)


def canonical(value: object, type_: object = None) -> bytes:
    """UTF-8 JSON for hashing: sorted keys, no spaces, without the fields that a comparison leaves out.

    Equal values of a type have equal octets on every machine and Python version.

    Raises:
        TypeError: as `to_plain`.
    """
    form = _form(type(value) if type_ is None else type_)
    return _JSON.encode(form.compared(value)).encode()


def from_plain(type_: "TypeForm[T]", data: object) -> T:
    """The value of a type that plain data stands for; keys that are missing or too many are not forgiven.

    Only a field that is marked `MAY_BE_LEFT_OUT` or `CAME_LATER` may be missing.

    Raises:
        PlainError: the data is not of the type's form; the text names the place, the rule and the fact.
    """
    try:
        value: T = _form(cast("Hashable", type_)).load(data)
    except Refusal as refusal:
        place = "".join(reversed(refusal.where)).lstrip(".") or "data"
        raise PlainError(f"{place}: {refusal}") from None
    except RecursionError:
        raise PlainError("data: less nesting wanted, got more than Python can follow") from None
    return value


@cache
def _form(type_: Hashable) -> Form:
    if type_ in LEAVES:
        return LEAVES[type_]
    if isinstance(type_, NewType):
        base = _form(type_.__supertype__)
        return Form(base.plain, base.compared, checked(base.load, check_of(type_)))
    if get_origin(type_) is tuple:
        return _tuple(get_args(type_))
    if get_origin(type_) is Mapping:
        return _mapping(get_args(type_))
    if get_origin(type_) in {Union, UnionType}:
        return _union(get_args(type_))
    if isinstance(type_, type) and issubclass(type_, Enum):
        return enum_form(type_)
    if _is_record(type_):
        return _Record(type_, {}).form
    raise TypeError(f"Plain data has no form for {type_}")


def _is_record(type_: object) -> "TypeGuard[type[DataclassInstance]]":
    return isinstance(type_, type) and is_dataclass(type_) and type_ not in LEAVES


def _tuple(types: tuple[object, ...]) -> Form:
    if types[1:] == (Ellipsis,):
        return list_form(_form(types[0]))
    return items_form(tuple(map(_form, types)))


def _mapping(types: tuple[object, ...]) -> Form:
    key, value = types
    if key is not str:
        raise TypeError(f"Plain data has text for keys, not {key}")
    return mapping_form(_form(str).load, _form(value))


def _union(types: tuple[object, ...]) -> Form:
    members = tuple(type_ for type_ in types if type_ is not NoneType)
    form = _form(members[0]) if len(members) == 1 else _alternatives(members)
    return nullable(form) if len(members) < len(types) else form


def _alternatives(types: tuple[Any, ...]) -> Form:
    if _SCALARS.issuperset(types):
        return scalars({type_: _form(type_) for type_ in types})
    classes = {_class_of(type_): type_ for type_ in types}
    if len(classes) == 1:
        return alike(tuple(map(_form, types)))
    keys = {type_.__name__.lower() for type_ in types}
    if not len(classes) == len(keys) == len(types):
        raise TypeError(f"Plain data cannot tell these apart: {', '.join(map(str, types))}")
    if all(map(_is_record, types)):
        return tagged({cls: _Record(cls, {TAG: cls.__name__}).form for cls in classes})
    return keyed({cls: (type_.__name__.lower(), _form(type_)) for cls, type_ in classes.items()})


def _class_of(type_: Any) -> type:  # noqa: ANN401 - types, aliases and NewTypes have no common type.
    """The class of a type's values."""
    while isinstance(type_, NewType):
        type_ = type_.__supertype__
    cls: type = get_origin(type_) or type_
    return cls


class _Record:
    """A dataclass: `head`, then its fields. They are compiled when first used, for types may be recursive."""

    def __init__(self, cls: "type[DataclassInstance]", head: dict[str, Plain]) -> None:
        self._cls = cls
        self._head = head
        self.form = Form(self._plain, self._compared, self._load)

    @cached_property
    def _forms(self) -> dict[str, Form]:
        hints = get_type_hints(self._cls)
        forms = {field.name: _form(hints[field.name]) for field in fields(self._cls) if _is_kept(field)}
        if self._head.keys() & forms.keys():
            raise TypeError(f"{self._cls.__name__} has a field {TAG!r}, which tells it apart from others")
        return forms

    @cached_property
    def _plain_writes(self) -> tuple[_Write, ...]:
        return tuple((name, form.plain) for name, form in self._forms.items())

    @cached_property
    def _compared_writes(self) -> tuple[_Write, ...]:
        compared = {field.name for field in fields(self._cls) if field.compare}
        return tuple((name, form.compared) for name, form in self._forms.items() if name in compared)

    @cached_property
    def _loads(self) -> tuple[tuple[str, Callable[[object], Any]], ...]:
        return tuple((name, form.load) for name, form in self._forms.items())

    @cached_property
    def _defaults(self) -> dict[str, Plain]:
        optional = [field for field in fields(self._cls) if field.metadata in (MAY_BE_LEFT_OUT, CAME_LATER)]
        return {field.name: self._forms[field.name].plain(_default_of(field)) for field in optional}

    @cached_property
    def _later(self) -> tuple[tuple[str, Plain], ...]:
        later = (field.name for field in fields(self._cls) if field.metadata == CAME_LATER)
        return tuple((name, self._defaults[name]) for name in later)

    @cached_property
    def _keys(self) -> KeysView[str]:
        return (self._head | dict.fromkeys(self._forms)).keys()

    def _plain(self, value: object) -> Plain:
        return self._write(value, self._plain_writes)

    def _compared(self, value: object) -> Plain:
        return self._write(value, self._compared_writes)

    def _write(self, value: object, writes: tuple[_Write, ...]) -> Plain:
        plain = self._head.copy()
        for name, write in writes:
            item = getattr(value, name)
            # Most fields are numbers and text; not calling anything for them halves the time.
            plain[name] = item if write is as_is else write(item)
        for name, default in self._later:
            if plain[name] == default:
                del plain[name]
        return plain

    def _load(self, data: object) -> object:
        if not isinstance(data, dict):
            raise wanted("object", data)
        if data.keys() != self._keys:
            data = self._defaults | data
            if data.keys() != self._keys:
                raise self._wrong_keys(data)
        values = {}
        name = ""
        try:
            for name, load in self._loads:
                values[name] = load(data[name])
        except Refusal as refusal:
            refusal.where.append(f".{name}")
            raise
        try:
            return self._cls(**values)
        except ValueError as error:
            raise Refusal(str(error)) from None

    def _wrong_keys(self, data: dict[Any, Any]) -> Refusal:
        for key in self._keys:
            if key not in data:
                return Refusal(f"key {key!r} wanted, got none")
        unknown = min(map(str, data.keys() - self._keys))
        rule = f"object of {', '.join(map(repr, self._keys))}" if self._keys else "object without keys"
        return wanted(rule, unknown)


def _default_of(field: Field[Any]) -> Any:  # noqa: ANN401 - of the field's type.
    return field.default if field.default_factory is MISSING else field.default_factory()


def _is_kept(field: Field[Any]) -> bool:
    """Whether plain data holds a field: not if the class derives it, or marks it {"plain": False}."""
    if field.metadata.get("plain", True):
        return field.init
    if field.compare or (field.default is MISSING and field.default_factory is MISSING):
        raise TypeError(f"{field.name} is left out of plain data: it needs a default and compare=False")
    return False
