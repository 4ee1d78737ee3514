"""Since which step the word of a verdict stands. It is in the rows, but asking for it is dear at each step."""

from dataclasses import dataclass
from threading import Lock
from typing import Final

from cachetools import LRUCache
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from nodes import models
from nodes.protocol.properties.verdict import APART, Word

MOST_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class _Known:
    """The word at a step, and the step since which it stood then."""

    at: int
    word: Word
    since: int


_kept: Final[LRUCache[tuple[str, int, str, str], _Known]] = LRUCache(MOST_KEPT)
_lock: Final = Lock()


def word_since(lab: models.Lab, ue: str, server: str, word: Word, at: int) -> int:
    """Return since which step this word of a UE and an AS stands at step `at`, or since which its ends are apart."""
    key = lab.key, lab.resets, ue, server
    with _lock:
        known = _kept.get(key)
    # The same word after one more step: nothing has begun.
    is_known = known is not None and known.word is word and known.at in {at, at - 1}
    since = known.since if known is not None and is_known else _read(lab, ue, server, word, at)
    if at == lab.step:
        with _lock:
            _kept[key] = _Known(at, word, since)
    return since


def _read(lab: models.Lab, ue: str, server: str, word: Word, at: int) -> int:
    rows = models.VerdictChange.objects.filter(
        lab=lab, ue=ue, application_server=server, step__lte=at, has_new_word=True
    )
    if word in APART:
        # Where the ends came apart, which the scrubber marks: a request on its way does not bring them together.
        apart = [each.value for each in APART]
        together = rows.exclude(word__in=apart).order_by("-step").values("step")[:1]
        rows = rows.filter(step__gt=Coalesce(Subquery(together), 0)).order_by("step")
    else:
        rows = rows.order_by("-step")
    return rows.values_list("step", flat=True).first() or 0
