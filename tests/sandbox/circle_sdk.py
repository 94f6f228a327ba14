"""
Circle's own clients, as they are installed, against the sandbox custodian.

The clients block, so every call runs in a thread; the clock is stopped and moves by ``advance``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from importlib import import_module
from typing import Any

import aiohttp
import attrs
import orjson
from aiohttp.test_utils import TestServer
from circle.web3 import configurations, developer_controlled_wallets

from sandbox.app import create_app
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.settings import SandboxSettings
from sandbox.snapshot import Snapshot
from sandbox.world import World, create_world
from tests.sandbox.circle_customer import AMOY, AMOY_USDC, SOME_ADDRESS

# Their types allow every field to be missing, and their constructors are untyped.
conf: Any = configurations
dev: Any = developer_controlled_wallets
utils: Any = import_module("circle.web3.utils")

API_KEY = "TEST_API_KEY:id:secret"
ENTITY_SECRET = "5e" * 32
AMOY_POL = "0c8f8485-f74f-5e28-80f2-3cc4e80ef71c"
FOREVER_S = 120
PAGES_MAX = 20


@attrs.define(kw_only=True, slots=False)
class Developer:
    """A customer of Circle; one attribute for each class of the two packages."""

    world: World
    url: str
    api_key: str
    client: Any
    config_client: Any
    root: str

    def __attrs_post_init__(self) -> None:
        self.wallet_sets = dev.WalletSetsApi(self.client)
        self.wallets = dev.WalletsApi(self.client)
        self.transactions = dev.TransactionsApi(self.client)
        self.signing = dev.SigningApi(self.client)
        self.tokens = dev.TokenLookupApi(self.client)
        self.account = conf.DeveloperAccountApi(self.config_client)
        self.faucet = conf.FaucetApi(self.config_client)
        self.health = conf.HealthApi(self.config_client)
        self.monitored = conf.MonitorTokensApi(self.config_client)
        self.hooks = conf.WebhookSubscriptionsApi(self.config_client)

    async def ask(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """The answer's ``data``."""
        answer = await asyncio.to_thread(function, *args, **options)
        return getattr(answer, "data", answer)

    async def headers(self, function: Callable[..., Any], **query: Any) -> Mapping[str, str]:
        """The headers of the answer of a ``..._with_http_info`` function."""
        return dict((await asyncio.to_thread(function, **query)).headers)

    async def refused(
        self, function: Callable[..., Any], *args: Any, **options: Any
    ) -> tuple[int, int]:
        """The HTTP status and Circle's code of the call's refusal."""
        try:
            found = await self.ask(function, *args, **options)
        except (dev.ApiException, conf.ApiException) as error:
            return int(error.status or 0), int(orjson.loads(error.body or b"{}")["code"])
        raise AssertionError(f"not refused: {found}")

    def advance(self, seconds: float = FOREVER_S) -> None:
        self.world.clock.advance(seconds)

    async def wallet_set(self, name: str = "investors") -> str:
        request = dev.CreateWalletSetRequest.from_dict({"name": name})
        made = await self.ask(self.wallet_sets.create_wallet_set, request)
        return str(made.wallet_set.actual_instance.id)

    async def make(self, **body: Any) -> list[Any]:
        """Wallets; one EOA on Amoy unless the body says otherwise."""
        body.setdefault("walletSetId", await self.wallet_set())
        body.setdefault("blockchains", [AMOY])
        request = dev.CreateWalletRequest.from_dict(body)
        made = await self.ask(self.wallets.create_wallet, request)
        return [each.actual_instance for each in made.wallets]

    async def wallet(self, **body: Any) -> Any:
        return (await self.make(**body))[0]

    async def funded(self, **body: Any) -> Any:
        """A wallet with 10 USDC and a coin for gas."""
        wallet = await self.wallet(**body)
        await self.drip(wallet, usdc=True, native=True)
        return wallet

    async def drip(self, wallet: Any, **wanted: bool) -> None:
        request = conf.FaucetRequest.from_dict(
            {"address": wallet.address, "blockchain": wallet.blockchain.value, **wanted}
        )
        await self.ask(self.faucet.request_testnet_tokens, faucet_request=request)
        self.advance(10)

    async def held(self, wallet: Any) -> dict[str, Decimal]:
        """The wallet's balances, by the token's symbol."""
        found = await self.ask(self.wallets.list_wallet_balance, wallet.id)
        return {each.token.symbol: Decimal(each.amount) for each in found.token_balances}

    async def transfer(self, wallet: Any, amount: str = "1", **body: Any) -> str:
        """Send 1 USDC to another address, unless the body says otherwise; the transaction's id."""
        request = transfer_request(wallet, amount, **body)
        made = await self.ask(self.transactions.create_developer_transaction_transfer, request)
        assert made.state == dev.TransactionState.INITIATED
        return str(made.id)

    async def transaction(self, transaction_id: str) -> Any:
        return (await self.ask(self.transactions.get_transaction, transaction_id)).transaction

    async def state(self, transaction_id: str) -> str:
        return str((await self.transaction(transaction_id)).state.value)

    async def cancel(self, transaction_id: str) -> Any:
        request = dev.CancelTransactionForDeveloperRequest.from_dict({})
        cancel = self.transactions.create_developer_transaction_cancel
        return await self.ask(cancel, transaction_id, request)

    async def accelerate(self, transaction_id: str) -> Any:
        request = dev.AccelerateTransactionForDeveloperRequest.from_dict({})
        accelerate = self.transactions.create_developer_transaction_accelerate
        return await self.ask(accelerate, transaction_id, request)

    async def pages(self, function: Callable[..., Any], name: str, **query: Any) -> list[list[str]]:
        """The ids on each page, followed to the end by ``page_after``."""
        seen: list[list[str]] = []
        while len(seen) < PAGES_MAX:
            after = {"page_after": seen[-1][-1]} if seen else {}
            found = getattr(await self.ask(function, **query, **after), name)
            if not found:
                return seen
            seen.append([getattr(each, "actual_instance", each).id for each in found])
        raise AssertionError("the pages never end")

    async def command(self, path: str, body: Mapping[str, Any]) -> Any:
        """One of the sandbox's own commands."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.post(f"{self.url}/v1/sandbox/{path}", json=body) as response,
        ):
            assert response.status in {200, 201}, await response.text()
            return orjson.loads(await response.read())["data"]

    async def fault(self, rule: Mapping[str, Any]) -> None:
        """Activate a rule of the sandbox's faults."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.root}/sandbox/faults", json=rule) as response,
        ):
            assert response.status in {200, 201}, await response.text()

    async def books(self) -> Any:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.root}/sandbox/books") as response,
        ):
            return orjson.loads(await response.read())


