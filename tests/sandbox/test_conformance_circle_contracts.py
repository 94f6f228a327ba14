"""Circle's own client against the sandbox: calls of contracts, upgrades of smart accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.circle_customer import SOME_ADDRESS
from tests.sandbox.circle_sdk import Developer, dev, open_developer

USDC_CONTRACT = "0x41e94eb019c0762f9bfcf9fb1e58725bfb0e7582"
CONTRACT = "0x" + "cc" * 20


def call_of(wallet: Any, **body: Any) -> Any:
    asked = {"walletId": wallet.id, "contractAddress": CONTRACT, "feeLevel": "HIGH", **body}
    return dev.CreateContractExecutionTransactionForDeveloperRequest.from_dict(asked)


async def called(developer: Developer, wallet: Any, **body: Any) -> Any:
    """The transaction of a call, after its end."""
    create = developer.transactions.create_developer_transaction_contract_execution
    made = await developer.ask(create, call_of(wallet, **body))
    developer.advance()
    return await developer.transaction(made.id)


async def test_calling_transfer_at_usdcs_contract_moves_usdc() -> None:
    async with open_developer() as developer:
        wallet, other = await developer.funded(), await developer.wallet()
        by_name = await called(
            developer,
            wallet,
            contractAddress=USDC_CONTRACT,
            abiFunctionSignature="transfer(address,uint256)",
            abiParameters=[other.address, "1500000"],
            refId="by name",
        )
        data = "0xa9059cbb" + other.address[2:].rjust(64, "0") + f"{500_000:064x}"
        await called(developer, wallet, contractAddress=USDC_CONTRACT, callData=data)

        assert (by_name.state.value, by_name.ref_id) == ("COMPLETE", "by name")
        assert by_name.operation.value == "CONTRACT_EXECUTION"
        assert by_name.abi_function_signature == "transfer(address,uint256)"
        assert by_name.contract_address == USDC_CONTRACT
        assert await developer.held(other) == {"USDC": Decimal(2)}
        assert (await developer.held(wallet))["USDC"] == 8
        listed = developer.transactions.list_transactions
        calls = await developer.ask(listed, operation="CONTRACT_EXECUTION")
        assert len(calls.transactions) == 2


async def test_a_call_takes_coins_along_and_pays_for_gas() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        done = await called(
            developer, wallet, abiFunctionSignature="deposit()", amount="0.25", abiParameters=[]
        )
        assert (done.state.value, done.amounts) == ("COMPLETE", ["0.25"])
        left = (await developer.held(wallet))["POL"]
        assert left == 1 - Decimal("0.25") - Decimal(done.network_fee)


async def test_a_call_that_reverts_fails_in_its_estimation_and_costs_nothing() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        too_much = await called(
            developer,
            wallet,
            contractAddress=USDC_CONTRACT,
            abiFunctionSignature="transfer(address,uint256)",
            abiParameters=[SOME_ADDRESS, "10000001"],
        )
        refused = await called(developer, wallet, abiFunctionSignature="revert()")
        for each in (too_much, refused):
            assert (each.state.value, each.error_reason) == ("FAILED", "ESTIMATION_ERROR")
        assert "exceeds balance" in too_much.error_details
        assert await developer.held(wallet) == {"USDC": Decimal(10), "POL": Decimal(1)}


async def test_the_fee_of_a_call_is_estimated() -> None:
    async with open_developer() as developer:
        wallet = await developer.wallet()
        estimate = developer.transactions.create_transaction_estimate_fee

        def asked(function: str) -> Any:
            return dev.EstimateContractExecutionTransactionFeeRequest.from_dict(
                {
                    "walletId": wallet.id,
                    "contractAddress": CONTRACT,
                    "abiFunctionSignature": function,
                }
            )

        found = await developer.ask(estimate, asked("deposit()"))
        assert found.medium.gas_limit == "120000"
        assert await developer.refused(estimate, asked("revert()")) == (400, 155208)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 155230),
        ({"callData": "0x00", "abiFunctionSignature": "a()"}, 155247),
        ({"callData": "0x0"}, 2),
        ({"abiFunctionSignature": "a(uint256)", "abiParameters": []}, 155209),
        ({"callData": "0x00", "contractAddress": "0x12"}, 155219),
        ({"callData": "0x00", "amount": "-1"}, 155245),
        ({"callData": "0x00", "amount": "2"}, 155201),
    ],
)
async def test_a_call_is_checked(body: dict[str, Any], code: int) -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        create = developer.transactions.create_developer_transaction_contract_execution
        assert await developer.refused(create, call_of(wallet, **body)) == (400, code)


async def test_solana_has_no_contracts_to_call() -> None:
    async with open_developer() as developer:
        wallet = await developer.wallet(blockchains=["SOL-DEVNET"])
        create = developer.transactions.create_developer_transaction_contract_execution
        assert await developer.refused(create, call_of(wallet, callData="0x00")) == (400, 156027)


async def test_a_smart_account_is_upgraded_once_and_an_eoa_never() -> None:
    old, new = "circle_6900_singleowner_v1", "circle_6900_singleowner_v2"
    async with open_developer(smart_account_core=old) as developer:
        smart, plain = await developer.wallet(accountType="SCA"), await developer.wallet()
        create = developer.transactions.create_developer_transaction_wallet_upgrade

        def upgrade_of(wallet: Any) -> Any:
            return dev.CreateWalletUpgradeTransactionForDeveloperRequest.from_dict(
                {"walletId": wallet.id, "newScaCore": new, "feeLevel": "LOW"}
            )

        async def core() -> str:
            found = await developer.ask(developer.wallets.get_wallet, smart.id)
            return str(found.wallet.actual_instance.sca_core.value)

        made = await developer.ask(create, upgrade_of(smart))
        assert await core() == old
        developer.advance()
        assert (await developer.state(made.id), await core()) == ("COMPLETE", new)
        assert await developer.refused(create, upgrade_of(smart)) == (400, 155229)
        assert await developer.refused(create, upgrade_of(plain)) == (400, 155515)
