"""Alpaca's asset list, and the latest trades from its market data host (alpaca.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient


@attrs.frozen
class MarketApi:
    _client: AlpacaClient

    async def stocks(self) -> Sequence[Mapping[str, Any]]:
        """Every active US stock and fund, tradable or not."""
        request = self._client.read(
            "/v1/assets",
            operation="list_assets",
            params={"status": "active", "asset_class": "us_equity"},
        )
        assets: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
        return assets

    async def latest_trades(self, symbols: Sequence[str]) -> Mapping[str, Any]:
        """``{"trades": {symbol: {"p": price, …}}}``; symbols without a trade are absent."""
        request = self._client.read(
            "/v2/stocks/trades/latest",
            operation="latest_trades",
            params={"symbols": ",".join(symbols)},
            host=self._client.settings.data_url,
        )
        trades: Mapping[str, Any] = await self._client.fetch(request)
        return trades
