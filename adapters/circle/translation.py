"""Circle's transaction object (circle.md §5, §7), and its translation into facts."""

from __future__ import annotations

from typing import Any, Self

import attrs

from domain.ids import Reference
from domain.money import USDC, Money, NotAnAmount
from domain.processes.facts.funding import (
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    TransferSeen,
)

COMPLETE = "COMPLETE"
CONFIRMED = "CONFIRMED"
STUCK = "STUCK"
UNPAID = frozenset({"FAILED", "DENIED", "CANCELLED"})
ARRIVED = frozenset({CONFIRMED, COMPLETE})


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
        )

    def payment(self, reference: Reference) -> PaymentAccepted | PaymentCompleted | PaymentFailed:
        """The state of the transfer that we requested under ``reference``; unknown means pending."""
        if self.state == COMPLETE:
            return PaymentCompleted(reference=reference, provider_id=self.id, tx_hash=self.tx_hash)
        if self.state in UNPAID:
            return PaymentFailed(reference=reference, reason=self.error or self.state)
        return PaymentAccepted(reference=reference, provider_id=self.id)

    def arrival(self) -> TransferSeen | None:
        """
        The incoming USDC, once it is on the chain.

        Raises ``NotAnAmount`` or ``PrecisionLost`` when the amount is not one of USDC.
        """
        if self.state not in ARRIVED:
            return None
        return TransferSeen(
            transaction_id=self.id,
            wallet_id=self.wallet_id,
            tx_hash=self.tx_hash,
            amount=self._amount(),
            final=self.state == COMPLETE,
        )

    def _amount(self) -> Money:
        if len(self.amounts) != 1 or not isinstance(self.amounts[0], str):
            raise NotAnAmount("a USDC transfer has exactly one amount, in text")
        return Money.of(self.amounts[0], USDC)
