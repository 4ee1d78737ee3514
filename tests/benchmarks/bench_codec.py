"""Time of encoding, explaining and decoding one message, against pycrate and python-diameter.

Each encoding is of a new message: ours is not answered from its cache, and theirs is built of its values.
Run: python -m tests.benchmarks.bench_codec
"""

import logging
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any, Final

from diameter.message import Message

from nodes.codec import diameter, diameter_values
from nodes.codec.between import Between
from nodes.codec.nas import read
from nodes.codec.nas_decoding import decode
from nodes.protocol.identities import PLMNIdentity, imsi
from nodes.protocol.messages import s6a
from nodes.protocol.messages.nas import AuthenticationRequest
from nodes.protocol.messages.nas_octets import encode
from nodes.protocol.octets import AUTN, RAND

logging.getLogger("pycrate_mobile").setLevel(logging.CRITICAL)
from pycrate_mobile.NASLTE import parse_NASLTE_MT  # noqa: E402 (it logs as it is imported)
from pycrate_mobile.TS24301_EMM import EMMAuthenticationRequest  # noqa: E402 (as above)

ROUNDS: Final = 21
CALLS: Final = 300
BETWEEN: Final = Between("mme-1", "hss")
VALUES: Final = [(number.to_bytes(16, "big"), bytes(15) + bytes((number % 256,))) for number in range(CALLS)]
OCTETS: Final = encode(AuthenticationRequest(1, RAND(VALUES[0][0]), AUTN(VALUES[0][1])))
REQUEST: Final = s6a.AuthenticationInformationRequest(imsi("999990000000001"), 7, PLMNIdentity("999", "99"), 3)
S6A_OCTETS: Final = diameter_values.encode(REQUEST, BETWEEN)


def our_encoding() -> Callable[[], object]:
    values, bare = cycle(VALUES), encode.__wrapped__

    def run() -> bytes:
        rand, autn = next(values)
        return bare(AuthenticationRequest(1, RAND(rand), AUTN(autn)))

    return run


def pycrate_encoding() -> Callable[[], object]:
    values = cycle(VALUES)

    def run() -> Any:  # noqa: ANN401 (pycrate ships no types)
        rand, autn = next(values)
        message = EMMAuthenticationRequest(val={"NAS_KSI": [0, 1], "RAND": rand, "AUTN": autn})
        return message.to_bytes()

    return run


GROUPS: Final[dict[str, dict[str, Callable[[], object]]]] = {
    "NAS, encode": {"ours": our_encoding(), "pycrate": pycrate_encoding()},
    "NAS, read": {
        "ours, explained": lambda: read(OCTETS),
        "ours, decoded": lambda: decode(OCTETS),
        "pycrate": lambda: parse_NASLTE_MT(OCTETS),
    },
    "Diameter, write": {
        "ours": lambda: diameter_values.encode(REQUEST, BETWEEN),
        "python-diameter, of what it has read": Message.from_bytes(S6A_OCTETS).as_bytes,
    },
    "Diameter, read": {
        "ours, explained": lambda: diameter.read(S6A_OCTETS),
        "python-diameter": lambda: Message.from_bytes(S6A_OCTETS),
    },
}


def _microseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        run()
    return (time.perf_counter() - started) / CALLS * 1e6


def measure(candidates: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median microseconds of each; the rounds alternate, so that a slow moment of the machine meets all."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, run in candidates.items():
            times[name].append(_microseconds(run))
    return {name: statistics.median(rounds) for name, rounds in times.items()}


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {ROUNDS} rounds of {CALLS} calls, medians")
    for title, candidates in GROUPS.items():
        medians = measure(candidates)
        ours = next(iter(medians.values()))
        print(f"{title:40}{'µs':>10}{'ours / this':>14}")
        for name, median in medians.items():
            print(f"  {name:38}{median:10.1f}{ours / median:14.3f}")


if __name__ == "__main__":
    assert pycrate_encoding()() == OCTETS
    main()
