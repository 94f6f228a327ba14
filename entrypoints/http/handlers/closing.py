"""Closing one's own account."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from aiohttp import web

from domain.money import Money
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, nothing, read


@attrs.frozen(kw_only=True)
class ClosingBody:
    password: str = attrs.field(repr=False)


@attrs.frozen
class ClosedView:
    """``swept`` is what was left and too little to be moved; it now belongs to the firm."""

    swept: Sequence[Money]


async def deactivate(request: web.Request) -> web.Response:
    """
    Close the account permanently. Refused while it holds anything or anything is in transit.

    What is too little to be moved does not keep it open: then the answer is 200 and tells what was left.
    """
    body = await read(request, ClosingBody)
    status = application(request).account_status
    swept = await status.close_own(caller(request), password=body.password)
    return answer(ClosedView(swept)) if swept else nothing()
