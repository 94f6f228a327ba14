"""The Due adapter over the sandbox off-ramp, as the contract suites see it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import attrs
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.due.offramp import DueOfframp
from adapters.due.settings import DueSettings
from adapters.http.message import Request
from adapters.http.transport import AiohttpTransport
from adapters.resilience.policy import CallPolicy
from domain.funding.conversion import Conversion, PayByWire, PayOnChain
from domain.money import USD, Money
from domain.wallets.wallet import Location
from entrypoints.sandbox.bank import BankAccount, BankPayment
from entrypoints.sandbox.chain import FAUCET, Output
from entrypoints.sandbox.due.provider import DueSandbox
from entrypoints.sandbox.due.rails import CHAIN_BY_RAIL
from entrypoints.sandbox.due.settings import DueSandboxSettings
from entrypoints.sandbox.world import World, create_world
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from tests.contract.offramp_rig import OfframpRig
from tests.support.transports import Answer, Failing, LosingAnswers, Recording, throttled

TURN_S = 0.01
STEP_S = 2.0
"""Virtual seconds a turn: the world stands still between turns."""

EFFECTS = {"create_account", "create_transfer", "create_virtual_account"}
WIRED_FROM = BankAccount("121000358", "900000000001")


@attrs.frozen
class WorldClock(Clock):
    """The sandbox's time. Whoever sleeps on it moves it."""

    world: World

    def now(self) -> datetime:
        return self.world.clock.now()

    async def sleep(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        await asyncio.sleep(TURN_S)


@attrs.define(kw_only=True)
class DueRig(OfframpRig):
    world: World
    client: DueClient
    settings: DueSettings
    clock: Clock
    recording: Recording
    losing: LosingAnswers
    failing: Failing
    arrived: Money = Money.zero(USD)
    payments: int = 0

    @property
    def offramp(self) -> DueOfframp:
        return DueOfframp.of(self.client, settings=self.settings, clock=self.clock)

    async def pay(self, conversion: Conversion, amount: Money, *, wallet: Location) -> None:
        match conversion.pay:
            case PayOnChain(address=address):
                self._send(address, amount, wallet=wallet)
            case PayByWire() as to:
                self._wire(to, amount)

    async def let_lapse(self) -> None:
        self.world.clock.advance(301)
        await asyncio.sleep(TURN_S)

    async def opened(self, account_id: str) -> int:
        transfers = [t async for t in self.client.transfers(account_id)]
        standing = [a async for a in self.client.virtual_accounts(account_id, filters={})]
        return len(transfers) + len(standing)

    def dollars(self) -> Money:
        return self.arrived

    def usdc(self, wallet: Location) -> Money:
        return self.world.chain.balance(CHAIN_BY_RAIL[wallet.chain.value], wallet.address)

    def lose_answer(self) -> None:
        self.losing.lose()

    def throttle(self, *, retry_after_s: int) -> None:
        self._fail_once(throttled(retry_after_s=retry_after_s))

    def be_unavailable(self) -> None:
        self._fail_once(ProviderUnavailable("connection refused"))

    async def pass_time(self) -> None:
        await self.clock.sleep(STEP_S)

    def _send(self, address: str, amount: Money, *, wallet: Location) -> None:
        blockchain = CHAIN_BY_RAIL[wallet.chain.value]
        self.world.chain.send(blockchain, (Output(FAUCET, wallet.address, amount),))
        self.world.chain.send(blockchain, (Output(wallet.address, address, amount),))

    def _wire(self, to: PayByWire, amount: Money) -> None:
        self.payments += 1
        self.world.bank.pay(
            source=WIRED_FROM,
            destination=BankAccount(to.routing_number, to.account_number),
            amount=amount,
            memo=to.memo,
            reference=f"wire-{self.payments}",
            delay_s=1.0,
        )

    def _fail_once(self, answer: Answer) -> None:
        def fail(_: Request) -> Answer:
            self.failing.recover()
            return answer

        self.failing.failure = fail


@asynccontextmanager
async def open_due(settings: DueSandboxSettings | None = None) -> AsyncIterator[DueRig]:
    """A sandbox off-ramp, alone in a world whose clock stands still until it is moved."""
    world = create_world(seed=7, speed=0.0)
    sandbox = DueSandbox(world=world, settings=settings or DueSandboxSettings())
    app = web.Application(middlewares=sandbox.middlewares())
    app.add_routes(sandbox.routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session, _running(world):
        recording = Recording(AiohttpTransport(session, policy=CallPolicy()))
        losing = LosingAnswers(recording, matching=lambda request: request.operation in EFFECTS)
        failing = Failing(losing)
        due = DueSettings(api_key="key", base_url=str(server.make_url("")).rstrip("/"))
        rig = DueRig(
            world=world,
            client=DueClient(Calls(failing, due)),
            settings=due,
            clock=WorldClock(world),
            recording=recording,
            losing=losing,
            failing=failing,
        )
        _watch_firm_account(rig)
        yield rig


def _watch_firm_account(rig: DueRig) -> None:
    def arrived(payment: BankPayment) -> None:
        rig.arrived += payment.amount

    firm = rig.settings.firm
    rig.world.bank.register(BankAccount(firm.routing_number, firm.account_number), arrived)


@asynccontextmanager
async def _running(world: World) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(world.clock.run()), asyncio.create_task(world.webhooks.run())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
