"""Which announced deposit a transfer is: the amount announced, or a little less."""

from __future__ import annotations

from collections.abc import Iterable

from domain.funding.deposit import Deposit
from domain.money import USDC, Money

FEE_MAX = Money(5_000_000, USDC)
"""What an exchange keeps of a withdrawal on one of our chains: 5 USDC at most."""
FEE_PERCENT_MAX = 10
"""No fee takes more of an announced amount: a small one is another transfer."""


def best_match(arrived: Money, announced: Iterable[Deposit]) -> Deposit | None:
    """
    The announcement that the transfer is for: that of the least difference, of several the first given.

    An amount above what was announced is another transfer.
    """
    fitting = [deposit for deposit in announced if _fits(arrived, deposit.amount)]
    return min(fitting, key=lambda deposit: deposit.amount.minor, default=None)


def _fits(arrived: Money, announced: Money) -> bool:
    missing = announced - arrived
    most = min(FEE_MAX.minor, announced.minor * FEE_PERCENT_MAX // 100)
    return 0 <= missing.minor <= most
