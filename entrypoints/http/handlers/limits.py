"""The investor's limits and their use."""

from __future__ import annotations

from aiohttp import web

from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer
from entrypoints.http.views.limits import LimitsView, LimitView


async def show(request: web.Request) -> web.Response:
    """
    Show how much may still be deposited, withdrawn and traded today and this month.

    ``used`` can exceed the limit: some events count although they cannot be refused.
    """
    tier, headrooms = await application(request).limits.headrooms(caller(request))
    return answer(LimitsView(tier=tier, limits=[LimitView.of(headroom) for headroom in headrooms]))
