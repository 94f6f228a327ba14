"""Routes of API keys (due.md §3)."""

from __future__ import annotations

import attrs

from sandbox.due.auth import Call
from sandbox.due.keys import Keys
from sandbox.due.routes.table import Route


@attrs.frozen
class Keyring:
    _keys: Keys

    def routes(self) -> list[Route]:
        return [Route("POST", "/v1/api_keys", self._make)]

    def _make(self, call: Call) -> object:
        return self._keys.make(call.body)
