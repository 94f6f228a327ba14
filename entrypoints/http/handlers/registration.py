"""Registration, and the confirmation of the e-mail address."""

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
    """``token`` is the token in the e-mail, ``password`` the one given at registration."""

    token: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class PostedView:
    """``email`` is the normalized address. The response does not reveal whether an e-mail is sent."""

    email: str
    status: str = "check_your_mail"


async def register(request: web.Request) -> web.Response:
    """
    Register for an account.

    The response does not reveal whether an account exists; the outcome is sent by e-mail.
    """
    body = await read(request, Credentials)
    registration = await application(request).registrations.register(
        email=body.email, password=body.password
    )
    return answer(PostedView(email=registration.email), status=202)


async def send_again(request: web.Request) -> web.Response:
    """Send the e-mail of a registration again."""
    body = await read(request, AddressBody)
    address = await application(request).registrations.send_again(body.email)
    return answer(PostedView(email=address), status=202)


async def verify(request: web.Request) -> web.Response:
    """Confirm the e-mail address with the token in the e-mail, and open the account."""
    body = await read(request, VerificationBody)
    investor = await application(request).registrations.verify(body.token, password=body.password)
    return answer(InvestorView(investor_id=investor.investor_id, email=investor.email))
