"""Actions and options in a few words, for lists and refusals."""

from collections.abc import Iterator
from dataclasses import MISSING, fields

from nodes.protocol.messages.commands import NodeCommand
from nodes.protocol.options import Options
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action


def words_of(action: Action) -> str:
    """An action as a list names it: `Deliver ue-1 > mme-1`, `ue-1: Attach mme-1`."""
    name = type(action).__name__
    match action:
        case actions.Command():
            return " ".join((f"{action.node}: {type(action.command).__name__}", *_details(action.command)))
        case actions.Restart():
            return f"{name} {action.node}"
        case actions.Expire():
            return f"{name} {action.timer.value} at {action.node}"
        case actions.Advance():
            return f"{name} {action.seconds} s"
        case actions.Arm() | actions.Disarm():
            return f"{name} {action.source} > {action.destination} {action.fault.value}"
        case actions.Hold() | actions.Release():
            return f"{name} {action.source} > {action.destination}"
    place = f" at position {action.position}" if action.position else ""
    return f"{name} {action.source} > {action.destination}{place}"


def _details(command: NodeCommand) -> Iterator[str]:
    """What a command says beyond its name; what is as by default is left out."""
    plain = to_plain(command)
    values = plain if isinstance(plain, dict) else {}
    for field in fields(command):
        if field.default is MISSING:
            yield str(values[field.name])
        elif getattr(command, field.name) != field.default:
            yield f"{field.name} {values[field.name]}"


def options_that_differ(options: Options, others: Options) -> dict[str, str]:
    """Each option that has another value in `others`, with the value that it has in `options`: `named_key`, `on`."""
    names = (field.name for field in fields(Options) if getattr(options, field.name) != getattr(others, field.name))
    return {name: _value(getattr(options, name)) for name in names}


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(getattr(value, "value", value))
