"""Resolutions of a wallet in review."""

from __future__ import annotations

import attrs

from domain.ids import reference
from domain.processes.decision import Decision
from domain.processes.facts.funding import WalletCreated, WalletLinked
from domain.processes.facts.review import Ruled
from domain.processes.funding import wallet_provisioning as provisioning
from domain.review.ruling import Action, Evidence
from domain.wallets.wallet import Wallet, WalletStage


def rule_wallet(wallet: Wallet, ruled: Ruled) -> Decision[Wallet]:
    """The wallet was created or linked by hand, or turned out to be; or another one was dealt with."""
    if wallet.stage is not WalletStage.MANUAL_REVIEW:
        return Decision(wallet)
    if wallet.paused_stage is not None:
        return _acknowledged(wallet, wallet.paused_stage, ruled)
    if ruled.action is not Action.HAPPENED:
        return Decision(wallet)
    if wallet.provider_id is None:
        return _created(wallet, ruled.evidence)
    if not ruled.evidence.provider_id:
        return Decision(wallet)
    linked = WalletLinked(reference=reference(wallet.id, "link"))
    return provisioning.decide(attrs.evolve(wallet, stage=WalletStage.CREATED, reason=None), linked)


def _acknowledged(wallet: Wallet, before: WalletStage, ruled: Ruled) -> Decision[Wallet]:
    """Nothing is wanted of the other wallet; this one continues."""
    if ruled.action is not Action.ACKNOWLEDGE:
        return Decision(wallet)
    return Decision(attrs.evolve(wallet, stage=before, paused_stage=None, reason=None))


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
