"""The live fragments of a lab: each panel printed by its template, the same for every viewer."""

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from django.template.loader import render_to_string

from core.lab.loading import live_moment, past_moment
from core.lab.page import LabPage
from core.lab.page import page as page_of
from core.live import snapshot as snapshots
from core.live.feed import LIVE_STEP
from core.live.snapshot import Snapshot
from nodes.labs.labs import LabNotFound, OldModel

PANELS = {
    "topbar": "topbar",
    "following": "following",
    "verdict": "verdicts",
    "guide": "guide",
    "cards": "cards",
    "ladder": "ladder",
    "history": "history",
    "inflight": "in_flight",
    "procedures": "procedures",
    "timers": "timers",
    "network": "network",
    "upkeep": "upkeep",
    "properties": "properties",
    "forks": "forks",
    "options": "options",
    "events": "events",
    "status": "status",
    "drive-state": "drive_state",
}
"""Fragment and the panel of a page that it prints."""

MOST_KEPT: Final = 512


def snapshot(lab_key: str) -> Snapshot:
    """Render all live fragments of a lab.

    Raises:
        core.live.snapshot.LabNotFound: no lab has this key, or its rows are of another version of the model.
    """
    try:
        moment = live_moment(lab_key)
    except (LabNotFound, OldModel) as error:
        raise snapshots.LabNotFound(str(error)) from error
    page = page_of(moment, may_drive=True, is_presenting=False, viewers=0)
    return Snapshot(moment.revision, moment.last_step, render(page))


def past_fragments(lab_key: str, at: int) -> dict[str, str]:
    """Print all live fragments of a lab as it was after a step, and the live step; a click there does not send that."""
    moment = replace(past_moment(lab_key, at), seen="")
    live_step = {"revision": moment.revision, "step": moment.last_step}
    return {
        **render(page_of(moment, may_drive=True, is_presenting=False, viewers=0)),
        LIVE_STEP: render_to_string("lab/fragments/live-step.html", live_step),
    }


def render(page: LabPage) -> dict[str, str]:
    """Print every live fragment of a page."""
    return {name: _print(name, getattr(page, panel)) for name, panel in PANELS.items()}


def _print(name: str, panel: Any) -> str:  # noqa: ANN401 - any of the panels.
    html = _print_first(name, replace(panel, revision=0))
    return html.replace('data-revision="0"', f'data-revision="{panel.revision}"', 1)


@lru_cache(MOST_KEPT)
def _print_first(name: str, panel: object) -> str:
    """Print a panel as of revision 0: panels are values, and what has not changed since is printed once."""
    return render_to_string(f"lab/fragments/{name}.html", {"panel": panel})
