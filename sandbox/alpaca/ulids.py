"""ULIDs from virtual time: 48 bits of milliseconds, 80 random bits, always increasing."""

from __future__ import annotations

from datetime import datetime

from sandbox.world import World

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
RANDOM_BITS = 80


class Ulids:
    """A source whose every id sorts after the one before."""

    def __init__(self, *, world: World) -> None:
        self._world = world
        self._last = 0

    def new(self) -> str:
        fresh = first_bits(self._world.clock.now()) | self._world.random.getrandbits(RANDOM_BITS)
        same_ms = fresh >> RANDOM_BITS <= self._last >> RANDOM_BITS
        self._last = self._last + 1 if same_ms else fresh
        return encode(self._last)


def encode(bits: int) -> str:
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))


def first_bits(moment: datetime) -> int:
    return max(int(moment.timestamp() * 1000), 0) << RANDOM_BITS


def first_of(moment: datetime) -> str:
    """The lowest ULID of that millisecond; sorts before every event of it."""
    return encode(first_bits(moment))


def last_of(moment: datetime) -> str:
    """The highest ULID of that millisecond; sorts after every event of it."""
    return encode(first_bits(moment) | (1 << RANDOM_BITS) - 1)


def is_ulid(text: str) -> bool:
    return len(text) == LENGTH and all(letter in ALPHABET for letter in text)
