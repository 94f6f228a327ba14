"""Registering, and showing that the e-mail address is one's own."""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer, read
from entrypoints.http.handlers.auth import Credentials, InvestorView


@attrs.frozen(kw_only=True)
class AddressBody:
    email: str


@attrs.frozen(kw_only=True)
class VerificationBody:
    """The token is the one in the letter, the password the one that was registered with."""

    token: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class PostedView:
    """Whether a letter goes out, only whoever reads the mail of ``email`` can tell."""

    email: str
    status: str = "check_your_mail"


async def register(request: web.Request) -> web.Response:
    """
    Ask for an account.

    The answer is always the same; what comes of it is in the mail.
    """
    body = await read(request, Credentials)
    registration = await application(request).registrations.register(
        email=body.email, password=body.password
    )
    return answer(PostedView(email=registration.email), status=202)


async def send_again(request: web.Request) -> web.Response:
    """Have the letter of a registration sent once more."""
    body = await read(request, AddressBody)
    address = await application(request).registrations.send_again(body.email)
    return answer(PostedView(email=address), status=202)


async def verify(request: web.Request) -> web.Response:
    """Open the account that was asked for, with the token of the letter."""
    body = await read(request, VerificationBody)
    investor = await application(request).registrations.verify(body.token, password=body.password)
    return answer(InvestorView(investor_id=investor.investor_id, email=investor.email))
