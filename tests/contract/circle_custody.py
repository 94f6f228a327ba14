"""The Circle adapter over the sandbox custodian, as the contract suites see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import attrs
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.circle.chains import Network
from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.circle.settings import CircleSettings
from adapters.http.message import Request
from adapters.http.transport import AiohttpTransport
from adapters.resilience.policy import CallPolicy
from adapters.system.clock import SystemClock
from domain.money import Money
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from sandbox.chain import FAUCET, Output
from sandbox.circle.provider import CircleSandbox
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.circle.wallet import FROZEN, LIVE
from sandbox.world import World, create_world
from tests.contract.custodian import CustodianRig
from tests.support.transports import Failing, LosingAnswers, Recording, throttled

SPEED = 200.0
TURN_S = 0.01
NETWORK = Network(testnet=True)
SECRET = "5e" * 32


def _acts_on_a_reference(request: Request) -> bool:
    return request.operation in {"create_wallets", "transfer", "accelerate"}


@attrs.define(kw_only=True)
class CircleRig(CustodianRig):
    world: World
    sandbox: CircleSandbox
    recording: Recording
    losing: LosingAnswers
    failing: Failing
    client: CircleClient
    _custodian: CircleCustodian

    @property
    def clock(self) -> Clock:
        return SystemClock()

    @property
    def custodian(self) -> CircleCustodian:
        return self._custodian

    async def fund(self, wallet: CustodyWallet, amount: Money) -> None:
        output = Output(source=FAUCET, destination=wallet.address, amount=amount)
        self.world.chain.send(NETWORK.code(wallet.chain), [output])

    async def freeze(self, wallet: CustodyWallet, *, is_frozen: bool) -> None:
        self.sandbox.wallets.get(wallet.wallet_id).state = FROZEN if is_frozen else LIVE

    @property
    def listed(self) -> str:
        return "0x" + "a" * 28 + "999999999999"

    def lose_answer(self) -> None:
        self.losing.lose()

    def throttle(self, *, retry_after_s: int) -> None:
        self.failing.fail_once(throttled(retry_after_s=retry_after_s))

    def be_unavailable(self) -> None:
        self.failing.fail_once(ProviderUnavailable("connection refused"))

    async def pass_time(self) -> None:
        await asyncio.sleep(TURN_S)


@asynccontextmanager
async def open_circle(*, wallet_set_id: str | None = None) -> AsyncIterator[CircleRig]:
    world = create_world(seed=7, speed=SPEED)
    sandbox = CircleSandbox(world=world, settings=CircleSandboxSettings())
    async with _serving(sandbox, world) as root, aiohttp.ClientSession() as session:
        recording = Recording(AiohttpTransport(session, policy=CallPolicy()))
        losing = LosingAnswers(recording, matching=_acts_on_a_reference)
        failing = Failing(losing)
        settings = CircleSettings(
            api_key="TEST_API_KEY:key:secret",
            entity_secret=SECRET,
            base_url=root,
            wallet_set_id=wallet_set_id,
        )
        client = CircleClient(settings, transport=failing)
        yield CircleRig(
            world=world,
            sandbox=sandbox,
            recording=recording,
            losing=losing,
            failing=failing,
            client=client,
            custodian=CircleCustodian(client),
        )


@asynccontextmanager
async def _serving(sandbox: CircleSandbox, world: World) -> AsyncIterator[str]:
    """The sandbox on a free port, with its clock and its post running."""
    app = web.Application(middlewares=sandbox.middlewares())
    app.add_routes(sandbox.routes())
    running = [asyncio.create_task(world.clock.run()), asyncio.create_task(world.webhooks.run())]
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
