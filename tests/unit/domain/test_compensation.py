from __future__ import annotations

import attrs

from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import reference
from domain.processes.dispatch import decide
from domain.processes.facts.effects import EffectRefused
from domain.processes.facts.funding import JournalAccepted, JournalExecuted, JournalRejected
from domain.processes.funding import withdrawal_references as references
from domain.processes.instructions import JournalFunds
from tests.support import builders as a


def compensating() -> Withdrawal:
    return attrs.evolve(a.withdrawal(), stage=WithdrawalStage.COMPENSATING)


def test_a_refusal_after_the_broker_took_the_refund_orders_no_second_one() -> None:
    withdrawal = compensating()
    refund = references.refund(withdrawal)
    taken = decide(withdrawal, JournalAccepted(reference=refund, provider_id="j-1")).record
    late = decide(taken, EffectRefused(reference=refund, reason="a retry was refused"))
    assert late.record == taken
    assert late.instructions == ()


def test_a_refusal_before_that_orders_the_refund_under_the_next_reference() -> None:
    withdrawal = compensating()
    refused = EffectRefused(reference=references.refund(withdrawal), reason="no funds")
    again = decide(withdrawal, refused)
    journals = [i for i in again.instructions if isinstance(i, JournalFunds)]
    assert [j.reference for j in journals] == [reference(withdrawal.id, "refund", 2)]


def test_a_rejected_refund_is_tried_again_and_the_next_one_gives_the_money_back() -> None:
    withdrawal = compensating()
    first = references.refund(withdrawal)
    rejected = decide(withdrawal, JournalRejected(reference=first, reason="limit")).record
    second = references.refund(rejected)
    assert second != first
    done = decide(rejected, JournalExecuted(reference=second, provider_id="j-2"))
    assert done.record.stage is WithdrawalStage.COMPENSATED
    assert [entry.template for entry in done.entries] == ["withdrawal_refunded"]
