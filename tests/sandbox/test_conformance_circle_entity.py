"""Circle's own clients against the sandbox: keys, the entity secret, the faucet, monitored tokens."""

from __future__ import annotations

import asyncio
import contextlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.circle_customer import AMOY, AMOY_USDC
from tests.sandbox.circle_sdk import (
    AMOY_POL,
    API_KEY,
    ENTITY_SECRET,
    Developer,
    conf,
    dev,
    open_developer,
    transfer_request,
    utils,
)
from tests.support.waiting import eventually

CALLS_AT_ONCE = 40
"""Of which a machine, however slow, makes more than five a second."""
OTHER_SECRET = "6f" * 32
GLOBALS = ("API_KEY", "CIRCLE_PUBLIC_KEY", "CONF_CLIENT", "ENTITY_SECRET")


@pytest.fixture
def utilities(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Circle's helper module, which keeps one client for the whole process."""
    for name in GLOBALS:
        monkeypatch.setattr(utils, name, None)
    return utils


def only_file_in(folder: Path) -> str:
    (path,) = folder.iterdir()
    return path.read_text()


async def test_the_service_and_the_entity_answer() -> None:
    async with open_developer() as developer:
        assert (await developer.ask(developer.health.ping)).message == "pong"
        key = (await developer.ask(developer.account.get_public_key)).public_key
        assert key.startswith("-----BEGIN PUBLIC KEY-----")
        first = (await developer.ask(developer.account.get_entity_config)).app_id
        assert first == (await developer.ask(developer.account.get_entity_config)).app_id


async def test_the_secret_is_registered_once_and_other_secrets_are_refused(
    utilities: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_developer(implicit_entity_secret=False) as developer:
        request = dev.CreateWalletSetRequest.from_dict({"name": "early"})
        create = developer.wallet_sets.create_wallet_set
        assert await developer.refused(create, request) == (400, 156016)

        def register() -> Any:
            utilities.init_configurations_client(host=developer.url, api_key=API_KEY)
            return [
                utilities.register_entity_secret_ciphertext(
                    API_KEY, ENTITY_SECRET, str(tmp_path), base_url=developer.url
                )
                for _ in range(2)
            ]

        first, second = await asyncio.to_thread(register)
        assert first["data"]["recoveryFile"] == only_file_in(tmp_path)
        assert second is None
        assert "already registered" in capsys.readouterr().out
        assert await developer.wallet_set()

        developer.client.configuration.entity_secret = OTHER_SECRET
        request = dev.CreateWalletSetRequest.from_dict({"name": "stranger"})
        assert await developer.refused(create, request) == (400, 156013)


async def test_circles_own_way_to_make_a_client(utilities: Any) -> None:
    async with open_developer() as developer:

        def make() -> Any:
            utilities.init_configurations_client(host=developer.url, api_key=API_KEY)
            client = utilities.init_developer_controlled_wallets_client(
                api_key=API_KEY, entity_secret=ENTITY_SECRET, host=developer.url
            )
            request = dev.CreateWalletSetRequest.from_dict({"name": "x"})
            return dev.WalletSetsApi(client).create_wallet_set(request)

        made = await asyncio.to_thread(make)
        sets = (await developer.ask(developer.wallet_sets.get_wallet_sets)).wallet_sets
        assert [each.actual_instance.id for each in sets] == [
            made.data.wallet_set.actual_instance.id
        ]


@pytest.mark.parametrize(
    ("key", "code"), [("nonsense", 156007), ("TEST_API_KEY:only", 401), ("", 401)]
)
async def test_a_bad_key_is_refused(key: str, code: int) -> None:
    async with open_developer() as developer:
        client = conf.ApiClient(conf.Configuration(host=developer.url, access_token=key))
        ask = conf.DeveloperAccountApi(client).get_entity_config
        assert await developer.refused(ask) == (401, code)


async def test_a_live_key_serves_mainnets_only() -> None:
    async with open_developer(api_key="LIVE_API_KEY:id:secret") as developer:
        wallet = await developer.wallet(blockchains=["MATIC"])
        assert wallet.blockchain.value == "MATIC"
        request = conf.FaucetRequest.from_dict({"address": wallet.address, "blockchain": AMOY})
        drip = developer.faucet.request_testnet_tokens
        assert await developer.refused(drip, faucet_request=request) == (400, 156006)


async def test_the_faucet_gives_what_is_asked_for_and_the_chain_says_from_where() -> None:
    async with open_developer() as developer:
        wallet = await developer.wallet(blockchains=["ETH-SEPOLIA"])
        await developer.drip(wallet, usdc=True, native=True, eurc=True)
        assert await developer.held(wallet) == {
            "USDC": Decimal(10),
            "ETH": Decimal(1),
            "EURC": Decimal(10),
        }
        listed = developer.transactions.list_transactions
        arrived = (await developer.ask(listed, tx_type="INBOUND")).transactions
        assert {each.source_address for each in arrived} == {"0x" + "fa" * 20}
        assert {each.state.value for each in arrived} == {"COMPLETE"}


async def test_only_monitored_tokens_show_unless_all_are_asked_for() -> None:
    async with open_developer() as developer:
        monitored, wallet = developer.monitored, await developer.funded()
        assert await developer.ask(monitored.list_monitored_tokens) is None
        request = conf.CreateMonitoredTokensRequest.from_dict({"tokenIds": [AMOY_USDC]})
        made = await developer.ask(monitored.create_monitored_tokens, request)
        assert (made.scope.value, [each.id for each in made.tokens]) == ("SELECTED", [AMOY_USDC])
        assert await developer.held(wallet) == {"USDC": Decimal(10)}
        every = await developer.ask(
            developer.wallets.list_wallet_balance, wallet.id, include_all=True
        )
        assert {each.token.symbol for each in every.token_balances} == {"USDC", "POL"}
        listed = developer.transactions.list_transactions
        assert len((await developer.ask(listed)).transactions) == 1
        assert len((await developer.ask(listed, include_all=True)).transactions) == 2

        await change(developer, tokenIds=[AMOY_USDC, AMOY_POL])
        pages = await developer.pages(monitored.list_monitored_tokens, "tokens", page_size=1)
        assert pages == [[AMOY_USDC], [AMOY_POL]]
        found = await developer.ask(monitored.list_monitored_tokens, symbol="POL")
        assert [each.id for each in found.tokens] == [AMOY_POL]
        gone = conf.DeleteMonitoredTokensRequest.from_dict({"tokenIds": [AMOY_USDC]})
        await developer.ask(monitored.delete_monitored_tokens, gone)
        assert await developer.held(wallet) == {"POL": Decimal(1)}
        scope = conf.UpdateMonitoredTokensScopeRequest.from_dict({"scope": "MONITOR_ALL"})
        await developer.ask(monitored.update_monitored_tokens_scope, scope)
        assert (await developer.held(wallet)).keys() == {"USDC", "POL"}


async def change(developer: Developer, **body: Any) -> Any:
    request = conf.UpdateMonitoredTokensRequest.from_dict(body)
    return await developer.ask(developer.monitored.update_monitored_tokens, request)


async def test_circles_own_limits_refuse_the_next_call_and_say_how_long_to_wait() -> None:
    async with open_developer(rate_limit_factor=1) as developer:
        request = dev.ValidateAddressRequest.from_dict({"blockchain": AMOY, "address": "0x12"})
        check = developer.transactions.create_validate_address
        headers = await developer.headers(
            developer.transactions.create_validate_address_with_http_info,
            validate_address_request=request,
        )
        assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "4")
        outcomes = await asyncio.gather(
            *(developer.ask(check, request) for _ in range(CALLS_AT_ONCE)), return_exceptions=True
        )
        refused = [each for each in outcomes if isinstance(each, dev.ApiException)]
        assert refused
        for each in refused:
            assert (each.status, (each.headers or {})["Retry-After"]) == (429, "1")

        async def answered() -> Any:
            with contextlib.suppress(dev.ApiException):
                return await developer.ask(check, request)

        assert (await eventually(answered, "an answer after the wait")).is_valid is False


async def test_a_frozen_wallet_can_only_be_read() -> None:
    async with open_developer() as developer:
        wallet = await developer.funded()
        await developer.command(f"wallets/{wallet.id}/state", {"state": "FROZEN"})
        send = developer.transactions.create_developer_transaction_transfer
        rename = dev.UpdateWalletRequest.from_dict({"name": "new"})
        message = dev.SignMessageRequest.from_dict({"walletId": wallet.id, "message": "m"})
        for function, args in (
            (send, (transfer_request(wallet),)),
            (developer.wallets.update_wallet, (wallet.id, rename)),
            (developer.signing.sign_message, (message,)),
        ):
            assert await developer.refused(function, *args) == (403, 155501)
        assert (await developer.held(wallet))["USDC"] == 10
        await developer.command(f"wallets/{wallet.id}/state", {"state": "LIVE"})
        assert await developer.transfer(wallet)
