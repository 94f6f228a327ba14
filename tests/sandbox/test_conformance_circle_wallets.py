"""Circle's own client against the sandbox: wallet sets and wallets, and pages of both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.circle_customer import AMOY, AMOY_USDC
from tests.sandbox.circle_sdk import dev, open_developer

BASE = "BASE-SEPOLIA"
NOBODY = "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001"


async def test_a_wallet_set_is_made_found_and_renamed() -> None:
    async with open_developer() as developer:
        sets = developer.wallet_sets
        set_id = await developer.wallet_set("first")
        developer.advance(60)
        request = dev.UpdateWalletSetRequest.from_dict({"name": "renamed"})
        changed = await developer.ask(sets.update_wallet_set, set_id, request)
        found = await developer.ask(sets.get_wallet_set, set_id)

        made = found.wallet_set.actual_instance
        assert made == changed.wallet_set.actual_instance
        assert (made.id, made.custody_type) == (set_id, "DEVELOPER")
        assert made.update_date - made.create_date == timedelta(seconds=60)
        assert await developer.refused(sets.get_wallet_set, NOBODY) == (404, 156005)


async def test_wallets_of_both_kinds_on_several_chains() -> None:
    async with open_developer() as developer:
        metadata = [{"name": "a", "refId": "user-1"}, {"name": "b", "refId": "user-2"}]
        eoas = await developer.make(
            blockchains=[AMOY, BASE, "SOL-DEVNET", "NEAR-TESTNET", "APTOS-TESTNET"],
            count=2,
            metadata=metadata,
        )
        smart = await developer.wallet(accountType="SCA")

        by_chain = {(each.name, each.blockchain.value): each for each in eoas}
        assert len(by_chain) == len(eoas) == 10
        assert by_chain["a", AMOY].address == by_chain["a", BASE].address
        assert by_chain["a", AMOY].address != by_chain["b", AMOY].address
        assert len(by_chain["a", "SOL-DEVNET"].address) == 44
        assert len(by_chain["a", "APTOS-TESTNET"].address) == 66
        assert by_chain["a", "NEAR-TESTNET"].initial_public_key.startswith("ed25519:")
        assert (smart.account_type, smart.sca_core.value) == ("SCA", "circle_6900_singleowner_v3")
        found = await developer.ask(developer.wallets.get_wallet, smart.id)
        assert found.wallet.actual_instance == smart


async def test_a_wallet_is_renamed_and_found_by_every_filter() -> None:
    async with open_developer() as developer:
        wallets = developer.wallets
        (wallet, _) = await developer.make(count=2)
        smart = await developer.wallet(accountType="SCA")
        request = dev.UpdateWalletRequest.from_dict({"name": "deposit", "refId": "user-42"})
        await developer.ask(wallets.update_wallet, wallet.id, request)

        for query in (
            {"address": wallet.address},
            {"ref_id": "user-42"},
            {"blockchain": AMOY, "ref_id": "user-42"},
            {"wallet_set_id": wallet.wallet_set_id, "address": wallet.address},
        ):
            found = (await developer.ask(wallets.get_wallets, **query)).wallets
            assert [each.actual_instance.id for each in found] == [wallet.id], query
        assert found[0].actual_instance.name == "deposit"
        query = {"sca_core": "circle_6900_singleowner_v3"}
        found = (await developer.ask(wallets.get_wallets, **query)).wallets
        assert [each.actual_instance.id for each in found] == [smart.id]


async def test_a_wallet_is_derived_once_by_id_and_by_address() -> None:
    async with open_developer() as developer:
        wallets = developer.wallets
        wallet = await developer.wallet(accountType="SCA")
        named = dev.DeriveWalletRequest.from_dict({"metadata": {"name": "on base"}})
        first = await developer.ask(
            wallets.derive_wallet, wallet.id, BASE, derive_wallet_request=named
        )
        request = dev.DeriveWalletByAddressRequest.from_dict(
            {"sourceBlockchain": AMOY, "walletAddress": wallet.address, "targetBlockchain": BASE}
        )
        again = await developer.ask(wallets.derive_wallet_by_address, request)

        derived = first.wallet.actual_instance
        assert derived == again.wallet.actual_instance
        assert (derived.address, derived.blockchain.value) == (wallet.address, BASE)
        assert derived.name == "on base"


@pytest.mark.parametrize("order", ["ASC", "DESC"])
async def test_pages_show_every_wallet_and_set_once_and_end(order: str) -> None:
    async with open_developer() as developer:
        made = [each.id for each in await developer.make(count=7)]
        pages = await developer.pages(
            developer.wallets.get_wallets, "wallets", page_size=3, order=order
        )
        assert [len(page) for page in pages] == [3, 3, 1]
        seen = [each for page in pages for each in page]
        assert seen == (made if order == "ASC" else made[::-1])

        back = await developer.ask(
            developer.wallets.get_wallets, page_size=2, order=order, page_before=seen[4]
        )
        assert [each.actual_instance.id for each in back.wallets] == seen[2:4]
        sets = [await developer.wallet_set() for _ in range(3)]
        pages = await developer.pages(
            developer.wallet_sets.get_wallet_sets, "wallet_sets", page_size=2, order="ASC"
        )
        assert [each for page in pages for each in page][1:] == sets


async def test_links_lead_from_page_to_page() -> None:
    async with open_developer() as developer:
        made = [each.id for each in await developer.make(count=3)]
        read = developer.wallets.get_wallets_with_http_info
        links = (await developer.headers(read, page_size=2, order="ASC"))["Link"]
        assert f"pageAfter={made[1]}" in links
        assert 'rel="next"' in links
        last = await developer.headers(read, page_size=2, order="ASC", page_after=made[1])
        assert 'rel="next"' not in last["Link"]
        assert f"pageBefore={made[2]}" in last["Link"]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"accountType": "SCA", "blockchains": ["SOL-DEVNET"]}, (400, 155507)),
        ({"count": 2, "metadata": [{"name": "one"}]}, (400, 155503)),
        ({"blockchains": ["MATIC"]}, (400, 156006)),
        ({"walletSetId": NOBODY}, (404, 156005)),
        ({"idempotencyKey": "no-uuid"}, (400, 2)),
    ],
)
async def test_a_wallet_request_is_checked(body: dict[str, Any], refusal: object) -> None:
    async with open_developer() as developer:
        asked = {"walletSetId": await developer.wallet_set(), "blockchains": [AMOY], **body}
        request = dev.CreateWalletRequest.from_dict(asked)
        assert await developer.refused(developer.wallets.create_wallet, request) == refusal
        assert (await developer.ask(developer.wallets.get_wallets)).wallets == []


async def test_balances_and_holders_are_found() -> None:
    async with open_developer() as developer:
        wallets = developer.wallets
        rich, poor = await developer.make(count=2)
        await developer.drip(rich, usdc=True, native=True)
        balances = (await developer.ask(wallets.list_wallet_balance, rich.id)).token_balances
        shown = [(each.token.symbol, each.amount, each.token.is_native) for each in balances]
        assert shown == [("USDC", "10", False), ("POL", "1", True)]
        paged = await developer.ask(
            wallets.list_wallet_balance, rich.id, page_size=1, page_after=balances[0].token.id
        )
        assert [each.token.symbol for each in paged.token_balances] == ["POL"]
        named = await developer.ask(wallets.list_wallet_balance, rich.id, name="USDC")
        assert [each.amount for each in named.token_balances] == ["10"]
        assert (await developer.ask(wallets.list_wallet_balance, poor.id)).token_balances == []
        zero = await developer.ask(wallets.list_wallet_balance, poor.id, include_all=True)
        assert [each.amount for each in zero.token_balances] == ["0"]

        for query in ({}, {"amount__gte": "10"}):
            found = await developer.ask(wallets.get_wallets_with_balances, AMOY, **query)
            ids = [each.actual_instance.id for each in found.wallets]
            assert ids == ([rich.id] if query else [poor.id, rich.id])
        holder = found.wallets[0].actual_instance
        assert [each.amount for each in holder.token_balances] == ["10", "1"]
        over = await developer.ask(wallets.get_wallets_with_balances, AMOY, amount__gte="10.1")
        assert over.wallets == []


async def test_collectibles_are_shown_and_sent_several_at_once() -> None:
    async with open_developer() as developer:
        wallet, other = await developer.make(count=2)
        await developer.drip(wallet, native=True)
        for number, count in (("7", 1), ("8", 5)):
            body = {"blockchain": AMOY, "address": wallet.address}
            token = await developer.command("nfts", {**body, "nftTokenId": number, "amount": count})
        developer.advance(10)
        shown = (await developer.ask(developer.wallets.list_wallet_nfts, wallet.id)).nfts
        assert {each.nft_token_id: each.amount for each in shown} == {"7": "1", "8": "5"}

        moved = await developer.transfer(
            wallet,
            tokenId=token["token"]["id"],
            amounts=["1", "2"],
            nftTokenIds=["7", "8"],
            destinationAddress=other.address,
        )
        developer.advance()
        assert await developer.state(moved) == "COMPLETE"
        for holder, expected in ((wallet, {"8": "3"}), (other, {"7": "1", "8": "2"})):
            left = (await developer.ask(developer.wallets.list_wallet_nfts, holder.id)).nfts
            assert {each.nft_token_id: each.amount for each in left} == expected


async def test_a_token_is_looked_up() -> None:
    async with open_developer() as developer:
        found = (await developer.ask(developer.tokens.get_token_id, AMOY_USDC)).token
        assert (found.symbol, found.decimals, found.standard.value) == ("USDC", 6, "ERC20")
        assert found.token_address == "0x41e94eb019c0762f9bfcf9fb1e58725bfb0e7582"
        assert await developer.refused(developer.tokens.get_token_id, NOBODY) == (404, 156002)
