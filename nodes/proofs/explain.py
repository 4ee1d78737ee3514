"""Is it a step of the model, or several, or none, from one state to another? Found by trying, and so shown.

Both states say of histories ("a message was sent") only what can still be seen. So a way that leads to more of a
history than is seen afterwards leads there too, and what is seen less of a history is no change at all. That is sound
because no guard asks whether something is *not* in a history (`asks_no_history`): what may happen in a state may happen
in one that differs by a longer history. All other relations must come out exactly.
"""

from collections.abc import Iterator

from nodes.proofs.evaluation import Meanings, State, View, things_in
from nodes.proofs.logic import Relation, relations_asked
from nodes.proofs.model import Model

SENT = 10
DETOURS = 1

Steps = tuple[str, ...]
"""The names of the actions on the way."""


def asks_no_history(model: Model) -> bool:
    """Return whether no guard, and no update of what is no history, asks that something is not in a history."""
    asked: set[Relation] = set()
    for action in model.actions:
        asked |= relations_asked(action.guard, is_asked_for=False)
        for update in action.updates:
            asked |= relations_asked(update.formula, is_asked_for=False)
            if not update.relation.is_history:
                asked |= relations_asked(update.formula)
    return not any(each.is_history for each in asked)


class Explainer:
    """Finds the ways of one model, and keeps what it has found."""

    def __init__(self, model: Model, meanings: Meanings) -> None:
        self._model = model
        self._meanings = meanings
        self._kept: dict[tuple[State, State], Steps | None] = {}
        self._changes = {
            action: frozenset(
                index
                for index, each in enumerate(model.state)
                if each in {update.relation for update in action.updates}
            )
            for action in model.actions
        }

    def view(self, *states: State) -> View:
        """The first of some states, with whatever there is in any of them."""
        return View(self._model, states[0], things_in(self._model, *states), self._meanings)

    def way(self, first: State, last: State) -> Steps | None:
        """Return actions that lead from one state to another; none where it is the same; None: there is no way."""
        key = (first, last)
        if key not in self._kept:
            view = self.view(first, last)
            # Most ways need no detour, and to look for one takes long.
            tried = (self._search(view, last, detours) for detours in range(DETOURS + 1))
            self._kept[key] = next((way for way in tried if way is not None), None)
        return self._kept[key]

    def _search(self, view: View, last: State, detours: int) -> Steps | None:
        """Each action on the way brings the state nearer, but for a few that only lead elsewhere.

        An MME that goes on to an AV, pushes it and drops the context, all in one step, is no nearer after the first.
        """
        wrong = self._wrong(view.state, last)
        if not any(wrong):
            return ()
        for far, name, state in sorted(self._no_farther(view, last, wrong), key=lambda each: each[0]):
            left = detours - (far == sum(wrong))
            rest = self._search(view.at(state), last, left) if left >= 0 else None
            if rest is not None:
                return (name, *rest)
        return None

    def _no_farther(self, view: View, last: State, wrong: tuple[int, ...]) -> Iterator[tuple[int, str, State]]:
        there = {index for index, number in enumerate(wrong) if number}
        for action, changes in self._changes.items():
            if changes.isdisjoint(there):
                continue
            for values in view.instances(action):
                state = view.after(action, values)
                far = sum(self._wrong(state, last))
                if far <= sum(wrong) and state != view.state:
                    yield far, action.name, state

    def _wrong(self, state: State, last: State) -> tuple[int, ...]:
        """How much of each relation is not as it should be in the end.

        What is sent cannot be taken back, so it counts for more than what the next action may change again.
        """
        both = zip(self._model.state, state, last, strict=True)
        return tuple(
            SENT * len(wanted - held) if relation.is_history else len(wanted ^ held) for relation, held, wanted in both
        )
