"""Builds valid, complete records and units of work, with the changes that a test asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs

from domain.accounts.investor import Investor
from domain.accounts.onboarding import Onboarding, Profile, ProviderAccount, ProviderAccountStatus
from domain.accounts.roles import Role as StaffRole
from domain.accounts.staff import Staff
from domain.audit.record import AuditKind, AuditRecord
from domain.funding.conversion import Conversion, PayByWire, Payment, PayOnChain, Settlement
from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import InvestorId, JobId, ProcessId, Reference
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import USD, USDC, Money
from domain.processes.decision import Decision, Process
from domain.processes.facts.effects import ProcessOpened
from domain.processes.facts.fact import Fact
from domain.processes.instructions import JournalFunds, LookUp, LookupKind
from domain.review.given_up import GivenUp
from domain.review.proposal import Proposal
from domain.review.ruling import Action, Evidence, Ruling
from domain.trading.order import Order, OrderTerms, OrderType, Side
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet, Wallet
from ports.processes import Claim, Message, Step, Task, UnitOfWork, Versioned

AT = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
ADA = InvestorId("00000000-0000-7000-8000-0000000000aa")
EVE = InvestorId("00000000-0000-7000-8000-0000000000ee")

WALLET_OF_ADA = CustodyWallet(chain=Chain.POLYGON, wallet_id="wallet-ada", address="0x" + "a" * 40)
TREASURY = CustodyWallet(chain=Chain.POLYGON, wallet_id="wallet-firm", address="0x" + "f" * 40)
SOMEWHERE = "0x" + "5" * 40


def process_id(number: int) -> ProcessId:
    """A UUID that sorts by ``number``."""
    return ProcessId(f"00000000-0000-7000-8000-{number:012x}")


def dollars(text: str) -> Money:
    return Money.of(text, USD)


def usdc(text: str) -> Money:
    return Money.of(text, USDC)


def cash_of(owner: InvestorId) -> Account:
    return Account(Role.CASH, owner, USD)


def broker_of(owner: InvestorId) -> Account:
    return Account(Role.BROKER, owner, USD)


def funding(owner: InvestorId, text: str, *, key: str = "seed") -> Entry:
    """An entry that gives an investor buying power, as the start of a test."""
    return Entry(key, "seed", (Posting(broker_of(owner), cash_of(owner), dollars(text)),))


def shares(owner: InvestorId, quantity: Money, *, key: str = "shares") -> Entry:
    """An entry that gives an investor shares, as the start of a test."""
    at_broker = Account(Role.BROKER, owner, quantity.asset)
    owned = Account(Role.SECURITY, owner, quantity.asset)
    return Entry(key, "seed", (Posting(at_broker, owned, quantity),))


def spending(owner: InvestorId, text: str, *, key: str) -> Entry:
    """The reverse entry, which needs the balance to be there."""
    return Entry(key, "spend", (Posting(cash_of(owner), broker_of(owner), dollars(text)),))


def deposit(number: int = 1, *, owner: InvestorId = ADA, **changes: Any) -> Deposit:
    plain = Deposit(
        id=process_id(number),
        investor_id=owner,
        wallet=WALLET_OF_ADA,
        broker_account_id="broker-ada",
        offramp_account_id="offramp-ada",
        amount=usdc("250"),
    )
    return attrs.evolve(plain, **changes)


def withdrawal(number: int = 1, *, owner: InvestorId = ADA, **changes: Any) -> Withdrawal:
    plain = Withdrawal(
        id=process_id(number),
        investor_id=owner,
        amount=dollars("100.00"),
        destination=SOMEWHERE,
        treasury=TREASURY,
        broker_account_id="broker-ada",
        offramp_account_id="offramp-ada",
    )
    return attrs.evolve(plain, **changes)


def buy(notional: str = "100.00", *, symbol: str = "AAPL") -> OrderTerms:
    return OrderTerms(
        symbol=symbol, side=Side.BUY, type=OrderType.MARKET, notional=dollars(notional)
    )


def sell(quantity: str, *, symbol: str = "AAPL") -> OrderTerms:
    terms = buy(symbol=symbol)
    shares = Money.of(quantity, terms.asset)
    return attrs.evolve(terms, side=Side.SELL, notional=None, quantity=shares)


def settled_deposit() -> Deposit:
    """A deposit with every field set."""
    ref = Reference(f"{process_id(1)}:offramp:2")
    pay = PayOnChain(address=SOMEWHERE, expires_at=AT)
    return deposit(
        stage=DepositStage.MANUAL_REVIEW,
        transaction_id="tx-1",
        tx_hash="0x1",
        attempt=2,
        conversion=Conversion(reference=ref, provider_id="c-1", pay=pay),
        payment=Payment(reference=Reference(f"{process_id(1)}:payment:2"), completed=True),
        settlement=Settlement(sold=usdc("250"), bought=dollars("250"), fee=dollars("2.50")),
        paused_stage=DepositStage.OFFRAMP_SETTLED,
        reason="caf\u00e9",
        given_up=(GivenUp(reference=ref, has_failed=True),),
    )


def wired_withdrawal() -> Withdrawal:
    """A withdrawal whose off-ramp is paid by wire."""
    pay = PayByWire(
        bank_name="First Bank",
        routing_number="026009593",
        account_number="5550001",
        beneficiary="Due",
        memo="REF-1",
    )
    ref = Reference(f"{process_id(1)}:onramp:1")
    return withdrawal(
        stage=WithdrawalStage.ONRAMP_REQUESTED,
        conversion=Conversion(reference=ref, provider_id="c-1", pay=pay),
        wire_id="w-1",
    )


def order(
    number: int = 1, *, owner: InvestorId = ADA, terms: OrderTerms | None = None, **changes: Any
) -> Order:
    terms = terms or buy()
    plain = Order(
        id=process_id(number),
        investor_id=owner,
        broker_account_id="broker-ada",
        terms=terms,
        hold=terms.notional or terms.quantity or dollars("0"),
        filled=Money.zero(terms.asset),
    )
    return attrs.evolve(plain, **changes)


def wallet(number: int = 1, *, owner: InvestorId = ADA, **changes: Any) -> Wallet:
    return attrs.evolve(
        Wallet(id=process_id(number), investor_id=owner, chain=Chain.POLYGON), **changes
    )


def profile(email: str = "ada@example.org") -> Profile:
    return Profile(
        given_name="Ada",
        family_name="Byron",
        date_of_birth="1990-12-10",
        email=email,
        phone="+15556667788",
        street="20 N San Mateo Dr",
        city="San Mateo",
        state="CA",
        postal_code="94401",
        country="US",
        tax_id="666-55-4321",
        ip_address="203.0.113.9",
        agreed_at="2026-01-05T15:00:00Z",
    )


def onboarding(number: int = 1, *, owner: InvestorId = ADA) -> Onboarding:
    action = ProviderAccount(
        id="o-1",
        standing=ProviderAccountStatus.ACTION_REQUIRED,
        action_url="https://offramp.example/check",
    )
    return Onboarding(
        id=process_id(number),
        investor_id=owner,
        profile=profile(),
        broker=ProviderAccount(id="b-1", standing=ProviderAccountStatus.APPROVED),
        offramp=action,
    )


def investor(number: int = 1, *, email: str = "ada@example.org") -> Investor:
    return Investor(id=process_id(number), email=email, password_hash="hash", created_at=AT)


def proposal(number: int = 1, *, owner: InvestorId = ADA) -> Proposal:
    """A proposal with every field set."""
    evidence = Evidence(provider_id="p-1", bought=usdc("99.5"), fee=usdc("0.5"), cost=dollars("1"))
    ruling = Ruling(action=Action.SETTLED, reason="seen at the provider", evidence=evidence)
    return Proposal(
        id=process_id(number),
        investor_id=owner,
        about=process_id(99),
        version=7,
        ruling=ruling,
        proposed_by=EVE,
        created_at=AT,
    )


def staff(number: int = 1) -> Staff:
    return Staff(id=process_id(number), members={ADA: StaffRole.ADMIN, EVE: StaffRole.SUPPORT})


def journal_order(ref: str) -> JournalFunds:
    """An example instruction with the reference ``ref``."""
    return JournalFunds(
        reference=Reference(ref),
        broker_account_id="broker-ada",
        amount=dollars("1.00"),
        to_investor=True,
    )


def lookup(ref: str) -> LookUp:
    """An example look-up with the reference ``ref``."""
    return LookUp(reference=Reference(ref), subject=LookupKind.JOURNAL, about=Reference("about"))


def audit_record(number: int = 1, **changes: Any) -> AuditRecord:
    plain = AuditRecord(
        at=AT,
        kind=AuditKind.LOGIN,
        subject=ADA,
        actor=ADA,
        request_id=f"request-{number}",
        ip="203.0.113.9",
        detail={"number": str(number)},
    )
    return attrs.evolve(plain, **changes)


def message(number: int = 1, *, source: str = "circle") -> Message:
    return Message(
        source=source,
        id=f"message-{number}",
        body=b'{"n": \xc3\xa9 }',
        headers={"x-key-id": "1"},
    )


def opening(record: Process, **changes: Any) -> Step:
    """The first step of a process, with the given tasks, lookup keys and entries."""
    step = Step(record=record, version=1, fact=ProcessOpened(), stage_before=None)
    return attrs.evolve(step, **changes)


def next_step(found: Versioned[Process], record: Process, *, fact: Fact, **changes: Any) -> Step:
    step = Step(
        record=record,
        version=found.version + 1,
        fact=fact,
        stage_before=found.record.stage.value,
    )
    return attrs.evolve(step, **changes)


def claim(job: str, attempt: int = 0) -> Claim:
    """The claim of a job; attempt 0 is that of a job that was never claimed."""
    return Claim(id=JobId(job), attempt=attempt)


def unit(*steps: Step, done: Claim | None = None, **changes: Any) -> UnitOfWork:
    return attrs.evolve(UnitOfWork(at=AT, steps=steps, done=done), **changes)


def task(ref: str, *, delay_s: float = 0.0) -> Task:
    return Task(instruction=journal_order(ref), delay_s=delay_s)


def step_of(decision: Decision[Any], **changes: Any) -> Step:
    """The step that opens the process of a decision."""
    tasks = tuple(Task(instruction=i) for i in decision.instructions)
    step = opening(decision.record, entries=decision.entries, names=decision.names, tasks=tasks)
    return attrs.evolve(step, **changes)
