"""Resolutions of an onboarding in review."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.accounts.onboarding import Onboarding, OnboardingStage, ProviderAccountStatus
from domain.ids import Reference, reference, step_of
from domain.processes.accounts import onboarding as opening
from domain.processes.decision import Decision
from domain.processes.facts.accounts import BrokerAccountReported, OfframpAccountReported
from domain.processes.facts.effects import EffectRefused
from domain.processes.facts.review import Ruled
from domain.processes.instructions import LookUp, LookupKind
from domain.review.ruling import Action


def rule_onboarding(onboarding: Onboarding, ruled: Ruled) -> Decision[Onboarding]:
    """
    Settle an account whose outcome was unknown: it exists, with its id, or it does not.

    If both accounts are unknown, the broker's comes first; the onboarding stays in review for the other.
    """
    if ruled.action is Action.ACKNOWLEDGE and onboarding.stage is OnboardingStage.MANUAL_REVIEW:
        return opening.acknowledged(onboarding)
    ref = _unknown(onboarding)
    if ref is None or onboarding.stage is not OnboardingStage.MANUAL_REVIEW:
        return Decision(onboarding)
    match ruled.action, ruled.evidence.provider_id:
        case Action.DID_NOT_HAPPEN, _:
            return opening.decide(onboarding, EffectRefused(reference=ref, reason=ruled.reason))
        case Action.HAPPENED, str(account_id):
            return _opened(onboarding, ref, account_id)
        case _:
            return Decision(onboarding)


def onboarding_questions(onboarding: Onboarding) -> Iterator[LookUp]:
    """The possible look-ups: the status of each account whose id is known."""
    for step, subject, account in (
        ("broker", LookupKind.BROKER_ACCOUNT, onboarding.broker),
        ("offramp", LookupKind.OFFRAMP_ACCOUNT, onboarding.offramp),
    ):
        if account.id:
            about = reference(onboarding.id, step)
            yield LookUp.into(subject, about, account_id=account.id)


def _unknown(onboarding: Onboarding) -> Reference | None:
    """The abandoned request for an account of which no id is known."""
    known = {"broker": onboarding.broker.id, "offramp": onboarding.offramp.id}
    abandoned = sorted(each.reference for each in onboarding.given_up)
    return next((ref for ref in abandoned if known[step_of(ref)] is None), None)


def _opened(onboarding: Onboarding, ref: Reference, account_id: str) -> Decision[Onboarding]:
    """The provider has the account; its status is looked up."""
    left = tuple(each for each in onboarding.given_up if each.reference != ref)
    known = attrs.evolve(onboarding, given_up=left)
    if _unknown(known) is None:
        known = attrs.evolve(known, stage=OnboardingStage.SUBMITTED, reason=None)
    reported = BrokerAccountReported if step_of(ref) == "broker" else OfframpAccountReported
    return opening.decide(
        known, reported(account_id=account_id, standing=ProviderAccountStatus.PENDING)
    )
