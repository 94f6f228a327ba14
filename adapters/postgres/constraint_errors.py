"""Maps the name of a violated constraint to an error of the core."""

from __future__ import annotations

from adapters.postgres.group_commit import UNSTORABLE
from domain.accounts.investor import AccountNotActive, AccountNotEmpty
from domain.errors import DomainError
from domain.ledger.entry import (
    DebtUnpaid,
    EntryAlreadyPosted,
    InsufficientFunds,
    InvalidPosting,
)
from domain.limits import LimitExceeded
from ports.counts import CountExceeded
from ports.errors import StoreRefused
from ports.idempotency import KeyUsed
from ports.processes import JobNotParked, LeaseLost, LookupKeyTaken, StaleVersion, Unstorable

_ERRORS: dict[str, type[DomainError]] = {
    "balance_not_negative": InsufficientFunds,
    "debt_unpaid": DebtUnpaid,
    "entries_pkey": EntryAlreadyPosted,
    "provider_names_pkey": LookupKeyTaken,
    "processes_pkey": StaleVersion,
    "process_steps_pkey": StaleVersion,
    "stale_version": StaleVersion,
    "lease_held": LeaseLost,
    "job_parked": JobNotParked,
    "one_asset": InvalidPosting,
    "amount_positive": InvalidPosting,
    "within_limit": LimitExceeded,
    UNSTORABLE: Unstorable,
    "idempotency_keys_pkey": KeyUsed,
    "account_active": AccountNotActive,
    "account_empty": AccountNotEmpty,
    "within_count": CountExceeded,
}


def refusal(constraint: str) -> DomainError:
    error = _ERRORS.get(constraint)
    return error() if error else StoreRefused(f"the database refused: {constraint}")
