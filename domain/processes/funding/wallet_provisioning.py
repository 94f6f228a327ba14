"""The lifecycle of a wallet: created at the custodian, linked at the off-ramp, live, perhaps frozen."""

from __future__ import annotations

import attrs

from domain.ids import InvestorId, LookupKey, reference
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
from domain.wallets.wallet import AddressSource, CustodyWallet, Wallet, WalletStage

WALLET = "circle.wallet"
"""The namespace of the custodian's wallet ids."""

SIBLING = "circle.sibling_wallet"
"""The namespace of the custodian's ids of wallets that no process has yet, at the wallet they share."""

OWN_WALLET = "stack.wallet"
"""The namespace of the lookup key of an owner's one wallet on a chain."""

EVM = "evm"
"""In place of a chain: the owner's first EVM wallet, whose address the others share."""

ADDRESS = "stack.wallet_address"
"""The namespace of our own addresses, by chain."""

Stage = WalletStage
Outcome = Decision[Wallet]


def request(wallet: Wallet, *, shares: Wallet | None = None) -> Outcome:
    """
    Ask the custodian for the wallet: with the address of ``shares``, or with one for all its chains.

    The firm's wallets are separate.
    """
    names = [own_key(wallet.investor_id, wallet.chain)]
    also: tuple[Chain, ...] = ()
    if shares is None and not wallet.is_treasury and wallet.chain.is_evm:
        names.append(first_evm_key(wallet.investor_id))
        also = wallet.chain.same_address_chains
    instruction = CreateWallet(
        reference=reference(wallet.id, "create"),
        owner=wallet.investor_id,
        chain=wallet.chain,
        also=also,
        shares=_source(shares) if shares else None,
    )
    return Decision(wallet, instructions=(instruction,), names=tuple(names))


def adopt(wallet: Wallet, at: CustodyWallet) -> Outcome:
    """Open the wallet at a sibling that the custodian has already."""
    there = WalletCreated(
        reference=reference(wallet.id, "create"), provider_id=at.wallet_id, address=at.address
    )
    created = _created(wallet, there)
    own = own_key(wallet.investor_id, wallet.chain)
    return attrs.evolve(created, names=(own, *created.names))


def _source(first: Wallet) -> AddressSource:
    return AddressSource(reference=reference(first.id, "create"), wallet_id=first.provider_id)


def own_key(owner: InvestorId, chain: Chain) -> LookupKey:
    return LookupKey(OWN_WALLET, f"{owner}:{chain.value}")


def first_evm_key(owner: InvestorId) -> LookupKey:
    return LookupKey(OWN_WALLET, f"{owner}:{EVM}")


def address_key(chain: Chain, address: str) -> LookupKey:
    return LookupKey(ADDRESS, f"{chain.value}:{chain.canonical(address)}")


def decide(wallet: Wallet, fact: WalletFact) -> Outcome:
    """A late outcome counts in review, too, and ends it, unless another wallet was reported."""
    if isinstance(fact, WalletCreated) and (other := _other(wallet, fact)):
        return Decision(_disputed(wallet, other))
    if wallet.paused_stage is None:
        return _step(wallet, fact)
    paused = attrs.evolve(wallet, stage=wallet.paused_stage)
    reached = _step(paused, fact).record.stage
    # A link that failed is found missing after the review.
    known = wallet.paused_stage if reached is Stage.MANUAL_REVIEW else reached
    return Decision(attrs.evolve(wallet, paused_stage=known))


def _other(wallet: Wallet, fact: WalletCreated) -> str | None:
    """What the custodian created besides the wallet, the first time."""
    if wallet.provider_id is None or wallet.address is None:
        return None
    is_same = wallet.chain.same_address(fact.address, wallet.address)
    told = f"{fact.provider_id} at {fact.address}"
    if (is_same and fact.provider_id == wallet.provider_id) or told in wallet.others:
        return None
    return told


def _disputed(wallet: Wallet, other: str) -> Wallet:
    before = Stage.CREATED if wallet.stage is Stage.MANUAL_REVIEW else wallet.stage
    return attrs.evolve(
        wallet,
        stage=Stage.MANUAL_REVIEW,
        paused_stage=wallet.paused_stage or before,
        reason=f"the custodian created another wallet: {other}",
        others=(*wallet.others, other),
    )


def _step(wallet: Wallet, fact: WalletFact) -> Outcome:
    is_created = wallet.provider_id is not None
    is_in_review = wallet.stage is Stage.MANUAL_REVIEW
    match fact:
        case WalletCreated() if not is_created:
            return _created(wallet, fact)
        case WalletLinked() if wallet.stage is Stage.CREATED or (is_created and is_in_review):
            return Decision(attrs.evolve(wallet, stage=Stage.LIVE, reason=None))
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
        wallet,
        stage=Stage.CREATED,
        provider_id=fact.provider_id,
        address=fact.address,
        siblings=fact.siblings,
        reason=None,
    )
    names = (
        LookupKey(WALLET, fact.provider_id),
        address_key(wallet.chain, fact.address),
        *(LookupKey(SIBLING, each.wallet_id) for each in fact.siblings),
    )
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
