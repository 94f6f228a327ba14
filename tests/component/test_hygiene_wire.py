"""What is not a request is refused in the shape of all refusals."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from entrypoints.http.connection import HEADER_SIZE_MAX, HEADERS_MAX
from tests.component.stub_app import BEARER
from tests.component.wire import exchange, mounted

SECRET = b"eyJhbGciOi-secret"
GET = b"GET /v1/assets HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LONG = SECRET + b"x" * HEADER_SIZE_MAX
MANY = b"".join(b"X-%d: 1\r\n" % n for n in range(HEADERS_MAX + 1))


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"NOT HTTP " + SECRET + b"\r\n\r\n",
        b"GET /v1/assets HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /v1/assets HTTP/1.1\r\n\r\n",
        GET + b"Bad Header: " + SECRET + b"\r\n\r\n",
        GET + b"X-Null: a\x00b\r\n\r\n",
        GET + b"Content-Length: many\r\n\r\n",
        GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GET + b"Host: y\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_a_problem_that_quotes_nothing(sent: bytes) -> None:
    with capture_logs() as lines:
        async with mounted() as port:
            answer = await exchange(port, sent)
    problem = answer.refused(status=400, code="ERR_1006")
    assert SECRET.decode() not in str(problem)
    assert SECRET.decode() not in str(lines)
    assert {line["log_level"] for line in lines} == {"info"}


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + LONG + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        GET + b"Authorization: Bearer " + LONG + b"\r\n\r\n",
        GET + LONG + b": x\r\n\r\n",
        GET + MANY + b"\r\n",
    ],
    ids=["line", "value", "name", "many"],
)
async def test_headers_that_are_too_large_say_so(sent: bytes) -> None:
    async with mounted() as port:
        problem = (await exchange(port, sent)).refused(status=431, code="ERR_1007")
    assert SECRET.decode() not in str(problem)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n", b"{}\r\n0\r\n\r\n"],
        [b"Transfer-Encoding: chunked\r\n\r\n", b"2\r\n{}XX0\r\n\r\n"],
        [b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n", b"not gzip"],
    ],
    ids=["size", "end", "packing"],
)
async def test_a_body_that_is_badly_packed_is_a_problem(pieces: Sequence[bytes]) -> None:
    async with mounted() as port:
        answer = await exchange(port, POST + b"Connection: close\r\n", *pieces)
    answer.refused(status=400, code="ERR_4005")


async def test_an_expectation_that_cannot_be_met_is_a_problem() -> None:
    async with mounted() as port:
        for start in (GET, b"PATCH /v2 HTTP/1.1\r\nHost: x\r\n"):
            sent = start + b"Connection: close\r\nExpect: " + SECRET + b"\r\n\r\n"
            problem = (await exchange(port, sent)).refused(status=417, code="ERR_1010")
            assert SECRET.decode() not in str(problem)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (b"/v1/assets/%ff", "ERR_5307"),
        (b"/v1/assets/%ed%a0%80", "ERR_5307"),
        (b"/v1/assets/\xff", "ERR_1006"),
        (b"//x/%00", "ERR_1001"),
    ],
)
async def test_an_address_that_is_no_text_is_still_answered(path: bytes, code: str) -> None:
    token = b"Authorization: " + BEARER["Authorization"].encode()
    async with mounted() as port:
        head = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        answer = await exchange(port, b"GET " + path + head + token + b"\r\n\r\n")
    answer.refused(status=400 if code == "ERR_1006" else 404, code=code)


async def test_a_header_that_is_no_text_is_no_token() -> None:
    async with mounted() as port:
        sent = GET + b"Connection: close\r\nAuthorization: Bearer \xff\xfe\r\n\r\n"
        (await exchange(port, sent)).refused(status=401, code="ERR_2003")
