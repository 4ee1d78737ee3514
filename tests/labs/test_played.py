"""Every scenario and variant is played into rows, whatever the database, and its rows are its world."""

import pytest

from nodes.labs import forks, labs
from nodes.scenarios import all_scenarios, trace_of
from tests.support.labs import everything, forget_worlds, loaded, replayed

NAMES = [
    name
    for scenario in all_scenarios()
    for name in (scenario.name, *(f"{scenario.name}+{variant.name}" for variant in scenario.variants))
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NAMES)
def test_scenario_is_stored_as_it_is_played(name: str) -> None:
    imported = forks.import_trace(trace_of(name))

    forget_worlds()
    lab = labs.get_lab(imported.lab.key)
    assert imported.matches
    assert everything(loaded(lab)) == everything(replayed(lab))
