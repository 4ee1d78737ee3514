"""Formulas and actions on given states: what is looked up is what trying everything finds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodes.proofs.evaluation import View, initial, state_of, things_in
from nodes.proofs.logic import (
    Exists,
    ForAll,
    Formula,
    Same,
    Variable,
    any_of,
    at_most_one,
    exists,
    for_all,
    implies,
    none_of,
    where,
)
from tests.proofs.small import (
    KEYS,
    LOSE,
    MAKE,
    MODEL,
    NUMBERS,
    OPEN,
    SEND,
    SENT_BY_NUMBER,
    K,
    L,
    N,
    before,
    every_way,
    is_so,
    k,
    made,
    n,
    number_of,
    open_,
    sent,
    view_of,
    x,
    y,
)

_key_variables = st.sampled_from((x, y))
_number_variables = st.sampled_from((n, k))
_keys = _key_variables
_numbers = st.one_of(_number_variables, _key_variables.map(number_of))
_leaves: st.SearchStrategy[Formula] = st.one_of(
    _keys.map(made),
    st.builds(sent, _keys, _numbers),
    st.builds(before, _numbers, _numbers),
    st.builds(Same, _keys, _keys),
    st.builds(Same, _numbers, _numbers),
    st.just(open_()),
)


def _more(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    some: st.SearchStrategy[tuple[Variable, ...]] = st.lists(
        st.sampled_from((x, y, n, k)), min_size=1, max_size=2, unique=True
    ).map(tuple)
    return st.one_of(
        inner.map(lambda each: ~each),
        st.builds(lambda one, other: one & other, inner, inner),
        st.builds(lambda one, other: one | other, inner, inner),
        st.builds(implies, inner, inner),
        st.builds(where, inner, inner, inner),
        st.builds(ForAll, some, inner),
        st.builds(Exists, some, inner),
    )


FORMULAS = st.recursive(_leaves, _more, max_leaves=6)
VIEWS = st.builds(
    lambda held, keys, is_open: view_of(*held, keys=tuple(keys), is_open=is_open),
    st.sets(st.tuples(st.sampled_from(sorted(KEYS)), st.sampled_from(sorted(NUMBERS)))),
    st.sets(st.sampled_from(sorted(KEYS))),
    st.booleans(),
)
VALUES = st.fixed_dictionaries({x: st.just("a"), y: st.just("b"), n: st.just(1), k: st.just(2)})


@given(VIEWS, FORMULAS, VALUES)
def test_a_formula_is_true_where_its_definition_says_so(
    view: View, formula: Formula, values: dict[Variable, Any]
) -> None:
    assert view.is_true(formula, values) is is_so(view, formula, values)


@given(VIEWS, FORMULAS, VALUES)
def test_its_negation_is_true_elsewhere(view: View, formula: Formula, values: dict[Variable, Any]) -> None:
    assert view.is_true(formula.negation, values) is not is_so(view, formula, values)


@given(VIEWS, FORMULAS)
def test_every_way_to_make_it_true_is_found(view: View, formula: Formula) -> None:
    variables = (x, y, n, k)

    found = {tuple(way[each] for each in variables) for way in view.ways(variables, formula.positive, {})}

    tried = (way for way in every_way(view, variables, {}) if is_so(view, formula, way))
    assert found == {tuple(way[each] for each in variables) for way in tried}


def test_an_action_changes_what_its_updates_name_and_nothing_else() -> None:
    view = view_of(("a", 1), keys=("a", "b"), is_open=True)

    assert view.after(LOSE, {K: "a"}) == view_of(("a", 1), keys=("b",), is_open=True).state


def test_an_action_may_happen_where_its_guard_is_true() -> None:
    view = view_of(keys=("a", "c"))

    assert [dict(each) for each in view.instances(MAKE)] == []
    assert {(each[K], each[N]) for each in view.instances(SEND)} == {("a", 1), ("c", 2)}


def test_in_the_initial_state_nothing_has_happened() -> None:
    view = view_of().at(initial(MODEL))

    assert view.is_true(none_of(made) & none_of(sent) & none_of(open_), {})
    assert view.at(view.after(OPEN, {})).is_true(any_of(open_), {})


def test_a_state_is_told_by_the_names_of_relations() -> None:
    state = state_of(MODEL, {"sent": {("a", 1)}, "open": {()}, "unknown": {("b",)}})

    assert state == view_of(("a", 1), is_open=True).state
    assert things_in(MODEL, state, view_of(keys=("b",)).state) == {"KEY": {"a", "b"}, "NUMBER": {1}}


def test_at_most_one() -> None:
    assert view_of(keys=("a",)).is_true(at_most_one(made), {})
    assert not view_of(keys=("a", "b")).is_true(at_most_one(made), {})


def test_a_letter_that_is_bound_again_is_another() -> None:
    view = view_of(keys=("a",))

    assert view.is_true(made(x) & exists((x,), ~made(x)), {x: "a"})
    assert not view.is_true(for_all((x,), made(x)), {x: "a"})


def test_an_invariant_is_true_where_nothing_breaks_it() -> None:
    assert view_of(("a", 1), ("b", 2)).is_true(SENT_BY_NUMBER, {})
    assert not view_of(("a", 2)).is_true(SENT_BY_NUMBER, {})
    assert L.sort == K.sort
