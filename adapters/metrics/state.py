"""
How the house is, as gauges that one chore of each worker sets.

Every worker tells the same; in Prometheus take their ``max``, not their sum.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import gauge
from domain.ledger.account import Role
from domain.money import USD, USDC, Asset, Money
from domain.operations import Balance, OperationalState

CURRENCIES = (USD, USDC)
SHARES = "shares"
"""All shares together: a label for each symbol would have no end."""


class StateMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._processes = gauge(
            registry,
            "stack_processes",
            "Processes in a stage in which something is awaited; 10000 means at least",
            ("kind", "stage"),
        )
        self._oldest = gauge(
            registry,
            "stack_processes_oldest_age_seconds",
            "Since when the oldest process in the stage has existed",
            ("kind", "stage"),
        )
        self._jobs_due = Gauge(
            "stack_jobs_due", "Jobs that are due; 10000 means at least", registry=registry
        )
        self._outbox_lag = Gauge(
            "stack_outbox_lag_seconds", "How long the first due job has waited", registry=registry
        )
        self._unsealed = Gauge(
            "stack_audit_unsealed", "Audit records that no block holds", registry=registry
        )
        self._unsealed_age = Gauge(
            "stack_audit_unsealed_age_seconds",
            "How long the oldest of them has waited",
            registry=registry,
        )
        self._feeds = gauge(
            registry,
            "stack_feed_position_age_seconds",
            "Since when the position of a feed has not moved; quiet feeds do not move",
            ("feed",),
        )
        self._balances = gauge(
            registry,
            "stack_ledger_balance",
            "Money in all accounts of a role; hold is what is held for orders",
            ("role", "asset"),
        )
        self._imbalance = gauge(
            registry,
            "stack_ledger_imbalance",
            "By how much the books do not balance: always 0",
            ("asset",),
        )
        self._balanced_at = Gauge(
            "stack_ledger_checked_timestamp_seconds",
            "When the books were last added up",
            registry=registry,
        )

    def show(self, state: OperationalState) -> None:
        for each in state.processes:
            self._processes.at(each.kind, each.stage).set(each.queue.depth)
            self._oldest.at(each.kind, each.stage).set(each.queue.age.total_seconds())
        self._jobs_due.set(state.jobs.depth)
        self._outbox_lag.set(state.jobs.age.total_seconds())
        self._unsealed.set(state.unsealed.depth)
        self._unsealed_age.set(state.unsealed.age.total_seconds())
        for feed, age in state.feeds.items():
            self._feeds.at(feed).set(age.total_seconds())

    def show_balance(self, balance: Balance) -> None:
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
