from __future__ import annotations

import pytest

from adapters.due.errors import failure
from adapters.http.message import Request, Response
from ports.errors import ProviderRejected, ProviderUnavailable
from tests.unit.adapters.due.documents import answer

REQUEST = Request(
    provider="due", operation="create_transfer", method="POST", url="https://due.invalid"
)


@pytest.mark.parametrize(
    "document",
    [
        {"error_code": "err_policy_breached", "message": "Too much", "http_code": 400},
        {"statusCode": 400, "message": "Too much", "code": "err_policy_breached", "details": {}},
    ],
)
def test_both_envelopes_are_read(document: dict[str, object]) -> None:
    error = failure(REQUEST, answer(document, status=400))
    assert isinstance(error, ProviderRejected)
    assert error.detail == "HTTP 400 err_policy_breached: Too much"
    assert (error.provider, error.operation) == ("due", "create_transfer")


def test_a_message_does_not_carry_an_address_of_a_person() -> None:
    document = {"code": "err_validation", "message": "grace@example.org is taken"}
    assert "grace" not in str(failure(REQUEST, answer(document, status=422)).detail)


def test_bad_credentials_are_no_verdict_on_the_request() -> None:
    document = {"code": "err_signin_jwt_expired", "message": "expired"}
    assert isinstance(failure(REQUEST, answer(document, status=401)), ProviderUnavailable)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]"])
def test_a_refusal_that_is_not_an_envelope_is_still_a_refusal(body: bytes) -> None:
    error = failure(REQUEST, Response(status=400, headers={}, body=body))
    assert isinstance(error, ProviderRejected)
    assert "no code" in str(error.detail)
