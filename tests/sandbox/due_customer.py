"""A sandbox off-ramp on a free port, a customer, and an endpoint for its webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import aiohttp
import attrs
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.money import USDC, Money
from sandbox.bank import BankAccount, BankPayment
from sandbox.chain import FAUCET, Output
from sandbox.due.provider import DueSandbox
from sandbox.due.settings import DueSandboxSettings
from sandbox.world import World, create_world
from tests.sandbox.due_conservation import assert_balanced
from tests.sandbox.due_endpoints import note
from tests.support.waiting import eventually

SPEED = 200.0
SETTLED_S = 60.0
# At this speed a slow machine would let a quote of two virtual minutes expire.
PATIENT = {"quote_validity_s": 3600.0, "transfer_validity_s": 3600.0}
FIRM = BankAccount("121000358", "900000000001")
PAYER = "0x" + "ab" * 20
AMOY = "MATIC-AMOY"
BANK = {
    "schema": "bank_us",
    "accountType": "business",
    "accountNumber": FIRM.account_number,
    "routingNumber": FIRM.routing_number,
    "beneficiaryAddress": {
        "street_line_1": "1 Main St",
        "city": "San Mateo",
        "postal_code": "94401",
        "country": "USA",
    },
}


@attrs.define
class WebhookInbox:
    """Keeps messages as they arrived."""

    messages: list[tuple[bytes, str]] = attrs.field(factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.messages.append((await request.read(), request.headers["X-Webhook-Signature"]))
        return web.Response()

    def opened(self, public_key_pem: str) -> list[Any]:
        """The events; raises when one was not signed with the key."""
        key = load_pem_public_key(public_key_pem.encode())
        assert isinstance(key, Ed25519PublicKey)
        for body, signature in self.messages:
            assert signature == signature.lower()
            key.verify(bytes.fromhex(signature), body)
        return [orjson.loads(body) for body, _ in self.messages]


@attrs.define(kw_only=True)
class Customer:
    """What a test holds: the provider, its world, and an HTTP client."""

    world: World
    due: DueSandbox
    session: aiohttp.ClientSession
    root: str
    hook_url: str
    inbox: WebhookInbox
    account_id: str | None = None
    firm_received: list[BankPayment] = attrs.field(factory=list)

    async def call(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """Status and body."""
        headers = {"Authorization": "Bearer key"}
        if self.account_id:
            headers["Due-Account-Id"] = self.account_id
        headers |= options.pop("headers", {})
        async with self.session.request(
            method, f"{self.root}{path}", json=json, headers=headers, **options
        ) as response:
            note(method, path, response.status)
            return response.status, orjson.loads(await response.read())

    async def refused(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """Status and code of a refusal."""
        status, body = await self.call(method, path, json, **options)
        assert body["statusCode"] == status >= 400, body
        return status, body["code"]

    async def get(self, path: str, **query: str) -> Any:
        status, body = await self.call("GET", path, params=query)
        assert status == 200, body
        return body

    async def post(self, path: str, json: Any = None) -> Any:
        status, body = await self.call("POST", path, json)
        assert status == 200, body
        return body

    async def until(self, path: str, wanted: str) -> Any:
        """Poll ``path`` until its status is ``wanted``."""

        async def found() -> Any:
            body = await self.get(path)
            return body if body["status"] == wanted else None

        return await eventually(found, f"{path}: {wanted}")

    async def wait_for(self, happened: Callable[[], Any], what: str) -> Any:
        return await eventually(happened, what)

    async def open_account(self, **profile: Any) -> Any:
        body = {"type": "individual", "name": "Ann Lee", "email": "a@b.c", "country": "US"}
        return await self.post("/v1/accounts", body | profile)

    async def onboard(self) -> None:
        """Become a customer who may move money."""
        account = await self.open_account()
        await self.post(f"/v1/tos/{account['tos']['token']}", {"ipAddress": "203.0.113.9"})
        self.account_id = account["id"]
        if not self.world.clock.speed:
            self.world.clock.advance(10)
        await self.until(f"/v1/accounts/{account['id']}", "active")

    async def recipient(self, details: dict[str, Any]) -> str:
        body = {"name": "Firm", "details": details, "isExternal": True}
        return str((await self.post("/v1/recipients", body))["id"])

    async def quote(self, amount: str, source: str = "polygon", target: str = "ach") -> Any:
        currencies = ("USD", "USDC") if source == "ach" else ("USDC", "USD")
        return await self.post(
            "/v1/transfers/quote",
            {
                "source": {"rail": source, "currency": currencies[0], "amount": amount},
                "destination": {"rail": target, "currency": currencies[1], "amount": "0"},
            },
        )

    async def offramp(self, amount: str) -> tuple[Any, str]:
        """A transfer to the firm's bank account that waits for money at the address."""
        wallet = await self.post("/v1/wallets", {"address": f"evm:{PAYER}"})
        request = {
            "quote": (await self.quote(amount))["token"],
            "sender": wallet["id"],
            "recipient": await self.recipient(BANK),
            "memo": "dep-42",
        }
        transfer = await self.post("/v1/transfers", request)
        funding = await self.post(f"/v1/transfers/{transfer['id']}/funding_address")
        return transfer, funding["details"]["address"]

    def pay_on_chain(self, address: str, amount: str, chain: str = AMOY) -> None:
        money = Money.of(amount, USDC)
        payer = PAYER if chain == AMOY else "5" * 44
        self.world.chain.send(chain, (Output(FAUCET, payer, money),))
        self.world.chain.send(chain, (Output(payer, address, money),))

    def books(self) -> Any:
        return self.due.books()


@asynccontextmanager
async def customer(speed: float = SPEED, **settings: Any) -> AsyncIterator[Customer]:
    world, inbox = create_world(seed=7, speed=speed), WebhookInbox()
    due = DueSandbox(world=world, settings=DueSandboxSettings(**PATIENT | settings))
    part = web.Application(middlewares=due.middlewares())
    part.add_routes(due.routes())
    app = web.Application()
    app.add_subapp("/due", part)
    app.router.add_post("/hook", inbox.take)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        for work in (world.clock.run(), world.webhooks.run()):
            stack.push_async_callback(stop, asyncio.create_task(work))
        found = Customer(
            world=world,
            due=due,
            session=session,
            root=str(server.make_url("/due")),
            hook_url=str(server.make_url("/hook")),
            inbox=inbox,
        )
        world.bank.register(FIRM, found.firm_received.append)
        yield found


@asynccontextmanager
async def scenario(**settings: Any) -> AsyncIterator[Customer]:
    """A customer in a world whose clock is stopped; at the end its books must balance."""
    async with customer(speed=0.0, **settings) as found:
        yield found
        found.world.clock.advance(SETTLED_S)
        assert_balanced(found.books())


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
