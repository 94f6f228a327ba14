from __future__ import annotations

import itertools
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.accounts.onboarding import (
    Onboarding,
    OnboardingRequired,
    OnboardingStage,
    ProviderAccount,
    ProviderAccountStatus,
)
from domain.ids import LookupKey, Reference, reference
from domain.limits import Tier
from domain.processes.accounts import onboarding as process
from domain.processes.facts.accounts import (
    BrokerAccountReported,
    OfframpAccountReported,
    TierAssigned,
)
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.review import Ruled
from domain.processes.instructions import LookUp, LookupKind, OpenBrokerAccount, OpenOfframpAccount
from domain.processes.rulings import questions, rule
from domain.review.given_up import GivenUp
from domain.review.ruling import Action, Evidence
from tests.support import builders as a
from tests.support.builders import ADA

DECIDED = [
    standing for standing in ProviderAccountStatus if standing is not ProviderAccountStatus.NONE
]
REQUEST = Onboarding(id=a.process_id(1), investor_id=ADA, profile=a.profile())
BROKER, OFFRAMP = (reference(REQUEST.id, step) for step in ("broker", "offramp"))
OTHER_NEWS = OfframpAccountReported(account_id="o-1", standing=ProviderAccountStatus.APPROVED)


def learned(*facts: BrokerAccountReported | OfframpAccountReported) -> Onboarding:
    record = REQUEST
    for fact in facts:
        record = process.decide(record, fact).record
    return record


def broker(standing: ProviderAccountStatus, account_id: str = "b-1") -> BrokerAccountReported:
    return BrokerAccountReported(account_id=account_id, standing=standing)


def offramp(standing: ProviderAccountStatus, account_id: str = "o-1") -> OfframpAccountReported:
    return OfframpAccountReported(account_id=account_id, standing=standing)


def test_both_providers_are_asked() -> None:
    asked = process.submit(REQUEST).instructions
    assert [type(order) for order in asked] == [OpenBrokerAccount, OpenOfframpAccount]


@pytest.mark.parametrize(("one", "other"), list(itertools.product(DECIDED, repeat=2)))
def test_it_is_approved_when_both_approve_and_rejected_when_either_rejects(
    one: ProviderAccountStatus, other: ProviderAccountStatus
) -> None:
    stage = learned(broker(one), offramp(other)).stage
    assert stage is learned(offramp(other), broker(one)).stage
    assert (stage is OnboardingStage.APPROVED) == ({one, other} == {ProviderAccountStatus.APPROVED})
    assert (stage is OnboardingStage.REJECTED) == (ProviderAccountStatus.REJECTED in {one, other})


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([ProviderAccountStatus.PENDING, ProviderAccountStatus.APPROVED]), max_size=6
    )
)
def test_repeated_news_orders_one_inquiry(standings: list[ProviderAccountStatus]) -> None:
    record, lookups = REQUEST, []
    for standing in standings:
        decision = process.decide(record, broker(standing))
        record = decision.record
        lookups += [i for i in decision.instructions if isinstance(i, LookUp)]
    assert len(lookups) == min(len(standings), 1)


@pytest.mark.parametrize(
    "old_news", [ProviderAccountStatus.PENDING, ProviderAccountStatus.ACTION_REQUIRED]
)
def test_old_news_told_again_does_not_take_an_approval_back(
    old_news: ProviderAccountStatus,
) -> None:
    approved = learned(
        broker(ProviderAccountStatus.APPROVED), offramp(ProviderAccountStatus.APPROVED)
    )
    for news in (broker(old_news), offramp(old_news)):
        assert process.decide(approved, news).record == approved
    closed = process.decide(approved, broker(ProviderAccountStatus.REJECTED)).record
    assert closed.stage is OnboardingStage.REJECTED


def test_an_account_of_another_id_is_not_ours() -> None:
    record = learned(
        broker(ProviderAccountStatus.PENDING), broker(ProviderAccountStatus.APPROVED, "b-2")
    )
    assert record.broker == ProviderAccount(id="b-1", standing=ProviderAccountStatus.PENDING)


def test_the_tax_id_is_dropped_once_the_broker_has_the_account() -> None:
    assert learned(offramp(ProviderAccountStatus.PENDING)).profile.tax_id is not None
    assert learned(broker(ProviderAccountStatus.PENDING)).profile.tax_id is None


