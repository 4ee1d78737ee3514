"""Takes random steps in a lab for ever, and says which are committed: `python -m tests.support.walker LAB-KEY SEED`.

Run by tests that kill it.
"""

import os
import random
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()

from nodes.labs import labs, services  # noqa: E402 - models want the settings first.
from nodes.protocol.errors import ProtocolError  # noqa: E402
from tests.support.strategies import moves  # noqa: E402


def main(key: str, seed: str) -> None:
    dice = random.Random(seed)  # noqa: S311 - a walk, no secret.
    lab = labs.get_lab(key)
    tell("ready")
    while True:
        world = labs.state_of(lab)[0]
        try:
            lab = services.take(key, dice.choice(moves(world)), labs.seen_of(lab))
        except ProtocolError:
            continue
        tell(lab.step)


def tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
