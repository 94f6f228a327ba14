"""What the providers' refusals have in common."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from adapters.alpaca import errors as alpaca
from adapters.circle import errors as circle
from adapters.due import errors as due
from adapters.harbor import errors as harbor
from adapters.http.message import Request, Response
from adapters.http.refusals import MESSAGE_MAX, UNREADABLE, Failures, understood
from adapters.http.webhook_body import json_in, structured
from domain.errors import DomainError
from ports.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnsupported,
)
from ports.inbound import UnreadableMessage

Failure = Callable[[Request, Response], ProviderError]

REQUEST = Request(provider="x", operation="y", method="POST", url="http://x")
TALKATIVE = "ada@example.org is taken. " * 100

BODIES: tuple[tuple[Failure, object], ...] = (
    (alpaca.failure, {"code": 40910000, "message": TALKATIVE}),
    (circle.failure, {"code": 155000, "message": TALKATIVE}),
    (due.failure, {"code": "err_taken", "message": TALKATIVE}),
    (harbor.failure, {"error": {"code": "taken", "message": TALKATIVE}}),
)


@pytest.mark.parametrize(("failure", "body"), BODIES)
def test_a_message_is_kept_short_and_without_addresses(failure: Failure, body: object) -> None:
    refused = failure(REQUEST, Response(status=409, headers={}, body=orjson.dumps(body)))
    assert isinstance(refused, ProviderRejected)
    assert "(e-mail) is taken" in refused.detail
    assert "example.org" not in refused.detail
    assert len(refused.detail) < MESSAGE_MAX + 40


@pytest.mark.parametrize(("failure", "body"), BODIES)
def test_bad_credentials_are_no_verdict(failure: Failure, body: object) -> None:
    refused = failure(REQUEST, Response(status=401, headers={}, body=orjson.dumps(body)))
    assert isinstance(refused, ProviderUnavailable)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_told_by_the_failures_name(kind: type[Exception]) -> None:
    with pytest.raises(UnreadableMessage, match=kind.__name__), understood(UnreadableMessage):
        raise kind


def test_other_failures_pass() -> None:
    with pytest.raises(ZeroDivisionError), understood(UnreadableMessage):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (Failures("due").rejected, ProviderRejected),
        (Failures("due").unknown, ProviderOutcomeUnknown),
        (Failures("due").unavailable, ProviderUnavailable),
        (Failures("due").unsupported, ProviderUnsupported),
    ],
)
def test_a_failure_names_its_provider_and_operation(
    make: Callable[..., ProviderError], kind: type[DomainError]
) -> None:
    failure = make("no", operation="quote")
    assert type(failure) is kind
    assert (failure.provider, failure.operation, failure.detail) == ("due", "quote", "no")


def test_a_webhook_that_cannot_be_read_is_an_unreadable_message() -> None:
    def number(document: object, into: type[int]) -> int:
        return into(str(document))

    assert structured(json_in(b'"7"'), int, read=number) == 7
    with pytest.raises(UnreadableMessage, match="not JSON"):
        json_in(b"{")
    with pytest.raises(UnreadableMessage, match="invalid literal"):
        structured(json_in(b'"seven"'), int, read=number)
