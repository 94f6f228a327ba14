"""A transfer of USDC at the in-memory custodian."""

from __future__ import annotations

from enum import Enum

import attrs

from domain.ids import Reference
from domain.money import Money
from domain.processes.facts.funding import PaymentAccepted, PaymentCompleted, PaymentFailed
from ports.custody import PaymentFact


class State(Enum):
    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"


@attrs.define(kw_only=True)
class Transfer:
    id: str
    reference: Reference
    wallet_id: str
    destination: str
    amount: Money
    state: State = State.PENDING
    reason: str = ""
    is_denied: bool = False

    def fact(self) -> PaymentFact:
        match self.state:
            case State.PENDING:
                return PaymentAccepted(reference=self.reference, provider_id=self.id)
            case State.COMPLETED:
                return PaymentCompleted(
                    reference=self.reference, provider_id=self.id, tx_hash=f"0x{self.id}"
                )
            case State.FAILED:
                return PaymentFailed(
                    reference=self.reference, reason=self.reason, final=self.is_denied
                )
