"""Which pooled connections lead to the server that takes writes, as far as is known."""

from __future__ import annotations

from typing import Any

import asyncpg
import attrs


class PooledConnection(asyncpg.Connection):
    """A connection that remembers in which generation it was opened."""

    __slots__ = ("generation",)

    generation: int


@attrs.define
class Generation:
    """
    Counts how often the connections were given up together.

    All connections of one pool lead to the same server. When one of them reports that this server no longer
    takes writes, those opened before are not used again.
    """

    number: int = 0

    def stamp(self, connection: Any) -> None:
        """Mark a connection that was just opened."""
        connection.generation = self.number

    def of(self, connection: Any) -> int:
        """The generation of a connection; one that was not stamped counts as current."""
        return int(getattr(connection, "generation", self.number))

    def end(self, number: int) -> None:
        """Give up every connection of this generation; only the first report of a generation counts."""
        if number == self.number:
            self.number += 1

    def is_current(self, connection: Any) -> bool:
        """
        Whether the connection may be used.

        PostgreSQL reports a change of ``default_transaction_read_only`` to open sessions without being
        asked, so that a server made read-only is noticed before the next statement, reads included.
        """
        return self.of(connection) == self.number and not _reports_read_only(connection)


def _reports_read_only(connection: Any) -> bool:
    settings = getattr(connection, "get_settings", lambda: None)()
    return getattr(settings, "default_transaction_read_only", "off") == "on"
