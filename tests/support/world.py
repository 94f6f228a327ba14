"""
The whole application in memory: the store, the providers, and the transfers between them.

Time stands still until a test advances it; jobs run when a test says so. USDC that the custodian sends
reaches the off-ramp or an outside address, and what the off-ramp delivers reaches the broker's firm account
or the treasury; no amount is created or lost on the way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import punq

from adapters.memory.audit import InMemoryAuditTrail
from adapters.memory.backlog import InMemoryBacklog
from adapters.memory.books import InMemoryBooks
from adapters.memory.brokerage import InMemoryBrokerage
from adapters.memory.clock import ManualClock
from adapters.memory.cursors import InMemoryCursors
from adapters.memory.custodian import InMemoryCustodian
from adapters.memory.database import InMemoryDatabase
from adapters.memory.email_tokens import PlainEmailTokens
from adapters.memory.error_budgets import InMemoryErrorBudgets
from adapters.memory.exchange import InMemoryExchange
from adapters.memory.heartbeats import InMemoryHeartbeats
from adapters.memory.idempotency import InMemoryIdempotencyRecords
from adapters.memory.ids import SequentialIds
from adapters.memory.job_signal import InMemoryJobSignal
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.ledger import InMemoryLedger
from adapters.memory.limits import InMemoryLimitUsage
from adapters.memory.login_throttle import InMemoryLoginThrottle
from adapters.memory.mailer import InMemoryMailer
from adapters.memory.offramp import InMemoryOfframp
from adapters.memory.one_time_codes import PlainCodes
from adapters.memory.passwords import PlainPasswords
from adapters.memory.processes import InMemoryProcesses
from adapters.memory.rate_limiter import InMemoryRateLimiter
from adapters.memory.rejected_webhooks import InMemoryRejectedWebhooks
from adapters.memory.request_context import InMemoryCurrentRequest
from adapters.memory.search import InMemorySearch
from adapters.memory.secret_cipher import NoCipher
from adapters.memory.tokens import PlainTokens
from adapters.memory.webhooks import InMemoryWebhooks
from domain.funding.conversion import PayByWire
from domain.ids import InvestorId, Reference
from domain.limits import Cap, Limits, TierLimits
from domain.money import USDC, Asset, Money
from domain.processes.age_limits import AgeLimits
from domain.processes.instructions import Instruction
from domain.processes.retry_policy import RetryPolicy
from domain.reconciliation.difference import Place
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.services.notifications.email_templates import LinkBaseUrl
from domain.trading.instrument import Basket, Component
from domain.wallets.payout_address import CoolDown
from entrypoints.application import Application
from entrypoints.cli.mailbox import token_in
from entrypoints.container import register_services
from ports.audit import AuditTrail
from ports.backlog import Backlog
from ports.books import Holder, WorldBooks
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.cursors import Cursors
from ports.custody import Custodian
from ports.email_tokens import EmailTokens
from ports.error_budgets import ErrorBudgets
from ports.errors import StoreUnavailable
from ports.exchange import Exchange
from ports.heartbeats import Heartbeats
from ports.idempotency import IdempotencyRecords
from ports.identity import OneTimeCodes, Passwords, SecretCipher, Tokens
from ports.ids import Ids
from ports.inbound import Feed, Webhooks
from ports.job_signal import JobSignal
from ports.jobs import Job, Jobs
from ports.ledger import Ledger
from ports.limits import LimitUsage
from ports.login_throttle import LoginThrottle
from ports.mail import Mailer
from ports.offramp import Offramp
from ports.processes import Processes, UnitOfWork
from ports.rate_limit import RateLimiter
from ports.rejected_webhooks import RejectedWebhooks
from ports.request_context import CurrentRequest
from ports.search import Search
from tests.support.builders import SOMEWHERE, dollars

BASKET = Basket(
    id="thirds",
    name="Thirds",
    description="Three in nearly equal parts.",
    components=(
        Component(symbol="AAPL", weight_bps=3334),
        Component(symbol="MSFT", weight_bps=3333),
        Component(symbol="VTI", weight_bps=3333),
    ),
)
SOURCES = ("circle", "due", "alpaca")
_CAP = Cap(day=dollars("10000.00"), month=dollars("50000.00"))
_TRADES = Cap(day=dollars("50000.00"), month=dollars("500000.00"))
_BASIC = TierLimits(deposit=_CAP, withdrawal=_CAP, trade=_TRADES)
LIMITS = Limits(basic=_BASIC, plus=TierLimits(deposit=_TRADES, withdrawal=_TRADES, trade=_TRADES))
Meanwhile = Callable[[], Awaitable[object]]
SCHEDULE = ReconciliationSchedule(window_s=200 * 366 * 86_400, grace_s=600)
"""The ids of the twins begin in 1970, and so does the window."""
LEASE_S = 30.0
JOBS_MAX = 500


class World:
    """``app`` is the application; the other attributes are for a test to inspect or disturb."""

    def __init__(
        self,
        *,
        retries: RetryPolicy | None = None,
        settles_at_once: bool = True,
        baskets: Sequence[Basket] = (BASKET,),
        limits: Limits = LIMITS,
        cooling_s: int = 0,
        offramp_books: bool = False,
    ) -> None:
        self.commits_to_lose = 0
        self.meanwhile: Meanwhile | None = None
        self.limits = limits
        self.cooling = CoolDown(cooling_s=cooling_s)
        self.clock = ManualClock()
        self.ids = SequentialIds()
        self.database = InMemoryDatabase(clock=self.clock)
        self.job_signal = InMemoryJobSignal()
        self.origins = InMemoryCurrentRequest()
        self.attempts = InMemoryLoginThrottle(self.clock)
        self.passwords = PlainPasswords()
        self.codes = PlainCodes()
        self.letter_tokens = PlainEmailTokens()
        self.mailer = InMemoryMailer()
        self.limiter = InMemoryRateLimiter(self.clock)
        self.outside: dict[str, Money] = {SOMEWHERE: Money.zero(USDC)}
        self.webhooks = {source: InMemoryWebhooks(source) for source in SOURCES}
        self.deliveries = InMemoryRejectedWebhooks()
        self.budgets = InMemoryErrorBudgets()
        self.custodian = InMemoryCustodian(
            clock=self.clock, settles_at_once=settles_at_once, on_sent=self._usdc_sent
        )
        self.offramp = InMemoryOfframp(
            clock=self.clock,
            settles_at_once=settles_at_once,
            on_dollars=self._dollars_delivered,
            on_usdc=self._usdc_delivered,
        )
        self.brokerage = InMemoryBrokerage(
            settles_at_once=settles_at_once, on_wired=self._dollars_wired
        )
        self.exchange = InMemoryExchange(self.brokerage, clock=self.clock)
        self.books = {
            Place.CUSTODIAN: InMemoryBooks(Place.CUSTODIAN, self._at_custodian),
            Place.BROKER: InMemoryBooks(Place.BROKER, self._at_broker),
            Place.CHAIN: InMemoryBooks(Place.CHAIN, self._on_chain),
        }
        if offramp_books:
            self.books[Place.OFFRAMP] = InMemoryBooks(Place.OFFRAMP, shows_balance=False)
        self.app = _application(self, retries or RetryPolicy(), tuple(baskets))

    def advance(self, seconds: float) -> None:
        """Let time pass; the next ``run_jobs`` does what is due by then."""
        self.clock.advance(seconds)

    async def join(self, email: str, password: str) -> InvestorId:
        """Register an investor and confirm the e-mail address. Runs all other due jobs as well."""
        await self.app.registrations.register(email=email, password=password)
        await self.run_jobs()
        token = self.token_to(email)
        investor = await self.app.registrations.verify(token, password=password)
        return investor.investor_id

    def token_to(self, email: str) -> str:
        """The token in the newest e-mail to an address. Raises ``LookupError``."""
        return token_in(self.mailer.newest(email.strip().lower()).text)

    async def run_jobs(self) -> int:
        """Run due jobs until there are none, up to a limit; return how many were run."""
        done = 0
        while jobs := await self.app.jobs.claim(limit=16, lease_s=LEASE_S):
            for job in jobs:
                await self.app.jobs.run(job)
            done += len(jobs)
            if done > JOBS_MAX:
                raise AssertionError(f"still {len(jobs)} jobs due after {done}: {jobs[0].work}")
        return done

    async def run_jobs_before(self, work: type[Instruction]) -> Job:
        """Run due jobs until one for such work is claimed, and return it without running it."""
        for _ in range(JOBS_MAX):
            jobs = await self.app.jobs.claim(limit=1, lease_s=LEASE_S)
            if not jobs:
                break
            if isinstance(jobs[0].work, work):
                return jobs[0]
            await self.app.jobs.run(jobs[0])
        raise AssertionError(f"no {work.__name__} is due")

    def slow_down(self) -> None:
        """Let nothing settle at the providers from now on until a test says so."""
        for provider in (self.custodian, self.offramp, self.brokerage):
            provider.slow_down()

    async def let_pass(self, seconds: float, *, step_s: float = 10.0) -> None:
        """Let time pass in small steps, and run the jobs that become due in between."""
        await self.run_jobs()
        for _ in range(int(seconds / step_s)):
            self.advance(step_s)
            await self.run_jobs()

    async def _at_custodian(self, holder: Holder) -> Mapping[Asset, Money]:
        held = await self.custodian.holdings(holder.wallets)
        return {USDC: sum(held.values(), Money.zero(USDC))}

    async def _on_chain(self, holder: Holder) -> Mapping[Asset, Money]:
        return await self.books[Place.CUSTODIAN].holdings(holder) or {}

    async def _at_broker(self, holder: Holder) -> Mapping[Asset, Money]:
        held = await self.brokerage.holdings(holder.broker_account_id)
        return {money.asset: money for money in held.values()}

    def _usdc_sent(self, amount: Money, address: str) -> None:
        if address in self.outside:
            self.outside[address] += amount
        else:
            self.offramp.receive_usdc(address, amount)

    def _usdc_delivered(self, amount: Money, address: str) -> None:
        self.custodian.receive_usdc(address, amount)

    def _dollars_delivered(self, amount: Money, _: Reference) -> None:
        self.brokerage.deposit(amount)

    def _dollars_wired(self, to: PayByWire, amount: Money) -> None:
        self.offramp.receive_wire(to, amount)


class _Processes(InMemoryProcesses):
    """
    Fails the next commits, if the world says so: nothing is written, and the caller gets an error.

    Before the next commit ``meanwhile`` happens, once, as if another process had been faster.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world.database)
        self._world = world

    async def commit(self, unit: UnitOfWork) -> None:
        if meanwhile := self._world.meanwhile:
            self._world.meanwhile = None
            await meanwhile()
        if self._world.commits_to_lose > 0:
            self._world.commits_to_lose -= 1
            raise StoreUnavailable
        await super().commit(unit)


