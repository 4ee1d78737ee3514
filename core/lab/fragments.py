"""The live fragments of a lab: each panel printed by its template, the same for every viewer."""

from dataclasses import replace

from core.lab import printing
from core.lab.loading import live_moment, past_moment
from core.lab.page import PANELS, LabPage
from core.lab.page import page as page_of
from core.live import snapshot as snapshots
from core.live.feed import live_step
from core.live.snapshot import Element, Snapshot
from nodes.labs.labs import LabNotFound, OldModel


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


def past_snapshot(lab_key: str, at: int) -> Snapshot:
    """Render a lab as it was after a step, and the live step; a click there does not send that."""
    moment = replace(past_moment(lab_key, at), seen="")
    page = page_of(moment, may_drive=True, is_presenting=False, viewers=0)
    return Snapshot(moment.revision, moment.last_step, (*render(page), live_step(moment.last_step)))


def render(page: LabPage) -> tuple[Element, ...]:
    """Print every live fragment of a page."""
    return tuple(printing.panel(getattr(page, panel)) for panel in PANELS)
