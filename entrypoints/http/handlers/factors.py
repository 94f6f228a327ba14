"""Passcode, authenticator and recovery codes: setting them up, and stepping up with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from aiohttp import web

from entrypoints.http.app_keys import SESSION, application, caller
from entrypoints.http.bodies import answer, nothing, read


@attrs.frozen(kw_only=True)
class PasscodeBody:
    password: str = attrs.field(repr=False)
    passcode: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class OfferBody:
    password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CodeBody:
    code: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class StepUpBody:
    """``code`` is what the authenticator shows, or a recovery code."""

    passcode: str = attrs.field(repr=False)
    code: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class FactorsView:
    """What is set up; ``stepped_up_until`` is how long this session counts as freshly proven."""

    passcode: bool
    authenticator: bool
    recovery_codes_left: int
    stepped_up_until: datetime | None


@attrs.frozen(kw_only=True)
class OfferView:
    """Shown once: ``uri`` is for a QR code, ``secret`` for typing."""

    secret: str = attrs.field(repr=False)
    uri: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RecoveryCodesView:
    """Shown once; each is good once, in place of an authenticator's code."""

    recovery_codes: Sequence[str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class StepUpView:
    stepped_up_until: datetime


async def show(request: web.Request) -> web.Response:
    """Show which proofs are set up."""
    found = await application(request).mfa.of(caller(request))
    return answer(
        FactorsView(
            passcode=found.passcode_hash is not None,
            authenticator=found.authenticator is not None,
            recovery_codes_left=len(found.recovery_hashes),
            stepped_up_until=request[SESSION].stepped_up_until,
        )
    )


async def set_passcode(request: web.Request) -> web.Response:
    """
    Set the passcode.

    Where one and an authenticator are set up already, step up first.
    """
    body = await read(request, PasscodeBody)
    await application(request).mfa.set_passcode(
        request[SESSION], password=body.password, passcode=body.passcode
    )
    return nothing()


async def offer(request: web.Request) -> web.Response:
    """
    Ask for an authenticator.

    One that is set up already stays until the new one is confirmed; step up first then.
    """
    body = await read(request, OfferBody)
    offered = await application(request).mfa.offer_authenticator(
        request[SESSION], password=body.password
    )
    return answer(OfferView(secret=offered.secret, uri=offered.uri))


async def confirm(request: web.Request) -> web.Response:
    """Confirm the authenticator by a code that it shows."""
    body = await read(request, CodeBody)
    codes = await application(request).mfa.confirm_authenticator(request[SESSION], code=body.code)
    return answer(RecoveryCodesView(recovery_codes=codes))


async def remove(request: web.Request) -> web.Response:
    """Give the authenticator up, and the recovery codes with it."""
    await application(request).mfa.remove_authenticator(request[SESSION])
    return nothing()


async def renew(request: web.Request) -> web.Response:
    """Replace the recovery codes."""
    codes = await application(request).mfa.renew_recovery_codes(request[SESSION])
    return answer(RecoveryCodesView(recovery_codes=codes))


async def step_up(request: web.Request) -> web.Response:
    """Prove freshly who this is, for what needs it."""
    body = await read(request, StepUpBody)
    until = await application(request).mfa.step_up(
        request[SESSION], passcode=body.passcode, code=body.code
    )
    return answer(StepUpView(stepped_up_until=until))