def _application(world: World, retries: RetryPolicy, baskets: tuple[Basket, ...]) -> Application:
    """Every service over the world's twins, wired as by the composition root."""
    container = punq.Container()
    for kind, instance in (_twins(world) | _values(world, retries, baskets)).items():
        container.register(kind, instance=instance)
    register_services(container)
    return container.resolve(Application)


def _values(world: World, retries: RetryPolicy, baskets: tuple[Basket, ...]) -> dict[Any, object]:
    return {
        RetryPolicy: retries,
        AgeLimits: AgeLimits(),
        Limits: world.limits,
        CoolDown: world.cooling,
        tuple[Basket, ...]: baskets,
        LinkBaseUrl: "https://app.test",
        ReconciliationSchedule: SCHEDULE,
    }


def _twins(world: World) -> dict[Any, object]:
    return {
        LoginThrottle: world.attempts,
        AuditTrail: InMemoryAuditTrail(world.database),
        Brokerage: world.brokerage,
        ErrorBudgets: world.budgets,
        Backlog: InMemoryBacklog(world.database),
        Clock: world.clock,
        Cursors: InMemoryCursors(world.database),
        Custodian: world.custodian,
        RejectedWebhooks: world.deliveries,
        JobSignal: world.job_signal,
        Exchange: world.exchange,
        Heartbeats: InMemoryHeartbeats(world.clock),
        Ids: world.ids,
        Jobs: InMemoryJobs(world.database),
        Ledger: InMemoryLedger(world.database),
        EmailTokens: world.letter_tokens,
        LimitUsage: InMemoryLimitUsage(world.database),
        Mailer: world.mailer,
        Offramp: world.offramp,
        OneTimeCodes: world.codes,
        CurrentRequest: world.origins,
        Passwords: world.passwords,
        Processes: _Processes(world),
        RateLimiter: world.limiter,
        IdempotencyRecords: InMemoryIdempotencyRecords(world.database),
        Search: InMemorySearch(world.database),
        Tokens: PlainTokens(world.clock),
        SecretCipher: NoCipher(),
        Mapping[str, Webhooks]: world.webhooks,
        tuple[Feed, ...]: (),
        tuple[WorldBooks, ...]: tuple(world.books.values()),
    }
