"""nodes.protocol.hindrances: every reason has a sentence, and something that is refused for it."""

import re
from pathlib import Path

from nodes import protocol
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import SENTENCES, Hindrance, Refused

PROTOCOL = Path(protocol.__file__).parent


def test_every_hindrance_has_a_sentence_and_is_met() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PROTOCOL.rglob("*.py") if path.name != "hindrances.py"]
    met = {name for source in sources for name in re.findall(r"\bHindrance\.([A-Z_]+)\b", source)}
    assert set(SENTENCES) == set(Hindrance)
    assert met == {hindrance.name for hindrance in Hindrance}


def test_refusal_is_data_and_says_why() -> None:
    refused = CommandRefused(Hindrance.NO_KEY_AT_AS, "as-1", "ue-2")
    assert refused.why == Refused(Hindrance.NO_KEY_AT_AS, ("as-1", "ue-2"))
    assert str(refused) == "as-1 holds no Ks for ue-2 yet"
