"""Instruments and baskets that can be bought."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from aiohttp import web

from domain.errors import DomainError, Kind
from domain.trading.instrument import Basket, Component, Instrument, UnknownInstrument
from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer
from entrypoints.http.paging import answer_all, answer_page, page_of


class AssetNotFound(DomainError):
    """There is no such asset."""

    code = "ERR_5307"
    slug = "asset-not-found"
    kind = Kind.NOT_FOUND


@attrs.frozen(kw_only=True)
class AssetView:
    symbol: str
    name: str
    exchange: str
    tradable: bool
    fractionable: bool

    @classmethod
    def of(cls, instrument: Instrument) -> AssetView:
        return cls(
            symbol=instrument.symbol,
            name=instrument.name,
            exchange=instrument.exchange,
            tradable=instrument.tradable,
            fractionable=instrument.fractionable,
        )


@attrs.frozen(kw_only=True)
class BasketView:
    """The weights are in basis points and add up to 10,000."""

    id: str
    name: str
    description: str
    components: Sequence[Component]

    @classmethod
    def of(cls, basket: Basket) -> BasketView:
        return cls(
            id=basket.id,
            name=basket.name,
            description=basket.description,
            components=basket.components,
        )


async def assets(request: web.Request) -> web.Response:
    """List the assets that can be bought, by symbol; ``search`` matches a symbol's start or a name."""
    page = page_of(request)
    search = request.query.get("search", "").strip().casefold()
    found = [
        instrument
        for instrument in await application(request).catalogue.instruments()
        if instrument.symbol > (page.after or "") and _matches(instrument, search)
    ]
    return answer_page(found, page, name=lambda instrument: instrument.symbol, view=AssetView.of)


async def asset(request: web.Request) -> web.Response:
    """Show one asset."""
    try:
        found = await application(request).catalogue.instrument(request.match_info["symbol"])
    except UnknownInstrument:
        raise AssetNotFound from None
    return answer(AssetView.of(found))


async def baskets(request: web.Request) -> web.Response:
    """List the baskets."""
    return answer_all(application(request).catalogue.baskets, view=BasketView.of)


async def basket(request: web.Request) -> web.Response:
    """Show one basket."""
    return answer(BasketView.of(application(request).catalogue.basket(request.match_info["id"])))


def _matches(instrument: Instrument, search: str) -> bool:
    return instrument.symbol.casefold().startswith(search) or search in instrument.name.casefold()
