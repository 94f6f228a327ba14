"""Payout addresses: the saved addresses that withdrawals may go to."""

from __future__ import annotations

from datetime import datetime

import attrs
from aiohttp import web

from domain.ids import ProcessId
from domain.wallets.chain import Chain
from domain.wallets.payout_address import PayoutAddress, PayoutAddressNotFound
from entrypoints.http.addresses import require_checksum
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, nothing, path_id, read
from entrypoints.http.paging import answer_all


@attrs.frozen(kw_only=True)
class PayoutAddressBody:
    """``label`` is the investor's own name for the address, at most 50 characters."""

    chain: Chain
    address: str
    label: str


@attrs.frozen(kw_only=True)
class PayoutAddressView:
    """Withdrawals to the address are possible from ``usable_at``."""

    id: ProcessId
    chain: Chain
    address: str
    label: str
    created_at: datetime
    usable_at: datetime


async def save(request: web.Request) -> web.Response:
    """
    Save a payout address.

    It cannot be used before `usable_at`. Saving an address that is already saved changes nothing.
    """
    body = await read(request, PayoutAddressBody)
    require_checksum(body.address, field="address")
    saved = await application(request).payout_addresses.save(
        caller(request), chain=body.chain, address=body.address, label=body.label
    )
    return answer(_view(saved), status=201)


async def listing(request: web.Request) -> web.Response:
    """List the saved addresses, newest first."""
    found = await application(request).payout_addresses.list(caller(request))
    return answer_all(found, view=_view)


async def remove(request: web.Request) -> web.Response:
    """Remove a saved address. If it is saved again, its cool-down starts again."""
    address_id = path_id(request, missing=PayoutAddressNotFound)
    await application(request).payout_addresses.remove(caller(request), address_id)
    return nothing()


def _view(saved: PayoutAddress) -> PayoutAddressView:
    return PayoutAddressView(
        id=saved.id,
        chain=saved.chain,
        address=saved.address,
        label=saved.label,
        created_at=saved.created_at,
        usable_at=saved.usable_at,
    )
