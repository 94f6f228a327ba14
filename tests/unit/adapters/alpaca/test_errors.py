from __future__ import annotations

import pytest

from adapters.alpaca.accounts import AccountsApi
from adapters.alpaca.errors import failure
from adapters.alpaca.funds import FundsApi
from adapters.http.message import Request, Response
from ports.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from tests.unit.adapters.alpaca.scripted_client import no, ok, scripted

READ = Request(provider="alpaca", operation="x", method="GET", url="http://b", is_safe=True)
WIRE = Request(provider="alpaca", operation="x", method="POST", url="http://b")


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        (READ, 400, ProviderRejected),
        (READ, 403, ProviderRejected),
        (WIRE, 422, ProviderRejected),
        (WIRE, 401, ProviderUnavailable),
        (WIRE, 408, ProviderOutcomeUnknown),
        (WIRE, 429, ProviderThrottled),
        (WIRE, 500, ProviderOutcomeUnknown),
        (READ, 503, ProviderUnavailable),
    ],
)
def test_a_status_says_whether_anything_can_have_happened(
    request_: Request, status: int, kind: type[ProviderError]
) -> None:
    assert type(failure(request_, no(status))) is kind


def test_a_refusal_repeats_alpacas_code_and_message() -> None:
    said = failure(WIRE, no(403, "insufficient buying power", 40310000)).detail
    assert "40310000" in said
    assert "insufficient buying power" in said


def test_a_refusal_names_nobody() -> None:
    assert "ada" not in failure(WIRE, no(409, "taken: ada@example.org")).detail


def test_a_body_that_is_not_alpacas_is_still_a_refusal() -> None:
    page = Response(status=403, headers={}, body=b"<html>")
    assert isinstance(failure(WIRE, page), ProviderRejected)


async def test_an_answer_that_is_not_json_tells_nothing() -> None:
    client, _ = scripted(Response(status=200, headers={}, body=b"<html>"))
    with pytest.raises(ProviderOutcomeUnknown):
        await FundsApi(client).create_journal({}, key="k")


async def test_what_does_not_exist_is_none_only_where_that_is_an_answer() -> None:
    client, _ = scripted(no(404))
    assert await FundsApi(client).get_journal("j-1") is None
    with pytest.raises(ProviderRejected):
        await AccountsApi(client).get("a-1")


async def test_only_what_alpaca_keeps_single_may_be_repeated_by_the_transport() -> None:
    client, transport = scripted(ok({}))
    funds = FundsApi(client)
    await funds.create_journal({}, key="k")
    await funds.create_transfer("firm", {})
    journal, transfer = transport.requests
    assert journal.is_safe
    assert journal.headers["Idempotency-Key"] == "k"
    assert not transfer.is_safe
