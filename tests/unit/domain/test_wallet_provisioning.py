from __future__ import annotations

import attrs
import pytest

from domain.ids import FIRM, LookupKey, reference
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.funding import WalletCreated, WalletLinked
from domain.processes.facts.review import Ruled
from domain.processes.funding import wallet_provisioning as process
from domain.processes.instructions import CreateWallet, LinkWallet
from domain.processes.rulings import rule
from domain.review.ruling import Action, Evidence
from domain.wallets.chain import Chain, InvalidAddress, UnknownChain
from domain.wallets.wallet import AddressSource, CustodyWallet, WalletNotReady, WalletStage
from tests.support import builders as a
from tests.support.builders import ADA

USDC_ON_SOLANA = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
WALLET = a.wallet(broker_account_id="b-1", offramp_account_id="o-1")
CREATED = WalletCreated(
    reference=reference(WALLET.id, "create"), provider_id="w-1", address="0x" + "1" * 40
)
LINKED = WalletLinked(reference=reference(WALLET.id, "link"))


def test_an_investors_wallet_is_created_then_linked_then_live() -> None:
    (creating,) = process.request(WALLET).instructions
    created = process.decide(WALLET, CREATED)
    (linking,) = created.instructions
    live = process.decide(created.record, LINKED).record
    assert (type(creating), type(linking)) == (CreateWallet, LinkWallet)
    assert created.names == (
        LookupKey(process.WALLET, "w-1"),
        LookupKey(process.ADDRESS, f"polygon:{CREATED.address}"),
    )
    assert live.stage is WalletStage.LIVE
    assert live.location().address == CREATED.address


def test_a_treasury_wallet_is_live_once_created() -> None:
    created = process.decide(a.wallet(owner=FIRM), CREATED)
    assert (created.record.stage, created.instructions) == (WalletStage.LIVE, ())


def test_a_wallet_has_a_place_only_when_it_is_live() -> None:
    for wallet in (WALLET, process.decide(WALLET, CREATED).record):
        with pytest.raises(WalletNotReady):
            wallet.location()


def test_repeated_news_changes_nothing() -> None:
    created = process.decide(WALLET, CREATED).record
    assert process.decide(created, CREATED).record == created
    live = process.decide(created, LINKED).record
    for fact in (CREATED, LINKED):
        assert process.decide(live, fact).record == live


@pytest.mark.parametrize("fact", [EffectRefused, EffectUnknown])
def test_a_wallet_that_cannot_be_made_goes_to_a_person(
    fact: type[EffectRefused | EffectUnknown],
) -> None:
    news = fact(reference=reference(WALLET.id, "create"), reason="because")
    stuck = process.decide(WALLET, news).record
    assert (stuck.stage, stuck.reason) == (WalletStage.MANUAL_REVIEW, "because")
    live = attrs.evolve(WALLET, stage=WalletStage.LIVE)
    assert process.decide(live, news).record == live


def test_a_chain_is_known_by_its_name() -> None:
    assert Chain.named("polygon") is Chain.POLYGON
    with pytest.raises(UnknownChain, match="polygon"):
        Chain.named("bitcoin")


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        (Chain.POLYGON, "0x" + "a" * 39),
        (Chain.POLYGON, "0x" + "g" * 40),
        (Chain.POLYGON, "0x" + "a" * 40 + "\n"),
        (Chain.SOLANA, "0x" + "a" * 40),
        (Chain.SOLANA, "l" * 40),
        (Chain.SOLANA, "2" * 43),
        (Chain.SOLANA, "z" * 44),
        (Chain.SOLANA, "1" * 44),
    ],
)
def test_an_address_has_the_form_of_its_chain(chain: Chain, address: str) -> None:
    with pytest.raises(InvalidAddress):
        chain.require_address(address, field="destination")


def test_a_well_formed_address_is_taken_as_it_is() -> None:
    assert Chain.BASE.require_address(a.SOMEWHERE, field="d") == a.SOMEWHERE
    for mint in (USDC_ON_SOLANA, "2" * 44):
        assert Chain.SOLANA.require_address(mint, field="d") == mint


