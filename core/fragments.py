"""The live fragments of a lab: each panel printed by its template, the same for every viewer."""

from django.template.loader import render_to_string

from core import snapshot as snapshots
from core.moments import live_moment
from core.panels import LabPage
from core.snapshot import Snapshot
from core.view.page import page as page_of
from nodes.services import LabNotFound

PANELS = {
    "topbar": "topbar",
    "verdict": "verdicts",
    "cards": "cards",
    "ladder": "ladder",
    "history": "history",
    "inflight": "in_flight",
    "procedures": "procedures",
    "network": "network",
    "upkeep": "upkeep",
    "properties": "properties",
    "options": "options",
    "events": "events",
    "status": "status",
    "drive-state": "drive_state",
}
"""Fragment and the panel of a page that it prints."""


def snapshot(lab_key: str) -> Snapshot:
    """Render all live fragments of a lab.

    Raises:
        core.snapshot.LabNotFound: no lab has this key.
    """
    try:
        moment = live_moment(lab_key)
    except LabNotFound as error:
        raise snapshots.LabNotFound(str(error)) from error
    page = page_of(moment, may_drive=True, is_presenting=False, viewers=0)
    return Snapshot(moment.revision, moment.last_step, render(page))


def render(page: LabPage) -> dict[str, str]:
    """Print every live fragment of a page."""
    return {
        name: render_to_string(f"lab/fragments/{name}.html", {"panel": getattr(page, panel)})
        for name, panel in PANELS.items()
    }
