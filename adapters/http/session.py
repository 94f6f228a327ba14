"""The client session: one connection pool for all providers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import aiohttp
from aiohttp.connector import Connection

CONNECTIONS_MAX = 200
NAMES_KEPT_S = 60
"""How long the address of a name is kept; a kept connection stays with the address it was opened to."""

NOT_HERE = frozenset({421, 502, 503, 504})
"""Statuses of what is before a provider, such as a load balancer that is drained or has moved."""


class Response(aiohttp.ClientResponse):
    """One that says "not here" closes its connection, so that the next goes where the name leads to."""

    async def start(self, connection: Connection) -> Self:
        protocol = connection.protocol
        await super().start(connection)
        if self.status in NOT_HERE and protocol is not None:
            if self.connection is None:
                protocol.close()  # the body was there at once, and the connection is released already
            else:
                protocol.force_close()
        return self


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX, ttl_dns_cache=NAMES_KEPT_S)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), response_class=Response
    ) as session:
        yield session
