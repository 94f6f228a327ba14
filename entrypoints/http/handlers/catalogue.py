"""Instruments and baskets that can be bought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import attrs
from aiohttp import web

from domain.errors import DomainError, Kind
from domain.trading.instrument import (
    Basket,
    Component,
    Instrument,
    InstrumentList,
    UnknownInstrument,
)
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
    """
    ``tradable`` says whether it can be bought; what is owned can be offered for sale in any case.

    It is as the broker told at ``as_of``; ``is_stale`` when newer news are due and the broker is away.
    """

    symbol: str
    name: str
    exchange: str
    tradable: bool
    fractionable: bool
    as_of: datetime
    is_stale: bool

    @classmethod
    def of(cls, instrument: Instrument, listing: InstrumentList) -> AssetView:
        return cls(
            as_of=listing.as_of,
            is_stale=listing.is_stale,
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
    listing = await application(request).catalogue.instruments()
    found = [
        instrument
        for instrument in listing.instruments
        if instrument.tradable
        and instrument.symbol > (page.after or "")
        and _matches(instrument, search)
    ]
    view = partial(AssetView.of, listing=listing)
    return answer_page(found, page, name=lambda instrument: instrument.symbol, view=view)


async def asset(request: web.Request) -> web.Response:
    """Show one asset."""
    catalogue = application(request).catalogue
    try:
        found = await catalogue.instrument(request.match_info["symbol"])
    except UnknownInstrument:
        raise AssetNotFound from None
    return answer(AssetView.of(found, await catalogue.instruments()))


async def baskets(request: web.Request) -> web.Response:
    """List the baskets."""
    return answer_all(application(request).catalogue.baskets, view=BasketView.of)


async def basket(request: web.Request) -> web.Response:
    """Show one basket."""
    return answer(BasketView.of(application(request).catalogue.basket(request.match_info["id"])))


def _matches(instrument: Instrument, search: str) -> bool:
    return instrument.symbol.casefold().startswith(search) or search in instrument.name.casefold()
