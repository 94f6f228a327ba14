"""Circle's transaction object (circle.md §5, §7), and its translation into facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

import attrs

from domain.ids import Reference
from domain.money import USDC, Money, NotAnAmount, PrecisionLost
from domain.processes.facts.funding import (
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    TransferDenied,
    TransferFailed,
    TransferSeen,
)

COMPLETE = "COMPLETE"
CONFIRMED = "CONFIRMED"
STUCK = "STUCK"
DENIED = "DENIED"
NOT_ARRIVED = frozenset({"FAILED", "CANCELLED"})
UNPAID = NOT_ARRIVED | {DENIED}
ARRIVED = frozenset({CONFIRMED, COMPLETE, DENIED})
FINAL = frozenset({COMPLETE, DENIED})
ARRIVAL_MAX = Money(10**11 * 10**USDC.scale, USDC)
"""More than all USDC that there is: it cannot be sent, and our sums stay far below 64 bits."""


@attrs.frozen(kw_only=True)
class Transaction:
    """One transfer. All fields except the id and the state may be missing, and are then empty."""

    id: str
    state: str
    wallet_id: str
    token_id: str
    tx_hash: str
    ref_id: str
    error: str
    amounts: tuple[str, ...]
    created_at: datetime | None = None

    @classmethod
    def read(cls, item: Any) -> Self:
        """Raises ``LookupError``, ``TypeError`` or ``AttributeError`` for anything else."""
        return cls(
            id=str(item["id"]),
            state=str(item["state"]),
            wallet_id=item.get("walletId") or "",
            token_id=item.get("tokenId") or "",
            tx_hash=item.get("txHash") or "",
            ref_id=item.get("refId") or "",
            error=item.get("errorReason") or "",
            amounts=tuple(item.get("amounts") or ()),
            created_at=_time(item.get("createDate")),
        )

    def payment(self, reference: Reference) -> PaymentAccepted | PaymentCompleted | PaymentFailed:
        """The state of the transfer that we requested under ``reference``; unknown means pending."""
        if self.state == COMPLETE:
            return PaymentCompleted(
                reference=reference,
                provider_id=self.id,
                tx_hash=self.tx_hash,
                amount=self._told(),
            )
        if self.state in UNPAID:
            return PaymentFailed(
                reference=reference,
                reason=self.error or self.state,
                final=self.state == DENIED,
            )
        return PaymentAccepted(reference=reference, provider_id=self.id)

    def _told(self) -> Money | None:
        """The amount that was sent; None if none can be read."""
        try:
            return Money.of(self.amounts[0], USDC) if len(self.amounts) == 1 else None
        except (NotAnAmount, PrecisionLost):
            return None

    def arrival(self) -> TransferSeen | TransferFailed | None:
        """
        The incoming USDC, once it is on the chain; also one that failed, or that screening denied.

        ``None`` for what is no money: an amount that is not positive or cannot exist, or names that no
        transfer has. Raises ``NotAnAmount`` or ``PrecisionLost`` when the amount is not one of USDC.
        """
        if self.state in NOT_ARRIVED:
            reason = self.error or self.state
            return TransferFailed(transaction_id=self.id, reason=reason, seen_at=self.created_at)
        if self.state not in ARRIVED or not self._is_named():
            return None
        amount = self._amount()
        if not amount.is_positive or amount > ARRIVAL_MAX:
            return None
        seen = TransferSeen(
            transaction_id=self.id,
            wallet_id=self.wallet_id,
            tx_hash=self.tx_hash,
            amount=amount,
            final=self.state in FINAL,
            seen_at=self.created_at,
        )
        if self.state == DENIED:
            return TransferDenied.of(
                seen, reason=f"the custodian denied it: {self.error or DENIED}"
            )
        return seen

    def _is_named(self) -> bool:
        return all(name.isprintable() for name in (self.id, self.wallet_id, self.tx_hash))

    def _amount(self) -> Money:
        if len(self.amounts) != 1 or not isinstance(self.amounts[0], str):
            raise NotAnAmount("a USDC transfer has exactly one amount, in text")
        return Money.of(self.amounts[0], USDC)


def _time(text: Any) -> datetime | None:
    """A time of Circle's; ``None`` if it is missing or unreadable, which must not hide the transfer."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time.replace(tzinfo=time.tzinfo or UTC)
