"""Every use case the entrypoints may call, as one value. Resolving it proves that the graph is complete."""

from __future__ import annotations

import attrs

from domain.services.accounts import AccountService
from domain.services.api_keys import ApiKeyService
from domain.services.backoffice import BackofficeService
from domain.services.catalogue import Catalogue
from domain.services.factors import FactorService
from domain.services.funding import FundingService
from domain.services.limits import LimitService
from domain.services.mailroom import MailroomService
from domain.services.news import NewsService
from domain.services.payout_addresses import PayoutAddressService
from domain.services.portfolio import PortfolioService
from domain.services.processes import ProcessService
from domain.services.reconciliation import ReconciliationService
from domain.services.recoveries import RecoveryService
from domain.services.registrations import RegistrationService
from domain.services.reviews import ReviewService
from domain.services.search import SearchService
from domain.services.sessions import SessionService
from domain.services.staffing import StaffService
from domain.services.standing import StandingService
from domain.services.trading import TradingService
from domain.services.trails import TrailService
from domain.services.vitals import VitalsService
from domain.services.wallets import WalletService
from domain.services.work import WorkService
from ports.audit import AuditTrail
from ports.brokerage import Brokerage
from ports.budgets import Budgets
from ports.deliveries import Deliveries
from ports.doorbell import Doorbell
from ports.heartbeats import Heartbeats
from ports.ledger import Ledger
from ports.notices import Feed
from ports.origins import Origins
from ports.rate_limit import RateLimiter
from ports.receipts import Receipts


@attrs.frozen
class Application:
    accounts: AccountService
    api_keys: ApiKeyService
    payout_addresses: PayoutAddressService
    registrations: RegistrationService
    recoveries: RecoveryService
    sessions: SessionService
    factors: FactorService
    wallets: WalletService
    funding: FundingService
    trading: TradingService
    portfolio: PortfolioService
    catalogue: Catalogue
    limits: LimitService
    trails: TrailService
    mailroom: MailroomService
    processes: ProcessService
    work: WorkService
    news: NewsService
    reconciliation: ReconciliationService
    vitals: VitalsService
    staff: StaffService
    standing: StandingService
    backoffice: BackofficeService
    search: SearchService
    reviews: ReviewService
    ledger: Ledger
    brokerage: Brokerage
    receipts: Receipts
    audit: AuditTrail
    budgets: Budgets
    deliveries: Deliveries
    origins: Origins
    limiter: RateLimiter
    heartbeats: Heartbeats
    doorbell: Doorbell
    feeds: tuple[Feed, ...]
    webhook_sources: tuple[str, ...]
