"""One of everything that the system writes, as the units in which it does."""

from __future__ import annotations

from collections.abc import Sequence

from domain.accounts.session import Session
from domain.ids import LookupKey
from domain.limits import Activity, LimitDelta
from domain.processes.facts.accounts import SessionLoggedOut
from domain.processes.facts.effects import ProcessOpened
from ports.processes import UnitOfWork, Versioned
from tests.contract.idempotency import a_receipt
from tests.support import builders as a
from tests.support.builders import ADA, AT


def opened() -> Sequence[UnitOfWork]:
    """An investor with a session, money, a deposit, a withdrawal, an order, a message: all are open."""
    deposit = a.opening(
        a.settled_deposit(),
        tasks=(a.task("deposit:1"),),
        names=(LookupKey("circle.tx", "tx-1"), LookupKey("due.transfer", "c-1")),
        entries=(a.funding(ADA, "250.00"),),
    )
    order = a.opening(a.order(3), entries=(a.spending(ADA, "100.00", key="order"),))
    return (
        a.unit(a.opening(a.investor(9))),
        a.unit(deposit, idempotency=a_receipt(), audit=(a.audit_record(),)),
        a.unit(a.opening(a.withdrawal(2), tasks=(a.task("withdrawal:2"),))),
        a.unit(order),
        a.unit(a.opening(a.wallet(4)), a.opening(a.onboarding(5))),
        a.unit(a.opening(_SESSION), audit=(a.audit_record(2),)),
        a.unit(messages=(a.message(),)),
        a.unit(idempotency=a_receipt("k-2"), usage=(_USAGE,)),
    )


def continued() -> Sequence[UnitOfWork]:
    """What has been opened goes on, and ends."""
    paid = a.next_step(Versioned(a.settled_deposit(), 1), a.settled_deposit(), fact=ProcessOpened())
    sent = a.next_step(
        Versioned(a.withdrawal(2), 1), a.withdrawal(2), fact=ProcessOpened(), ends=True
    )
    left = a.next_step(Versioned(_SESSION, 1), _SESSION, fact=SessionLoggedOut(), ends=True)
    acting = (a.investor(9).id,)
    return (
        a.unit(paid, done=a.claim("deposit:1"), acting=acting, emptied=acting),
        a.unit(sent, entries=(a.spending(ADA, "50.00", key="withdrawal"),)),
        a.unit(left, audit=(a.audit_record(3),), unchanged=(Versioned(a.wallet(4), 1),)),
    )


def everything() -> Sequence[UnitOfWork]:
    """Both, in their order."""
    return (*opened(), *continued())


_SESSION = Session(id=a.process_id(6), investor_id=ADA, created_at=AT, used_at=AT, token_hash="h")
_USAGE = LimitDelta(
    investor_id=ADA, activity=Activity.TRADE, period="2026-01", amount=a.dollars("100.00")
)
