"""Forms: how values of a type are written as plain data and read back, and how forms are put together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, Flag
from reprlib import repr as short
from typing import Any, Final, TypeAlias

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"

TAG: Final = "type"  # The key that names the class, where a union of dataclasses is told apart.


@dataclass(frozen=True, slots=True)
class Form:
    """How values of one type are written and read; `compared` writes what counts in a comparison only."""

    plain: Callable[[Any], Plain]
    compared: Callable[[Any], Plain]
    load: Callable[[object], Any]


class Refusal(Exception):
    """Data breaks a rule; each container on the way up adds where it stands, the innermost first.

    It never leaves `plain`, which makes a PlainError of it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.where: list[str] = []


def wanted(rule: str, data: object) -> Refusal:
    """The refusal of data by a rule such as "integer"."""
    return Refusal(f"{rule} wanted, got {short(data)}")


def as_is(value: Any) -> Any:  # noqa: ANN401 - the identity of any type.
    """Numbers and text are their own plain form."""
    return value


def enum_form(type_: type[Enum]) -> Form:
    """An Enum is its value, a number or text.

    Raises:
        TypeError: another kind of value, or a Flag, whose combinations have no names.
    """
    if issubclass(type_, Flag) or not all(type(member.value) in {int, str} for member in type_):
        raise TypeError(f"Plain data has no form for {type_}: its values are not all numbers or text")
    # The type is in the key because 1 == True == 1.0, of which only the first is the plain form of 1.
    members = {(type(member.value), member.value): member for member in type_}
    rule = f"one of {', '.join(repr(member.value) for member in type_)}"

    def plain(member: Enum) -> Plain:
        value: int | str = member._value_  # as `value`, in a third of the time
        return value

    def load(data: object) -> Enum:
        member = members.get((type(data), data)) if isinstance(data, int | str) else None
        if member is None:
            raise wanted(rule, data)
        return member

    return Form(plain, plain, load)


def list_form(form: Form) -> Form:
    """A tuple of any length of one type is a list."""
    return Form(_each(form.plain), _each(form.compared), _load_each(form.load))


def items_form(forms: tuple[Form, ...]) -> Form:
    """A tuple of fixed length is a list of that length."""
    return Form(
        _in_turn(tuple(form.plain for form in forms)),
        _in_turn(tuple(form.compared for form in forms)),
        _load_in_turn(tuple(form.load for form in forms)),
    )


def mapping_form(load_key: Callable[[object], Any], form: Form) -> Form:
    """A mapping of text to values of one type is an object."""

    def write_with(write: Callable[[Any], Plain]) -> Callable[[Mapping[str, Any]], Plain]:
        return lambda values: {key: write(value) for key, value in values.items()}

    def load(data: object) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise wanted("object", data)
        values = {}
        for key, item in data.items():
            try:
                values[load_key(key)] = form.load(item)
            except Refusal as refusal:
                refusal.where.append(f".{key}")
                raise
        return values

    return Form(write_with(form.plain), write_with(form.compared), load)


def _each(write: Callable[[Any], Plain]) -> Callable[[tuple[Any, ...]], Plain]:
    return list if write is as_is else lambda values: [write(value) for value in values]


def _in_turn(writes: tuple[Callable[[Any], Plain], ...]) -> Callable[[tuple[Any, ...]], Plain]:
    return lambda values: [write(value) for write, value in zip(writes, values, strict=True)]


