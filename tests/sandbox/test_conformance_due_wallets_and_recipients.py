"""Wallets, recipients, schemas and channels at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

from datetime import timedelta

from domain.money import USDC, Money
from tests.sandbox.due_customer import AMOY, BANK, PAYER, scenario
from tests.sandbox.due_endpoints import plays

TRON, STARKNET, SOLANA = "T" + "9" * 33, "0x" + "0a" * 32, "5" * 44


@plays("POST /v1/wallets", "GET /v1/wallets", "GET /v1/wallets/{id}/balance")
async def test_wallets_are_linked_with_or_without_a_prefix_and_show_what_they_hold() -> None:
    async with scenario() as ann:
        await ann.onboard()
        evm = await ann.post("/v1/wallets", {"address": PAYER})
        assert evm["id"].startswith("wlt_")
        assert evm["address"] == f"evm:{PAYER}"
        assert evm["preferences"] == {"selectedNetworks": []}
        assert await ann.post("/v1/wallets", {"address": f"evm:{PAYER}"}) == evm
        others = [
            await ann.post("/v1/wallets", {"address": f"{schema}:{address}"})
            for schema, address in (("solana", SOLANA), ("tron", TRON), ("starknet", STARKNET))
        ]
        assert await ann.get("/v1/wallets") == [evm, *others]
        ann.pay_on_chain(PAYER, "12.5")
        ann.world.clock.advance(10)
        shown = (await ann.get(f"/v1/wallets/{evm['id']}/balance"))["balances"]
        held = {each["networkId"]: each["balance"] for each in shown}
        assert (held["polygon"], held["base"]) == ("12.50", "0.00")
        assert {each["token"] for each in shown} == {"USDC"}
        assert ann.world.chain.balance(AMOY, PAYER) == Money.of("12.5", USDC)


async def test_an_address_is_one_accounts_and_has_the_form_of_its_chain() -> None:
    async with scenario() as ann:
        await ann.onboard()
        await ann.post("/v1/wallets", {"address": PAYER})
        for wrong in ("0x12", f"solana:{PAYER}", "bitcoin:bc1", "evm:"):
            refused = await ann.refused("POST", "/v1/wallets", {"address": wrong})
            assert refused == (400, "err_wallet_invalid_address")
        await ann.onboard()
        taken = await ann.refused("POST", "/v1/wallets", {"address": PAYER})
        assert taken == (400, "err_user_address_taken")
        unknown = await ann.refused("GET", "/v1/wallets/wlt_0/balance")
        assert unknown == (404, "err_wallet_not_found")
        assert await ann.get("/v1/wallets") == []


@plays("POST /v1/recipients", "GET /v1/recipients/{id}", "DELETE /v1/recipients/{id}")
async def test_a_recipient_is_one_for_its_details_until_it_is_deleted() -> None:
    async with scenario() as ann:
        await ann.onboard()
        body = {"name": "Alpaca", "details": BANK, "isExternal": True}
        made = await ann.post("/v1/recipients", body)
        assert made["id"].startswith("rcp_")
        assert (made["label"], made["details"]) == ("Alpaca", BANK)
        assert (made["isExternal"], made["isActive"], made["isValid"]) == (True, True, True)
        assert await ann.post("/v1/recipients", body | {"name": "Other"}) == made
        path = f"/v1/recipients/{made['id']}"
        assert await ann.get(path) == made
        status, deleted = await ann.call("DELETE", path)
        assert (status, deleted) == (200, made | {"isActive": False})
        assert await ann.get(path) == deleted
        again = await ann.post("/v1/recipients", body)
        assert again["id"] != made["id"]
        unknown = await ann.refused("GET", "/v1/recipients/rcp_0")
        assert unknown == (404, "err_recipient_not_found")


@plays("GET /v1/recipients")
async def test_recipients_come_in_pages_that_end_by_order_date_and_deletion() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = []
        for number in range(5):
            made.append(await ann.recipient(BANK | {"accountNumber": str(number)}))
            ann.world.clock.advance(60)
        seen: list[str] = []
        cursor: str | None = ""
        for _ in range(3):
            query = {"limit": "2", "order": "asc"} | ({"next": cursor} if cursor else {})
            page = await ann.get("/v1/recipients", **query)
            seen += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert seen == made
        assert cursor is None
        await ann.call("DELETE", f"/v1/recipients/{made[0]}")
        newest_first = await ann.get("/v1/recipients")
        assert [each["id"] for each in newest_first["items"]] == made[:0:-1]
        everything = await ann.get("/v1/recipients", withDeleted="true", order="asc")
        assert [each["id"] for each in everything["items"]] == made
        since = (ann.world.clock.now() - timedelta(seconds=90)).isoformat()
        assert (await ann.get("/v1/recipients", startDate="2200-01-01"))["items"] == []
        assert (await ann.get("/v1/recipients", endDate="2000-01-01T00:00:00Z"))["items"] == []
        lately = (await ann.get("/v1/recipients", startDate=since))["items"]
        assert [each["id"] for each in lately] == [made[-1]]
        for wrong in ({"limit": "0"}, {"limit": "101"}, {"next": "x"}, {"startDate": "soon"}):
            refused = await ann.refused("GET", "/v1/recipients", params=wrong)
            assert refused == (422, "err_validation")


@plays("GET /v1/schemas")
async def test_every_schema_names_what_its_details_need() -> None:
    async with scenario() as ann:
        await ann.onboard()
        needed = {each["schema"]: each["required"] for each in await ann.get("/v1/schemas")}
        assert needed["bank_us"][:2] == ["accountNumber", "routingNumber"]
        assert {"bank_sepa", "bank_uk", "bank_swift", "momo_africa", "evm", "solana"} <= set(needed)
        details = {"schema": "bank_sepa"}
        status, error = await ann.call("POST", "/v1/recipients", {"name": "Bo", "details": details})
        assert (status, error["details"]) == (422, {"details.IBAN": "required"})
        details["IBAN"] = "DE89370400440532013000"
        assert (await ann.post("/v1/recipients", {"name": "Bo", "details": details}))["id"]
        tron = {"schema": "tron", "address": TRON}
        assert (await ann.post("/v1/recipients", {"name": "Bo", "details": tron}))["id"]
        body = {"name": "Bo", "details": {"schema": "bank_moon"}}
        unknown = await ann.refused("POST", "/v1/recipients", body)
        assert unknown == (400, "err_rail_schema_unsupported")


@plays("GET /v1/channels")
async def test_channels_are_the_price_list_by_which_quotes_are_made() -> None:
    async with scenario() as ann:
        await ann.onboard()
        found = await ann.get("/v1/channels")
        (ach,) = [each for each in found if (each["rail"], each["type"]) == ("ach", "withdrawal")]
        assert (ach["currencyCode"], ach["feeFixed"], ach["feeBps"]) == ("USD", "2.50", 0)
        assert ach["railSettings"]["schemas"] == ["bank_us"]
        memo = {"minCharacters": 0, "maxCharacters": 140, "required": False}
        assert ach["railSettings"]["memoConfig"] == memo
        assert (await ann.quote("150.00"))["destination"]["fee"] == ach["feeFixed"]
        (polygon,) = [
            each for each in found if (each["rail"], each["type"]) == ("polygon", "deposit")
        ]
        assert (polygon["feeFixed"], polygon["limitMin"]) == ("0.00", "1.00")
        kinds = {each["type"] for each in found}
        assert kinds == {"deposit", "withdrawal", "static_deposit"}
