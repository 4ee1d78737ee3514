"""Where a lab comes from and what left it."""

from dataclasses import replace

from core.lab.forks import Fork, forks
from core.lab.moment import ForkRow, Origin
from core.lab.scene import Scene
from tests.fixtures.moments import in_session


def test_lab_without_forks_has_only_its_step() -> None:
    panel = forks(Scene(in_session().moment()))
    assert (panel.lab_key, panel.at, panel.origin, panel.forks) == ("7Q4M", 18, None, ())


def test_forks_and_origin_are_told_with_their_steps() -> None:
    rows = (ForkRow("9PX4", "Without the push", 5, "IN SYNC"), ForkRow("2R7D", "Lab 2R7D", 9, ""))
    panel = forks(Scene(replace(in_session().moment(), origin=Origin("3H2K", "Lab 3H2K", 12), forks=rows)))
    assert panel.origin == Fork(lab_key="3H2K", title="Lab 3H2K", step=12)
    assert panel.forks == (
        Fork(lab_key="9PX4", title="Without the push", step=5, word="IN SYNC"),
        Fork(lab_key="2R7D", title="Lab 2R7D", step=9),
    )
