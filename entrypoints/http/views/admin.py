"""Staff's views of investors and processes: with the stored reasons, and without secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from domain.accounts.investor import Investor, InvestorStage
from domain.accounts.onboarding import Onboarding
from domain.accounts.roles import Role
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import InvestorId, ProcessId
from domain.money import Money
from domain.processes import kinds
from domain.processes.decision import Process
from domain.trading.order import Order
from domain.wallets.wallet import Wallet
from ports.processes import TrailLine
from ports.search import Found


@attrs.frozen(kw_only=True)
class AdminInvestorView:
    id: InvestorId
    email: str
    stage: InvestorStage
    role: Role
    created_at: datetime

    @classmethod
    def of(cls, investor: Investor) -> AdminInvestorView:
        return cls(
            id=investor.investor_id,
            email=investor.email,
            stage=investor.stage,
            role=investor.role,
            created_at=investor.created_at,
        )


@attrs.frozen(kw_only=True)
class AdminProcessView:
    """
    A process; ``reason`` is why it stopped or ended, and ``paused_at`` the stage at which it stopped.

    ``names`` are its ids elsewhere: of transactions, conversions, payments and orders. ``investor_id`` is
    ``firm`` for a process of the firm.
    """

    id: ProcessId
    kind: str
    investor_id: str
    stage: str
    paused_at: str | None
    reason: str | None
    amount: Money | None
    names: Mapping[str, str]
    began_at: datetime
    moved_at: datetime
    last_fact: str

    @classmethod
    def of(cls, found: Found) -> AdminProcessView:
        record = found.record
        paused_stage = getattr(record, "paused_stage", None)
        return cls(
            id=record.id,
            kind=kind_of(record),
            investor_id=record.investor_id,
            stage=record.stage.value,
            paused_at=paused_stage.value if paused_stage else None,
            reason=getattr(record, "reason", None),
            amount=_amount(record),
            names={name: value for name, value in _names(record).items() if value},
            began_at=found.began_at,
            moved_at=found.moved_at,
            last_fact=found.last_fact,
        )


@attrs.frozen(kw_only=True)
class AdminLineView:
    at: datetime
    kind: str
    title: str
    detail: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class AdminTrailView:
    """The full history of any process, oldest first, with the providers' own words."""

    id: ProcessId
    kind: str
    investor_id: str
    stage: str
    lines: Sequence[AdminLineView]

    @classmethod
    def of(cls, record: Process, lines: Sequence[TrailLine]) -> AdminTrailView:
        return cls(
            id=record.id,
            kind=kind_of(record),
            investor_id=record.investor_id,
            stage=record.stage.value,
            lines=[
                AdminLineView(at=line.at, kind=line.kind, title=line.title, detail=line.detail)
                for line in lines
            ],
        )


def kind_of(record: Process) -> str:
    """The kind of a process as staff see it: ``deposit``, ``withdrawal``, ``order``."""
    return kinds.kind_of(record).lower()


def _amount(record: Process) -> Money | None:
    match record:
        case Deposit() | Withdrawal():
            return record.amount
        case Order():
            return record.terms.notional
        case _:
            return None


def _names(record: Process) -> Mapping[str, str | None]:
    match record:
        case Deposit():
            return {
                "tx_hash": record.tx_hash,
                "transaction": record.transaction_id,
                "conversion": record.conversion.provider_id if record.conversion else None,
                "payment": record.payment.provider_id if record.payment else None,
            }
        case Withdrawal():
            return {
                "destination": record.destination,
                "conversion": record.conversion.provider_id if record.conversion else None,
                "wire": record.wire_id,
                "payment": record.payment.provider_id if record.payment else None,
                "tx_hash": record.payment.tx_hash if record.payment else None,
                "refund": record.refund_id,
            }
        case Order():
            quantity = record.terms.quantity
            return {
                "symbol": record.terms.symbol,
                "side": record.terms.side.value,
                "quantity": quantity.decimal if quantity else None,
                "filled": record.filled.decimal,
                "order": record.provider_id,
            }
        case Onboarding():
            return {"broker": record.broker.id, "offramp": record.offramp.id}
        case Wallet():
            return {"wallet": record.provider_id, "address": record.address}
        case _:
            return {}
