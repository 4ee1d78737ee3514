"""Where a lab comes from and what left it."""

from core.panels import Fork, Forks, VerdictWord
from core.view.scene import Scene


def forks(scene: Scene) -> Forks:
    moment = scene.moment
    origin = moment.origin
    return Forks(
        revision=moment.revision,
        lab_key=moment.lab_key,
        at=moment.at,
        origin=None if origin is None else Fork(lab_key=origin.key, title=origin.title, step=origin.step),
        forks=tuple(
            Fork(lab_key=each.key, title=each.title, step=each.step, word=_word(each.word)) for each in moment.forks
        ),
    )


def _word(stored: str) -> str:
    """Say the word of a fork's verdict; it has none before its first step."""
    return VerdictWord(stored).text if stored else ""
