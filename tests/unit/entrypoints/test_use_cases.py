"""Span names are data: they stay as they are when a class or its module is renamed."""

from __future__ import annotations

import inspect
from typing import get_type_hints

from adapters.telemetry.observed import Trigger
from entrypoints.application import Application
from entrypoints.use_cases import USE_CASES

OPERATIONS = {
    "SupervisionService": "run",
    "ParkedJobService": "count list resume resume_from_terminal",
    "AccountService": "current email_of onboard onboarding",
    "ApiKeyService": "caller list make revoke",
    "BackofficeService": "overview",
    "BreakService": "assign list propose_capital runs show",
    "Catalogue": "instrument instruments require_tradable",
    "FactorService": (
        "confirm_authenticator of offer_authenticator remove_authenticator renew_recovery_codes"
        " set_passcode step_up"
    ),
    "FrozenWalletService": "found_frozen watch",
    "FundingService": (
        "announce_deposit deposit deposits withdraw withdraw_announcement withdrawal withdrawals"
    ),
    "LimitService": "explained require_room rooms tier usage_of_steps used_by",
    "MailroomService": "receive subscribe",
    "NewsService": "advance poll_arrivals position take_in",
    "PayoutAddressService": "list remove require_usable require_payable save usable usable_on",
    "PortfolioService": "balances portfolio",
    "ProcessService": "apply commit_together finish hear keep open",
    "ReconciliationRunService": "state turn",
    "ReconciliationService": "check check_ledger compare holder imbalances owners",
    "RecoveryService": "begin complete",
    "RegistrationService": "register send_again verify",
    "ReviewService": "approve inquire list propose reject show",
    "SearchService": "in_review investors one processes",
    "SessionService": "caller change_password list log_in log_out refresh revoke",
    "StaffService": "give_role give_role_from_terminal members",
    "StandingService": "assign_tier close freeze leave unfreeze",
    "TradingService": "basket_order cancel order orders place place_basket",
    "TrailService": "trail",
    "VitalsService": "balance take",
    "WalletService": "create current ensure_treasury list on_chain treasury",
    "WorkService": "claim do",
}
"""What dashboards and searches know: the services and their use cases, as they were named first."""


def test_use_cases_have_the_span_names_that_dashboards_know() -> None:
    told: dict[str, list[str]] = {}
    for service, name in USE_CASES.names.items():
        methods = inspect.getmembers(service, inspect.iscoroutinefunction)
        told[name] = sorted(
            USE_CASES.methods.get(function, method)
            for method, function in methods
            if not method.startswith("_")
        )
    assert told == {name: sorted(methods.split()) for name, methods in OPERATIONS.items()}


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
