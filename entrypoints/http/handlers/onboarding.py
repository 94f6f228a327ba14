"""Opening an investor's accounts at the providers."""

from __future__ import annotations

import re
from datetime import date

import attrs
from aiohttp import web

from domain.accounts.onboarding import (
    Onboarding,
    OnboardingRequired,
    OnboardingStage,
    Profile,
    Standing,
)
from domain.errors import DomainError, Kind
from entrypoints.http import schema
from entrypoints.http.bodies import answer, read
from entrypoints.http.client_address import client_address
from entrypoints.http.keys import CLOCK, application, caller
from entrypoints.http.problems import FieldError, InvalidInput

ADULT_YEARS = 18
OLDEST_YEARS = 120

_COUNTRY = re.compile(r"[A-Z]{3}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


class OnboardingNotFound(DomainError):
    """The investor has not begun to open accounts."""

    code = "ERR_5403"
    kind = Kind.NOT_FOUND


@attrs.frozen(kw_only=True)
class OnboardingBody:
    """Who the investor is. ``country`` is an ISO 3166 alpha-3 code, ``phone`` an E.164 number."""

    given_name: str
    family_name: str
    date_of_birth: date
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    tax_id: str = attrs.field(repr=False)
    agreements: bool


@attrs.frozen(kw_only=True)
class BrokerView:
    standing: Standing


@attrs.frozen(kw_only=True)
class OfframpView:
    standing: Standing
    action_url: str | None


@attrs.frozen(kw_only=True)
class OnboardingView:
    """Where the investor stands; nothing of the profile is ever shown again."""

    stage: OnboardingStage
    broker: BrokerView
    offramp: OfframpView
    reason: str | None


async def submit(request: web.Request) -> web.Response:
    """Open the investor's accounts at the broker and at the off-ramp."""
    body = await read(request, OnboardingBody)
    profile = await _profile(
        request, _require_complete(body, today=request.app[CLOCK].now().date())
    )
    found = await application(request).accounts.onboard(caller(request), profile=profile)
    return answer(_view(found), status=202)


async def show(request: web.Request) -> web.Response:
    """Show where the investor stands with the broker and the off-ramp."""
    try:
        found = await application(request).accounts.onboarding(caller(request))
    except OnboardingRequired:
        raise OnboardingNotFound from None
    return answer(_view(found))


def _require_complete(body: OnboardingBody, *, today: date) -> OnboardingBody:
    errors = []
    if not ADULT_YEARS <= _years(body.date_of_birth, today) <= OLDEST_YEARS:
        errors.append(
            FieldError("date_of_birth", f"an investor is at least {ADULT_YEARS} years old")
        )
    if not _PHONE.fullmatch(body.phone):
        errors.append(FieldError("phone", "a full number is needed, like +15556667788"))
    if not _COUNTRY.fullmatch(body.country):
        errors.append(FieldError("country", "three capital letters are needed, like USA"))
    if not body.agreements:
        errors.append(FieldError("agreements", "the agreements must be accepted"))
    if errors:
        raise InvalidInput(errors)
    return body


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


async def _profile(request: web.Request, body: OnboardingBody) -> Profile:
    """The e-mail address is the one of the login, the address on the network is the client's."""
    return Profile(
        given_name=body.given_name,
        family_name=body.family_name,
        date_of_birth=body.date_of_birth.isoformat(),
        email=await application(request).accounts.email_of(caller(request)),
        phone=body.phone,
        street=body.street,
        city=body.city,
        state=body.state,
        postal_code=body.postal_code,
        country=body.country,
        tax_id=body.tax_id,
        ip_address=client_address(request),
        agreed_at=schema.time(request.app[CLOCK].now()),
    )


def _view(found: Onboarding) -> OnboardingView:
    return OnboardingView(
        stage=found.stage,
        broker=BrokerView(standing=found.broker.standing),
        offramp=OfframpView(standing=found.offramp.standing, action_url=found.offramp.action_url),
        reason=found.reason,
    )
