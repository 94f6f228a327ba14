"""The Alpaca adapter over the sandbox broker, as the contract suites see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import aiohttp
import attrs

from adapters.alpaca.brokerage import AlpacaBrokerage
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.credentials import credentials_for
from adapters.alpaca.exchange import AlpacaExchange
from adapters.alpaca.settings import AlpacaSettings
from adapters.http.message import Request
from adapters.http.transport import AiohttpTransport
from adapters.resilience.policy import CallPolicy
from adapters.system.clock import SystemClock
from domain.money import Money
from ports.errors import ProviderUnavailable
from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.contract.brokerage_rig import FIRM_CASH, FUNDING, BrokerageRig, open_approved
from tests.contract.exchange import CASH, ExchangeRig
from tests.contract.rigs import eventually
from tests.sandbox.local_alpaca import LocalAlpaca, open_local_alpaca
from tests.support.transports import Answer, Failing, LosingAnswers, throttled

TURN_S = 0.01


def _moves_something(request: Request) -> bool:
    """A lost answer about a recipient bank is another matter than one about money."""
    return request.method == "POST" and request.operation != "add_recipient_bank"


@attrs.define(kw_only=True)
class AlpacaRig(BrokerageRig, ExchangeRig):
    alpaca: LocalAlpaca
    client: AlpacaClient
    losing: LosingAnswers
    failing: Failing
    account_id: str = ""
    lends: bool = False

    @property
    def brokerage(self) -> AlpacaBrokerage:
        return AlpacaBrokerage.over(self.client, clock=SystemClock(), lends=self.lends)

    @property
    def exchange(self) -> AlpacaExchange:
        return AlpacaExchange.over(self.client)

    def wired(self) -> Money:
        amounts = [payment.amount for payment in self.alpaca.received]
        return sum(amounts, start=Money.zero(CASH.asset))

    def lose_answer(self) -> None:
        self.losing.lose()

    def throttle(self, *, retry_after_s: int) -> None:
        self._fail_once(throttled(retry_after_s=retry_after_s))

    def be_unavailable(self) -> None:
        self._fail_once(ProviderUnavailable("connection refused"))

    async def pass_time(self) -> None:
        await asyncio.sleep(TURN_S)

    def _fail_once(self, answer: Answer) -> None:
        def fail(_: Request) -> Answer:
            self.failing.recover()
            return answer

        self.failing.failure = fail


@asynccontextmanager
async def open_alpaca(
    *,
    auth: Literal["basic", "oauth"] = "basic",
    firm_cash: Money | None = None,
    broker: AlpacaSandboxSettings | None = None,
) -> AsyncIterator[AlpacaRig]:
    async with open_local_alpaca(broker) as alpaca, aiohttp.ClientSession() as session:
        losing = LosingAnswers(
            AiohttpTransport(session, policy=CallPolicy()), matching=_moves_something
        )
        failing = Failing(losing)
        settings = AlpacaSettings(
            key="key",
            secret="secret",
            firm_account_id=alpaca.firm,
            base_url=f"{alpaca.root}/alpaca",
            data_url=f"{alpaca.root}/alpaca-data",
            auth_url=f"{alpaca.root}/alpaca-auth",
            auth=auth,
        )
        credentials = credentials_for(settings, transport=failing, clock=SystemClock())
        client = AlpacaClient(settings=settings, transport=failing, credentials=credentials)
        await alpaca.fund_firm((firm_cash or FIRM_CASH).decimal)
        yield AlpacaRig(alpaca=alpaca, client=client, losing=losing, failing=failing)


@asynccontextmanager
async def open_funded() -> AsyncIterator[AlpacaRig]:
    """With one approved account that holds ``CASH``."""
    async with open_alpaca(firm_cash=CASH) as rig:
        rig.account_id = await open_approved(rig)
        await rig.brokerage.journal(
            FUNDING, account_id=rig.account_id, amount=CASH, to_investor=True, attempt=1
        )

        async def funded() -> Money | None:
            return CASH if await rig.cash() == CASH else None

        await eventually(rig, funded, Money)
        yield rig
