"""How a command refuses: one sentence on stderr, no traceback, exit status 2."""

import sys
from typing import NoReturn

WRONG_INPUT = 2


def refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(WRONG_INPUT)
