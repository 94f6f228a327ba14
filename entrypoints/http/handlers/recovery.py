"""Resetting a forgotten password."""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer, read
from entrypoints.http.handlers.registration import AddressBody, PostedView


@attrs.frozen(kw_only=True)
class ResetBody:
    """``token`` is the token in the e-mail."""

    token: str = attrs.field(repr=False)
    new_password: str = attrs.field(repr=False)


async def forgot(request: web.Request) -> web.Response:
    """
    Request a password reset.

    The response does not reveal whether an account exists; the outcome is sent by e-mail.
    """
    body = await read(request, AddressBody)
    address = await application(request).password_resets.begin(body.email)
    return answer(PostedView(email=address), status=202)


async def reset(request: web.Request) -> web.Response:
    """Set a new password with the token in the e-mail. This ends every session."""
    body = await read(request, ResetBody)
    await application(request).password_resets.complete(body.token, new_password=body.new_password)
    return web.Response(status=204, headers={"Cache-Control": "no-store"})
