"""Every endpoint in Due's documents, and the tests that have called it."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

ENDPOINTS = frozenset(
    """\
POST /v1/accounts
GET /v1/accounts
GET /v1/accounts/{id}
GET /v1/account_categories
GET /v1/tos/{token}
POST /v1/tos/{token}
POST /v1/api_keys
GET /v1/kyc
POST /v1/kyc
POST /v1/kyc/session
POST /v1/kyc/sessions
GET /v1/kyc/submissions
GET /v1/kyc/submissions/{id}
POST /v1/kyc/submissions/{id}/info
POST /v1/kyc/submissions/{id}/documents
POST /v1/kyc/submissions/documents/{token}
POST /v1/kyc/submissions/{id}/questionnaires
POST /v1/kyc/submissions/{id}/complete
POST /v1/kyc/sharing/sumsub
GET /v1/kyc/endorsements/{code}
POST /v1/kyc/endorsements/{code}
POST /v1/wallets
GET /v1/wallets
GET /v1/wallets/{id}/balance
GET /v1/schemas
POST /v1/recipients
GET /v1/recipients
GET /v1/recipients/{id}
DELETE /v1/recipients/{id}
GET /v1/channels
POST /v1/transfers/quote
POST /v1/transfers/estimate
POST /v1/transfers
GET /v1/transfers
GET /v1/transfers/{id}
POST /v1/transfers/{id}/funding_address
POST /v1/transfers/{id}/transfer_intent
POST /v1/transfer_intents/submit
GET /v1/transfer_intents/{id}
GET /fx/markets
GET /fx/markets/{base}/{quote}
GET /fx/markets/{base}/{quote}/history
POST /fx/quote
POST /v1/virtual_accounts
GET /v1/virtual_accounts
GET /v1/virtual_accounts/list
GET /v1/virtual_accounts/{key}
POST /v1/virtual_accounts/{key}
POST /v1/webhook_endpoints
GET /v1/webhook_endpoints
GET /v1/webhook_endpoints/events
POST /v1/webhook_endpoints/{id}
DELETE /v1/webhook_endpoints/{id}
GET /v1/webhook_endpoints/{id}/events
POST /v1/webhook_endpoints/{id}/events/{event_id}/retry
POST /dev/sumsub/applicants/{id}/approve
POST /dev/payin
POST /dev/v1/payin
POST /dev/merge/v1/payin
""".splitlines()
)
# Commands that only our sandbox has.
OURS = frozenset(
    f"POST /dev/transfers/{{id}}/{verdict}"
    for verdict in ("refund", "hold", "approve", "cancel", "fail")
)

Test = Callable[[], Awaitable[None]]
PLAYED: set[str] = set()
_answered: ContextVar[set[str] | None] = ContextVar("answered", default=None)


def note(method: str, path: str, status: int) -> None:
    """Note an answered call; only successful ones count."""
    answered = _answered.get()
    if answered is not None and status == 200:
        answered.update(row for row in ENDPOINTS | OURS if _is_of(f"{method} {path}", row))


def _is_of(call: str, row: str) -> bool:
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(row))
    return re.fullmatch(f"{pattern}/?", call) is not None


def plays(*rows: str) -> Callable[[Test], Test]:
    """The test calls each of ``rows`` with success, or it fails."""
    assert set(rows) <= ENDPOINTS | OURS, set(rows) - ENDPOINTS - OURS
    PLAYED.update(rows)

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        async def run() -> None:
            answered: set[str] = set()
            token = _answered.set(answered)
            try:
                await test()
            finally:
                _answered.reset(token)
            assert answered >= set(rows), f"not played: {set(rows) - answered}"

        return run

    return decorate
