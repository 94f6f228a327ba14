"""What people may rule on an onboarding or a wallet in review."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.accounts.onboarding import Onboarding, OnboardingStage, Standing
from domain.ids import Reference, reference, step_of
from domain.processes.accounts import onboarding as opening
from domain.processes.decision import Decision
from domain.processes.facts import (
    BrokerAccountReported,
    EffectRefused,
    OfframpAccountReported,
    Ruled,
    WalletCreated,
    WalletLinked,
)
from domain.processes.funding import wallet_provisioning as provisioning
from domain.processes.instructions import Inquire, Subject
from domain.review.ruling import Action, Evidence
from domain.wallets.wallet import Wallet, WalletStage


def rule_onboarding(onboarding: Onboarding, ruled: Ruled) -> Decision[Onboarding]:
    """
    The account that nobody could tell of is there, by its id, or is not.

    Of two such accounts, the broker's comes first; the onboarding stays in review for the other.
    """
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


def rule_wallet(wallet: Wallet, ruled: Ruled) -> Decision[Wallet]:
    """The wallet was created, or linked, by hand or after all."""
    if wallet.stage is not WalletStage.MANUAL_REVIEW or ruled.action is not Action.HAPPENED:
        return Decision(wallet)
    if wallet.provider_id is None:
        return _created(wallet, ruled.evidence)
    if not ruled.evidence.provider_id:
        return Decision(wallet)
    linked = WalletLinked(reference=reference(wallet.id, "link"))
    return provisioning.decide(attrs.evolve(wallet, stage=WalletStage.CREATED, reason=None), linked)


def onboarding_questions(onboarding: Onboarding) -> Iterator[Inquire]:
    """What can be looked up: how the accounts stand of which the id is known."""
    for step, subject, account in (
        ("broker", Subject.BROKER_ACCOUNT, onboarding.broker),
        ("offramp", Subject.OFFRAMP_ACCOUNT, onboarding.offramp),
    ):
        if account.id:
            about = reference(onboarding.id, step)
            yield Inquire.into(subject, about, account_id=account.id)


def _unknown(onboarding: Onboarding) -> Reference | None:
    """The account order that was given up and has come to nothing yet."""
    known = {"broker": onboarding.broker.id, "offramp": onboarding.offramp.id}
    orders = sorted(each.reference for each in onboarding.given_up)
    return next((ref for ref in orders if known[step_of(ref)] is None), None)


def _opened(onboarding: Onboarding, ref: Reference, account_id: str) -> Decision[Onboarding]:
    """The provider has the account; how it stands is asked."""
    left = tuple(each for each in onboarding.given_up if each.reference != ref)
    known = attrs.evolve(onboarding, given_up=left)
    if _unknown(known) is None:
        known = attrs.evolve(known, stage=OnboardingStage.SUBMITTED, reason=None)
    reported = BrokerAccountReported if step_of(ref) == "broker" else OfframpAccountReported
    return opening.decide(known, reported(account_id=account_id, standing=Standing.PENDING))


def _created(wallet: Wallet, evidence: Evidence) -> Decision[Wallet]:
    if not evidence.provider_id or not evidence.address:
        return Decision(wallet)
    created = WalletCreated(
        reference=reference(wallet.id, "create"),
        provider_id=evidence.provider_id,
        address=evidence.address,
    )
    requested = attrs.evolve(wallet, stage=WalletStage.REQUESTED, reason=None)
    return provisioning.decide(requested, created)
