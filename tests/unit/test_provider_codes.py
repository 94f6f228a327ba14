"""A provider's failure says by its code whose it is, and whether a breaker counts it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.alpaca.settings import PROVIDER as ALPACA
from adapters.circle.settings import PROVIDER as CIRCLE
from adapters.due.settings import PROVIDER as DUE
from entrypoints.http.problems import problem
from ports.errors import (
    CODES,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)


@pytest.mark.parametrize(("provider", "kind"), CODES, ids=str)
def test_a_failure_has_its_providers_code(provider: str, kind: type[ProviderError]) -> None:
    more: dict[str, Any] = {"retry_after_s": 3.0} if kind is ProviderThrottled else {}
    error = kind(provider=provider, operation="x", **more)
    assert error.code == CODES[provider, kind]
    body = problem(error, instance="/x", request_id="r", trace_id="t").body
    assert isinstance(body, bytes)
    assert error.code in body.decode()


def test_the_providers_are_those_of_the_adapters() -> None:
    assert {provider for provider, _ in CODES} == {ALPACA, CIRCLE, DUE}


def test_a_provider_nobody_knows_has_the_codes_of_its_failures() -> None:
    assert ProviderRejected(provider="another").code == ProviderRejected.code


@pytest.mark.parametrize(
    ("kind", "counts"),
    [(ProviderUnavailable, True), (ProviderOutcomeUnknown, True), (ProviderRejected, False)],
)
def test_a_breaker_counts_what_is_the_providers_fault(
    kind: type[ProviderError], *, counts: bool
) -> None:
    assert kind.counts_for_breaker is counts
