"""Connections that are closed when the server replies that it cannot do the work."""

from __future__ import annotations

from typing import Any

from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import ResponseError

NOT_HERE = (
    "READONLY",  # it is a replica, perhaps since just now
    "MASTERDOWN",
    "CLUSTERDOWN",
    "NOREPLICAS",
    "MISCONF",  # it cannot save its data
    "OOM",
    "NOPERM",
)
"""
The codes of replies that are about the server and not about the command.

The client itself takes ``LOADING``, ``NOAUTH`` and ``WRONGPASS`` for lost connections.
"""


class _Relocating(AbstractConnection):
    """
    Takes such a reply for a lost connection.

    So the client connects again, to the server that the name leads to by now, and sends the command once
    more, which is harmless because the server did not carry it out.
    """

    async def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().read_response(*args, **options)
        except ResponseError as error:
            if not _is_about_server(error):
                raise
            await self.disconnect()
            raise ConnectionLost(f"{error.status_code or ''} {error}".strip()) from error


class RelocatingConnection(_Relocating, Connection):
    """Over TCP."""


class RelocatingTlsConnection(_Relocating, SSLConnection):
    """Over TLS."""


def _is_about_server(error: ResponseError) -> bool:
    """The code comes first; older servers quote it in the error of a script."""
    text = str(error)
    code = error.status_code or text.partition(" ")[0]
    return code in NOT_HERE or any(f"-{each} " in text for each in NOT_HERE)