def transfer_request(wallet: Any, amount: str = "1", **body: Any) -> Any:
    asked = {
        "walletId": wallet.id,
        "tokenId": AMOY_USDC,
        "destinationAddress": SOME_ADDRESS,
        "amounts": [amount],
        "feeLevel": "MEDIUM",
        **body,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    return dev.CreateTransferTransactionForDeveloperRequest.from_dict(given)


@asynccontextmanager
async def open_developer(*, api_key: str = API_KEY, **settings: Any) -> AsyncIterator[Developer]:
    """A developer with empty books; at the end the books must balance, and survive a state file."""
    world = create_world(seed=1, speed=0)
    circle = CircleSandboxSettings(**{"rsa_bits": 1024, **settings})
    app = create_app(SandboxSettings(circle=circle), world=world)
    server = TestServer(app)
    await server.start_server()
    root = str(server.make_url("")).rstrip("/")
    try:
        developer = await _enter(world, root, api_key)
        yield developer
        developer.advance()
        assert_conserved(await developer.books())
    finally:
        await server.close()
    assert Snapshot(state=world, taken_at=0.0, is_last=True).encode()


async def _enter(world: World, root: str, api_key: str) -> Developer:
    url = f"{root}/circle"
    config = conf.ApiClient(conf.Configuration(host=url, access_token=api_key))
    key = await asyncio.to_thread(conf.DeveloperAccountApi(config).get_public_key)
    settings = dev.Configuration(
        host=url,
        access_token=api_key,
        entity_secret=ENTITY_SECRET,
        public_key=key.data.public_key,
    )
    client = dev.ApiClient(settings)
    return Developer(
        world=world, root=root, url=url, api_key=api_key, client=client, config_client=config
    )


def assert_conserved(books: Any) -> None:
    """Tokens, coins and collectibles are conserved."""
    assert books["chain"]["minted"] == books["chain"]["held"]
    for asset, totals in books["assets"].items():
        held, burnt = int(totals["held"]), int(totals["burnt"])
        assert int(totals["minted"]) == held + burnt, asset
