"""Sequence numbers of AKA: SQN = SEQ ‖ IND, one array entry per IND (TS 33.102 §C.1.1, §C.1.2, §C.2)."""

from typing import Final

from nodes.protocol.octets import SQN, SQN_BITS

IND_BITS: Final = 5
ARRAY_LENGTH: Final = 1 << IND_BITS
# Δ limits how far SEQ may jump, so that nobody runs a USIM to the end of its numbers (TS 33.102 §C.2.1).
DELTA: Final = 1 << 28
EMPTY_ARRAY: Final[tuple[int, ...]] = (0,) * ARRAY_LENGTH

_IND_MASK: Final = ARRAY_LENGTH - 1
_SEQ_BITS: Final = SQN_BITS - IND_BITS


def seq(sqn: SQN) -> int:
    """SEQ, the upper 43 bits."""
    return sqn >> IND_BITS


def ind(sqn: SQN) -> int:
    """IND, the lower 5 bits."""
    return sqn & _IND_MASK


def join(seq_value: int, ind_value: int) -> SQN:
    """SEQ ‖ IND; both begin again at 0 when their bits are used up."""
    return SQN((seq_value & (1 << _SEQ_BITS) - 1) << IND_BITS | ind_value & _IND_MASK)


def next_sqn(sqn: SQN) -> SQN:
    """The SQN that the HSS uses after `sqn`: SEQ + 1, and IND + 1 modulo 32 (TS 33.102 §C.1.2, §C.3)."""
    return join(seq(sqn) + 1, ind(sqn) + 1)


def accept(array: tuple[int, ...], sqn: SQN, delta: int = DELTA) -> tuple[int, ...] | None:
    """The USIM's array of 32 SEQ values after `sqn`, or None when that is out of range (TS 33.102 §C.2).

    SEQ must be greater than the entry of its IND, and at most `delta` above the highest entry.
    """
    new, index = seq(sqn), ind(sqn)
    if new - max(array) > delta or new <= array[index]:
        return None
    return (*array[:index], new, *array[index + 1 :])


def highest(array: tuple[int, ...]) -> SQN:
    """SQN_MS, which goes into AUTS: the highest SEQ that was accepted, with its IND (TS 33.102 §C.2.1)."""
    highest_seq = max(array)
    return join(highest_seq, array.index(highest_seq))
