"""From every place where money can stand still a person can move it; the documented table says how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from domain.funding.conversion import Conversion, PayByWire, PayOnChain
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import Reference, reference
from domain.limits import LimitConsumption
from domain.money import Money
from domain.processes.age_limits import AgeLimits
from domain.processes.decision import Process
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
    Overdue,
)
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    ConversionOpened,
    JournalAccepted,
    PaymentAccepted,
    TransferHeld,
    TransferSeen,
    WalletCreated,
    WalletFrozen,
    WalletLinked,
    WireAccepted,
)
from domain.processes.facts.trading import CancelRequested, OrderStatus
from domain.processes.kinds import kind_of
from domain.processes.registry import type_of
from domain.processes.rulings import possible, questions
from domain.quantity import Price
from domain.wallets.wallet import Wallet
from tests.support import builders as a
from tests.support.builders import AT
from tests.unit.domain import test_certain_news as news
from tests.unit.domain import test_deposit_properties as deposits
from tests.unit.domain import test_order_properties as orders
from tests.unit.domain import test_withdrawal_properties as withdrawals
from tests.unit.domain.histories import decided

IN_REVIEW = "manual_review"
DEPTH = 3
COUNTED = LimitConsumption(amount=a.dollars("250"), at=AT)
"""A deposit that is not held for a limit is counted by the commit."""

TABLE = Path(__file__).parents[3] / "docs/architecture/processes.md"
ROW = re.compile(r"\| ([a-z]\w+) \| `(\w+)` \| (.+?) \| .+ \|")

D, W, BOUGHT = deposits.DEPOSIT, withdrawals.WITHDRAWAL, orders.BUY
BY_WIRE = PayByWire(
    bank_name="b", routing_number="r", account_number="1", beneficiary="b", memo="m"
)


def effects(process: Process, *steps: str) -> Iterator[Fact]:
    """All that a job can say of the effects of these steps."""
    for ref in (reference(process.id, step, n) for step in steps for n in (1, 2)):
        yield EffectRefused(reference=ref, reason="no", final=True)
        yield EffectUnknown(reference=ref, reason="no news")
        yield EffectLapsed(reference=ref)


def opened(ref: Reference) -> Iterator[Fact]:
    for pay in (PayOnChain(address="0x1"), BY_WIRE):
        conversion = Conversion(reference=ref, provider_id="c", pay=pay)
        yield ConversionOpened(conversion=conversion)


def of_a_deposit() -> Iterator[Fact]:
    seen = deposits.WAY[0]
    assert isinstance(seen, TransferSeen)
    yield from deposits.WAY
    yield attrs.evolve(seen, final=False)
    yield DeadlinePassed(stage="expected")
    yield TransferHeld(**attrs.asdict(seen, recurse=False), reason="over the limit")
    yield from news.certain_in()
    yield from effects(D, "arrival", "offramp", "payment", "funding")
    for n in (1, 2):
        yield from opened(reference(D.id, "offramp", n))
        yield PaymentAccepted(reference=reference(D.id, "payment", n), provider_id="p")
        yield JournalAccepted(reference=reference(D.id, "funding", n), provider_id="j")


def of_a_withdrawal() -> Iterator[Fact]:
    yield from news.certain_out()
    yield from effects(W, "debit", "onramp", "wire", "payout", "sale", "sale-payment", "refund")
    yield from opened(reference(W.id, "onramp"))
    yield from opened(reference(W.id, "sale"))
    yield WireAccepted(reference=reference(W.id, "wire"), provider_id="w")
    for step in ("payout", "sale-payment"):
        yield PaymentAccepted(reference=reference(W.id, step), provider_id="p")


def of_an_order() -> Iterator[Fact]:
    yield CancelRequested()
    yield from effects(BOUGHT, "order", "cancel")
    for number, status in enumerate(OrderStatus):
        age = attrs.evolve(orders.report(status).age, updated_at=AT.replace(minute=number))
        yield attrs.evolve(orders.report(status), age=age)
    price = Price(Fraction(100))
    yield orders.report(OrderStatus.OPEN, Money(10**8, BOUGHT.terms.asset), price)


def of_a_wallet() -> Iterator[Fact]:
    wallet = a.wallet()
    created = reference(wallet.id, "create")
    yield WalletCreated(reference=created, provider_id="w", address="0x1")
    yield WalletLinked(reference=reference(wallet.id, "link"))
    yield WalletFrozen()
    yield WalletCreated(reference=created, provider_id="w2", address="0x1")
    yield from effects(wallet, "create", "link")


WAYS: Mapping[str, tuple[Process, Sequence[Sequence[Fact]], Sequence[Fact]]] = {
    "deposit": (D, [deposits.WAY, news.IN_AGAIN], list(of_a_deposit())),
    "withdrawal": (
        withdrawals.begun().record,
        [withdrawals.WAY, withdrawals.WAY_BACK, withdrawals.WAY_OUT],
        list(of_a_withdrawal()),
    ),
    "order": (orders.begun(BOUGHT).record, [[]], list(of_an_order())),
    "wallet": (a.wallet(offramp_account_id="o"), [list(of_a_wallet())[:4]], list(of_a_wallet())),
}


def after(process: Process, fact: Fact) -> Process:
    record: Process = decided(process, fact).record
    if isinstance(record, Deposit) and record.stage is DepositStage.CONFIRMED:
        return attrs.evolve(record, counted=COUNTED)
    return record


def reached(start: Process, ways: Iterable[Sequence[Fact]], facts: Sequence[Fact]) -> set[Process]:
    """What the process can be a few facts beside the ways, in review among it."""
    found: set[Process] = {start}
    for way in ways:
        process = start
        for fact in way:
            process = after(process, fact)
            found.add(process)
    edge = set(found)
    for _ in range(DEPTH):
        edge = {after(each, fact) for each in edge for fact in (*facts, *stops(each))} - found
        edge = {each for each in edge if not getattr(each, "contradictions", ())}
        found |= edge
    return found


def stops(process: Process) -> Sequence[Fact]:
    refused = LedgerRefused(reference=reference(process.id, "any"), reason="the books refused")
    overdue = Overdue(stage=process.stage.value, reason="too old")
    return [overdue] if isinstance(process, Wallet) else [refused, overdue]


def place_of(process: Process) -> str:
    if isinstance(process, Wallet) and process.paused_stage is None:
        return "created" if process.provider_id else "requested"
    return str(getattr(process, "paused_stage", process.stage).value)


def given_up(process: Process) -> Process:
    """The process after every job of it has ended without an answer."""
    for question in questions(process):
        unknown = EffectUnknown(reference=question.about, reason="no news")
        process = after(process, unknown)
    return process


def written() -> Mapping[tuple[str, str], set[str]]:
    """The table of ways out: the actions by process and stage."""
    _, _, chapter = TABLE.read_text(encoding="utf-8").partition("## Ways out")
    rows = ROW.finditer(chapter.partition("\n## ")[0])
    return {(row[1], row[2]): set(re.findall(r"`(\w+)`", row[3])) for row in rows}


@pytest.mark.situation(
    "money stands in a process that stopped, whatever was heard before",
    must="people can rule on it, and the documented table says how",
)
@pytest.mark.parametrize("kind", WAYS)
def test_every_stop_has_a_ruling_and_is_in_the_table(kind: str) -> None:
    found: dict[str, set[str]] = {}
    for process in reached(*WAYS[kind]):
        if process.stage.value != IN_REVIEW:
            continue
        actions = {each.value for each in possible(process)}
        found.setdefault(place_of(process), set()).update(actions)
        over = given_up(process)
        assert actions or over.stage.value != IN_REVIEW or possible(over), process
    assert {stage: actions for (of, stage), actions in written().items() if of == kind} == found


NO_LIMIT = {
    ("deposit", "expected"),
    ("deposit", "expired"),
    ("withdrawal", "requested"),
    ("order", "draft"),
    ("wallet", "frozen"),
}
"""No money stands there; or, in a frozen wallet, the custodian holds it until ``WalletReleased``."""


@pytest.mark.parametrize("kind", WAYS)
def test_every_open_stage_has_an_age_limit(kind: str) -> None:
    """So whatever stands still goes to review, where the table holds."""
    process, _, _ = WAYS[kind]
    stages = {*type(process.stage)} - {*type_of(process).ended}
    name = kind_of(process)
    limited = {stage for of, stage in AgeLimits().seconds() if of == name}
    waits = {each.value for each in stages} - {IN_REVIEW} - limited
    assert waits == {stage for of, stage in NO_LIMIT if of == kind}
