"""Which processes are over: nothing is awaited any more, and no news can move them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import get_type_hints

from domain.accounts.api_key import ApiKeyStage
from domain.accounts.investor import InvestorStage
from domain.accounts.onboarding import OnboardingStage
from domain.accounts.recovery import RecoveryStage
from domain.accounts.registration import RegistrationStage
from domain.accounts.session import SessionStage
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.processes.decision import Record
from domain.processes.kinds import RECORDS
from domain.review.proposal import ProposalStage
from domain.trading.order import OrderStage
from domain.wallets.payout_address import PayoutAddressStage
from domain.wallets.wallet import WalletStage

_ENDINGS = {
    DepositStage.BROKER_FUNDED,
    DepositStage.FAILED,
    WithdrawalStage.COMPLETED,
    WithdrawalStage.COMPENSATED,
    WithdrawalStage.FAILED,
    OrderStage.FILLED,
    OrderStage.CANCELED,
    OrderStage.REJECTED,
    OrderStage.EXPIRED,
    WalletStage.LIVE,
    OnboardingStage.APPROVED,
    OnboardingStage.REJECTED,
    SessionStage.REVOKED,
    InvestorStage.DEACTIVATED,
    RegistrationStage.CONFIRMED,
    RegistrationStage.EXPIRED,
    RegistrationStage.SUPERSEDED,
    RecoveryStage.USED,
    RecoveryStage.EXPIRED,
    PayoutAddressStage.REMOVED,
    ApiKeyStage.EXPIRED,
    ApiKeyStage.REVOKED,
    ProposalStage.APPROVED,
    ProposalStage.REJECTED,
    ProposalStage.EXPIRED,
}


def has_ended(record: Record) -> bool:
    """An order that ended may still be filled by a late report; nobody needs to ask for it, though."""
    return record.stage in _ENDINGS


def open_stages() -> Mapping[str, Sequence[str]]:
    """By kind, the stages in which something is still awaited."""
    stages: dict[str, type[Enum]] = {
        kind: get_type_hints(record)["stage"] for record, kind in RECORDS.items()
    }
    return {
        kind: [stage.value for stage in every if stage not in _ENDINGS]
        for kind, every in stages.items()
    }
