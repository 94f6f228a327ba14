"""Foreign exchange at the sandbox off-ramp, in plain HTTP: no key, and published limits."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.sandbox.due_customer import Customer, scenario
from tests.sandbox.due_endpoints import plays

LIMITS = {
    "/fx/markets": 60,
    "/fx/markets/USD/EUR": 120,
    "/fx/markets/USD/EUR/history": 30,
}


async def answer(ann: Customer, path: str, json: Any = None) -> Any:
    """Status, headers and body of a call without a key."""
    method = "GET" if json is None else "POST"
    async with ann.session.request(method, f"{ann.root}{path}", json=json) as response:
        return response.status, response.headers, await response.json()


@plays("GET /fx/markets", "GET /fx/markets/{base}/{quote}")
async def test_markets_are_listed_and_looked_at_one_by_one() -> None:
    async with scenario() as ann:
        markets = await ann.get("/fx/markets")
        pairs = [(each["base"], each["quote"]) for each in markets]
        assert len(pairs) == len(set(pairs))
        assert ("USD", "EUR") in pairs
        for each in markets:
            assert await ann.get(f"/fx/markets/{each['base']}/{each['quote']}") == each
        assert (await ann.get("/fx/markets/USDC/USD"))["rate"] == 1
        rates = {(each["base"], each["quote"]): each["rate"] for each in markets}
        there_and_back = rates["USD", "EUR"] * rates["EUR", "USD"]
        assert 0.99 < there_and_back < 1.01
        for wrong in ("USD/USD", "USD/XXX"):
            refused = await ann.refused("GET", f"/fx/markets/{wrong}")
            assert refused == (404, "err_fx_market_not_found")


@plays("GET /fx/markets/{base}/{quote}/history")
async def test_a_history_ends_with_the_present() -> None:
    async with scenario() as ann:
        path = "/fx/markets/USD/EUR"
        history = await ann.get(f"{path}/history", interval="1d")
        moments = [datetime.fromisoformat(each["timestamp"]) for each in history["items"]]
        steps = {(later - one).days for one, later in pairwise(moments)}
        assert (history["interval"], steps) == ("1d", {1})
        assert history["items"][-1] == await ann.get(path)
        wrong = await ann.refused("GET", f"{path}/history", params={"interval": "1y"})
        assert wrong == (422, "err_validation")


@plays("POST /fx/quote")
async def test_a_quote_holds_for_thirty_seconds_and_is_priced_from_either_side() -> None:
    async with scenario() as ann:
        pair = {"currencyIn": "USD", "currencyOut": "EUR"}
        paid = await ann.post("/fx/quote", pair | {"amountIn": "100.00"})
        made, ends = (datetime.fromisoformat(paid[name]) for name in ("createdAt", "expiresAt"))
        assert (ends - made).total_seconds() == 30
        assert (paid["amountIn"], paid["markupBps"]) == ("100.00", 25)
        wanted = await ann.post("/fx/quote", pair | {"amountOut": paid["amountOut"]})
        assert abs(float(wanted["amountIn"]) - 100) <= 0.02
        middle = (await ann.get("/fx/markets/USD/EUR"))["rate"]
        assert abs(paid["rate"] - middle * 0.9975) < 0.000002
        stable = {"currencyIn": "USDC", "currencyOut": "USD", "amountIn": "12.34"}
        assert (await ann.post("/fx/quote", stable))["amountOut"] == "12.34"
        nothing = await ann.refused("POST", "/fx/quote", pair)
        assert nothing == (400, "err_quote_no_amount")
        wrong = await ann.refused("POST", "/fx/quote", pair | {"amountIn": "much"})
        assert wrong == (422, "err_validation")


async def test_each_of_them_may_be_called_as_often_as_published() -> None:
    async with scenario() as ann:
        for path, limit in LIMITS.items():
            status, headers, _ = await answer(ann, path)
            assert (status, headers["X-RateLimit-Limit"]) == (200, str(limit))
            assert headers["X-RateLimit-Remaining"] == str(limit - 1)
        body = {"currencyIn": "USD", "currencyOut": "EUR", "amountIn": "1"}
        _, headers, _ = await answer(ann, "/fx/quote", body)
        assert headers["X-RateLimit-Limit"] == "100"


async def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    async with scenario() as ann:
        path = "/fx/markets/USD/EUR/history"
        for _ in range(LIMITS[path]):
            assert (await answer(ann, path))[0] == 200
        status, headers, error = await answer(ann, path)
        assert (status, error["code"]) == (429, "err_rate_limit_exceeded")
        assert 1 <= int(headers["Retry-After"]) <= 60
        assert headers["X-RateLimit-Remaining"] == "0"
        assert (await answer(ann, "/fx/markets"))[0] == 200
