"""The latest requests to the providers, for the dashboard."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

import attrs

RECENT_MAX = 200


@attrs.frozen
class Seen:
    """One request; ``status`` is None when no answer was sent, ``fault`` is the rule that struck it."""

    provider: str
    method: str
    path: str
    status: int | None
    fault: str

    def view(self) -> dict[str, object]:
        return attrs.asdict(self)


@attrs.define
class Traffic:
    """The latest requests, and the number of requests to each provider."""

    _recent: deque[Seen] = attrs.field(factory=lambda: deque(maxlen=RECENT_MAX))
    _counts: Counter[str] = attrs.field(factory=Counter)

    def saw(self, request: Seen) -> None:
        self._recent.append(request)
        self._counts[request.provider] += 1

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def newest_first(self) -> Sequence[dict[str, object]]:
        return [seen.view() for seen in reversed(self._recent)]
