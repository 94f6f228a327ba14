"""
Audit records: who did what, and when.

An audit record is committed with the act it describes and never changed. It names people by id only. It
contains no secrets and no personal data except the IP address of the request, if known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

import attrs

from domain.hashing import token_digest
from domain.ids import InvestorId, ProcessId

ANONYMOUS = "anonymous"
"""The actor of an unauthenticated request."""

_TRACE_LENGTH = 12


class AuditKind(Enum):
    """The kinds of records that auditors can filter by."""

    LOGIN = "login"
    LOGOUT = "logout"
    FAILED_AUTHENTICATION = "failed_authentication"
    REGISTRATION = "registration"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an act
    CREDENTIALS_CHANGED = "credentials_changed"
    STEP_UP = "step_up"
    KYC_SUBMITTED = "kyc_submitted"
    KYC_APPROVED = "kyc_approved"
    KYC_REJECTED = "kyc_rejected"
    DEPOSIT_CREATED = "deposit_created"
    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    BALANCE_CHANGED = "balance_changed"
    ORDER_PLACED = "order_placed"
    ORDER_CANCEL_REQUESTED = "order_cancel_requested"
    WALLET_CREATED = "wallet_created"
    PAYOUT_ADDRESS_SAVED = "payout_address_saved"
    PAYOUT_ADDRESS_REMOVED = "payout_address_removed"
    API_KEY_CREATED = "api_key_created"
    API_KEY_REVOKED = "api_key_revoked"
    ACCOUNT_CLOSED = "account_closed"
    BREAK_ASSIGNED = "break_assigned"
    ADMIN_ACTION = "admin_action"


@attrs.frozen(kw_only=True)
class AuditRecord:
    """
    One act.

    ``subject`` is the investor concerned, ``actor`` who did it: an investor's id, the firm (``FIRM``) or
    ``ANONYMOUS``; ``about`` is the process that it belongs to.
    """

    at: datetime
    kind: AuditKind
    subject: InvestorId | None
    actor: str
    about: ProcessId | None = None
    request_id: str | None = None
    ip: str | None = None
    detail: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class StaffAct:
    """
    What the staff member ``actor`` does to something of another person, and why.

    ``subject`` is the owner, ``about`` the process that is changed.
    """

    actor: str
    action: str
    reason: str
    subject: InvestorId | None = None
    about: ProcessId | None = None
    detail: Mapping[str, str] = attrs.field(factory=dict)


def trace_of(email: str) -> str:
    """
    A short hash of an address that has no account.

    It tells attempts at one address from attempts at many, and a known address can be searched for; but
    the exported log does not become a list of addresses. 48 bits of unkeyed SHA-256, so that auditors can
    compute it themselves.
    """
    return token_digest(email)[:_TRACE_LENGTH]
