"""Opening the two provider accounts of an investor; approved when both providers approve."""

from __future__ import annotations

import attrs

from domain.accounts.onboarding import (
    Onboarding,
    OnboardingStage,
    ProviderAccount,
    ProviderAccountStatus,
)
from domain.audit.record import AuditKind
from domain.ids import InvestorId, LookupKey, Reference, reference
from domain.processes.decision import Decision
from domain.processes.facts.accounts import (
    BrokerAccountReported,
    OfframpAccountReported,
    OnboardingFact,
    TierAssigned,
)
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.instructions import (
    LookUp,
    LookupKind,
    OpenBrokerAccount,
    OpenOfframpAccount,
)
from domain.processes.process_type import ProcessType
from domain.review.given_up import noted

ONBOARDING = "stack.onboarding"
"""The namespace of the investors' ids, since each has one onboarding."""

BROKER_ACCOUNT = "alpaca.account"
OFFRAMP_ACCOUNT = "due.account"
UNDECIDED = frozenset({ProviderAccountStatus.PENDING, ProviderAccountStatus.ACTION_REQUIRED})
"""Statuses that precede a decision; reported for an approved account they are stale repeats."""

Stage = OnboardingStage
Outcome = Decision[Onboarding]


def name_of(investor_id: InvestorId) -> LookupKey:
    return LookupKey(ONBOARDING, investor_id)


def submit(onboarding: Onboarding) -> Outcome:
    """Ask both providers to open an account."""
    instructions = (
        OpenBrokerAccount(reference=reference(onboarding.id, "broker")),
        OpenOfframpAccount(reference=reference(onboarding.id, "offramp")),
    )
    name = name_of(onboarding.investor_id)
    return Decision(onboarding, instructions=instructions, names=(name,))


def decide(onboarding: Onboarding, fact: OnboardingFact) -> Outcome:
    """What the onboarding becomes; another account than the known one opens a review that stays."""
    if other := _other(onboarding, fact):
        told = attrs.evolve(
            onboarding,
            stage=Stage.MANUAL_REVIEW,
            disputed=True,
            others=(*onboarding.others, other),
            reason=f"the investor has another account: {other}",
        )
        return Decision(told)
    outcome = _step(onboarding, fact)
    if not onboarding.disputed:
        return outcome
    same = attrs.evolve(outcome.record, stage=Stage.MANUAL_REVIEW, reason=onboarding.reason)
    return attrs.evolve(outcome, record=same)


def _other(onboarding: Onboarding, fact: OnboardingFact) -> str | None:
    """Another account at a provider than the one that is known, the first time."""
    match fact:
        case BrokerAccountReported():
            known, told = onboarding.broker.id, f"{BROKER_ACCOUNT} {fact.account_id}"
        case OfframpAccountReported():
            known, told = onboarding.offramp.id, f"{OFFRAMP_ACCOUNT} {fact.account_id}"
        case _:
            return None
    is_news = known not in {None, fact.account_id} and told not in onboarding.others
    return told if is_news else None


def acknowledged(onboarding: Onboarding) -> Outcome:
    """People have dealt with the other account; what else is in doubt stays in review."""
    if not onboarding.disputed:
        return Decision(onboarding)
    known, stage = attrs.evolve(onboarding, disputed=False), _stage(onboarding)
    if onboarding.given_up and stage is Stage.SUBMITTED:
        return Decision(known)
    return Decision(attrs.evolve(known, stage=stage, reason=None))


def _step(onboarding: Onboarding, fact: OnboardingFact) -> Outcome:
    match fact:
        case BrokerAccountReported():
            account = _reported(onboarding.broker, fact)
            known = attrs.evolve(onboarding, broker=account)
            subject, namespace = LookupKind.BROKER_ACCOUNT, BROKER_ACCOUNT
        case OfframpAccountReported():
            account = _reported(onboarding.offramp, fact)
            known = attrs.evolve(onboarding, offramp=account)
            subject, namespace = LookupKind.OFFRAMP_ACCOUNT, OFFRAMP_ACCOUNT
        case TierAssigned(tier=tier):
            return Decision(attrs.evolve(onboarding, tier=tier))
        case EffectRefused() if onboarding.stage is not Stage.APPROVED:
            return Decision(_refused(onboarding, fact))
        case EffectUnknown() if onboarding.stage is not Stage.APPROVED:
            given_up = noted(onboarding.given_up, fact.reference, has_failed=False)
            paused = attrs.evolve(onboarding, stage=Stage.MANUAL_REVIEW, given_up=given_up)
            return Decision(attrs.evolve(paused, reason=fact.reason))
        case EffectRefused() | EffectUnknown():
            return Decision(onboarding)
    return _assessed(onboarding, known, subject, LookupKey(namespace, fact.account_id))


