"""Accounts, terms of service and keys at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

from tests.sandbox.due_customer import scenario
from tests.sandbox.due_endpoints import plays

ANN = {"type": "individual", "name": "Ann Lee", "email": "a@b.c", "country": "US"}


@plays("POST /v1/accounts", "GET /v1/accounts", "GET /v1/accounts/{id}")
async def test_an_account_has_what_the_documents_show() -> None:
    async with scenario() as ann:
        opened = await ann.post("/v1/accounts", ANN | {"externalId": "u-42"})
        assert opened["id"].startswith("acct_")
        assert {name: opened[name] for name in ANN} == ANN
        assert (opened["category"], opened["externalId"]) == ("", "u-42")
        assert (opened["status"], opened["kyc"]["status"]) == ("onboarding", "pending")
        assert opened["kyc"]["link"].startswith("/api/bp/redirect/kyc/sumsub/")
        (entry,) = opened["statusLog"]
        assert (entry["status"], entry["reason"], entry["code"]) == ("onboarding", "", "")
        terms = opened["tos"]
        assert terms["id"].startswith("ta_")
        assert (terms["status"], terms["acceptedAt"]) == ("pending", None)
        assert terms["link"] == f"/tos/{terms['id']}"
        assert terms["documentLinks"].keys() == {"tos", "privacyPolicy"}
        other = await ann.post("/v1/accounts", ANN | {"type": "business"})
        assert await ann.get("/v1/accounts/") == [opened, other]
        assert await ann.get(f"/v1/accounts/{opened['id']}") == opened


@plays("GET /v1/tos/{token}", "POST /v1/tos/{token}")
async def test_checks_and_terms_together_make_an_account_active() -> None:
    async with scenario() as ann:
        account = await ann.open_account()
        path, terms = f"/v1/accounts/{account['id']}", f"/v1/tos/{account['tos']['token']}"
        assert await ann.get(terms) == account["tos"]
        assert await ann.refused("POST", terms, {}) == (400, "err_tos_ip_address_required")
        accepted = await ann.post(terms, {"ipAddress": "203.0.113.9"})
        assert (accepted["status"], bool(accepted["acceptedAt"])) == ("accepted", True)
        assert (await ann.get(path))["status"] == "onboarding"
        ann.world.clock.advance(10)
        active = await ann.get(path)
        assert (active["status"], active["kyc"]["status"]) == ("active", "passed")
        assert [entry["status"] for entry in active["statusLog"]] == ["onboarding", "active"]
        assert await ann.post(terms, {"ipAddress": "203.0.113.10"}) == accepted
        unknown = await ann.refused("GET", "/v1/tos/none")
        assert unknown == (404, "err_tos_not_found")


@plays("GET /v1/account_categories")
async def test_categories_come_by_type_of_account_and_in_pages() -> None:
    async with scenario() as ann:
        path = "/v1/account_categories/"
        everything = (await ann.get(path))["items"]
        business = (await ann.get(path, accountType="business"))["items"]
        assert business == [each for each in everything if each["accountType"] == "business"]
        assert all(each["active"] for each in everything)
        first = await ann.get(path, limit="5")
        second = await ann.get(path, limit="5", next=first["next"])
        assert (first["items"] + second["items"], second["next"]) == (everything, None)
        wrong = await ann.refused("GET", path, params={"accountType": "robot"})
        assert wrong == (422, "err_validation")


async def test_an_account_must_be_complete_and_its_external_id_new() -> None:
    async with scenario() as ann:
        for name in ANN:
            body = {other: value for other, value in ANN.items() if other != name}
            _, error = await ann.call("POST", "/v1/accounts", body)
            assert (error["code"], error["details"]) == ("err_validation", {name: "required"})
        await ann.post("/v1/accounts", ANN | {"externalId": "u-42"})
        again = await ann.refused("POST", "/v1/accounts", ANN | {"externalId": "u-42"})
        assert again == (409, "err_account_external_id_conflict")
        assert len(await ann.get("/v1/accounts")) == 1
        missing = await ann.refused("GET", "/v1/accounts/acct_0")
        assert missing == (404, "err_account_not_found")


@plays("POST /v1/api_keys")
async def test_a_key_that_was_made_opens_the_door() -> None:
    async with scenario(api_keys=("key",)) as ann:
        made = await ann.post("/v1/api_keys", {"name": "ci"})
        assert made["name"] == "ci"
        ours = {"Authorization": f"Bearer {made['apiKey']}"}
        assert (await ann.call("GET", "/v1/accounts", headers=ours))[0] == 200
        for wrong in ("Bearer other", "Basic key", "Bearer "):
            refused = await ann.refused("GET", "/v1/accounts", headers={"Authorization": wrong})
            assert refused == (401, "err_signin_invalid_credentials")
