"""What a lab's page would show of worlds that no lab has."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from core.lab.gutis import gutis_in, in_order
from core.lab.moment import PlainChange
from core.lab.runs import moment_of
from core.lab.scene import Scene
from nodes.protocol.options import Setup
from nodes.protocol.world.diff import diff
from nodes.protocol.world.world import World
from tests.fixtures.moments import plain


def scene_of(setup: Setup, world: World, gutis: tuple[str, ...]) -> Scene:
    moment = moment_of(setup, (), (world,), (), shown_ues=setup.ue_names)
    return Scene(replace(moment, lab_key="7Q4M", gutis=gutis))


def gutis_of(path: Sequence[World]) -> tuple[str, ...]:
    """The GUTIs of a run in the order in which they came."""
    changes = (each for before, after in pairwise(path) for each in diff(before, after))
    return in_order((), gutis_in(PlainChange(each.path, plain(each.old), plain(each.new)) for each in changes))
