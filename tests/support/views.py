"""How tests of views post what buttons post."""

import json
from html import unescape

from django.test import Client
from django.urls import reverse

from core.lab.parts import Button
from nodes import models
from nodes.labs import labs
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.world.actions import Action

HTMX = {"HX-Request": "true"}
PLAIN: dict[str, str] = {}


def url(new: labs.NewLab, name: str = "lab", *arguments: str) -> str:
    return reverse(name, args=[new.lab.key, *arguments])


def lab_of(new: labs.NewLab) -> models.Lab:
    return labs.get_lab(new.lab.key)


def seen(new: labs.NewLab) -> str:
    return labs.seen_of(lab_of(new))


def posted(action: Action) -> str:
    return json.dumps(to_plain(action, Action))


def act(browser: Client, new: labs.NewLab, **what: str) -> tuple[int, str]:
    """Post what a button posts through htmx, to `view`, or where actions are: status and text of the answer."""
    return post(browser, new, what, HTMX)


def post(browser: Client, new: labs.NewLab, what: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
    answer = browser.post(url(new, what.get("view", "lab-act")), {"seen": seen(new)} | what, headers=headers)
    return answer.status_code, unescape(answer.text)


def action_of(button: Button) -> Action:
    """The action that a button sends."""
    assert button.name == "action"
    return from_plain(Action, json.loads(button.value))