@pytest.mark.parametrize(
    ("fact", "stage"), [(EffectRefused, "rejected"), (EffectUnknown, "manual_review")]
)
def test_an_account_that_cannot_be_opened_stops_it(
    fact: type[EffectRefused | EffectUnknown], stage: str
) -> None:
    news = fact(reference=reference(REQUEST.id, "broker"), reason="because")
    stopped = process.decide(REQUEST, news).record
    assert (stopped.stage.value, stopped.reason) == (stage, "because")
    approved = learned(
        broker(ProviderAccountStatus.APPROVED), offramp(ProviderAccountStatus.APPROVED)
    )
    assert process.decide(approved, news).record == approved


def test_only_an_open_question_is_asked_again() -> None:
    assert process.awaits(REQUEST)
    assert not process.awaits(
        learned(broker(ProviderAccountStatus.APPROVED), offramp(ProviderAccountStatus.APPROVED))
    )


def test_money_needs_both_accounts() -> None:
    approved = learned(
        broker(ProviderAccountStatus.APPROVED), offramp(ProviderAccountStatus.APPROVED)
    )
    assert approved.require_approved() == ("b-1", "o-1")
    for record in (REQUEST, attrs.evolve(approved, broker=ProviderAccount())):
        with pytest.raises(OnboardingRequired):
            record.require_approved()
    assert process.decide(approved, EffectRefused(reference=Reference("x"), reason="r")).names == ()


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


def test_each_provider_is_asked_under_a_name_of_its_own() -> None:
    assert process.submit(REQUEST).instructions == (
        OpenBrokerAccount(reference=BROKER),
        OpenOfframpAccount(reference=OFFRAMP),
    )


@pytest.mark.parametrize(
    ("news", "subject", "about", "namespace"),
    [
        (
            broker(ProviderAccountStatus.PENDING, "x-1"),
            LookupKind.BROKER_ACCOUNT,
            BROKER,
            "alpaca.account",
        ),
        (
            offramp(ProviderAccountStatus.PENDING, "x-1"),
            LookupKind.OFFRAMP_ACCOUNT,
            OFFRAMP,
            "due.account",
        ),
    ],
)
def test_an_account_is_found_by_the_providers_id_and_asked_about(
    news: BrokerAccountReported | OfframpAccountReported,
    subject: LookupKind,
    about: Reference,
    namespace: str,
) -> None:
    first = process.decide(REQUEST, news)
    assert first.names == (LookupKey(namespace, "x-1"),)
    assert first.instructions == (LookUp.into(subject, about, account_id="x-1"),)
    again = process.decide(first.record, news)
    assert (again.names, again.instructions) == ((), ())


def test_what_the_investor_must_do_at_the_off_ramp_is_known() -> None:
    news = attrs.evolve(
        offramp(ProviderAccountStatus.ACTION_REQUIRED), action_url="https://offramp.example/x"
    )
    record = learned(broker(ProviderAccountStatus.APPROVED), news)
    assert record.stage is OnboardingStage.ACTION_REQUIRED
    assert record.offramp.action_url == "https://offramp.example/x"


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        ("broker", {"broker": ProviderAccount(standing=ProviderAccountStatus.REJECTED)}),
        ("offramp", {"offramp": ProviderAccount(standing=ProviderAccountStatus.REJECTED)}),
    ],
)
def test_a_provider_that_refuses_an_account_has_rejected_it(
    step: str, changes: dict[str, Any]
) -> None:
    refused = EffectRefused(reference=reference(REQUEST.id, step), reason="no")
    assert process.decide(REQUEST, refused).record == attrs.evolve(
        REQUEST, stage=OnboardingStage.REJECTED, reason="no", **changes
    )
    opened = learned(broker(ProviderAccountStatus.PENDING), offramp(ProviderAccountStatus.PENDING))
    assert process.decide(opened, refused).record == opened, "only a second try was refused"


def test_in_review_it_is_known_which_account_nobody_can_tell_of() -> None:
    doubt = EffectUnknown(reference=OFFRAMP, reason="no news")
    record = process.decide(REQUEST, doubt).record
    assert record.given_up == (GivenUp(reference=OFFRAMP, has_failed=False),)
    waiting = process.decide(record, broker(ProviderAccountStatus.PENDING)).record
    assert (waiting.stage, waiting.reason) == (OnboardingStage.MANUAL_REVIEW, "no news")


