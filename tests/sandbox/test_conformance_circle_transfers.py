"""Circle's own client against the sandbox: transfers, from the request to both balances."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.circle_customer import AMOY, AMOY_USDC, SOME_ADDRESS
from tests.sandbox.circle_sdk import AMOY_POL, Developer, dev, open_developer, transfer_request

WALK = ["INITIATED", "CLEARED", "QUEUED", "SENT", "CONFIRMED", "COMPLETE"]
GAS = Decimal("0.003")  # 50,000 units at the usual 30 gwei and the tip of MEDIUM


async def walked(developer: Developer, transaction_id: str) -> list[str]:
    """The states until the end, each once."""
    seen = [await developer.state(transaction_id)]
    for _ in range(60):
        developer.advance(0.25)
        state = await developer.state(transaction_id)
        seen += [state] if state != seen[-1] else []
    return seen


async def test_a_transfer_moves_both_balances_and_pays_for_gas() -> None:
    async with open_developer() as developer:
        wallet, other = await developer.funded(), await developer.wallet()
        moved = await developer.transfer(
            wallet, "4.25", destinationAddress=other.address, refId="payout-1"
        )
        assert await walked(developer, moved) == WALK
        done = await developer.transaction(moved)

        assert (done.amounts, done.token_id, done.ref_id) == (["4.25"], AMOY_USDC, "payout-1")
        assert (done.operation.value, done.fee_level.value) == ("TRANSFER", "MEDIUM")
        assert Decimal(done.network_fee) == GAS
        assert Decimal(done.estimated_fee.network_fee) > GAS
        assert done.block_height
        assert await developer.held(wallet) == {"USDC": Decimal("5.75"), "POL": 1 - GAS}
        assert await developer.held(other) == {"USDC": Decimal("4.25")}


async def test_wallet_and_token_may_be_named_by_address() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        moved = await developer.transfer(
            wallet,
            walletId=None,
            tokenId=None,
            walletAddress=wallet.address,
            blockchain=AMOY,
            tokenAddress="0x41E94EB019C0762F9BFCF9FB1E58725BFB0E7582",
        )
        developer.advance()
        assert (await developer.transaction(moved)).token_id == AMOY_USDC
        assert await developer.state(moved) == "COMPLETE"


async def test_the_chains_coin_and_euros_are_sent_too() -> None:
    async with open_developer() as developer:
        (wallet,) = await developer.make(blockchains=["BASE-SEPOLIA"])
        other = await developer.wallet(blockchains=["BASE-SEPOLIA"])
        await developer.drip(wallet, native=True, eurc=True)
        held = (
            await developer.ask(developer.wallets.list_wallet_balance, wallet.id)
        ).token_balances
        ids = {each.token.symbol: each.token.id for each in held}
        for symbol, amount in (("ETH", "0.25"), ("EURC", "3.5")):
            await developer.transfer(
                wallet, amount, tokenId=ids[symbol], destinationAddress=other.address
            )
        developer.advance()
        assert await developer.held(other) == {"ETH": Decimal("0.25"), "EURC": Decimal("3.5")}
        left = await developer.held(wallet)
        assert left["EURC"] == Decimal("6.5")
        assert Decimal("0.74") < left["ETH"] < Decimal("0.75")


async def test_a_smart_account_and_a_solana_wallet_need_no_coin_for_gas() -> None:
    async with open_developer() as developer:
        smart = await developer.wallet(accountType="SCA")
        solana, other = await developer.make(blockchains=["SOL-DEVNET"], count=2)
        for wallet in (smart, solana):
            await developer.drip(wallet, usdc=True)
        paid = [
            await developer.transfer(smart),
            await developer.transfer(
                solana,
                tokenId="8fb3cadb-0ef4-573d-8fcd-e194f961c728",
                destinationAddress=other.address,
            ),
        ]
        developer.advance()
        assert [await developer.state(each) for each in paid] == ["COMPLETE"] * 2
        assert await developer.held(smart) == {"USDC": Decimal(9)}
        assert await developer.held(other) == {"USDC": Decimal(1)}
        assert await developer.held(solana) == {"USDC": Decimal(9)}
        sponsored = (await developer.books())["circle"]["gas_sponsored"]
        assert Decimal(sponsored[AMOY_POL]) == GAS


async def test_without_a_coin_for_gas_a_transfer_fails_and_moves_nothing() -> None:
    async with open_developer() as developer:
        wallet = await developer.wallet()
        await developer.drip(wallet, usdc=True)
        failed = await developer.transfer(wallet)
        developer.advance()
        found = await developer.transaction(failed)
        assert (found.state.value, found.error_reason) == ("FAILED", "INSUFFICIENT_NATIVE_TOKEN")
        assert await developer.held(wallet) == {"USDC": Decimal(10)}


async def test_the_same_key_sends_once_and_another_meaning_is_refused() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        key = {"idempotencyKey": "7f6f2f0e-6a39-4b5c-8a8c-0d6c2f3f9a11"}
        first = await developer.transfer(wallet, **key)
        again = await developer.ask(
            developer.transactions.create_developer_transaction_transfer,
            transfer_request(wallet, **key),
        )
        changed = await developer.refused(
            developer.transactions.create_developer_transaction_transfer,
            transfer_request(wallet, "2", **key),
        )
        developer.advance()
        assert (again.id, changed) == (first, (409, 156020))
        assert (await developer.held(wallet))["USDC"] == 9


async def test_the_same_request_object_twice_is_a_reused_ciphertext() -> None:
    async with open_developer() as developer:
        request = transfer_request(await developer.funded())
        create = developer.transactions.create_developer_transaction_transfer
        await developer.ask(create, request)
        assert await developer.refused(create, request) == (400, 156004)


async def test_a_cancelled_transfer_moves_nothing() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        stopped = await developer.transfer(wallet)
        cancelled = await developer.cancel(stopped)
        developer.advance()
        assert (cancelled.id, cancelled.state.value) == (stopped, "CANCELLED")
        assert await developer.state(stopped) == "CANCELLED"
        assert await developer.held(wallet) == {"USDC": Decimal(10), "POL": Decimal(1)}
        request = dev.CancelTransactionForDeveloperRequest.from_dict({})
        cancel = developer.transactions.create_developer_transaction_cancel
        assert await developer.refused(cancel, stopped, request) == (400, 155229)


async def test_transactions_are_found_by_every_filter_and_page() -> None:
    async with open_developer() as developer:
        wallet, other = await developer.funded(), await developer.wallet(accountType="SCA")
        for _ in range(3):
            await developer.transfer(wallet, destinationAddress=other.address)
        developer.advance()
        listed = developer.transactions.list_transactions
        pages = await developer.pages(listed, "transactions", page_size=3)
        every = [each for page in pages for each in page]
        assert len(every) == len(set(every)) == 8  # two drips, three sent, three arrived

        async def count(**query: object) -> int:
            return len((await developer.ask(listed, page_size=50, **query)).transactions)

        assert await count(tx_type="OUTBOUND") == 3
        assert await count(wallet_ids=other.id) == 3
        assert await count(wallet_ids=f"{other.id},{wallet.id}") == 8
        assert await count(destination_address=other.address) == 6
        assert await count(state="COMPLETE", operation="TRANSFER", blockchain=AMOY) == 8
        assert await count(state="FAILED") == 0
        assert await count(custody_type="ENDUSER") == 0
        sent = (await developer.ask(listed, tx_type="OUTBOUND", page_size=1)).transactions[0]
        both = (await developer.ask(listed, tx_hash=sent.tx_hash)).transactions
        assert Counter(each.transaction_type.value for each in both) == {
            "INBOUND": 1,
            "OUTBOUND": 1,
        }
        moment = sent.create_date
        assert await count(var_from=moment, to=moment, tx_type="OUTBOUND") == 3


@pytest.mark.parametrize(
    ("suffix", "state", "wallet_state", "rule"),
    [
        ("9999", "DENIED", "FROZEN", "Circle's Sanctions Blocklist"),
        ("8899", "DENIED", "LIVE", "Severe Terrorist Financing (Owner)"),
        ("7766", "COMPLETE", "LIVE", "High Gambling Risk (Owner)"),
    ],
)
async def test_screening_goes_by_the_end_of_the_address(
    suffix: str, state: str, wallet_state: str, rule: str
) -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        suspect = "0x" + "ab" * 14 + "99999999" + suffix
        sent = await developer.transfer(wallet, destinationAddress=suspect)
        developer.advance()
        found = await developer.transaction(sent)
        assert found.state.value == state
        assert found.transaction_screening_evaluation.rule_name == rule
        kept = await developer.ask(developer.wallets.get_wallet, wallet.id)
        assert kept.wallet.actual_instance.state.value == wallet_state
        assert (await developer.held(wallet))["USDC"] == (9 if state == "COMPLETE" else 10)
        if wallet_state == "FROZEN":
            create = developer.transactions.create_developer_transaction_transfer
            assert await developer.refused(create, transfer_request(wallet)) == (403, 155501)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amounts": ["10.000001"]}, 155201),
        ({"amounts": ["0.0000001"]}, 155221),
        ({"destinationAddress": "0x12"}, 155219),
        ({"tokenId": None}, 155228),
        ({"tokenId": "bdf128b4-827b-5267-8f9e-243694989b5f"}, 155220),
        ({"feeLevel": None}, 155231),
        ({"gasPrice": "50"}, 155234),
        ({"feeLevel": None, "gasLimit": "65000"}, 155235),
        ({"feeLevel": None, "gasLimit": "100", "gasPrice": "50"}, 155233),
        ({"feeLevel": None, "gasLimit": "65000", "gasPrice": "1"}, 155236),
        ({"feeLevel": None, "gasLimit": "65000", "maxFee": "1", "priorityFee": "2"}, 155237),
        ({"walletAddress": SOME_ADDRESS}, 155244),
        ({"nftTokenIds": ["1"]}, 155218),
    ],
)
async def test_a_transfer_request_is_checked(body: dict[str, Any], code: int) -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        create = developer.transactions.create_developer_transaction_transfer
        assert await developer.refused(create, transfer_request(wallet, **body)) == (400, code)
        listed = developer.transactions.list_transactions
        assert (await developer.ask(listed, tx_type="OUTBOUND")).transactions == []
