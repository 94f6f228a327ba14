"""A forgotten password."""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer, read
from entrypoints.http.handlers.registration import AddressBody, PostedView


@attrs.frozen(kw_only=True)
class ResetBody:
    """The token is the one in the letter."""

    token: str = attrs.field(repr=False)
    new_password: str = attrs.field(repr=False)


async def forgot(request: web.Request) -> web.Response:
    """
    Ask for a new password.

    The answer is always the same; what comes of it is in the mail.
    """
    body = await read(request, AddressBody)
    address = await application(request).password_resets.begin(body.email)
    return answer(PostedView(email=address), status=202)


async def reset(request: web.Request) -> web.Response:
    """Set a new password with the token of the letter, and end every session."""
    body = await read(request, ResetBody)
    await application(request).password_resets.complete(body.token, new_password=body.new_password)
    return web.Response(status=204, headers={"Cache-Control": "no-store"})
