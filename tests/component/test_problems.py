"""Every refusal is a problem in one shape, and says nothing of our inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from aiohttp import ClientResponse

from domain.errors import DomainError, Kind
from entrypoints.http.bodies import BODY_SIZE_MAX
from entrypoints.http.problems import CONTENT_TYPE, problem, status_of
from ports.errors import ProviderRejected, ProviderThrottled, ProviderUnavailable, StoreUnavailable
from tests.component.conftest import Serve
from tests.component.stub_app import BEARER, Listings, an_application

SECRET = "10.0.0.7:5432 said no"


def subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def shape_of(response_body: bytes) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(response_body)
    assert set(body) == {
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "code",
        "request_id",
        "trace_id",
        "retryable",
        "errors",
    }
    return body


async def refused(response: ClientResponse, *, status: int, code: str) -> dict[str, Any]:
    assert response.content_type == CONTENT_TYPE
    body = shape_of(await response.read())
    assert (response.status, body["status"], body["code"]) == (status, status, code)
    assert body["request_id"] == response.headers["X-Request-Id"]
    return body


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_status_that_says_whose_fault_it_is(kind: Kind) -> None:
    class Refusal(DomainError):
        """A refusal of this kind."""

    Refusal.kind = kind
    ours = {Kind.INTERNAL, Kind.EXTERNAL_SERVICE, Kind.TIMEOUT}
    assert status_of(Refusal()) // 100 == (5 if kind in ours else 4)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreUnavailable(), 503),
        (ProviderUnavailable(), 503),
        (ProviderRejected(), 502),
        (DomainError(), 500),
    ],
)
def test_what_is_worth_trying_again_is_a_503(error: DomainError, status: int) -> None:
    answer = problem(error, instance="/x", request_id="r", trace_id="t")
    assert answer.status == status
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_throttled_provider_says_how_long_to_wait_in_whole_seconds() -> None:
    error = ProviderThrottled(provider="alpaca", operation="prices", retry_after_s=7.2)
    assert problem(error, instance="/x", request_id="r", trace_id="t").headers["Retry-After"] == "8"


@pytest.mark.parametrize("error", [StoreUnavailable(SECRET), ProviderUnavailable(SECRET)])
def test_what_the_database_or_a_provider_said_is_not_passed_on(error: DomainError) -> None:
    answer = problem(error, instance="/x", request_id="r", trace_id="t")
    assert isinstance(answer.body, bytes)
    assert SECRET not in answer.body.decode()


def test_every_error_has_a_title_and_a_code_of_its_own() -> None:
    errors = {e for e in subclasses(DomainError) if e.__module__.startswith(("domain", "ports"))}
    errors |= {e for e in subclasses(DomainError) if e.__module__.startswith("entrypoints.http")}
    codes = [error.code for error in errors if "code" in vars(error)]
    assert len(codes) == len(set(codes))
    assert all(error.__doc__ for error in errors)


async def test_a_defect_is_a_500_without_its_reason(serve: Serve) -> None:
    client = await serve(an_application(listings=Listings(failure=RuntimeError(SECRET))))
    response = await client.get("/v1/assets", headers=BEARER)
    body = await refused(response, status=500, code="ERR_1000")
    assert SECRET not in str(body)
    assert body["retryable"] is False


async def test_an_unknown_address_is_a_problem(serve: Serve) -> None:
    client = await serve()
    body = await refused(await client.get("/v2/anything"), status=404, code="ERR_1001")
    assert body["instance"] == "/v2/anything"


async def test_a_wrong_method_names_the_right_ones(serve: Serve) -> None:
    response = await (await serve()).put("/v1/deposits")
    await refused(response, status=405, code="ERR_1002")
    assert response.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"", b'{"email": NaN}', b"\xff"])
async def test_what_is_not_a_json_object_is_refused(serve: Serve, body: bytes) -> None:
    client = await serve()
    headers = {"Content-Type": "application/json"}
    response = await client.post("/v1/auth/login", data=body, headers=headers)
    await refused(response, status=400, code="ERR_4002")


async def test_another_content_type_is_refused(serve: Serve) -> None:
    response = await (await serve()).post("/v1/auth/login", data={"email": "a@b.cd"})
    await refused(response, status=415, code="ERR_4004")


@pytest.mark.parametrize("path", ["/v1/auth/login", "/v1/webhooks/circle"])
async def test_a_body_that_is_too_large_is_refused(serve: Serve, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    client = await serve()
    response = await client.post(path, data=b" " * (BODY_SIZE_MAX + 1), headers=headers)
    await refused(response, status=413, code="ERR_4003")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "let-me-in",
        "Bearer",
        "Bearer ",
        "Bearer  let-me-in",
        "Bearer let-me-in x",
        "Basic let-me-in",
        "Bearer somebody-else",
    ],
)
async def test_without_exactly_one_good_token_nobody_is_let_in(
    serve: Serve, header: str | None
) -> None:
    client = await serve()
    headers = {"Authorization": header} if header is not None else {}
    response = await client.get("/v1/assets", headers=headers)
    await refused(response, status=401, code="ERR_2003")
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_two_tokens_are_one_too_many(serve: Serve) -> None:
    client = await serve()
    twice = [("Authorization", "Bearer let-me-in"), ("Authorization", "Bearer let-me-in")]
    response = await client.get("/v1/assets", headers=twice)
    await refused(response, status=401, code="ERR_2003")


async def test_a_body_that_does_not_unpack_is_the_callers_fault(serve: Serve) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = await (await serve()).post("/v1/auth/login", data=b"not gzip", headers=headers)
    await refused(response, status=400, code="ERR_4005")
