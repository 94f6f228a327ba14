"""Closing one's own account."""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import nothing, read


@attrs.frozen(kw_only=True)
class ClosingBody:
    password: str = attrs.field(repr=False)


async def deactivate(request: web.Request) -> web.Response:
    """Close the account permanently. Refused while it holds anything or anything is in transit."""
    body = await read(request, ClosingBody)
    await application(request).account_status.close_own(caller(request), password=body.password)
    return nothing()
