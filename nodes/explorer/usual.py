"""How each property is explored unless somebody asks otherwise, and the cells of the matrix that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nodes.explorer.questions import Bounds, Network, Question
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID, Witness

Most = Mapping[str, int]

NO_APPLICATION_LEG: Most = {"sessions": 0, "key_requests": 0, "readings": 0, "commands": 0}
ONE_REQUEST: Most = {**NO_APPLICATION_LEG, "sessions": 1}
ONE_OPENING: Most = {"sessions": 1, "key_requests": 0, "commands": 0}


@dataclass(frozen=True, slots=True)
class Usual:
    """What a property asks of a search.

    `needs` is how much it needs at most of a bound, all of it where it is not named (`reduction` says why), and
    `needs_by_name` the same where keys have names, if it is another; `case` what must happen at least once for it to be
    put to the test. A search for `together` answers it too: it tries the same, or is soon over. The property is asked
    once for each of `reuses` and `moments`, with `repairs` on. `colliding` are bounds for where procedures collide.
    """

    bounds: Bounds = field(default_factory=Bounds)
    needs: Most = field(default_factory=dict)
    needs_by_name: Most | None = None
    case: Witness | None = None
    together: PropertyID | None = None
    reuses: tuple[MTMSIReuse, ...] = (MTMSIReuse.NEVER,)
    moments: tuple[ActiveWhen, ...] = tuple(ActiveWhen)
    repairs: Mapping[Solution, tuple[str, ...]] = field(default_factory=dict)
    colliding: Most = field(default_factory=dict)


BY_NAME: Mapping[Solution, tuple[str, ...]] = {
    # In solution 12 a late push would bind the record to an old GUTI, and a request for the new one find nothing.
    Solution.PULL: ("named_key",),
    Solution.PUSH: ("named_key", "ordered_push"),
}
AT_COMPLETE = (ActiveWhen.SECURITY_MODE_COMPLETE,)
"""Keys by name do not depend on when the MME counts an AV as active."""

USUAL: Mapping[PropertyID, Usual] = {
    PropertyID.P1: Usual(needs=NO_APPLICATION_LEG),
    PropertyID.P1A: Usual(needs=NO_APPLICATION_LEG, together=PropertyID.P1),
    PropertyID.P1W: Usual(needs=NO_APPLICATION_LEG, case=Witness.WAITED),
    PropertyID.P2: Usual(needs=ONE_REQUEST, case=Witness.KEY_DELIVERED),
    PropertyID.P2Q: Usual(needs=ONE_REQUEST, case=Witness.KEY_DELIVERED),
    PropertyID.P3: Usual(case=Witness.MESSAGE_OPENED, together=PropertyID.P2),
    PropertyID.P4: Usual(
        Bounds(ues=2, detaches=1, most_states=1_000_000),
        ONE_REQUEST,
        case=Witness.KEY_DELIVERED,
        reuses=tuple(MTMSIReuse),
    ),
    PropertyID.P5: Usual(needs=NO_APPLICATION_LEG),
    PropertyID.P6: Usual(Bounds(detaches=1), NO_APPLICATION_LEG),
    PropertyID.P7: Usual(needs=NO_APPLICATION_LEG),
    PropertyID.P8: Usual(needs=ONE_REQUEST, needs_by_name=ONE_OPENING, case=Witness.AS_BEHIND),
    PropertyID.P1N: Usual(needs=NO_APPLICATION_LEG, moments=AT_COMPLETE, repairs=BY_NAME),
    PropertyID.P1AN: Usual(needs=NO_APPLICATION_LEG, together=PropertyID.P1N, moments=AT_COMPLETE, repairs=BY_NAME),
    PropertyID.P2N: Usual(
        Bounds(most_states=6_000_000),
        ONE_OPENING,
        colliding={"most_states": 40_000_000},
        case=Witness.KEY_DELIVERED,
        moments=AT_COMPLETE,
        repairs=BY_NAME,
    ),
    PropertyID.P3N: Usual(
        # The AS asks of itself for whatever is named.
        Bounds(key_requests=0, most_states=10_000_000),
        case=Witness.MESSAGE_OPENED,
        moments=AT_COMPLETE,
        repairs=BY_NAME,
    ),
    PropertyID.P6N: Usual(Bounds(detaches=1), NO_APPLICATION_LEG, moments=AT_COMPLETE, repairs=BY_NAME),
}


@dataclass(frozen=True, slots=True)
class Widening:
    """What happens besides the usual, in words and as bounds: one at a time, in order, without repairs."""

    words: str
    more: Most


WIDER: tuple[Widening, ...] = (
    Widening("a second MME and one move to it", {"mmes": 2, "tracking_area_updates": 1}),
    Widening("one release of the connection and one access", {"releases": 1, "accesses": 1}),
    Widening("one restart of HSS, MME or SCEF", {"restarts": 1}),
    Widening("two attaches of each UE and one detach", {"attaches": 2, "detaches": 1}),
    Widening("one push to the SCEF that never arrives, however often it is repeated", {"lost_pushes": 1}),
)


def wider_cell(property_id: PropertyID, solution: Solution, widening: Widening) -> Question:
    """Return the cell of a property within wider bounds."""
    usual = cell(property_id, solution, Network.ORDERED)
    return replace(usual, bounds=replace(usual.bounds, **widening.more))


def usual_bounds(property_id: PropertyID, network: Network) -> Bounds:
    """Return the bounds of a cell of the matrix, if nobody asks for others.

    Where procedures may collide, the UE starts two of its own: a tracking area update and a detach.
    """
    usual = USUAL[property_id]
    if network is not Network.COLLIDE:
        return usual.bounds
    return replace(usual.bounds, tracking_area_updates=1, detaches=1, **usual.colliding)


def cell(
    property_id: PropertyID,
    solution: Solution,
    network: Network,
    *,
    moment: ActiveWhen = ActiveWhen.SECURITY_MODE_COMPLETE,
    reuse: MTMSIReuse = MTMSIReuse.NEVER,
    repairs: tuple[str, ...] = (),
) -> Question:
    """Return a cell of the matrix."""
    on = {*repairs, *USUAL[property_id].repairs.get(solution, ())}
    named = tuple(each for each in REPAIRS if each in on)
    return Question(property_id, solution, network, moment, reuse, named, usual_bounds(property_id, network))


def needs_of(property_id: PropertyID, repairs: tuple[str, ...]) -> Most:
    """Return how much a property needs at most of a bound, with these repairs."""
    usual = USUAL[property_id]
    return usual.needs_by_name if "named_key" in repairs and usual.needs_by_name is not None else usual.needs


def by_name(property_id: PropertyID, repairs: tuple[str, ...]) -> bool:
    """Return whether the keys of the labs that a property is asked about have names."""
    return "named_key" in repairs or bool(USUAL[property_id].repairs)


def cells(
    property_id: PropertyID, solution: Solution, network: Network, repairs: tuple[str, ...] = ()
) -> tuple[Question, ...]:
    """Return the cells of a property, one for each choice that is left open; none where it says nothing."""
    if not PROPERTIES[property_id].applies(solution, by_name=by_name(property_id, repairs)):
        return ()
    return tuple(
        cell(property_id, solution, network, moment=moment, reuse=reuse, repairs=repairs)
        for moment in USUAL[property_id].moments
        for reuse in USUAL[property_id].reuses
    )
