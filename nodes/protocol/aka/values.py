"""What an answer is made of: values under their names, and reasons where there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that the options do not give; the reason is a sentence without its full stop."""

    reason: str


Found = bytes | str | int | bool | Missing
Values = dict[str, Found]
Answer = dict[str, str | int | bool | dict[str, str] | list[str] | None]


def make_answer(values: Mapping[str, Found], notes: Iterable[str]) -> Answer:
    """Octets in lower-case hexadecimal digits, None and a reason for what is missing, and the notes."""
    plain: Answer = {}
    reasons: dict[str, str] = {}
    for name, value in values.items():
        match value:
            case Missing(reason):
                plain[name], reasons[name] = None, reason
            case bytes():
                plain[name] = value.hex()
            case _:
                plain[name] = value
    return {**plain, "reasons": reasons, "notes": list(notes)}
