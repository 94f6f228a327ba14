"""Refusals of the sandbox off-ramp, in plain HTTP: two envelopes, codes and limits."""

from __future__ import annotations

import pytest

from tests.sandbox.due_customer import scenario

UNKNOWN = "/v1/accounts/acct_0"
LONG = "9" * 5000


async def test_a_refusal_has_the_richer_envelope() -> None:
    async with scenario() as ann:
        status, error = await ann.call("GET", UNKNOWN)
        assert status == 404
        assert error == {
            "statusCode": 404,
            "message": "Account not found",
            "code": "err_account_not_found",
            "details": {},
        }


async def test_a_switch_adds_the_fields_of_the_other_envelope() -> None:
    async with scenario(error_duplicates=True) as ann:
        _, error = await ann.call("GET", UNKNOWN)
        assert (error["error_code"], error["http_code"]) == ("err_account_not_found", 404)


async def test_what_is_not_there_not_allowed_or_not_json_is_refused_alike() -> None:
    async with scenario() as ann:
        for method, path, status in (
            ("GET", "/v1/nowhere", 404),
            ("DELETE", "/v1/accounts", 405),
        ):
            assert await ann.refused(method, path) == (status, "err_bad_request")
        for body in (b"{", b"[]", b"null"):
            refused = await ann.refused("POST", "/v1/accounts", data=body)
            assert refused == (400, "err_bad_request")
        nobody = {"Due-Account-Id": "acct_0"}
        unknown = await ann.refused("GET", "/v1/wallets", headers=nobody)
        assert unknown == (404, "err_account_not_found")
        assert await ann.refused("GET", "/v1/wallets") == (400, "err_account_id_required")


async def test_the_limit_for_all_other_calls_is_counted_together() -> None:
    async with scenario(rate_limit=3) as ann:
        for _ in range(3):
            await ann.get("/v1/accounts")
        headers = {"Authorization": "Bearer key"}
        async with ann.session.get(f"{ann.root}/v1/channels", headers=headers) as response:
            assert response.status == 429
            assert response.headers["X-RateLimit-Limit"] == "3"
            assert 1 <= int(response.headers["Retry-After"]) <= 60
        await ann.get("/fx/markets")


@pytest.mark.parametrize("name", ["limit", "next"])
async def test_a_page_of_due_is_refused_for_a_number_too_long(name: str) -> None:
    async with scenario() as ann:
        await ann.onboard()
        refused = await ann.refused("GET", f"/v1/transfers?{name}={LONG}")
        assert refused == (422, "err_validation")
