"""
What has happened outside, in our terms.

A fact comes from a provider's answer, a webhook, an event stream or a look-up; its source makes no
difference. The same fact may arrive many times, late and out of order, and deciding on it again changes
nothing. Every fact about an effect carries the reference under which the effect was made.

Each kind of process has a union of its own, which its ``decide`` takes.
"""

from __future__ import annotations

from domain.processes.facts.accounts import (
    ApiKeyFact,
    InvestorFact,
    OnboardingFact,
    PasswordResetFact,
    RegistrationFact,
    SessionFact,
    StaffFact,
)
from domain.processes.facts.effects import Overdue, ProcessOpened, Unattended
from domain.processes.facts.funding import (
    DepositFact,
    PayoutAddressFact,
    WalletFact,
    WithdrawalFact,
)
from domain.processes.facts.reconciliation import BreakFact, RunFact
from domain.processes.facts.review import ProposalFact, Ruled
from domain.processes.facts.trading import OrderFact

Fact = (
    DepositFact
    | WithdrawalFact
    | OrderFact
    | WalletFact
    | PayoutAddressFact
    | OnboardingFact
    | SessionFact
    | InvestorFact
    | RegistrationFact
    | PasswordResetFact
    | ApiKeyFact
    | StaffFact
    | ProposalFact
    | BreakFact
    | RunFact
    | Ruled
    | Overdue
    | Unattended
    | ProcessOpened
)
