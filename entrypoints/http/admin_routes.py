"""
The staff's part of the route table.

Support may read everything and freeze accounts. Other changes are for administrators. Every change needs a
step-up and a reason.
"""

from __future__ import annotations

from entrypoints.http import admin_contracts as contracts
from entrypoints.http.access import Access
from entrypoints.http.handlers import (
    admin_breaks,
    admin_investors,
    admin_jobs,
    admin_processes,
    admin_reviews,
    admin_state,
)
from entrypoints.http.route import Route

_INVESTOR = "/v1/admin/investors/{id}"
_REVIEW = "/v1/admin/reviews/{id}"
_PROPOSAL = f"{_REVIEW}/proposals/{{proposal_id}}"
_BREAK = "/v1/admin/breaks/{id}"
_HEALING = f"{_BREAK}/proposals/{{proposal_id}}"

_LOOKING = (
    ("/v1/admin/investors", admin_investors.listing, contracts.INVESTORS),
    (_INVESTOR, admin_investors.show, contracts.INVESTOR_SHEET),
    ("/v1/admin/deposits", admin_processes.deposits, contracts.DEPOSITS),
    ("/v1/admin/withdrawals", admin_processes.withdrawals, contracts.WITHDRAWALS),
    ("/v1/admin/orders", admin_processes.orders, contracts.ORDERS),
    ("/v1/admin/trails/{id}", admin_processes.trail, contracts.TRAIL),
    ("/v1/admin/reviews", admin_reviews.listing, contracts.REVIEWS),
    (_REVIEW, admin_reviews.show, contracts.ONE_REVIEW),
    ("/v1/admin/breaks", admin_breaks.list_breaks, contracts.BREAKS),
    (_BREAK, admin_breaks.show_break, contracts.ONE_BREAK),
    (
        "/v1/admin/reconciliations",
        admin_breaks.list_reconciliations,
        contracts.RECONCILIATIONS,
    ),
    ("/v1/admin/workers", admin_state.workers, contracts.WORKERS),
    ("/v1/admin/providers", admin_state.providers, contracts.PROVIDERS),
    ("/v1/admin/queue", admin_state.queue, contracts.QUEUE),
    ("/v1/admin/jobs/parked", admin_jobs.parked, contracts.PARKED_JOBS),
    ("/v1/admin/limits", admin_state.limits, contracts.LIMITS),
)
_ACTING = (
    (f"{_INVESTOR}/freeze", admin_investors.freeze, contracts.FREEZE, Access.SUPPORT),
    (f"{_INVESTOR}/unfreeze", admin_investors.unfreeze, contracts.FREEZE, Access.ADMIN),
    (f"{_INVESTOR}/deactivate", admin_investors.deactivate, contracts.CLOSE, Access.ADMIN),
    (f"{_INVESTOR}/role", admin_investors.give_role, contracts.GIVE_ROLE, Access.ADMIN),
    (f"{_INVESTOR}/tier", admin_investors.assign_tier, contracts.ASSIGN_TIER, Access.ADMIN),
    (f"{_REVIEW}/inquire", admin_reviews.inquire, contracts.INQUIRE, Access.SUPPORT),
    (f"{_REVIEW}/proposals", admin_reviews.propose, contracts.PROPOSE, Access.ADMIN),
    (f"{_PROPOSAL}/approve", admin_reviews.approve, contracts.APPROVE, Access.ADMIN),
    (f"{_PROPOSAL}/reject", admin_reviews.reject, contracts.REJECT, Access.ADMIN),
    ("/v1/admin/jobs/{job_id}/resume", admin_jobs.resume, contracts.RESUME_JOB, Access.ADMIN),
    (f"{_BREAK}/assign", admin_breaks.assign_break, contracts.ASSIGN_BREAK, Access.SUPPORT),
    (f"{_BREAK}/proposals", admin_breaks.propose_healing, contracts.PROPOSE_HEALING, Access.ADMIN),
    (f"{_HEALING}/approve", admin_breaks.approve_healing, contracts.APPROVE, Access.ADMIN),
    (f"{_HEALING}/reject", admin_breaks.reject_healing, contracts.REJECT, Access.ADMIN),
    (
        "/v1/admin/capital",
        admin_breaks.propose_capital,
        contracts.PROPOSE_CAPITAL,
        Access.ADMIN,
    ),
)

ADMIN_ROUTES = (
    *(
        Route("GET", path, handler, contract, Access.SUPPORT)
        for path, handler, contract in _LOOKING
    ),
    *(
        Route("POST", path, handler, contract, access, step_up=True)
        for path, handler, contract, access in _ACTING
    ),
)
