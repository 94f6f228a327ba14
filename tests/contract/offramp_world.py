"""An off-ramp of the sandbox, alone in a world whose clock stands still, as the contract suites see it."""

from __future__ import annotations

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import attrs
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Middleware

from adapters.http.message import Request
from adapters.http.transport import AiohttpTransport
from adapters.resilience.policy import CallPolicy
from domain.funding.conversion import Conversion, PayByWire, PayOnChain
from domain.money import USD, Money
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from ports.offramp import Offramp
from sandbox.bank import BankAccount, BankPayment
from sandbox.chain import FAUCET, Output
from sandbox.due.rails import CHAIN_BY_RAIL
from sandbox.world import World
from tests.contract.offramp_rig import OfframpRig
from tests.support.transports import Answer, Failing, LosingAnswers, Recording, throttled

TURN_S = 0.01
STEP_S = 2.0
"""Virtual seconds a turn: the world stands still between turns."""

FIRM = BankAccount("121000358", "900000000001")
"""The firm's account at the broker, by every adapter's defaults."""


@attrs.frozen
class WorldClock(Clock):
    """The sandbox's time. Whoever sleeps on it moves it."""

    world: World

    def now(self) -> datetime:
        return self.world.clock.now()

    def monotonic(self) -> float:
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        await asyncio.sleep(TURN_S)


@attrs.define(kw_only=True)
class Line:
    """The way to the provider, which can be disturbed."""

    recording: Recording
    losing: LosingAnswers
    failing: Failing


@attrs.define(kw_only=True)
class WorldRig(OfframpRig):
    """What holds for every off-ramp of the sandbox."""

    world: World
    clock: Clock
    line: Line
    arrived: Money = Money.zero(USD)
    payments: int = 0

    @property
    @abstractmethod
    def offramp(self) -> Offramp: ...

    @property
    def recording(self) -> Recording:
        return self.line.recording

    @property
    def failing(self) -> Failing:
        return self.line.failing

    def __attrs_post_init__(self) -> None:
        self.world.bank.register(FIRM, self._arrive)

    async def pay(self, conversion: Conversion, amount: Money, *, wallet: CustodyWallet) -> None:
        match conversion.pay:
            case PayOnChain(address=address):
                self._send(address, amount, wallet=wallet)
            case PayByWire() as to:
                self._wire(to, amount)

    async def let_lapse(self) -> None:
        self.world.clock.advance(301)
        await asyncio.sleep(TURN_S)

    def dollars(self) -> Money:
        return self.arrived

    def usdc(self, wallet: CustodyWallet) -> Money:
        return self.world.chain.balance(CHAIN_BY_RAIL[wallet.chain.value], wallet.address)

    def lose_answer(self) -> None:
        self.line.losing.lose()

    def throttle(self, *, retry_after_s: int) -> None:
        self._fail_once(throttled(retry_after_s=retry_after_s))

    def be_unavailable(self) -> None:
        self._fail_once(ProviderUnavailable("connection refused"))

    async def pass_time(self) -> None:
        await self.clock.sleep(STEP_S)

    def _arrive(self, payment: BankPayment) -> None:
        self.arrived += payment.amount

    def _send(self, address: str, amount: Money, *, wallet: CustodyWallet) -> None:
        blockchain = CHAIN_BY_RAIL[wallet.chain.value]
        self.world.chain.send(blockchain, (Output(FAUCET, wallet.address, amount),))
        self.world.chain.send(blockchain, (Output(wallet.address, address, amount),))

    def _wire(self, to: PayByWire, amount: Money) -> None:
        self.payments += 1
        self.world.bank.pay(
            source=FIRM,
            destination=BankAccount(to.routing_number, to.account_number),
            amount=amount,
            memo=to.memo,
            reference=f"wire-{self.payments}",
            delay_s=1.0,
        )

    def _fail_once(self, answer: Answer) -> None:
        self.line.failing.fail_once(answer)


@asynccontextmanager
async def open_line(
    world: World,
    *,
    routes: Sequence[web.RouteDef],
    middlewares: Sequence[Middleware],
    effects: frozenset[str],
) -> AsyncIterator[tuple[str, Line]]:
    """A provider that listens, its address and the way to it; ``effects`` are what can be lost."""

    def is_effect(request: Request) -> bool:
        return request.operation in effects

    app = web.Application(middlewares=middlewares)
    app.add_routes(routes)
    async with TestServer(app) as server, aiohttp.ClientSession() as session, _running(world):
        recording = Recording(AiohttpTransport(session, policy=CallPolicy()))
        losing = LosingAnswers(recording, matching=is_effect)
        line = Line(recording=recording, losing=losing, failing=Failing(losing))
        yield str(server.make_url("")).rstrip("/"), line


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
