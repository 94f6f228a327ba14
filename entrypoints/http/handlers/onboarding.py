"""Opening an investor's accounts at the providers."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.accounts.onboarding import (
    Onboarding,
    OnboardingRequired,
    OnboardingStage,
    Profile,
    ProviderAccountStatus,
)
from domain.errors import DomainError, Kind
from domain.timestamps import rfc3339
from entrypoints.http.app_keys import CLOCK, application, caller
from entrypoints.http.bodies import answer, read
from entrypoints.http.client_address import client_address
from entrypoints.http.profiles import OnboardingBody, require_complete
from entrypoints.http.views.reasons import reason_for_investor


class OnboardingNotFound(DomainError):
    """The investor has not begun to open accounts."""

    code = "ERR_5403"
    slug = "onboarding-not-found"
    kind = Kind.NOT_FOUND


@attrs.frozen(kw_only=True)
class BrokerView:
    standing: ProviderAccountStatus


@attrs.frozen(kw_only=True)
class OfframpView:
    standing: ProviderAccountStatus
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
    profile = await _profile(request, require_complete(body, today=request.app[CLOCK].now().date()))
    found = await application(request).onboardings.onboard(caller(request), profile=profile)
    return answer(_view(found), status=202)


async def show(request: web.Request) -> web.Response:
    """Show where the investor stands with the broker and the off-ramp."""
    try:
        found = await application(request).onboardings.onboarding(caller(request))
    except OnboardingRequired:
        raise OnboardingNotFound from None
    return answer(_view(found))


async def _profile(request: web.Request, body: OnboardingBody) -> Profile:
    """The e-mail address is the one of the login, the address on the network is the client's."""
    return Profile(
        given_name=body.given_name,
        family_name=body.family_name,
        date_of_birth=body.date_of_birth.isoformat(),
        email=await application(request).onboardings.email_of(caller(request)),
        phone=body.phone,
        street=body.street,
        city=body.city,
        state=body.state,
        postal_code=body.postal_code,
        country=body.country,
        tax_id=body.tax_id,
        ip_address=client_address(request),
        agreed_at=rfc3339(request.app[CLOCK].now()),
    )


def _view(found: Onboarding) -> OnboardingView:
    return OnboardingView(
        stage=found.stage,
        broker=BrokerView(standing=found.broker.standing),
        offramp=OfframpView(standing=found.offramp.standing, action_url=found.offramp.action_url),
        reason=reason_for_investor(found.stage, found.reason),
    )
