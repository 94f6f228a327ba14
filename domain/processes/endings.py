"""Which processes are over: nothing is awaited any more, and no news can move them."""

from __future__ import annotations

from domain.accounts.onboarding import OnboardingStage
from domain.accounts.session import SessionStage
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.processes.decision import Record
from domain.trading.order import OrderStage
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
}


def has_ended(record: Record) -> bool:
    """An order that ended may still be filled by a late report; nobody needs to ask for it, though."""
    return record.stage in _ENDINGS
