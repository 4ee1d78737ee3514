"""Time of one EPS AV with K_ASME, a new RAND each, against the same AES blocks and HMAC done bare.

Run: python -m tests.benchmarks.bench_vectors
"""

import hmac
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Final

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from nodes.protocol.crypto.eps_keys import generate_vector
from nodes.protocol.crypto.milenage import Milenage
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import AMF, RAND, SQN, K, OPc

ROUNDS: Final = 41
CALLS: Final = 4000
K_VALUE: Final = K(bytes(range(16)))
RANDS: Final = [RAND(hmac.digest(b"benchmark", bytes((number,)), "sha256")[:16]) for number in range(200)]
BLOCKS: Final = bytes(range(64))
KEY: Final = bytes(range(32))
S: Final = bytes(range(14))


def our_vector() -> Callable[[], object]:
    functions, plmn_id = Milenage(K_VALUE, OPc(bytes(16))), PLMNIdentity("999", "99")
    sqn, amf, rands = SQN(0x1234567), AMF(b"\x80\x00"), cycle(RANDS)
    return lambda: generate_vector(functions, next(rands), sqn, amf, plmn_id)


def bare() -> Callable[[], object]:
    """(a) One encryptor kept: TEMP, then four blocks in one call, then one HMAC. No XOR, no AUTN."""
    encrypt, rands = Cipher(algorithms.AES(K_VALUE), modes.ECB()).encryptor().update, cycle(RANDS)  # noqa: S305 (single blocks)

    def run() -> bytes:
        encrypt(next(rands))
        encrypt(BLOCKS)
        return hmac.digest(KEY, S, "sha256")

    return run


def fresh_ciphers() -> Callable[[], object]:
    """(b) A new cipher object for each of the five blocks, then one HMAC."""
    rands = cycle(RANDS)

    def run() -> bytes:
        for block in (next(rands), *_four_blocks()):
            Cipher(algorithms.AES(K_VALUE), modes.ECB()).encryptor().update(block)  # noqa: S305 (single blocks)
        return hmac.digest(KEY, S, "sha256")

    return run


def pycryptodome() -> Callable[[], object]:
    """(c) pycryptodome, one cipher object kept: TEMP, then four blocks in one call, then one HMAC."""
    encrypt, rands = AES.new(K_VALUE, AES.MODE_ECB).encrypt, cycle(RANDS)

    def run() -> bytes:
        encrypt(next(rands))
        encrypt(BLOCKS)
        return hmac.digest(KEY, S, "sha256")

    return run


def _four_blocks() -> Iterator[bytes]:
    return (BLOCKS[start : start + 16] for start in range(0, len(BLOCKS), 16))


def _microseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        run()
    return (time.perf_counter() - started) / CALLS * 1e6


def measure() -> dict[str, float]:
    """Median microseconds of each; the rounds alternate, so that a slow moment of the machine meets all."""
    candidates = {
        "one EPS AV with K_ASME": our_vector(),
        "(a) bare, encryptor kept": bare(),
        "(b) bare, cipher object per block": fresh_ciphers(),
        "(c) bare, pycryptodome": pycryptodome(),
    }
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, run in candidates.items():
            times[name].append(_microseconds(run))
    return {name: statistics.median(rounds) for name, rounds in times.items()}


def main() -> None:
    medians = measure()
    ours = next(iter(medians.values()))
    print(f"Python {sys.version.split()[0]}, {ROUNDS} rounds of {CALLS} calls, medians")
    print(f"{'':36}{'µs':>8}{'AV / this':>12}")
    for name, median in medians.items():
        print(f"{name:36}{median:8.2f}{ours / median:12.2f}")


if __name__ == "__main__":
    main()
