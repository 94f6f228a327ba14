"""Span names are data: they stay as they are when a class or its module is renamed."""

from __future__ import annotations

from typing import get_type_hints

from adapters.telemetry.observed import Trigger
from entrypoints.application import Application
from entrypoints.use_cases import USE_CASES

NAMES = """
AccountService ApiKeyService BackofficeService Catalogue FactorService FundingService LimitService
MailroomService NewsService PayoutAddressService PortfolioService ProcessService ReconciliationService
RecoveryService RegistrationService ReviewService SearchService SessionService StaffService
StandingService TradingService TrailService VitalsService WalletService WorkService
"""


def test_names_of_services_are_those_that_dashboards_know() -> None:
    assert sorted(USE_CASES.names.values()) == NAMES.split()


def test_every_service_of_the_application_has_a_name() -> None:
    services = {
        hint
        for hint in get_type_hints(Application).values()
        if hint.__module__.startswith("domain.services.")
    }
    assert services == set(USE_CASES.names)


def test_jobs_events_and_webhooks_each_start_one_use_case() -> None:
    assert sorted(USE_CASES.triggers.values(), key=lambda each: each.name) == [
        Trigger.EVENT,
        Trigger.JOB,
        Trigger.WEBHOOK,
    ]
