"""Another wallet or account than the known one is never ignored: people are told, once for each."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from domain.accounts.onboarding import Onboarding, OnboardingStage, ProviderAccountStatus
from domain.ids import reference
from domain.processes.decision import Process
from domain.processes.dispatch import decide
from domain.processes.facts.accounts import BrokerAccountReported, OfframpAccountReported
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    WalletCreated,
    WalletFrozen,
    WalletLinked,
    WalletReleased,
)
from domain.processes.facts.review import Ruled
from domain.processes.rulings import possible, rule
from domain.review.ruling import Action
from domain.wallets.wallet import WalletStage
from tests.support import builders as a
from tests.support.builders import ADA

Standing = ProviderAccountStatus
IN_REVIEW = "manual_review"
WALLET = a.wallet(broker_account_id="b-1", offramp_account_id="o-1")
REQUEST = Onboarding(id=a.process_id(1), investor_id=ADA, profile=a.profile())
CREATED = WalletCreated(
    reference=reference(WALLET.id, "create"), provider_id="w-1", address="0x" + "1" * 40
)
LINKED = WalletLinked(reference=reference(WALLET.id, "link"))
ADMITTED: list[Fact] = [
    BrokerAccountReported(account_id="b-1", standing=Standing.APPROVED),
    OfframpAccountReported(account_id="o-1", standing=Standing.APPROVED),
]
STORIES: Sequence[tuple[Process, Sequence[Fact]]] = [
    (WALLET, [CREATED]),
    (WALLET, [CREATED, LINKED]),
    (WALLET, [CREATED, LINKED, WalletFrozen()]),
    (WALLET, [CREATED, EffectUnknown(reference=LINKED.reference, reason="no news")]),
    (REQUEST, ADMITTED),
    (REQUEST, [*ADMITTED, BrokerAccountReported(account_id="b-1", standing=Standing.REJECTED)]),
    (
        REQUEST,
        [
            BrokerAccountReported(account_id="b-1", standing=Standing.PENDING),
            OfframpAccountReported(account_id="o-1", standing=Standing.ACTION_REQUIRED),
        ],
    ),
]
OTHERS: Sequence[Fact] = [
    attrs.evolve(CREATED, provider_id="w-2"),
    attrs.evolve(CREATED, address="0x" + "2" * 40),
    *(BrokerAccountReported(account_id="b-2", standing=each) for each in Standing),
    *(OfframpAccountReported(account_id="o-2", standing=each) for each in Standing),
]
LATER: Sequence[Fact] = [
    *(CREATED, LINKED, WalletFrozen(), WalletReleased()),
    *ADMITTED,
    *(EffectRefused(reference=reference(WALLET.id, s), reason="no") for s in ("link", "broker")),
]


def lived(record: Process, facts: Sequence[Fact]) -> Process:
    for fact in facts:
        record = decide(record, fact).record
    return record


@pytest.mark.situation(
    "another wallet or provider account is told of than the one that is known",
    must="a review that only a ruling ends, once for each; never dropped",
)
@pytest.mark.parametrize(("record", "story"), STORIES)
@pytest.mark.parametrize("other", OTHERS)
def test_another_one_opens_a_review(record: Process, story: Sequence[Fact], other: Fact) -> None:
    if isinstance(other, WalletCreated) is not (record is WALLET):
        return
    before = lived(record, story)
    told = decide(before, other).record
    assert told.stage.value == IN_REVIEW
    assert Action.ACKNOWLEDGE in possible(told)
    for later in (other, *LATER):
        assert decide(told, later).record.stage.value == IN_REVIEW
    ended = rule(told, Ruled(action=Action.ACKNOWLEDGE, reason="closed there")).record
    if before.stage.value == IN_REVIEW:
        assert ended.stage is WalletStage.CREATED
    else:
        assert ended.stage is before.stage
    assert decide(ended, other).record == ended, "told twice"


def test_a_late_outcome_ends_the_review_of_a_wallet() -> None:
    stuck = decide(WALLET, EffectUnknown(reference=CREATED.reference, reason="no news")).record
    created = decide(stuck, CREATED)
    assert created == decide(WALLET, CREATED)
    stuck = decide(
        created.record, EffectUnknown(reference=LINKED.reference, reason="no news")
    ).record
    assert decide(stuck, LINKED).record == lived(WALLET, [CREATED, LINKED])


def test_an_account_in_doubt_stays_in_review_when_another_one_is_dealt_with() -> None:
    unknown = EffectUnknown(reference=reference(REQUEST.id, "offramp"), reason="no news")
    doubtful = lived(
        REQUEST,
        [BrokerAccountReported(account_id="b-1", standing=Standing.PENDING), unknown, OTHERS[2]],
    )
    ended = rule(doubtful, Ruled(action=Action.ACKNOWLEDGE, reason="closed there")).record
    assert ended.stage is OnboardingStage.MANUAL_REVIEW
    assert possible(ended)
