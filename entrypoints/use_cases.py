"""The names of services in spans and metrics, and the triggers of their use cases."""

from __future__ import annotations

from adapters.telemetry.observed import Trigger, UseCases
from domain.services.accounts.api_keys import ApiKeyService
from domain.services.accounts.mfa import MfaService
from domain.services.accounts.onboarding import OnboardingService
from domain.services.accounts.password_resets import PasswordResetService
from domain.services.accounts.registrations import RegistrationService
from domain.services.accounts.sessions import SessionService
from domain.services.administration.account_status import AccountStatusService
from domain.services.administration.breaks import BreakService
from domain.services.administration.overview import OverviewService
from domain.services.administration.parked_jobs import ParkedJobService
from domain.services.administration.reviews import ReviewService
from domain.services.administration.search import SearchService
from domain.services.administration.staff import StaffService
from domain.services.commits.limits import LimitService
from domain.services.commits.processes import ProcessService
from domain.services.funding.frozen_wallets import FrozenWalletService
from domain.services.funding.funding import FundingService
from domain.services.funding.payout_addresses import PayoutAddressService
from domain.services.funding.wallets import WalletService
from domain.services.integration.feeds import FeedService
from domain.services.integration.jobs import JobService
from domain.services.integration.webhooks import WebhookService
from domain.services.operations.operational_state import OperationsService
from domain.services.operations.reconciliation import ReconciliationService
from domain.services.operations.reconciliation_runs import ReconciliationRunService
from domain.services.operations.supervision import SupervisionService
from domain.services.operations.trails import TrailService
from domain.services.trading.catalogue import Catalogue
from domain.services.trading.orders import TradingService
from domain.services.trading.portfolio import PortfolioService

USE_CASES = UseCases(
    names={
        OnboardingService: "AccountService",
        ApiKeyService: "ApiKeyService",
        OverviewService: "BackofficeService",
        BreakService: "BreakService",
        Catalogue: "Catalogue",
        MfaService: "FactorService",
        FrozenWalletService: "FrozenWalletService",
        FundingService: "FundingService",
        LimitService: "LimitService",
        WebhookService: "MailroomService",
        FeedService: "NewsService",
        ParkedJobService: "ParkedJobService",
        PayoutAddressService: "PayoutAddressService",
        PortfolioService: "PortfolioService",
        ProcessService: "ProcessService",
        ReconciliationService: "ReconciliationService",
        ReconciliationRunService: "ReconciliationRunService",
        PasswordResetService: "RecoveryService",
        RegistrationService: "RegistrationService",
        ReviewService: "ReviewService",
        SearchService: "SearchService",
        SessionService: "SessionService",
        StaffService: "StaffService",
        AccountStatusService: "StandingService",
        SupervisionService: "SupervisionService",
        TradingService: "TradingService",
        TrailService: "TrailService",
        OperationsService: "VitalsService",
        WalletService: "WalletService",
        JobService: "WorkService",
    },
    methods={
        AccountStatusService.close_own: "leave",
        FeedService.apply_event: "take_in",
        FeedService.poll_inbound: "poll_arrivals",
        JobService.run: "do",
        LimitService.headrooms: "rooms",
        LimitService.require_headroom: "require_room",
        LimitService.usage_of_step: "used_by",
        OperationsService.snapshot: "take",
        ProcessService.apply_external: "hear",
        ProcessService.complete_job: "finish",
        ProcessService.store_result: "keep",
    },
    triggers={
        JobService.run: Trigger.JOB,
        FeedService.apply_event: Trigger.EVENT,
        WebhookService.receive: Trigger.WEBHOOK,
    },
)
"""Dashboards and searches rely on these names: they stay when a class is renamed."""