def test_a_tier_is_given_and_changes_nothing_else() -> None:
    given = process.decide(REQUEST, TierAssigned(tier=Tier.PLUS, reason="why")).record
    assert given == attrs.evolve(REQUEST, tier=Tier.PLUS)


@pytest.mark.parametrize("stage", list(OnboardingStage))
def test_a_provider_may_change_its_mind_until_both_have_decided(stage: OnboardingStage) -> None:
    is_open = stage in {OnboardingStage.SUBMITTED, OnboardingStage.ACTION_REQUIRED}
    record = attrs.evolve(REQUEST, stage=stage)
    assert process.awaits(record) is is_open
    assert process.PROCESS.awaits(record, BROKER) is is_open


def test_the_trail_tells_how_both_accounts_stand() -> None:
    record = learned(broker(ProviderAccountStatus.APPROVED))
    assert process.PROCESS.terms(record) == {"broker": "approved", "offramp": "none"}


def stuck(*steps: Reference, **changes: Any) -> Onboarding:
    given_up = tuple(GivenUp(reference=step, has_failed=False) for step in steps)
    return attrs.evolve(
        REQUEST,
        stage=OnboardingStage.MANUAL_REVIEW,
        reason="no news",
        given_up=given_up,
        **changes,
    )


def ruled(action: Action, account_id: str | None = "x-1") -> Ruled:
    return Ruled(action=action, reason="seen", evidence=Evidence(provider_id=account_id))


@pytest.mark.parametrize(
    ("about", "name", "subject"),
    [
        (BROKER, "broker", LookupKind.BROKER_ACCOUNT),
        (OFFRAMP, "offramp", LookupKind.OFFRAMP_ACCOUNT),
    ],
)
def test_an_account_that_people_found_is_taken_up_and_asked_about(
    about: Reference, name: str, subject: LookupKind
) -> None:
    found = rule(stuck(about), ruled(Action.HAPPENED))
    account = ProviderAccount(id="x-1", standing=ProviderAccountStatus.PENDING)
    assert getattr(found.record, name) == account
    assert (found.record.stage, found.record.reason) == (OnboardingStage.SUBMITTED, None)
    assert found.record.given_up == ()
    asked = LookUp.into(subject, about, account_id="x-1")
    assert found.instructions == (asked,)
    assert list(questions(found.record)) == [asked]


def test_an_account_that_people_did_not_find_is_rejected_with_their_reason() -> None:
    gone = rule(stuck(OFFRAMP), ruled(Action.DID_NOT_HAPPEN, None)).record
    assert (gone.stage, gone.reason) == (OnboardingStage.REJECTED, "seen")
    assert gone.offramp.standing is ProviderAccountStatus.REJECTED


def test_a_ruling_that_fits_no_account_changes_nothing() -> None:
    account = ProviderAccount(id="b-1", standing=ProviderAccountStatus.PENDING)
    for record, ruling in (
        (stuck(BROKER, broker=account), ruled(Action.HAPPENED)),
        (stuck(), ruled(Action.HAPPENED)),
        (stuck(BROKER), ruled(Action.HAPPENED, None)),
        (stuck(BROKER), ruled(Action.RETRY)),
    ):
        assert rule(record, ruling).record == record
        assert rule(record, ruling).instructions == ()


@pytest.mark.situation(
    "an old event of a broker account arrives after a newer one", must="the newer one counts"
)
def test_an_event_older_than_the_newest_known_changes_nothing() -> None:
    known = attrs.evolve(
        REQUEST,
        broker=ProviderAccount(id="b-1", standing=ProviderAccountStatus.APPROVED, event_id="01J2"),
    )
    old = BrokerAccountReported(
        account_id="b-1", standing=ProviderAccountStatus.REJECTED, event_id="01J1"
    )
    assert process.decide(known, old).record.broker == known.broker
    for later in (attrs.evolve(old, event_id="01J3"), attrs.evolve(old, event_id=None)):
        assert process.decide(known, later).record.broker.standing is ProviderAccountStatus.REJECTED
