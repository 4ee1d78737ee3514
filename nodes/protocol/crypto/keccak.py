"""Keccak-f[1600] (FIPS 202 §3), the permutation of SHA-3. TUAK uses it bare, and hashlib has no raw one."""

from typing import Final

STATE_LENGTH: Final = 200
_LANES: Final = 25
_MASK: Final = (1 << 64) - 1


def _round_constants() -> tuple[int, ...]:
    """ι: bit 2^j - 1 of round i is bit j + 7i of the LFSR x⁸ + x⁶ + x⁵ + x⁴ + 1 (FIPS 202 §3.2.5)."""
    constants: list[int] = []
    register = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


def _moves() -> tuple[tuple[int, int, int], ...]:
    """ρ and π together: (lane from, lane to, rotation), FIPS 202 §3.2.2 and §3.2.3; lane (x, y) is x + 5y."""
    moves = [(0, 0, 0)]
    x, y = 1, 0
    for t in range(24):
        target = y + 5 * ((2 * x + 3 * y) % 5)
        moves.append((x + 5 * y, target, (t + 1) * (t + 2) // 2 % 64))
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(moves)


_ROUND_CONSTANTS: Final = _round_constants()
_MOVES: Final = _moves()


def _rotated(lane: int, left: int) -> int:
    return (lane << left | lane >> (64 - left)) & _MASK


def _round(lanes: list[int], constant: int) -> list[int]:
    """θ, ρ and π, χ, ι of one round on 25 lanes of 64 bits."""
    parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
    theta = [parity[(x + 4) % 5] ^ _rotated(parity[(x + 1) % 5], 1) for x in range(5)]
    moved = [0] * _LANES
    for source, target, left in _MOVES:
        moved[target] = _rotated(lanes[source] ^ theta[source % 5], left)
    rows = (moved[start : start + 5] for start in range(0, _LANES, 5))
    chi = [row[x] ^ ~row[(x + 1) % 5] & row[(x + 2) % 5] for row in rows for x in range(5)]
    chi[0] ^= constant
    return chi


def keccak_f1600(state: bytes) -> bytes:
    """Permute a state of 200 octets, lanes little-endian as in FIPS 202 §B.1.

    Raises:
        ValueError: there are not 200 octets.
    """
    if len(state) != STATE_LENGTH:
        raise ValueError(f"Keccak-f[1600] wants {STATE_LENGTH} octets (FIPS 202 §3), got {len(state)}")
    lanes = [int.from_bytes(state[start : start + 8], "little") for start in range(0, STATE_LENGTH, 8)]
    for constant in _ROUND_CONSTANTS:
        lanes = _round(lanes, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes)
