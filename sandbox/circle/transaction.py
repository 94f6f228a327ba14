"""One transaction as Circle tracks it: its states, and how it looks on the wire (§5, §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from sandbox.circle.fees import Fee
from sandbox.circle.wire_values import wire_time

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
WAITING = frozenset({QUEUED, SENT, STUCK})
ON_CHAIN = frozenset({SENT, STUCK, CONFIRMED})

TRANSFER = "TRANSFER"
CONTRACT_EXECUTION = "CONTRACT_EXECUTION"

STRANGERS_FEE = "0.0001"
NETWORK_FEE_USD = "0.00"


@attrs.define(kw_only=True)
class Transaction:
    """
    A payment that a wallet sent or received. Final states do not change.

    ``call`` has the fields of a contract call. ``fee`` is the sender's offer, ``paid_fee`` what
    the chain charged in its coin, as text. A transaction that ``is_held`` gets into no block until it is
    accelerated.
    """

    id: str
    wallet_id: str
    blockchain: str
    token_id: str | None
    transaction_type: str
    state: str
    amounts: tuple[str, ...]
    source: str
    destination: str
    ref_id: str
    created_at: datetime
    updated_at: datetime
    operation: str = TRANSFER
    nft_token_ids: tuple[str, ...] = ()
    call: Mapping[str, Any] = attrs.field(factory=dict)
    fee_level: str | None = None
    fee: Fee | None = None
    base_fee: Decimal = Decimal(0)
    paid_fee: str | None = None
    tx_hash: str | None = None
    height: int | None = None
    first_confirmed_at: datetime | None = None
    error_reason: str = ""
    error_details: str | None = None
    screening: Mapping[str, Any] | None = None
    is_held: bool = False

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
            "sourceAddress": self.source,
            "destinationAddress": self.destination,
            "amounts": list(self.amounts),
            "nftTokenIds": list(self.nft_token_ids),
            "refId": self.ref_id,
            "state": self.state,
            "errorReason": self.error_reason,
            "errorDetails": self.error_details,
            "transactionType": self.transaction_type,
            "custodyType": "DEVELOPER",
            "operation": self.operation,
            "userOpHash": "",
            "createDate": wire_time(self.created_at),
            "updateDate": wire_time(self.updated_at),
            **self.call,
            **self._optional(),
        }

    def _optional(self) -> dict[str, Any]:
        """The fields that are absent until they are known; the SDKs refuse empty strings here (§5)."""
        confirmed_at = self.first_confirmed_at
        values = {
            "tokenId": self.token_id,
            "feeLevel": self.fee_level,
            "estimatedFee": self.fee.view(self.base_fee) if self.fee else None,
            "txHash": self.tx_hash,
            "blockHeight": self.height,
            "firstConfirmDate": wire_time(confirmed_at) if confirmed_at else None,
            "networkFee": self.paid_fee,
            "networkFeeInUSD": NETWORK_FEE_USD if self.paid_fee else None,
            "transactionScreeningEvaluation": self.screening,
        }
        return {name: value for name, value in values.items() if value is not None}
