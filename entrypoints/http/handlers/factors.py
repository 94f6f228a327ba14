"""MFA: setting up passcode, authenticator and recovery codes, and the step-up."""

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
    """``code`` is the current code of the authenticator, or a recovery code."""

    passcode: str = attrs.field(repr=False)
    code: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class FactorsView:
    """Which factors are set up; ``stepped_up_until`` is when this session's step-up expires."""

    passcode: bool
    authenticator: bool
    recovery_codes_left: int
    stepped_up_until: datetime | None


@attrs.frozen(kw_only=True)
class OfferView:
    """Shown only once. ``uri`` is for a QR code, ``secret`` for typing."""

    secret: str = attrs.field(repr=False)
    uri: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RecoveryCodesView:
    """Shown only once. Each can be used once, in place of an authenticator's code."""

    recovery_codes: Sequence[str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class StepUpView:
    stepped_up_until: datetime


async def show(request: web.Request) -> web.Response:
    """Show which factors are set up."""
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

    If a passcode and an authenticator are already set up, step up first.
    """
    body = await read(request, PasscodeBody)
    await application(request).mfa.set_passcode(
        request[SESSION], password=body.password, passcode=body.passcode
    )
    return nothing()


async def offer(request: web.Request) -> web.Response:
    """
    Request a new authenticator.

    An existing one stays valid until the new one is confirmed. If MFA is complete, step up first.
    """
    body = await read(request, OfferBody)
    offered = await application(request).mfa.offer_authenticator(
        request[SESSION], password=body.password
    )
    return answer(OfferView(secret=offered.secret, uri=offered.uri))


async def confirm(request: web.Request) -> web.Response:
    """Confirm the new authenticator with a code that it shows."""
    body = await read(request, CodeBody)
    codes = await application(request).mfa.confirm_authenticator(request[SESSION], code=body.code)
    return answer(RecoveryCodesView(recovery_codes=codes))


async def remove(request: web.Request) -> web.Response:
    """Remove the authenticator and the recovery codes."""
    await application(request).mfa.remove_authenticator(request[SESSION])
    return nothing()


async def renew(request: web.Request) -> web.Response:
    """Replace the recovery codes."""
    codes = await application(request).mfa.renew_recovery_codes(request[SESSION])
    return answer(RecoveryCodesView(recovery_codes=codes))


async def step_up(request: web.Request) -> web.Response:
    """Step up: give passcode and code again, for operations that require it."""
    body = await read(request, StepUpBody)
    until = await application(request).mfa.step_up(
        request[SESSION], passcode=body.passcode, code=body.code
    )
    return answer(StepUpView(stepped_up_until=until))
