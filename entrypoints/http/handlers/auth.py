"""Log-in, log-out and sessions."""

from __future__ import annotations

from datetime import datetime

import attrs
from aiohttp import web

from domain.accounts.session import Session, SessionNotFound
from domain.ids import InvestorId, ProcessId
from domain.services.accounts.sessions import TokenPair
from entrypoints.http.app_keys import SESSION, application, caller
from entrypoints.http.bodies import answer, nothing, path_id, read
from entrypoints.http.paging import answer_all


@attrs.frozen(kw_only=True)
class Credentials:
    email: str
    password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class InvestorView:
    investor_id: InvestorId
    email: str


@attrs.frozen(kw_only=True)
class RefreshBody:
    refresh_token: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class PasswordBody:
    current_password: str = attrs.field(repr=False)
    new_password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class TokenView:
    """Times are in seconds from now. The refresh token is shown once and can be used once."""

    access_token: str = attrs.field(repr=False)
    token_type: str = "Bearer"  # noqa: S105 - the scheme, RFC 6750
    expires_in: int
    refresh_token: str = attrs.field(repr=False)
    refresh_expires_in: int


@attrs.frozen(kw_only=True)
class SessionView:
    """``used_at`` is when tokens were last issued; ``is_current`` marks the session of this request."""

    id: ProcessId
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    device: str | None
    is_current: bool


async def log_in(request: web.Request) -> web.Response:
    """Exchange credentials for an access token and a refresh token."""
    body = await read(request, Credentials)
    pair = await application(request).sessions.log_in(
        email=body.email,
        password=body.password,
        user_agent=request.headers.get("User-Agent", ""),
    )
    return answer(_tokens(pair))


async def refresh(request: web.Request) -> web.Response:
    """
    Exchange a refresh token for a new pair of tokens.

    A refresh token can be used once; using it again ends its session.
    """
    body = await read(request, RefreshBody)
    return answer(_tokens(await application(request).sessions.refresh(body.refresh_token)))


async def log_out(request: web.Request) -> web.Response:
    """End this session."""
    await application(request).sessions.log_out(request[SESSION])
    return nothing()


async def sessions(request: web.Request) -> web.Response:
    """List the active sessions, newest first."""
    found = await application(request).sessions.list(caller(request))
    current = request[SESSION].session
    return answer_all(found, view=lambda session: _session(session, current))


async def revoke(request: web.Request) -> web.Response:
    """End one of the investor's sessions."""
    session_id = path_id(request, missing=SessionNotFound)
    await application(request).sessions.revoke(caller(request), session_id)
    return nothing()


async def change_password(request: web.Request) -> web.Response:
    """Change the password and end every other session."""
    body = await read(request, PasswordBody)
    await application(request).sessions.change_password(
        request[SESSION], current=body.current_password, new=body.new_password
    )
    return nothing()


def _tokens(pair: TokenPair) -> TokenView:
    return TokenView(
        access_token=pair.access_token,
        expires_in=pair.expires_in_s,
        refresh_token=pair.refresh_token,
        refresh_expires_in=pair.refresh_expires_in_s,
    )


def _session(session: Session, current: ProcessId) -> SessionView:
    return SessionView(
        id=session.id,
        created_at=session.created_at,
        used_at=session.used_at,
        expires_at=session.expires_at,
        device=session.device,
        is_current=session.id == current,
    )
