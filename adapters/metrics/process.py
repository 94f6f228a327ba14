"""All metrics of one operating-system process, and the page that Prometheus scrapes."""

from __future__ import annotations

import platform
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    Info,
    ProcessCollector,
    generate_latest,
)

from adapters.metrics.business import BusinessMetrics
from adapters.metrics.database import DatabaseMetrics
from adapters.metrics.machine import MachineMetrics
from adapters.metrics.periodic_tasks import PeriodicTaskMetrics
from adapters.metrics.providers import ProviderMetrics
from adapters.metrics.requests import RequestMetrics
from adapters.metrics.state import BreakMetrics, LedgerMetrics, StateMetrics
from adapters.metrics.use_cases import UseCaseMetrics
from domain.operations import Balance, OperationalState, Reconciled
from ports.clock import Clock

DISTRIBUTION = "stack-service"


class ProcessMetrics:
    """
    The metrics of one process. ``role`` is its role, such as ``http`` or ``worker``.

    Each process serves its own page; Prometheus aggregates them by job.
    """

    def __init__(self, *, role: str, clock: Clock) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        build = Info("stack_build", "Version and role of the process", registry=registry)
        build.info(
            {"version": version(DISTRIBUTION), "python": platform.python_version(), "role": role}
        )
        self.requests = RequestMetrics(registry)
        self.providers = ProviderMetrics(registry)
        self.database = DatabaseMetrics(registry)
        self.machine = MachineMetrics(registry)
        self.use_cases = UseCaseMetrics(registry, clock)
        self.business = BusinessMetrics(registry)
        self._periodic_tasks = PeriodicTaskMetrics(registry)
        self._state = StateMetrics(registry)
        self._ledger = LedgerMetrics(registry)
        self._breaks = BreakMetrics(registry)

    def page(self) -> tuple[bytes, str]:
        """The page in Prometheus' text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def request_began(self) -> None:
        self.requests.began()

    def request_ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        self.requests.ended(method, route=route, status=status, seconds=seconds)

    def periodic_task_ran(self, name: str, *, outcome: str) -> None:
        self._periodic_tasks.ran(name, outcome=outcome)

    def process_missed(self, how: str, *, kind: str, stage: str) -> None:
        self._state.reviews.missed(how, kind=kind, stage=stage)

    def show(self, state: OperationalState) -> None:
        self._state.show(state)

    def show_balance(self, balance: Balance) -> None:
        self._ledger.show(balance)

    def show_reconciled(self, reconciled: Reconciled) -> None:
        self._breaks.show(reconciled)
