"""One transaction as Circle tracks it: its states, and how it looks on the wire (§5, §7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from domain.money import Money
from entrypoints.sandbox.circle.wire_values import wire_amount, wire_time

INITIATED = "INITIATED"
CLEARED = "CLEARED"
QUEUED = "QUEUED"
SENT = "SENT"
STUCK = "STUCK"
CONFIRMED = "CONFIRMED"
COMPLETE = "COMPLETE"
FAILED = "FAILED"
DENIED = "DENIED"
CANCELLED = "CANCELLED"

INBOUND = "INBOUND"
OUTBOUND = "OUTBOUND"

FINAL = frozenset({COMPLETE, FAILED, DENIED, CANCELLED})
CANCELLABLE = frozenset({INITIATED, QUEUED, SENT})
ACCELERABLE = frozenset({SENT, STUCK})
ON_CHAIN = frozenset({SENT, STUCK, CONFIRMED})

NETWORK_FEE = "0.0001"
NETWORK_FEE_USD = "0.00"


@attrs.define(kw_only=True)
class Transaction:
    """A transfer of one token between a wallet and another address. Final states stay."""

    id: str
    wallet_id: str
    blockchain: str
    token_id: str
    transaction_type: str
    state: str
    amount: Money
    source: str
    destination: str
    ref_id: str
    created_at: datetime
    updated_at: datetime
    fee_level: str | None = None
    tx_hash: str | None = None
    height: int | None = None
    first_confirmed_at: datetime | None = None
    error_reason: str = ""
    error_details: str | None = None

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_inbound(self) -> bool:
        return self.transaction_type == INBOUND

    def move(self, state: str, *, at: datetime) -> None:
        self.state = state
        self.updated_at = at
        if state == CONFIRMED:
            self.first_confirmed_at = at

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "blockchain": self.blockchain,
            "walletId": self.wallet_id,
            "tokenId": self.token_id,
            "sourceAddress": self.source,
            "destinationAddress": self.destination,
            "amounts": [wire_amount(self.amount)],
            "nftTokenIds": [],
            "refId": self.ref_id,
            "state": self.state,
            "errorReason": self.error_reason,
            "errorDetails": self.error_details,
            "transactionType": self.transaction_type,
            "custodyType": "DEVELOPER",
            "operation": "TRANSFER",
            "userOpHash": "",
            "createDate": wire_time(self.created_at),
            "updateDate": wire_time(self.updated_at),
            **self._optional(),
        }

    def _optional(self) -> dict[str, Any]:
        """What appears only once it is known; the SDKs refuse empty strings here (§5)."""
        confirmed_at = self.first_confirmed_at
        values = {
            "feeLevel": self.fee_level,
            "txHash": self.tx_hash,
            "blockHeight": self.height,
            "firstConfirmDate": wire_time(confirmed_at) if confirmed_at else None,
            "networkFee": NETWORK_FEE if self.tx_hash else None,
            "networkFeeInUSD": NETWORK_FEE_USD if self.tx_hash else None,
        }
        return {name: value for name, value in values.items() if value is not None}
