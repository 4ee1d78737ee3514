"""Submit buttons of the drive form. A protocol action travels as JSON, everything else has an address of its own."""

import json
from functools import lru_cache
from typing import Final

from django.urls import reverse

from core.lab.parts import Button
from core.lab.scene import Scene
from core.words.hindrances import short_reason
from nodes.protocol.errors import CommandRefused
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Command, Restart

MOST_ACTIONS: Final = 4096
"""Written actions that are kept: most buttons of a page stay as they are."""
LIVE_ONLY: Final = "live only"
"""Why what is the whole lab's matter cannot be done on a page of the past."""


@lru_cache(MOST_ACTIONS)
def action_value(action: Action) -> str:
    """Write an action as the form sends it: compact JSON."""
    return json.dumps(to_plain(action, Action), separators=(",", ":"))


def action_button(
    label: str, action: Action, *, about: str = "", primary: bool = False, title: str = "", key_hint: str = ""
) -> Button:
    return Button(label, "action", action_value(action), key_hint, about=about, primary=primary, title=title)


def toggle_button(label: str, action: Action, *, is_on: bool, about: str, title: str) -> Button:
    """Make a button that stays pressed; `action` is what the next click does."""
    return Button(label, "action", action_value(action), about=about, title=title, is_pressed=is_on)


def act_button(
    scene: Scene,
    label: str,
    view: str,
    choice: tuple[str, str] = ("", ""),
    *,
    key_hint: str = "",
    is_chosen: bool = False,
    reason: str = "",
    about: str = "",
) -> Button:
    """Make a button for what is no protocol action but a view of its own.

    `choice` is the name and the value of what is chosen; the one that is now is filled, and says so.
    """
    about = ", ".join(word for word in (about, "chosen" if is_chosen else "") if word)
    return Button(
        label,
        *choice,
        key_hint,
        enabled=not reason,
        reason=reason,
        primary=is_chosen,
        about=about,
        title=reason,
        url=reverse(view, args=[scene.moment.lab_key]),
    )


def command_button(
    scene: Scene, label: str, action: Command | Restart, *, key_hint: str = "", about: str = "", hint: str = ""
) -> Button:
    """Make a button for a command; where the node would refuse it now, disabled with the node's reason."""
    reason = why_refused(scene, action)
    hint = "" if reason else hint
    value = action_value(action)
    title = reason or hint
    return Button(
        label, "action", value, key_hint, enabled=not reason, reason=reason, about=about, hint=hint, title=title
    )


def why_refused(scene: Scene, action: Action) -> str:
    """Try an action on the world and say in a few words why it is refused, or nothing."""
    try:
        engine.transition(scene.world, action)
    except CommandRefused as refusal:
        return short_reason(scene.moment.setup, refusal.why)
    return ""
