"""What is counted when a unit has been committed: each thing once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import attrs
import pytest

from adapters.memory.clock import ManualClock
from adapters.metrics.process import ProcessMetrics
from domain.audit.record import AuditKind, AuditRecord
from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.ids import ProcessId
from domain.money import Money
from domain.processes.decision import Process
from domain.processes.facts.effects import ProcessOpened
from domain.trading.order import Order, OrderStage
from ports.processes import Step, UnitOfWork
from tests.support import builders as a
from tests.unit.adapters.metrics.pages import value

BORN_AT = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
BORN_BITS = 80
ID = ProcessId(
    str(UUID(int=int(BORN_AT.timestamp() * 1000) << BORN_BITS | 0x7000_8000_0000_0000_0001))
)


@pytest.fixture
def metrics() -> ProcessMetrics:
    return ProcessMetrics(role="worker", clock=ManualClock())


def commit(metrics: ProcessMetrics, record: Process, *, before: str | None, after_s: float) -> None:
    step = Step(record=record, version=2, fact=ProcessOpened(), stage_before=before)
    at = BORN_AT + timedelta(seconds=after_s)
    metrics.business.committed(UnitOfWork(at=at, steps=(step,)))


def deposit(stage: DepositStage) -> Deposit:
    return a.deposit(id=ID, stage=stage, transaction_id="tx-1")


def order(stage: OrderStage) -> Order:
    terms = a.buy()
    return Order(
        id=ID,
        investor_id=a.ADA,
        broker_account_id="broker-ada",
        terms=terms,
        hold=a.dollars("0"),
        filled=Money.zero(terms.asset),
        stage=stage,
    )


def latency(metrics: ProcessMetrics, milestone: str) -> tuple[float, float]:
    name = "stack_deposit_latency_seconds"
    return (
        value(metrics, f"{name}_count", milestone=milestone),
        value(metrics, f"{name}_sum", milestone=milestone),
    )


def test_a_deposit_is_measured_from_its_arrival(metrics: ProcessMetrics) -> None:
    """It was announced an hour before anything arrived."""
    commit(metrics, deposit(DepositStage.DETECTED), before="expected", after_s=3600)
    commit(metrics, deposit(DepositStage.CONFIRMED), before="detected", after_s=3608)
    commit(metrics, deposit(DepositStage.OFFRAMP_SETTLED), before="offramp_requested", after_s=3640)
    commit(metrics, deposit(DepositStage.BROKER_FUNDED), before="offramp_settled", after_s=3660)
    assert latency(metrics, "confirmed") == (1, 8)
    assert latency(metrics, "converted") == (1, 40)
    assert latency(metrics, "funded") == (1, 60)
    assert value(metrics, "stack_money_total", kind="deposit", asset="USDC") == 250


def test_a_deposit_that_goes_back_for_another_try_is_not_counted_again(
    metrics: ProcessMetrics,
) -> None:
    commit(metrics, deposit(DepositStage.CONFIRMED), before="detected", after_s=8)
    commit(metrics, deposit(DepositStage.CONFIRMED), before="offramp_requested", after_s=90)
    commit(metrics, deposit(DepositStage.CONFIRMED), before="manual_review", after_s=900)
    assert latency(metrics, "confirmed") == (1, 8)
    assert value(metrics, "stack_money_total", kind="deposit") == 250


def test_what_arrived_before_we_were_there_is_measured_by_its_id(metrics: ProcessMetrics) -> None:
    commit(metrics, deposit(DepositStage.BROKER_FUNDED), before="offramp_settled", after_s=75)
    assert latency(metrics, "funded") == (1, 75)


@pytest.mark.parametrize("stage", [OrderStage.FILLED, OrderStage.REJECTED, OrderStage.CANCELED])
def test_an_order_ends_once_with_its_outcome(metrics: ProcessMetrics, stage: OrderStage) -> None:
    commit(metrics, order(OrderStage.ACCEPTED), before="submitted", after_s=1)
    commit(metrics, order(stage), before="accepted", after_s=3)
    commit(metrics, order(OrderStage.FILLED), before=stage.value, after_s=9)
    name = "stack_order_duration_seconds"
    assert value(metrics, f"{name}_count") == 1
    assert value(metrics, f"{name}_sum", side="buy", outcome=stage.value) == 3


@pytest.mark.parametrize(
    ("stage", "paid"), [(WithdrawalStage.COMPLETED, 100), (WithdrawalStage.COMPENSATED, 0)]
)
def test_a_withdrawal_counts_as_money_only_when_it_was_paid(
    metrics: ProcessMetrics, stage: WithdrawalStage, paid: int
) -> None:
    commit(metrics, a.withdrawal(id=ID, stage=stage), before="sent", after_s=300)
    name = "stack_withdrawal_duration_seconds_sum"
    assert value(metrics, name, outcome=stage.value) == 300
    assert value(metrics, "stack_money_total", kind="withdrawal") == paid


def test_a_step_that_stays_in_its_stage_enters_none(metrics: ProcessMetrics) -> None:
    commit(metrics, order(OrderStage.ACCEPTED), before="accepted", after_s=1)
    assert value(metrics, "stack_process_entered_stage_total") == 0


def test_an_id_that_knows_no_time_has_no_age(metrics: ProcessMetrics) -> None:
    timeless = attrs.evolve(
        order(OrderStage.FILLED), id=ProcessId("00000000-0000-4000-8000-000000000001")
    )
    commit(metrics, timeless, before="accepted", after_s=1)
    assert value(metrics, "stack_order_duration_seconds_sum") == 0


def test_acts_are_counted_by_kind(metrics: ProcessMetrics) -> None:
    record = AuditRecord(at=BORN_AT, kind=AuditKind.LOGIN, subject=a.ADA, actor=a.ADA)
    metrics.business.committed(UnitOfWork(at=BORN_AT, audit=(record, record)))
    assert value(metrics, "stack_audit_records_total", kind="login") == 2
