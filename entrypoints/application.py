"""Every service and port that the entrypoints call, as one value; resolving it checks the whole graph."""

from __future__ import annotations

import attrs

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
from ports.audit import AuditTrail
from ports.brokerage import Brokerage
from ports.cursors import Cursors
from ports.error_budgets import ErrorBudgets
from ports.heartbeats import Heartbeats
from ports.idempotency import IdempotencyRecords
from ports.inbound import Feed
from ports.job_signal import JobSignal
from ports.ledger import Ledger
from ports.rate_limit import RateLimiter
from ports.rejected_webhooks import RejectedWebhooks
from ports.request_context import CurrentRequest


@attrs.frozen
class Application:
    onboardings: OnboardingService
    api_keys: ApiKeyService
    payout_addresses: PayoutAddressService
    registrations: RegistrationService
    password_resets: PasswordResetService
    sessions: SessionService
    mfa: MfaService
    wallets: WalletService
    frozen_wallets: FrozenWalletService
    funding: FundingService
    trading: TradingService
    portfolio: PortfolioService
    catalogue: Catalogue
    limits: LimitService
    trails: TrailService
    webhooks: WebhookService
    processes: ProcessService
    jobs: JobService
    parked_jobs: ParkedJobService
    supervision: SupervisionService
    feeds: FeedService
    reconciliation: ReconciliationService
    reconciliation_runs: ReconciliationRunService
    operations: OperationsService
    staff: StaffService
    account_status: AccountStatusService
    overviews: OverviewService
    search: SearchService
    reviews: ReviewService
    breaks: BreakService
    ledger: Ledger
    brokerage: Brokerage
    cursors: Cursors
    idempotency_records: IdempotencyRecords
    audit_trail: AuditTrail
    error_budgets: ErrorBudgets
    rejected_webhooks: RejectedWebhooks
    current_request: CurrentRequest
    limiter: RateLimiter
    heartbeats: Heartbeats
    job_signal: JobSignal
    streams: tuple[Feed, ...]
    webhook_sources: tuple[str, ...]
