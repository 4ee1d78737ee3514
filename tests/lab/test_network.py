"""The links: held, armed with a fault, and all of them within reach."""

from core.lab.network import LinkRow, network
from core.lab.scene import Scene
from nodes.protocol.options import Solution
from nodes.protocol.world.actions import Arm, Disarm, Hold, LinkFault, Release
from tests.fixtures.moments import ATTACH, Driven, in_session, setup_of
from tests.support.views import action_of


def usual(driven: Driven) -> tuple[LinkRow, ...]:
    return network(Scene(driven.moment())).usual


def every(driven: Driven) -> tuple[LinkRow, ...]:
    panel = network(Scene(driven.moment()))
    return (*panel.usual, *panel.others)


def row(driven: Driven, name: str) -> LinkRow:
    return next(each for each in every(driven) if each.name == name)


def names(rows: tuple[LinkRow, ...]) -> list[str]:
    return [each.name for each in rows]


def test_usual_links_are_at_hand_before_anything_is_sent() -> None:
    assert names(usual(Driven())) == [
        "T6a MME → SCEF",
        "S6t HSS → SCEF",
        "S6a HSS → MME",
        "S1-MME MME → UE",
        "northbound SCEF → AS",
    ]


def test_both_directions_of_every_reference_point_can_be_reached() -> None:
    assert sorted(names(every(Driven()))) == sorted(
        f"{point} {one} → {other}"
        for point, left, right in (
            ("S1-MME", "UE", "MME"),
            ("S6a", "MME", "HSS"),
            ("S6t", "HSS", "SCEF"),
            ("T6a", "MME", "SCEF"),
            ("northbound", "SCEF", "AS"),
            ("northbound", "SCEF", "Third party"),
            ("northbound", "AS", "Third party"),
            ("application", "UE", "AS"),
        )
        for one, other in ((left, right), (right, left))
    )


def test_solution_11_asks_over_t6a_and_has_no_s6t() -> None:
    driven = in_session(Solution.PULL)
    assert names(usual(driven))[0] == "T6a SCEF → MME"
    assert not any(each.point == "S6t" for each in every(driven))


def test_two_mmes_have_s10_between_them() -> None:
    assert [each.name for each in every(Driven(setup_of(mmes=2))) if each.point == "S10"] == [
        "S10 MME 1 → MME 2",
        "S10 MME 2 → MME 1",
    ]


def test_of_many_mmes_those_with_a_lifeline_have_their_links() -> None:
    driven = Driven(setup_of(mmes=4)).run(ATTACH)
    assert not any("MME 2" in each.ends for each in every(driven))


def test_each_link_has_four_toggles() -> None:
    chips = row(Driven(), "T6a MME → SCEF").chips
    ends = ("mme-1", "scef")
    assert [(chip.label, chip.is_pressed, action_of(chip)) for chip in chips] == [
        ("hold", False, Hold(*ends)),
        ("lose", False, Arm(*ends, LinkFault.LOSE)),
        ("repeat", False, Arm(*ends, LinkFault.REPEAT)),
        ("reorder", False, Arm(*ends, LinkFault.REORDER)),
    ]
    assert {chip.about for chip in chips} == {"T6a MME → SCEF"}
    assert all(chip.title for chip in chips)


def test_toggles_that_are_on_take_it_back() -> None:
    ends = ("mme-1", "scef")
    chips = row(Driven().take(Hold(*ends), Arm(*ends, LinkFault.REPEAT)), "T6a MME → SCEF").chips
    assert [(chip.label, action_of(chip)) for chip in chips if chip.is_pressed] == [
        ("hold", Release(*ends)),
        ("repeat", Disarm(*ends, LinkFault.REPEAT)),
    ]


def test_link_that_something_is_done_to_is_at_hand() -> None:
    driven = Driven().take(Hold("ue-1", "as-1"), Arm("as-1", "scef", LinkFault.LOSE), Hold("mme-1", "scef"))
    assert names(usual(driven))[5:] == ["application UE → AS", "northbound AS → SCEF"]
