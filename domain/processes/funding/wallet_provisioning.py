"""The lifecycle of a wallet: created at the custodian, linked at the off-ramp, live, perhaps frozen."""

from __future__ import annotations

import attrs

from domain.ids import LookupKey, reference
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.funding import (
    WalletCreated,
    WalletFact,
    WalletFrozen,
    WalletLinked,
    WalletReleased,
)
from domain.processes.instructions import CreateWallet, LinkWallet
from domain.processes.process_type import ProcessType
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet, Wallet, WalletStage

WALLET = "circle.wallet"
"""The namespace of the custodian's wallet ids."""

ADDRESS = "stack.wallet_address"
"""The namespace of our own addresses, by chain."""

Stage = WalletStage
Outcome = Decision[Wallet]


def request(wallet: Wallet) -> Outcome:
    """Ask the custodian for the wallet."""
    instruction = CreateWallet(
        reference=reference(wallet.id, "create"), owner=wallet.investor_id, chain=wallet.chain
    )
    return Decision(wallet, instructions=(instruction,))


def address_key(chain: Chain, address: str) -> LookupKey:
    return LookupKey(ADDRESS, f"{chain.value}:{chain.canonical(address)}")


def decide(wallet: Wallet, fact: WalletFact) -> Outcome:
    match fact:
        case WalletCreated() if wallet.stage is Stage.REQUESTED:
            return _created(wallet, fact)
        case WalletLinked() if wallet.stage is Stage.CREATED:
            return Decision(attrs.evolve(wallet, stage=Stage.LIVE))
        case WalletFrozen() if wallet.stage is Stage.LIVE:
            return Decision(attrs.evolve(wallet, stage=Stage.FROZEN))
        case WalletReleased() if wallet.stage is Stage.FROZEN:
            return Decision(attrs.evolve(wallet, stage=Stage.LIVE))
        case EffectRefused() | EffectUnknown() if wallet.stage in {Stage.REQUESTED, Stage.CREATED}:
            return Decision(attrs.evolve(wallet, stage=Stage.MANUAL_REVIEW, reason=fact.reason))
        case (
            WalletCreated()
            | WalletLinked()
            | WalletFrozen()
            | WalletReleased()
            | EffectRefused()
            | EffectUnknown()
        ):
            return Decision(wallet)


def _created(wallet: Wallet, fact: WalletCreated) -> Outcome:
    created = attrs.evolve(
        wallet, stage=Stage.CREATED, provider_id=fact.provider_id, address=fact.address
    )
    names = (LookupKey(WALLET, fact.provider_id), address_key(wallet.chain, fact.address))
    if wallet.offramp_account_id is None:
        return Decision(attrs.evolve(created, stage=Stage.LIVE), names=names)
    link = LinkWallet(
        reference=reference(wallet.id, "link"),
        offramp_account_id=wallet.offramp_account_id,
        wallet=CustodyWallet(chain=wallet.chain, wallet_id=fact.provider_id, address=fact.address),
    )
    return Decision(created, instructions=(link,), names=names)


def _terms(wallet: Wallet) -> dict[str, str]:
    return {"chain": wallet.chain.value}


PROCESS = ProcessType(
    record=Wallet,
    facts=WalletFact,
    decide=decide,
    ended=frozenset({Stage.LIVE}),
    terms=_terms,
)
