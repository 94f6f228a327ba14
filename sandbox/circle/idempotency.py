"""Idempotency keys: the same key and request give the original answer again (circle.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import orjson

from sandbox.circle.errors import CircleRefusal, Why

KEYS_MAX = 500_000
_FRESH_EACH_TIME = frozenset({"idempotencyKey", "entitySecretCiphertext"})


@attrs.frozen
class Remembered:
    """The request that used a key, and its answer as JSON."""

    meaning: bytes
    answer: bytes


class Idempotency:
    """
    Remembers answers, not refusals.

    guess: a refused request may be sent again under its key; keys are kept until ``KEYS_MAX`` newer
    ones arrived.
    """

    def __init__(self) -> None:
        self._remembered: dict[str, Remembered] = {}

    def run(
        self, key: str, *, operation: str, body: Mapping[str, Any], action: Callable[[], Any]
    ) -> tuple[bytes, bool]:
        """The answer and whether it is new. Raises 156020 when another request used the key."""
        meaning = _meaning(operation, body)
        known = self._remembered.get(key)
        if known is not None:
            if known.meaning != meaning:
                raise CircleRefusal(Why.KEY_REUSED)
            return known.answer, False
        answer = orjson.dumps(action())
        self._remembered[key] = Remembered(meaning, answer)
        if len(self._remembered) > KEYS_MAX:
            del self._remembered[next(iter(self._remembered))]
        return answer, True


def _meaning(operation: str, body: Mapping[str, Any]) -> bytes:
    said = {
        name: value
        for name, value in body.items()
        if value is not None and name not in _FRESH_EACH_TIME
    }
    return orjson.dumps([operation, said], option=orjson.OPT_SORT_KEYS)