def _load_each(load: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    def load_list(data: object) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise wanted("list", data)
        return _items((load, item) for item in data)

    return load_list


def _load_in_turn(loads: tuple[Callable[[object], Any], ...]) -> Callable[[object], tuple[Any, ...]]:
    def load_list(data: object) -> tuple[Any, ...]:
        if not (isinstance(data, list) and len(data) == len(loads)):
            raise wanted(f"list of {len(loads)}", data)
        return _items(zip(loads, data, strict=True))

    return load_list


def _items(pairs: Iterable[tuple[Callable[[object], Any], object]]) -> tuple[Any, ...]:
    values: list[Any] = []
    try:
        for load, item in pairs:
            values.append(load(item))
    except Refusal as refusal:
        refusal.where.append(f"[{len(values)}]")
        raise
    return tuple(values)


def nullable(form: Form) -> Form:
    """None is null."""
    plain, compared, load = form.plain, form.compared, form.load
    return Form(
        lambda value: None if value is None else plain(value),
        lambda value: None if value is None else compared(value),
        lambda data: None if data is None else load(data),
    )


def scalars(forms: dict[type, Form]) -> Form:
    """A union of truth values, numbers and text, which JSON tells apart: written as they are."""
    rule = " or ".join(_SCALAR_NAMES[type_] for type_ in forms)
    write = _by_class(dict.fromkeys(forms, as_is))

    def load(data: object) -> Any:  # noqa: ANN401 - of one of the union's types.
        form = forms.get(type(data))
        if form is None:
            raise wanted(rule, data)
        return form.load(data)

    return Form(write, write, load)


_SCALAR_NAMES: Final = {bool: "true or false", int: "integer", str: "text"}


def alike(forms: tuple[Form, ...]) -> Form:
    """Types whose values are of one class: written as that class, read as the first type that fits."""

    def load(data: object) -> Any:  # noqa: ANN401 - of the common base class.
        for form in forms[:-1]:
            try:
                return form.load(data)
            except Refusal:
                continue
        return forms[-1].load(data)

    return Form(forms[0].plain, forms[0].compared, load)


def tagged(forms: dict[type, Form]) -> Form:
    """A union of dataclasses, whose forms write and expect the tag themselves."""
    loads = {cls.__name__: form.load for cls, form in forms.items()}
    rule = f"one of {', '.join(loads)}"

    def load(data: object) -> Any:  # noqa: ANN401 - of one of the union's types.
        if not isinstance(data, dict):
            raise wanted("object", data)
        if TAG not in data:
            raise Refusal(f"key {TAG!r} wanted, got none")
        name = data[TAG]
        load_member = loads.get(name) if isinstance(name, str) else None
        if load_member is None:
            refusal = wanted(rule, name)
            refusal.where.append(f".{TAG}")
            raise refusal
        return load_member(data)

    return Form(
        _by_class({cls: form.plain for cls, form in forms.items()}),
        _by_class({cls: form.compared for cls, form in forms.items()}),
        load,
    )


def keyed(forms: dict[type, tuple[str, Form]]) -> Form:
    """Any other union: an object of one key, which says the alternative."""
    loads = {key: form.load for key, form in forms.values()}
    rule = f"object of one key, {' or '.join(map(repr, loads))},"

    def load(data: object) -> Any:  # noqa: ANN401 - of one of the union's types.
        if not (isinstance(data, dict) and len(data) == 1):
            raise wanted(rule, data)
        ((key, item),) = data.items()
        if key not in loads:
            raise wanted(rule, data)
        try:
            return loads[key](item)
        except Refusal as refusal:
            refusal.where.append(f".{key}")
            raise

    return Form(
        _by_class({cls: _under(key, form.plain) for cls, (key, form) in forms.items()}),
        _by_class({cls: _under(key, form.compared) for cls, (key, form) in forms.items()}),
        load,
    )


def _under(key: str, write: Callable[[Any], Plain]) -> Callable[[Any], Plain]:
    return lambda value: {key: write(value)}


def _by_class(writes: dict[type, Callable[[Any], Plain]]) -> Callable[[Any], Plain]:
    def write(value: object) -> Plain:
        write_member = writes.get(type(value))
        if write_member is None:
            alternatives = ", ".join(cls.__name__ for cls in writes)
            raise TypeError(f"One of {alternatives} wanted, got a {type(value).__name__}")
        return write_member(value)

    return write