def test_the_custodian_is_asked_for_a_wallet_and_the_off_ramp_told_of_it() -> None:
    also = (Chain.ETHEREUM, Chain.BASE, Chain.ARBITRUM, Chain.AVALANCHE)
    creating = CreateWallet(reference=CREATED.reference, owner=ADA, chain=Chain.POLYGON, also=also)
    names = tuple(LookupKey("stack.wallet", f"{ADA}:{each}") for each in ("polygon", "evm"))
    assert process.request(WALLET) == Decision(WALLET, instructions=(creating,), names=names)
    at = CustodyWallet(chain=Chain.POLYGON, wallet_id="w-1", address=CREATED.address)
    linking = LinkWallet(reference=LINKED.reference, offramp_account_id="o-1", wallet=at)
    assert process.decide(WALLET, CREATED) == Decision(
        attrs.evolve(WALLET, stage=WalletStage.CREATED, provider_id="w-1", address=CREATED.address),
        instructions=(linking,),
        names=(
            LookupKey("circle.wallet", "w-1"),
            LookupKey("stack.wallet_address", f"polygon:{CREATED.address}"),
        ),
    )
    assert process.PROCESS.terms(WALLET) == {"chain": "polygon"}


def test_a_wallet_made_by_hand_is_taken_up_where_it_stopped() -> None:
    stuck = attrs.evolve(WALLET, stage=WalletStage.MANUAL_REVIEW, reason="no news")
    seen = Evidence(provider_id="w-1", address=CREATED.address)
    assert rule(stuck, ruled(seen)) == process.decide(WALLET, CREATED)
    created = process.decide(WALLET, CREATED).record
    again = attrs.evolve(created, stage=WalletStage.MANUAL_REVIEW, reason="no news")
    linked = rule(again, ruled(Evidence(provider_id="o-1")))
    assert linked == process.decide(created, LINKED)
    assert rule(again, ruled(Evidence())).record == again
    assert rule(stuck, ruled(Evidence(address="0x"))).record == stuck
    other = Ruled(action=Action.RETRY, reason="seen", evidence=seen)
    assert rule(stuck, other).record == stuck


def ruled(evidence: Evidence) -> Ruled:
    return Ruled(action=Action.HAPPENED, reason="seen", evidence=evidence)


def test_another_evm_wallet_shares_the_address_and_solana_and_the_firm_have_their_own() -> None:
    base = a.wallet(2, chain=Chain.BASE)
    first = attrs.evolve(WALLET, provider_id="w-1")
    (sharing,) = process.request(base, shares=first).instructions
    source = AddressSource(reference=CREATED.reference, wallet_id="w-1")
    assert sharing == CreateWallet(
        reference=reference(base.id, "create"), owner=ADA, chain=Chain.BASE, shares=source
    )
    for alone in (a.wallet(3, chain=Chain.SOLANA), a.wallet(4, owner=FIRM)):
        requested = process.request(alone)
        key = LookupKey("stack.wallet", f"{alone.investor_id}:{alone.chain.value}")
        assert requested.names == (key,)
        assert requested.instructions == (
            CreateWallet(
                reference=reference(alone.id, "create"),
                owner=alone.investor_id,
                chain=alone.chain,
            ),
        )


def test_a_sibling_is_known_by_the_custodians_id_until_it_is_adopted() -> None:
    sibling = CustodyWallet(chain=Chain.BASE, wallet_id="w-2", address=CREATED.address)
    created = process.decide(WALLET, attrs.evolve(CREATED, siblings=(sibling,)))
    assert created.record.siblings == (sibling,)
    assert created.names[-1] == LookupKey("circle.sibling_wallet", "w-2")
    base = a.wallet(2, chain=Chain.BASE, offramp_account_id="o-1")
    adopted = process.adopt(base, sibling)
    (link,) = adopted.instructions
    assert link == LinkWallet(
        reference=reference(base.id, "link"), offramp_account_id="o-1", wallet=sibling
    )
    assert (adopted.record.stage, adopted.record.address) == (WalletStage.CREATED, sibling.address)
    assert adopted.names == (
        LookupKey("stack.wallet", f"{ADA}:base"),
        LookupKey("circle.wallet", "w-2"),
        LookupKey("stack.wallet_address", f"base:{CREATED.address}"),
    )
