"""How far a lab has followed the trace that it was made of."""

from typing import Final

from core.panels import Following
from core.view.buttons import do_button
from core.view.scene import Scene

GO_ON: Final = "trace:on"
LEAVE: Final = "trace:leave"


def following(scene: Scene) -> Following:
    """Say how many steps of the trace are taken. Where all are, and on a page of the past, the panel is empty."""
    moment = scene.moment
    if moment.trace_steps is None or scene.is_past:
        return Following(revision=moment.revision)
    return Following(
        revision=moment.revision,
        words=f"{moment.last_step:,} of {moment.trace_steps:,}",
        taken=moment.last_step,
        total=moment.trace_steps,
        go_on=do_button("Go on", GO_ON),
        leave=do_button("Stop here", LEAVE),
    )
