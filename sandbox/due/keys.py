"""The API keys."""

from __future__ import annotations

import attrs

from sandbox.due.fields import Fields
from sandbox.due.wire import new_id
from sandbox.world import World


@attrs.define(kw_only=True)
class Keys:
    """The keys of the settings (if there are none, every key is valid), and those made later."""

    _world: World
    _known: frozenset[str]
    _made: set[str] = attrs.field(factory=set)

    def opens(self, key: str) -> bool:
        return bool(key) and (not self._known or key in self._known or key in self._made)

    def make(self, fields: Fields) -> dict[str, object]:
        """guess: the fields of the answer; it is the only one that has the key itself."""
        secret = new_id("due_", self._world.random)
        self._made.add(secret)
        return {
            "id": new_id("key_", self._world.random),
            "name": fields.optional("name") or "",
            "apiKey": secret,
            "createdAt": self._world.clock.stamp(),
        }
