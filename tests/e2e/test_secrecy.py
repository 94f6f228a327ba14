"""Secrets and personal data go through every path, and none is in a log, a trace or a metric."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import pytest

from entrypoints.cli.api import Api, ApiError
from entrypoints.cli.walk import PROFILE
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.collector import Collector, collecting
from tests.support.databases import Databases
from tests.support.stack import CIRCLE_KEY, HTTP, WORKER, Stack, stack_on

PERSON: Mapping[str, str] = {
    "given_name": "Quirrelinda",
    "family_name": "Mxyzptlkova",
    "date_of_birth": "1971-03-29",
    "phone": "+15550199217",
    "street": "4711 Vermilion Terrace",
    "city": "Zzyzxville",
    "postal_code": "90417-8236",
    "tax_id": "666-41-9273",
}
MARKS = {
    name: f"mark{name}{secrets.token_hex(6)}"
    for name in ("password", "wrong", "token", "query", "path", "body", "signature", "field")
}
JSON = {"Content-Type": "application/json"}
STRANGER = f"stranger{secrets.token_hex(4)}@personal.example"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def stack(
    databases: Databases,
    redis_server: str,
    tmp_path_factory: pytest.TempPathFactory,
    collector: Collector,
) -> Iterator[Stack]:
    """A stack that says everything it can: every trace is sampled, and every line is written."""
    variables = {
        "STACK_LOG_LEVEL": "DEBUG",
        "STACK__TRACING__EXPORTER": "otlp-http",
        "STACK__TRACING__ENDPOINT": collector.url,
        "STACK__TRACING__SAMPLE_RATIO": "1.0",
        "STACK__TRACING__EXPORT_EVERY_S": "0.2",
        "STACK__TRACING__QUEUE_MAX": "20000",
    }
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=variables) as running:
        yield running


async def test_nothing_secret_or_personal_is_told(
    stack: Stack, ann: Investor, eve: Investor, books: Books, collector: Collector
) -> None:
    await ann.walk.register()
    await ann.api.post("/v1/onboarding", {**PROFILE, **PERSON})
    await ann.reaches("/v1/onboarding", "approved")
    await ann.walk.open_wallets()
    await ann.walk.deposit()
    await ann.walk.buy()
    await eve.walk.register()
    await _be_refused_at_the_provider(eve)
    await _be_refused(ann.api)
    await _knock(stack)

    told = await _told(stack, collector)
    assert len(collector.spans) > 100
    assert "request" in told["http log"]
    known = {**PERSON, **MARKS, **_secrets(stack), "stranger": STRANGER}
    known |= {f"token {n}": value for n, value in enumerate(_credentials(ann, eve))}
    found = {
        f"{name} in {place}"
        for place, text in told.items()
        for name, value in known.items()
        if value in text
    }
    assert found == set()


async def _be_refused_at_the_provider(somebody: Investor) -> None:
    """The broker says no to a person, and quotes them."""
    refused = {**PROFILE, **PERSON, "family_name": "Rejected"}
    await somebody.api.post("/v1/onboarding", refused)
    await somebody.reaches("/v1/onboarding", "rejected")


async def _be_refused(api: Api) -> None:
    """Every sort of refusal of ours, of requests that hold something they should not."""
    field = MARKS["field"]
    for path, body in (
        ("/v1/auth/login", {"email": STRANGER, "password": MARKS["wrong"]}),
        ("/v1/auth/register", {"email": STRANGER, "password": MARKS["password"], "x": field}),
        ("/v1/auth/register", {"email": STRANGER, "password": "short"}),
        ("/v1/auth/refresh", {"refresh_token": MARKS["token"]}),
        ("/v1/deposits", {"chain": field, "amount": field}),
        ("/v1/orders", {"symbol": field, "side": field, "type": "market", "notional": "1"}),
        ("/v1/onboarding", {**PROFILE, **PERSON, "state": field}),
        ("/v1/withdrawals", {"amount": field, "chain": "polygon", "destination": field}),
    ):
        with pytest.raises(ApiError):
            await api.post(path, body)


async def _knock(stack: Stack) -> None:
    """Requests that no client of ours makes."""
    url, body = stack.url, f'{{"note": "{MARKS["body"]}", "email": "{STRANGER}"}}'
    bearer = {"Authorization": f"Bearer {MARKS['token']}"}
    signed = {
        **JSON,
        "X-Circle-Signature": MARKS["signature"],
        "X-Circle-Key-Id": MARKS["signature"],
        "X-Due-Signature": MARKS["signature"],
    }
    async with aiohttp.ClientSession() as client:
        for path in (
            f"/v1/balances?token={MARKS['query']}",
            f"/v1/nothing/{MARKS['path']}/{STRANGER}",
            f"/v1/orders/{MARKS['path']}",
            f"/v1/assets/{STRANGER}",
        ):
            async with client.get(url + path, headers=bearer) as answer:
                assert answer.status in {401, 404}
        for source in ("circle", "due", "alpaca"):
            hook = f"{url}/v1/webhooks/{source}"
            async with client.post(hook, data=body, headers=signed) as answer:
                assert 400 <= answer.status < 500
        cut_off = f"{{{MARKS['body']}"
        async with client.post(f"{url}/v1/auth/login", data=cut_off, headers=JSON) as answer:
            assert answer.status == 400


async def _told(stack: Stack, collector: Collector) -> dict[str, str]:
    told = {f"{name} log": "\n".join(stack.lines(name)) for name in (HTTP, WORKER)}
    async with aiohttp.ClientSession() as client:
        for name, url in stack.metrics_urls.items():
            async with client.get(url) as page:
                told[f"{name} metrics"] = await page.text()
    return told | {"spans": str(collector.spans)}


def _secrets(stack: Stack) -> dict[str, str]:
    settings: Any = stack.settings()
    return {
        "signing key": settings.tokens.secret,
        "entity secret": settings.circle.entity_secret,
        "Circle's key": CIRCLE_KEY,
    }


def _credentials(*people: Investor) -> Iterator[str]:
    for somebody in people:
        yield somebody.api._headers["Authorization"].removeprefix("Bearer ")
