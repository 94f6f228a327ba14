"""Circle's own client against the sandbox: estimates, stuck transactions, replacements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.sandbox.circle_customer import AMOY, AMOY_USDC, SOME_ADDRESS
from tests.sandbox.circle_sdk import dev, open_developer

CHEAP: dict[str, Any] = {"feeLevel": None, "gasLimit": "65000", "maxFee": "20", "priorityFee": "10"}


async def test_estimates_follow_the_base_fee() -> None:
    async with open_developer() as developer:
        wallet, smart = await developer.wallet(), await developer.wallet(accountType="SCA")
        asked = {"tokenId": AMOY_USDC, "destinationAddress": SOME_ADDRESS, "amounts": ["1"]}
        estimate = developer.transactions.create_transfer_estimate_fee

        async def priced(**source: str) -> Any:
            request = dev.EstimateTransferTransactionFeeRequest.from_dict({**asked, **source})
            return await developer.ask(estimate, request)

        usual = await priced(walletId=wallet.id)
        assert (usual.high.gas_limit, usual.high.network_fee) == ("65000", "0.0065")
        assert Decimal(usual.low.max_fee) < Decimal(usual.medium.max_fee)
        assert usual.call_gas_limit is None
        assert (await priced(walletId=smart.id)).call_gas_limit
        await developer.command("baseFee", {"blockchain": AMOY, "baseFee": "60"})
        busy = await priced(sourceAddress=wallet.address, blockchain=AMOY)
        assert (busy.high.base_fee, busy.high.network_fee) == ("60", "0.0104")
        found = await developer.ask(developer.transactions.get_fee_parameters, AMOY, "EOA")
        assert (found.low.max_fee, found.low.priority_fee) == ("145", "25")
        assert (await developer.ask(developer.transactions.list_transactions)).transactions == []


async def test_addresses_are_checked() -> None:
    async with open_developer() as developer:
        check = developer.transactions.create_validate_address

        async def is_valid(blockchain: str, address: str) -> bool:
            request = {"blockchain": blockchain, "address": address}
            answer = await developer.ask(check, dev.ValidateAddressRequest.from_dict(request))
            return bool(answer.is_valid)

        (solana,) = await developer.make(blockchains=["SOL-DEVNET"])
        assert await is_valid(AMOY, SOME_ADDRESS)
        assert await is_valid("SOL-DEVNET", solana.address)
        assert not await is_valid(AMOY, solana.address)
        assert not await is_valid("SOL-DEVNET", SOME_ADDRESS)


async def test_a_fee_below_the_base_fee_is_stuck_until_it_is_accelerated() -> None:
    async with open_developer() as developer:
        wallet, lowest = (
            await developer.funded(),
            developer.transactions.get_lowest_nonce_transaction,
        )
        cheap = await developer.transfer(wallet, **CHEAP)
        behind = await developer.transfer(wallet, "2")
        developer.advance()
        assert [await developer.state(each) for each in (cheap, behind)] == ["STUCK"] * 2
        assert (await developer.held(wallet))["USDC"] == 10

        waiting = await developer.ask(lowest, wallet_id=wallet.id)
        stuck = await developer.transaction(cheap)
        assert waiting.transaction.id == cheap
        assert waiting.fee_info.new_high_estimated_fee.max_fee == "100"
        assert Decimal(waiting.fee_info.fee_difference_amount) == Decimal("0.0052")
        assert (await developer.accelerate(cheap)).id == cheap
        replaced = await developer.transaction(cheap)
        developer.advance()

        done = await developer.transaction(cheap)
        assert replaced.tx_hash != stuck.tx_hash
        assert Decimal(done.estimated_fee.max_fee) > Decimal(stuck.estimated_fee.max_fee)
        assert [await developer.state(each) for each in (cheap, behind)] == ["COMPLETE"] * 2
        held = await developer.held(wallet)
        paid = Decimal(done.network_fee) + Decimal(
            (await developer.transaction(behind)).network_fee
        )
        assert held == {"USDC": Decimal(7), "POL": 1 - paid}
        assert await developer.ask(lowest, wallet_id=wallet.id) is None


async def test_a_stuck_one_goes_on_when_the_chain_calms_down() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        await developer.command("baseFee", {"blockchain": AMOY, "baseFee": "500"})
        waiting = await developer.transfer(
            wallet, **{**CHEAP, "maxFee": "100", "priorityFee": "30"}
        )
        developer.advance()
        assert await developer.state(waiting) == "STUCK"
        await developer.command("baseFee", {"blockchain": AMOY, "baseFee": "30"})
        developer.advance()
        assert await developer.state(waiting) == "COMPLETE"


async def test_a_broadcast_transfer_is_cancelled_by_a_replacement_that_costs_gas() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        cheap = await developer.transfer(wallet, **CHEAP)
        developer.advance(5)
        assert await developer.state(cheap) == "SENT"
        assert (await developer.cancel(cheap)).state.value == "CANCELLED"
        developer.advance()
        found = await developer.transaction(cheap)
        paid = Decimal(found.network_fee)
        assert (found.state.value, paid) == ("CANCELLED", Decimal("0.00147"))
        assert await developer.held(wallet) == {"USDC": Decimal(10), "POL": 1 - paid}


async def test_what_is_in_a_block_is_neither_cancelled_nor_accelerated() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        sent = await developer.transfer(wallet)
        developer.advance(4)
        before = await developer.transaction(sent)
        assert before.state.value == "SENT"
        assert (await developer.cancel(sent)).state.value == "SENT"
        await developer.accelerate(sent)
        developer.advance()
        after = await developer.transaction(sent)
        assert (after.state.value, after.tx_hash) == ("COMPLETE", before.tx_hash)
        request = dev.AccelerateTransactionForDeveloperRequest.from_dict({})
        accelerate = developer.transactions.create_developer_transaction_accelerate
        assert await developer.refused(accelerate, sent, request) == (400, 155229)


async def test_one_that_a_fault_holds_up_is_freed_by_accelerating_it() -> None:
    rule = {
        "name": "stuck",
        "match": {"provider": "circle", "times": 1},
        "action": {"kind": "outcome", "point": "circle.transaction", "outcome": "stuck"},
    }
    async with open_developer() as developer:
        wallet = await developer.wallet(accountType="SCA")
        await developer.drip(wallet, usdc=True)
        await developer.fault(rule)
        held_up = await developer.transfer(wallet)
        developer.advance()
        assert await developer.state(held_up) == "STUCK"
        await developer.accelerate(held_up)
        developer.advance()
        assert await developer.state(held_up) == "COMPLETE"
        assert await developer.held(wallet) == {"USDC": Decimal(9)}
