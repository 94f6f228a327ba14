"""Registering and logging in."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.ids import InvestorId
from entrypoints.http.bodies import answer, read
from entrypoints.http.keys import application


@attrs.frozen(kw_only=True)
class Credentials:
    email: str
    password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class InvestorView:
    investor_id: InvestorId
    email: str


@attrs.frozen(kw_only=True)
class TokenView:
    access_token: str = attrs.field(repr=False)
    token_type: str = "Bearer"  # noqa: S105 - the scheme, RFC 6750
    expires_in: int


async def register(request: web.Request) -> web.Response:
    """Open an account."""
    body = await read(request, Credentials)
    investor = await application(request).accounts.register(
        email=body.email, password=body.password
    )
    return answer(InvestorView(investor_id=investor.id, email=investor.email), status=201)


async def log_in(request: web.Request) -> web.Response:
    """Exchange credentials for an access token."""
    body = await read(request, Credentials)
    session = await application(request).accounts.log_in(email=body.email, password=body.password)
    return answer(TokenView(access_token=session.access_token, expires_in=session.expires_in_s))
