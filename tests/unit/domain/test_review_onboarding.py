from __future__ import annotations

import pytest

from domain.accounts.onboarding import Onboarding, OnboardingStage, Standing
from domain.ids import reference
from domain.processes.accounts import onboarding as process
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from tests.support import builders as a
from tests.support.builders import ADA

REQUEST = Onboarding(id=a.process_id(1), investor_id=ADA, profile=a.profile())
BROKER = reference(REQUEST.id, "broker")
OTHER_NEWS = OfframpAccountReported(account_id="o-1", standing=Standing.APPROVED)


@pytest.mark.parametrize(
    ("fact", "stage"),
    [
        (EffectRefused(reference=BROKER, reason="no"), OnboardingStage.REJECTED),
        (EffectUnknown(reference=BROKER, reason="?"), OnboardingStage.MANUAL_REVIEW),
    ],
)
def test_what_one_provider_said_is_not_forgotten_over_the_others_news(
    fact: EffectRefused | EffectUnknown, stage: OnboardingStage
) -> None:
    first = process.decide(process.decide(REQUEST, fact).record, OTHER_NEWS).record
    last = process.decide(process.decide(REQUEST, OTHER_NEWS).record, fact).record
    assert (first.stage, last.stage) == (stage, stage)
