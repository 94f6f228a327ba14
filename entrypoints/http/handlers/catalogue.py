"""What can be bought: instruments and baskets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from domain.errors import DomainError, Kind
from domain.trading.instrument import Basket, Instrument, UnknownInstrument
from entrypoints.http.bodies import answer
from entrypoints.http.keys import application
from entrypoints.http.paging import answer_all, answer_page, page_of


class AssetNotFound(DomainError):
    """There is no such asset."""

    code = "ERR_5307"
    kind = Kind.NOT_FOUND


async def assets(request: web.Request) -> web.Response:
    """By symbol; ``?search=`` keeps what begins so, or has it in its name."""
    page = page_of(request)
    search = request.query.get("search", "").strip().casefold()
    found = [
        instrument
        for instrument in await application(request).catalogue.instruments()
        if instrument.symbol > (page.after or "") and _matches(instrument, search)
    ]
    return answer_page(found, page, name=lambda instrument: instrument.symbol, view=_asset)


async def asset(request: web.Request) -> web.Response:
    try:
        found = await application(request).catalogue.instrument(request.match_info["symbol"])
    except UnknownInstrument:
        raise AssetNotFound from None
    return answer(_asset(found))


async def baskets(request: web.Request) -> web.Response:
    return answer_all(application(request).catalogue.baskets, view=_basket)


async def basket(request: web.Request) -> web.Response:
    return answer(_basket(application(request).catalogue.basket(request.match_info["id"])))


def _matches(instrument: Instrument, search: str) -> bool:
    return instrument.symbol.casefold().startswith(search) or search in instrument.name.casefold()


def _asset(instrument: Instrument) -> Mapping[str, Any]:
    return {
        "symbol": instrument.symbol,
        "name": instrument.name,
        "exchange": instrument.exchange,
        "tradable": instrument.tradable,
        "fractionable": instrument.fractionable,
    }


def _basket(basket: Basket) -> Mapping[str, Any]:
    return {
        "id": basket.id,
        "name": basket.name,
        "description": basket.description,
        "components": [
            {"symbol": component.symbol, "weight_bps": component.weight_bps}
            for component in basket.components
        ],
    }
