"""What a process answers to a fact: its new record, what to post, what to do next."""

from __future__ import annotations

from typing import Generic, TypeVar

import attrs

from domain.accounts.api_key import ApiKey
from domain.accounts.investor import Investor
from domain.accounts.onboarding import Onboarding
from domain.accounts.password_reset import PasswordReset
from domain.accounts.registration import Registration
from domain.accounts.session import Session
from domain.accounts.staff import Staff
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import LookupKey
from domain.ledger.entry import Entry
from domain.processes.instructions import Instruction
from domain.reconciliation.break_record import Break
from domain.reconciliation.run import ReconciliationRun
from domain.review.proposal import Proposal
from domain.trading.order import Order
from domain.wallets.payout_address import PayoutAddress
from domain.wallets.wallet import Wallet

Process = (
    Deposit
    | Withdrawal
    | Order
    | Wallet
    | Onboarding
    | Session
    | Investor
    | Registration
    | PasswordReset
    | PayoutAddress
    | ApiKey
    | Staff
    | Proposal
    | Break
    | ReconciliationRun
)
ProcessT = TypeVar("ProcessT", bound=Process)


@attrs.frozen
class Decision(Generic[ProcessT]):
    """
    Committed whole or not at all.

    ``names`` are new keys by which the process can be found, such as a provider's id.
    """

    record: ProcessT
    entries: tuple[Entry, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    names: tuple[LookupKey, ...] = ()
