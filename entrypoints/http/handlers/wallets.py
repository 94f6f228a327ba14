"""Wallets, at which an investor's USDC arrives."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.ids import ProcessId
from domain.wallets.chain import Chain
from domain.wallets.wallet import Wallet, WalletStage
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, read
from entrypoints.http.paging import answer_all


@attrs.frozen
class WalletBody:
    chain: Chain


@attrs.frozen(kw_only=True)
class WalletView:
    """``address`` is null until the custodian has assigned one. Send nothing before ``live``."""

    id: ProcessId
    chain: Chain
    stage: WalletStage
    address: str | None


async def create(request: web.Request) -> web.Response:
    """Create or show the wallet on a chain: 201 when it is live, 202 while it is being set up."""
    body = await read(request, WalletBody)
    wallet = await application(request).wallets.create(caller(request), chain=body.chain)
    return answer(_view(wallet), status=201 if wallet.stage is WalletStage.LIVE else 202)


async def listing(request: web.Request) -> web.Response:
    """List the investor's wallets."""
    return answer_all(await application(request).wallets.list(caller(request)), view=_view)


def _view(wallet: Wallet) -> WalletView:
    return WalletView(id=wallet.id, chain=wallet.chain, stage=wallet.stage, address=wallet.address)
