"""The sandbox's page in a real browser: its content and its buttons."""

from __future__ import annotations

import os
from pathlib import Path

import aiohttp
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.providers_client import ProvidersClient
from tests.support import browser

needs_browser = pytest.mark.skipif(browser.executable() is None, reason="no Chromium here")
PICTURE = os.environ.get("SANDBOX_PICTURE")
"""Where to put a screenshot of the page, for the documentation."""
LONG = "9" * 5000


async def populate(providers: ProvidersClient) -> str:
    """A little of everything; the investor's account at the broker."""
    account, due = await providers.investor(), await providers.due_account()
    wallet = await providers.circle.wallet(accountType="EOA")
    await providers.send(wallet["address"], "1000")
    _, address = await providers.offramp(due, wallet["address"], "502.5")
    await providers.send(address, "502.5", source=wallet["address"])
    await providers.advance(60)
    await providers.journal(account, "400", key="first")
    await providers.advance(10)
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "300"}
    path = f"/alpaca/v1/trading/accounts/{account}/orders"
    await providers.call("POST", path, {**order, "time_in_force": "day"})
    await providers.advance(10)
    return account


@needs_browser
async def test_the_page_shows_the_books_and_switches_faults_and_time(
    sandbox: Sandbox, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    providers = ProvidersClient(url=sandbox.url, http=http)
    await populate(providers)
    async with browser.open_page(f"{sandbox.url}/sandbox/", folder=tmp_path) as page:
        await page.until("document.body?.dataset.ready")
        text = await page.value("document.body.innerText")
        for shown in ("497.500000", "payment_processed", "executed", "filled", "AAPL"):
            assert shown in text, shown

        await page.click("alpaca-journal-rejected")
        await page.until("document.querySelector('#faults table')")
        assert [each["name"] for each in await faults(providers)] == ["alpaca-journal-rejected"]
        await page.click("stepped")
        await page.until("document.getElementById('clock').textContent.includes('stepped')")
        if PICTURE:
            Path(PICTURE).write_bytes(await page.picture())  # noqa: ASYNC240 - for the docs only
        await page.click("off")
        await page.until("!document.querySelector('#faults table')")
        assert await faults(providers) == []
        assert page.errors == []


async def test_the_page_asks_nobody_else_for_anything(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/") as response:
        page = await response.text()
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "http://" not in page
    assert "https://" not in page
    for name in ("page.js", "page.css"):
        async with http.get(f"{sandbox.url}/sandbox/{name}") as response:
            assert response.status == 200


async def test_the_overview_holds_no_more_than_was_asked_for(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    providers = ProvidersClient(url=sandbox.url, http=http)
    account = await populate(providers)
    for number in range(4):
        await providers.journal(account, "1", key=f"more-{number}")
    view = await providers.call("GET", "/sandbox/overview?limit=3")
    assert len(view["books"]["alpaca"]["journals"]) == 3
    assert view["books"]["totals"]["journals"] == 5
    assert len(view["requests"]) == 3
    for limit in ("0", "501", "-1", "many"):
        async with http.get(f"{sandbox.url}/sandbox/overview", params={"limit": limit}) as refused:
            assert (refused.status, (await refused.json())["error"]["field"]) == (400, "limit")


async def faults(providers: ProvidersClient) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await providers.call("GET", "/sandbox/faults"))["faults"]
    return found


async def test_the_overview_is_refused_for_a_number_too_long(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/overview?limit={LONG}") as response:
        assert response.status == 400
        assert (await response.json())["error"]["field"] == "limit"
