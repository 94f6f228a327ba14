"""
Business metrics, derived from each committed unit of work.

The domain counts nothing. A unit whose commit succeeded without our learning of it is not counted, so the
metrics may be slightly low but never too high; the ledger has the exact numbers.
"""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry

from adapters.metrics.families import counter, histogram
from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import ProcessId, born_at
from domain.money import Money
from domain.processes.kinds import kind_of
from domain.processes.terminal import is_terminal
from domain.trading.order import Order, OrderStage
from ports.processes import Step, UnitOfWork

ORDER_BUCKETS_S = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0, 86400.0)
MONEY_BUCKETS_S = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 7200.0, 86400.0)
"""The objectives for 95 %: 300 s for deposits, 600 s for withdrawals."""

MILESTONES = ("confirmed", "converted", "funded")

ARRIVALS_MAX = 10_000
"""How many deposits' arrival times are remembered."""

_BEFORE_ARRIVAL = {None, DepositStage.EXPECTED.value, DepositStage.EXPIRED.value}
_BEFORE_CONFIRMATION = {*_BEFORE_ARRIVAL, DepositStage.DETECTED.value}
_BEFORE_CONVERSION = {DepositStage.CONFIRMED.value, DepositStage.OFFRAMP_REQUESTED.value}


class BusinessMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._arrivals: dict[ProcessId, datetime] = {}
        self._steps = counter(
            registry,
            "stack_process_entered_stage",
            "Number of times that a process entered the stage",
            ("kind", "stage"),
        )
        self._orders = histogram(
            registry,
            "stack_order_duration_seconds",
            "Time from the creation of an order to its end",
            ("side", "outcome"),
            buckets=ORDER_BUCKETS_S,
        )
        self._deposits = histogram(
            registry,
            "stack_deposit_latency_seconds",
            "Time from the arrival of a deposit to the milestone: confirmed, converted or funded",
            ("milestone",),
            buckets=MONEY_BUCKETS_S,
        )
        self._withdrawals = histogram(
            registry,
            "stack_withdrawal_duration_seconds",
            "Time from the request of a withdrawal to its end",
            ("outcome",),
            buckets=MONEY_BUCKETS_S,
        )
        self._value = counter(
            registry,
            "stack_money",
            "Value of confirmed deposits and completed withdrawals, in units of the asset",
            ("kind", "asset"),
        )
        self._audit = counter(
            registry, "stack_audit_records", "Records written to the audit trail", ("kind",)
        )
        self._create_series()

    def committed(self, unit: UnitOfWork) -> None:
        for step in unit.steps:
            if step.stage_before != step.record.stage.value:
                self._entered(step, at=unit.at)
        for record in unit.audit:
            self._audit.at(record.kind.value).inc()

    def _create_series(self) -> None:
        """Create the series with 0, so that Prometheus sees the increase by the first event."""
        for milestone in MILESTONES:
            self._deposits.at(milestone)
        for stage in (
            WithdrawalStage.COMPLETED,
            WithdrawalStage.COMPENSATED,
            WithdrawalStage.FAILED,
        ):
            self._withdrawals.at(stage.value)

    def _entered(self, step: Step, *, at: datetime) -> None:
        record = step.record
        self._steps.at(kind_of(record), record.stage.value).inc()
        match record:
            case Deposit():
                self._deposit(record, step.stage_before, at)
            case Withdrawal() if is_terminal(record):
                self._withdrawals.at(record.stage.value).observe(_age_s(record.id, at))
                if record.stage is WithdrawalStage.COMPLETED:
                    self._count("withdrawal", record.amount)
            case Order() if is_terminal(record) and not _was_final(step):
                side, outcome = record.terms.side.value, record.stage.value
                self._orders.at(side, outcome).observe(_age_s(record.id, at))

    def _deposit(self, deposit: Deposit, before: str | None, at: datetime) -> None:
        """Counts each milestone once, even if the deposit returns to a stage for another try."""
        if before in _BEFORE_ARRIVAL and deposit.transaction_id:
            self._remember(deposit.id, at)
        since = self._since_arrival_s(deposit.id, at)
        match deposit.stage:
            case DepositStage.CONFIRMED if before in _BEFORE_CONFIRMATION:
                self._deposits.at("confirmed").observe(since)
                self._count("deposit", deposit.amount)
            case DepositStage.OFFRAMP_SETTLED if before in _BEFORE_CONVERSION:
                self._deposits.at("converted").observe(since)
            case DepositStage.BROKER_FUNDED:
                self._deposits.at("funded").observe(since)
                self._arrivals.pop(deposit.id, None)

    def _remember(self, process_id: ProcessId, at: datetime) -> None:
        if len(self._arrivals) >= ARRIVALS_MAX:
            del self._arrivals[next(iter(self._arrivals))]
        self._arrivals[process_id] = at

    def _since_arrival_s(self, process_id: ProcessId, at: datetime) -> float:
        """From the time in the id, that of the announcement, if another worker saw the arrival."""
        arrived_at = self._arrivals.get(process_id)
        if arrived_at is None:
            return _age_s(process_id, at)
        return max(0.0, (at - arrived_at).total_seconds())

    def _count(self, kind: str, amount: Money) -> None:
        self._value.at(kind, amount.asset.code).inc(float(amount.decimal))


def _was_final(step: Step) -> bool:
    """A late report may still fill an order that ended; it must not be counted again."""
    return step.stage_before is not None and OrderStage(step.stage_before).is_final


def _age_s(process_id: ProcessId, at: datetime) -> float:
    """Seconds since the process began, by the time in its id."""
    start = born_at(process_id)
    return 0.0 if start is None else max(0.0, (at - start).total_seconds())
