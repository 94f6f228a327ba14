"""Idempotency keys: the same key and body give the first answer again (alpaca.md §1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from sandbox.alpaca.errors import Unprocessable

KEYS_MAX = 200_000
KEY_LENGTH_MAX = 128


class Idempotency:
    """Remembers answers, not refusals. guess: a refused request may be sent again under its key."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[bytes, Any]] = {}

    def run(self, key: str | None, body: Mapping[str, Any], action: Callable[[], Any]) -> Any:
        """The stored answer, or that of ``act``. Raises ``Unprocessable`` when the key had another body."""
        if key is None:
            return action()
        if len(key) > KEY_LENGTH_MAX:
            raise Unprocessable(f"Idempotency-Key must be at most {KEY_LENGTH_MAX} characters")
        digest = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        if key in self._answers:
            first, answer = self._answers[key]
            if first != digest:
                raise Unprocessable("Idempotency-Key was already used with a different body")
            return answer
        answer = action()
        self._answers[key] = digest, answer
        if len(self._answers) > KEYS_MAX:
            del self._answers[next(iter(self._answers))]
        return answer
