"""What the staff's operations take, answer and refuse."""

from __future__ import annotations

from domain.accounts.investor import (
    AccountNotActive,
    AccountNotEmpty,
    InvestorNotFound,
    InvestorStage,
)
from domain.accounts.onboarding import OnboardingRequired
from domain.accounts.staff import AccountClosed, LastAdministrator, OwnAccount, StaffAccount
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import AddressCooling, AddressNotSaved, WithdrawalStage
from domain.ledger.entry import EntryAlreadyPosted, InsufficientFunds
from domain.reconciliation.break_record import BreakNotFound, BreakStage, InvalidCapital
from domain.reconciliation.difference import BreakClass, Place
from domain.review.proposal import (
    ProposalClosed,
    ProposalNotFound,
    ProposalStale,
    SecondPersonNeeded,
)
from domain.review.ruling import EvidenceNeeded, ReviewNotFound, RulingRefused
from domain.services.operations.trails import TrailNotFound
from domain.trading.order import OrderStage
from entrypoints.http import error_sets
from entrypoints.http.contracts import Contract
from entrypoints.http.handlers import (
    admin_breaks,
    admin_investors,
    admin_jobs,
    admin_reviews,
    admin_state,
)
from entrypoints.http.paging import Listing
from entrypoints.http.parameters import (
    EMAIL,
    IN_STAGE,
    INVESTOR,
    PAGING,
    REFERENCE,
    ROLE,
    one_of,
)
from entrypoints.http.views.admin import (
    AdminInvestorView,
    AdminProcessView,
    AdminTrailView,
)
from ports.processes import JobNotParked, LookupKeyTaken, StaleVersion

ACTING = (InvestorNotFound, OwnAccount, AccountNotActive, StaleVersion)
ON_ACCOUNT = (*ACTING, AccountClosed, StaffAccount)
DECIDING = (ProposalNotFound, ProposalClosed, ProposalStale, AccountNotActive)
BOOKS = (InsufficientFunds, EntryAlreadyPosted, LookupKeyTaken)

INVESTORS = Contract(
    gives={200: Listing[AdminInvestorView]},
    queries=(EMAIL, one_of("stage", InvestorStage, summary=IN_STAGE), ROLE, *PAGING),
)
INVESTOR_SHEET = Contract(
    gives={200: admin_investors.InvestorSheetView}, refuses=(InvestorNotFound,)
)
FREEZE = Contract(
    takes=admin_investors.ReasonBody,
    gives={200: admin_investors.InvestorSheetView},
    refuses=ON_ACCOUNT,
)
CLOSE = Contract(
    takes=admin_investors.ReasonBody,
    gives={200: admin_investors.InvestorSheetView},
    refuses=(*ON_ACCOUNT, AccountNotEmpty),
)
GIVE_ROLE = Contract(
    takes=admin_investors.RoleBody,
    gives={200: admin_investors.InvestorSheetView},
    refuses=(*ACTING, AccountClosed, LastAdministrator),
)
ASSIGN_TIER = Contract(
    takes=admin_investors.TierBody,
    gives={200: admin_investors.InvestorSheetView},
    refuses=(*ACTING, OnboardingRequired),
)

DEPOSITS, WITHDRAWALS, ORDERS = (
    Contract(
        gives={200: Listing[AdminProcessView]},
        queries=(one_of("stage", stages, summary=IN_STAGE), INVESTOR, REFERENCE, *PAGING),
    )
    for stages in (DepositStage, WithdrawalStage, OrderStage)
)
TRAIL = Contract(gives={200: AdminTrailView}, refuses=(TrailNotFound,))

REVIEWS = Contract(gives={200: Listing[AdminProcessView]}, queries=PAGING)
ONE_REVIEW = Contract(gives={200: admin_reviews.ReviewView}, refuses=(ReviewNotFound,))
INQUIRE = Contract(
    takes=admin_investors.ReasonBody,
    gives={200: AdminProcessView},
    refuses=(ReviewNotFound, AccountNotActive, StaleVersion, *error_sets.PROVIDER),
)
PROPOSE = Contract(
    takes=admin_reviews.RulingBody,
    gives={201: admin_reviews.ProposalView},
    refuses=(
        *(ReviewNotFound, EvidenceNeeded, RulingRefused, OwnAccount),
        *(AddressNotSaved, AddressCooling),
        *(AccountNotActive, *error_sets.AMOUNT),
    ),
)
APPROVE = Contract(
    takes=admin_investors.ReasonBody,
    gives={200: admin_reviews.ProposalView},
    refuses=(
        *(*DECIDING, SecondPersonNeeded, OwnAccount, RulingRefused, *BOOKS),
        *(AddressNotSaved, AddressCooling),
    ),
)
REJECT = Contract(
    takes=admin_investors.ReasonBody,
    gives={200: admin_reviews.ProposalView},
    refuses=DECIDING,
)

BREAKS = Contract(
    gives={200: Listing[admin_breaks.BreakView]},
    queries=(
        one_of("stage", BreakStage, summary=IN_STAGE),
        one_of("place", Place, summary="Filters by place."),
        one_of("class", BreakClass, summary="Filters by class."),
        INVESTOR,
        *PAGING,
    ),
)
ONE_BREAK = Contract(gives={200: admin_breaks.BreakSheetView}, refuses=(BreakNotFound,))
ASSIGN_BREAK = Contract(
    takes=admin_breaks.AssignBody,
    gives={200: admin_breaks.BreakSheetView},
    refuses=(BreakNotFound, InvestorNotFound, AccountNotActive, StaleVersion),
)
PROPOSE_HEALING = Contract(
    takes=admin_breaks.HealBody,
    gives={201: admin_reviews.ProposalView},
    refuses=(
        *(BreakNotFound, ReviewNotFound, EvidenceNeeded),
        *(RulingRefused, OwnAccount, AccountNotActive),
    ),
)
PROPOSE_CAPITAL = Contract(
    takes=admin_breaks.CapitalBody,
    gives={201: admin_reviews.ProposalView},
    refuses=(InvalidCapital, AccountNotActive, *error_sets.AMOUNT),
)
RECONCILIATIONS = Contract(gives={200: Listing[admin_breaks.RunView]}, queries=PAGING)

WORKERS = Contract(gives={200: Listing[admin_state.WorkerView]})
PROVIDERS = Contract(gives={200: Listing[admin_state.ProviderView]})
QUEUE = Contract(gives={200: admin_state.QueueView})
PARKED_JOBS = Contract(gives={200: admin_jobs.ParkedJobsView})
RESUME_JOB = Contract(
    takes=admin_investors.ReasonBody,
    gives={200: admin_jobs.ResumedView},
    refuses=(JobNotParked, AccountNotActive),
)
LIMITS = Contract(gives={200: admin_state.AdminLimitsView})
