"""
The operational state, as gauges that a periodic task of each worker sets.

Every worker reports the same values; aggregate them with ``max``, not ``sum``.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import counter, gauge
from domain.ledger.account import Role
from domain.money import USD, USDC, Asset, Money
from domain.operations import Balance, OperationalState, Reconciled

CURRENCIES = (USD, USDC)
SHARES = "shares"
"""All shares together: a label per symbol would be unbounded."""


class ReviewMetrics:
    """What waits for people, and what had to be sent to them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._missed = counter(
            registry,
            "stack_processes_missed",
            "Processes that were overdue in their stage, or unattended: no job worked on them",
            ("how", "kind", "stage"),
        )
        self._at_stake = gauge(
            registry,
            "stack_review_money",
            "Money of the processes in manual review: amounts, and what orders still reserve",
            ("asset",),
        )

    def missed(self, how: str, *, kind: str, stage: str) -> None:
        self._missed.at(how, kind, stage).inc()

    def show(self, state: OperationalState) -> None:
        for asset in CURRENCIES:
            money = state.at_stake.get(asset, Money.zero(asset))
            self._at_stake.at(asset.code).set(float(money.decimal))


class StateMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.reviews = ReviewMetrics(registry)
        self._processes = gauge(
            registry,
            "stack_processes",
            "Processes in a waiting stage; 10000 means at least 10000",
            ("kind", "stage"),
        )
        self._oldest = gauge(
            registry,
            "stack_processes_oldest_age_seconds",
            "Age of the oldest process in the stage",
            ("kind", "stage"),
        )
        self._jobs_due = Gauge(
            "stack_jobs_due", "Jobs that are due; 10000 means at least 10000", registry=registry
        )
        self._outbox_lag = Gauge(
            "stack_outbox_lag_seconds", "Waiting time of the first due job", registry=registry
        )
        self._parked = Gauge(
            "stack_jobs_parked",
            "Jobs that could not be done and wait for staff; 10000 means at least 10000",
            registry=registry,
        )
        self._unsealed = Gauge(
            "stack_audit_unsealed", "Audit records not yet sealed into a block", registry=registry
        )
        self._unsealed_age = Gauge(
            "stack_audit_unsealed_age_seconds",
            "Age of the oldest audit record not yet sealed into a block",
            registry=registry,
        )
        self._feeds = gauge(
            registry,
            "stack_feed_position_age_seconds",
            "Time since the position of a feed last moved; a feed without events does not move",
            ("feed",),
        )

    def show(self, state: OperationalState) -> None:
        for each in state.processes:
            self._processes.at(each.kind, each.stage).set(each.queue.depth)
            self._oldest.at(each.kind, each.stage).set(each.queue.age.total_seconds())
        self._jobs_due.set(state.jobs.depth)
        self._outbox_lag.set(state.jobs.age.total_seconds())
        self.reviews.show(state)
        self._parked.set(state.parked.depth)
        self._unsealed.set(state.unsealed.depth)
        self._unsealed_age.set(state.unsealed.age.total_seconds())
        for feed, age in state.feeds.items():
            self._feeds.at(feed).set(age.total_seconds())


class BreakMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._breaks = gauge(
            registry,
            "stack_breaks",
            "Open breaks between our ledger and the world; 1000 in all means at least 1000",
            ("place", "class"),
        )
        self._oldest = gauge(
            registry,
            "stack_breaks_oldest_age_seconds",
            "Age of the oldest open break",
            ("place", "class"),
        )
        self._at_stake = gauge(
            registry,
            "stack_breaks_dollars",
            "Dollars and USDC of the open breaks, without their signs",
            ("place",),
        )
        self._run_age = gauge(
            registry,
            "stack_reconciliation_age_seconds",
            "Time since the last run over all owners ended",
            ("scope",),
        )

    def show(self, reconciled: Reconciled) -> None:
        for (place, cls), queue in reconciled.breaks.items():
            self._breaks.at(place.value, cls.value).set(queue.depth)
            self._oldest.at(place.value, cls.value).set(queue.age.total_seconds())
        for place, money in reconciled.at_stake.items():
            self._at_stake.at(place.value).set(float(money.decimal))
        for scope, age in reconciled.run_ages.items():
            self._run_age.at(scope.value).set(age.total_seconds())


class LedgerMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._balances = gauge(
            registry,
            "stack_ledger_balance",
            "Balance of all ledger accounts of a role; hold is money held for orders and withdrawals",
            ("role", "asset"),
        )
        self._imbalance = gauge(
            registry,
            "stack_ledger_imbalance",
            "Difference between debits and credits in the ledger; must be 0",
            ("asset",),
        )
        self._balanced_at = Gauge(
            "stack_ledger_checked_timestamp_seconds",
            "Time of the last check of the ledger's balances",
            registry=registry,
        )

    def show(self, balance: Balance) -> None:
        for role in Role:
            for asset in CURRENCIES:
                held = balance.totals.get((role, asset), Money.zero(asset))
                self._balances.at(role.value, asset.code).set(float(held.decimal))
        for asset in CURRENCIES:
            off = balance.off.get(asset, Money.zero(asset))
            self._imbalance.at(asset.code).set(float(off.decimal))
        self._imbalance.at(SHARES).set(sum(_size(off) for off in _shares(balance)))
        self._balanced_at.set_to_current_time()


def _shares(balance: Balance) -> list[tuple[Asset, Money]]:
    return [(asset, off) for asset, off in balance.off.items() if asset not in CURRENCIES]


def _size(off: tuple[Asset, Money]) -> float:
    return abs(float(off[1].decimal))