def _refused(onboarding: Onboarding, fact: EffectRefused) -> Onboarding:
    """The account is rejected; if it already exists, only a second attempt was refused."""
    account = ProviderAccount(standing=ProviderAccountStatus.REJECTED)
    refused = attrs.evolve(onboarding, stage=Stage.REJECTED, reason=fact.reason)
    if fact.reference == _about(onboarding, LookupKind.BROKER_ACCOUNT):
        return onboarding if onboarding.broker.id else attrs.evolve(refused, broker=account)
    return onboarding if onboarding.offramp.id else attrs.evolve(refused, offramp=account)


def _reported(
    account: ProviderAccount, fact: BrokerAccountReported | OfframpAccountReported
) -> ProviderAccount:
    if account.id not in {None, fact.account_id}:
        return account
    if account.standing is ProviderAccountStatus.APPROVED and fact.standing in UNDECIDED:
        return account
    if isinstance(fact, OfframpAccountReported):
        return attrs.evolve(
            account, id=fact.account_id, standing=fact.standing, action_url=fact.action_url
        )
    if fact.event_id and account.event_id and fact.event_id <= account.event_id:
        return account
    event_id = fact.event_id or account.event_id
    return ProviderAccount(id=fact.account_id, standing=fact.standing, event_id=event_id)


def _assessed(
    before: Onboarding, known: Onboarding, subject: LookupKind, name: LookupKey
) -> Outcome:
    stage = _stage(known)
    if before.stage is Stage.MANUAL_REVIEW and stage is Stage.SUBMITTED:
        stage = before.stage  # a report on one account does not settle the unknown other one
    assessed = _without_tax_id(attrs.evolve(known, stage=stage))
    is_new = subject is LookupKind.BROKER_ACCOUNT and before.broker.id is None
    is_new = is_new or (subject is LookupKind.OFFRAMP_ACCOUNT and before.offramp.id is None)
    if not is_new:
        return Decision(assessed)
    lookup = LookUp.into(subject, _about(before, subject), account_id=name.value)
    return Decision(assessed, instructions=(lookup,), names=(name,))


def _about(onboarding: Onboarding, subject: LookupKind) -> Reference:
    return reference(onboarding.id, "broker" if subject is LookupKind.BROKER_ACCOUNT else "offramp")


def _without_tax_id(onboarding: Onboarding) -> Onboarding:
    """Only the broker needs the tax id; it is deleted once the broker has the account."""
    if onboarding.broker.id is None or onboarding.profile.tax_id is None:
        return onboarding
    return attrs.evolve(onboarding, profile=attrs.evolve(onboarding.profile, tax_id=None))


def _stage(onboarding: Onboarding) -> Stage:
    standings = {onboarding.broker.standing, onboarding.offramp.standing}
    if ProviderAccountStatus.REJECTED in standings:
        return Stage.REJECTED
    if ProviderAccountStatus.ACTION_REQUIRED in standings:
        return Stage.ACTION_REQUIRED
    if standings == {ProviderAccountStatus.APPROVED}:
        return Stage.APPROVED
    return Stage.SUBMITTED


def awaits(onboarding: Onboarding) -> bool:
    """Whether a provider may still change its mind."""
    return onboarding.stage in {Stage.SUBMITTED, Stage.ACTION_REQUIRED}


def _terms(onboarding: Onboarding) -> dict[str, str]:
    return {
        "broker": onboarding.broker.standing.value,
        "offramp": onboarding.offramp.standing.value,
    }


PROCESS = ProcessType(
    record=Onboarding,
    facts=OnboardingFact,
    decide=decide,
    awaits=lambda onboarding, _: awaits(onboarding),
    ended=frozenset({Stage.APPROVED, Stage.REJECTED}),
    takes_back=(BrokerAccountReported, OfframpAccountReported),
    opening=AuditKind.KYC_SUBMITTED,
    terms=_terms,
)
