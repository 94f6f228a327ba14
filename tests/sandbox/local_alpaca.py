"""A sandbox broker on a free port, and the common requests of its tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import aiohttp
import attrs
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.money import USD, Money
from sandbox.alpaca.provider import AlpacaSandbox
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.bank import BankAccount, BankPayment
from sandbox.world import World, create_world
from tests.support.waiting import LIMIT_S, eventually

SPEED = 200.0
OUTSIDE = BankAccount("026009593", "5550001")


@attrs.frozen(kw_only=True)
class Reply:
    status: int
    body: Any
    headers: Any


@attrs.define(kw_only=True)
class LocalAlpaca:
    """What a test holds: the provider, its world, and an HTTP client with credentials."""

    world: World
    broker: AlpacaSandbox
    session: aiohttp.ClientSession
    root: str
    received: list[BankPayment] = attrs.field(factory=list)

    @property
    def firm(self) -> str:
        return self.broker.settings.firm_account_id

    async def call(self, method: str, path: str, json: Any = None, **options: Any) -> Reply:
        host = options.pop("host", "/alpaca")
        async with self.session.request(
            method, f"{self.root}{host}{path}", json=json, **options
        ) as response:
            raw = await response.read()
            body = orjson.loads(raw) if raw else None
            return Reply(status=response.status, body=body, headers=response.headers)

    async def get(self, path: str, **params: str) -> Any:
        return (await self.call("GET", path, params=params)).body

    async def until(self, path: str, field: str, wanted: str) -> Any:
        """Poll ``path`` until ``field`` is ``wanted``."""

        async def found() -> Any:
            body = await self.get(path)
            return body if body[field] == wanted else None

        return await eventually(found, f"{path}: {field} {wanted}")

    async def fund_firm(self, amount: str, memo: str = "top up") -> None:
        before = await self.cash(self.firm)
        self.world.bank.pay(
            source=OUTSIDE,
            destination=self.broker.settings.firm_bank_account,
            amount=Money.of(amount, USD),
            memo=memo,
            reference=self.world.new_uuid(),
            delay_s=1,
        )
        await self.until_cash(self.firm, before + Money.of(amount, USD))

    async def cash(self, account: str) -> Money:
        body = await self.get(f"/v1/trading/accounts/{account}/account")
        return Money.of(body["cash"], USD)

    async def until_cash(self, account: str, wanted: Money) -> None:

        async def is_there() -> bool:
            return await self.cash(account) == wanted

        await eventually(is_there, f"cash of {wanted}")

    async def open_account(self, email: str = "ada@example.org") -> str:
        created = await self.call("POST", "/v1/accounts", application(email))
        assert created.status == 200, created.body
        await self.until(f"/v1/accounts/{created.body['id']}", "status", "ACTIVE")
        return str(created.body["id"])

    async def journal(self, source: str, target: str, amount: str, **headers: str) -> Reply:
        body = {"entry_type": "JNLC", "from_account": source, "to_account": target}
        return await self.call("POST", "/v1/journals", body | {"amount": amount}, headers=headers)

    async def funded_account(self, amount: str) -> str:
        account = await self.open_account()
        await self.fund_firm(amount)
        journal = await self.journal(self.firm, account, amount)
        await self.until(f"/v1/journals/{journal.body['id']}", "status", "executed")
        return account

    async def order(self, account: str, **fields: Any) -> Reply:
        order = {"symbol": "AAPL", "side": "buy", "type": "market", "time_in_force": "day"}
        return await self.call("POST", f"/v1/trading/accounts/{account}/orders", order | fields)

    async def filled(self, account: str, **fields: Any) -> Any:
        placed = await self.order(account, **fields)
        assert placed.status == 200, placed.body
        path = f"/v1/trading/accounts/{account}/orders/{placed.body['id']}"
        return await self.until(path, "status", "filled")

    async def events(
        self, path: str, count: int, *, is_open: asyncio.Event | None = None, **params: str
    ) -> list[Any]:
        """
        The first ``count`` events of a stream, or all of them when it ends before.

        ``is_open`` is set once the stream has begun.
        """
        found: list[Any] = []
        async with self.session.get(f"{self.root}/alpaca{path}", params=params) as response:
            assert response.status == 200, await response.text()
            if is_open:
                is_open.set()
            while len(found) < count:
                line = await asyncio.wait_for(response.content.readline(), LIMIT_S)
                if not line:
                    break
                if line.startswith(b"data: "):
                    found.append(orjson.loads(line.removeprefix(b"data: ")))
        return found


@asynccontextmanager
async def open_local_alpaca(
    settings: AlpacaSandboxSettings | None = None, *, start: datetime | None = None
) -> AsyncIterator[LocalAlpaca]:
    world = create_world(seed=7, speed=SPEED, start=start)
    broker = AlpacaSandbox(world=world, settings=settings)
    app = web.Application()
    for prefix, routes in (
        ("/alpaca", broker.routes()),
        ("/alpaca-data", broker.data_routes()),
        ("/alpaca-auth", broker.auth_routes()),
    ):
        part = web.Application(middlewares=broker.middlewares())
        part.add_routes(routes)
        app.add_subapp(prefix, part)

    async def close(_: web.Application) -> None:
        broker.close()

    app.on_shutdown.append(close)
    clock = asyncio.create_task(world.clock.run())
    auth = aiohttp.encode_basic_auth("key", "secret")
    server = TestServer(app)
    await server.start_server()
    try:
        async with aiohttp.ClientSession(headers={"Authorization": auth}) as session:
            root = str(server.make_url("")).rstrip("/")
            alpaca = LocalAlpaca(world=world, broker=broker, session=session, root=root)
            world.bank.register(OUTSIDE, alpaca.received.append)
            yield alpaca
    finally:
        await server.close()
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock


def application(email: str) -> dict[str, Any]:
    return {
        "contact": {
            "email_address": email,
            "street_address": ["20 N San Mateo Dr"],
            "city": "San Mateo",
            "state": "CA",
            "country": "USA",
        },
        "identity": {
            "given_name": "Ada",
            "family_name": "Byron",
            "date_of_birth": "1990-01-01",
            "tax_id": "666-55-4321",
            "tax_id_type": "USA_SSN",
            "country_of_tax_residence": "USA",
            "funding_source": ["employment_income"],
        },
        "disclosures": {
            "is_control_person": False,
            "is_affiliated_exchange_or_finra": False,
            "is_politically_exposed": False,
            "immediate_family_exposed": False,
        },
        "agreements": [
            {
                "agreement": "customer_agreement",
                "signed_at": "2026-03-01T10:00:00Z",
                "ip_address": "203.0.113.9",
            }
        ],
    }
