from __future__ import annotations

import attrs
import pytest

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.ids import reference
from domain.processes.dispatch import decide
from domain.processes.facts.effects import EffectUnknown
from domain.processes.facts.funding import JournalAccepted, JournalRejected
from domain.processes.funding import withdrawal_debit
from domain.processes.instructions import JournalFunds
from tests.support import builders as a

PLACES = [WithdrawalStage.RESERVED, WithdrawalStage.BROKER_DEBIT_REQUESTED]


@pytest.mark.parametrize("place", PLACES)
def test_a_hold_is_released_when_the_unknown_debit_turns_out_rejected(
    place: WithdrawalStage,
) -> None:
    record = withdrawal_debit.request(a.withdrawal()).record
    debit = reference(record.id, "debit")
    if place is WithdrawalStage.BROKER_DEBIT_REQUESTED:
        record = decide(record, JournalAccepted(reference=debit, provider_id="j-1")).record
    paused = decide(record, EffectUnknown(reference=debit, reason="no news")).record
    assert (paused.stage, paused.paused_stage) == (WithdrawalStage.MANUAL_REVIEW, place)
    ended = decide(paused, JournalRejected(reference=debit, reason="no"))
    assert ended.record.stage is WithdrawalStage.FAILED
    assert [entry.template for entry in ended.entries] == ["released"]
    assert decide(ended.record, JournalRejected(reference=debit, reason="no")).entries == ()


def test_a_deposit_is_funded_again_when_the_unknown_journal_turns_out_rejected() -> None:
    deposit = attrs.evolve(a.settled_deposit(), paused_stage=DepositStage.OFFRAMP_SETTLED)
    again = decide(
        deposit, JournalRejected(reference=reference(deposit.id, "funding"), reason="no")
    )
    assert again.record.stage is DepositStage.OFFRAMP_SETTLED
    orders = [order for order in again.instructions if isinstance(order, JournalFunds)]
    assert [order.reference for order in orders] == [reference(deposit.id, "funding", 2)]
