"""The tokens that the entity monitors (circle.md §4; Circle's page on monitored tokens)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.circle.tokens import Token, token_by_id

SELECTED = "SELECTED"
MONITOR_ALL = "MONITOR_ALL"
SCOPES = (SELECTED, MONITOR_ALL)


class MonitoredTokens:
    """
    Balances and transactions of other tokens are left out, unless a reader asks for all of them.

    Until it is set up, everything is shown; the first token makes the scope SELECTED.
    """

    def __init__(self) -> None:
        self.scope: str | None = None
        self._tokens: dict[str, Token] = {}

    def shows(self, token_id: str) -> bool:
        return self.scope != SELECTED or token_id in self._tokens

    @property
    def tokens(self) -> list[Token]:
        return list(self._tokens.values())

    def add(self, token_ids: Iterable[str]) -> None:
        """Raises 156002, and adds none, when one of them is unknown."""
        self._tokens |= {token.id: token for token in map(token_by_id, token_ids)}
        self.scope = self.scope or SELECTED

    def replace(self, token_ids: Iterable[str]) -> None:
        """guess: an upsert replaces the whole list."""
        tokens = {token.id: token for token in map(token_by_id, token_ids)}
        self._tokens = tokens
        self.scope = self.scope or SELECTED

    def remove(self, token_ids: Iterable[str]) -> None:
        for token_id in token_ids:
            self._tokens.pop(token_id, None)

    def view(self, tokens: Iterable[Token]) -> dict[str, Any]:
        return {"scope": self.scope, "tokens": [token.view() for token in tokens]}
