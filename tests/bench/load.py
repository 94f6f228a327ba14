"""A small HTTP/1.1 load generator: keep-alive connections that send one prepared request at a time."""

from __future__ import annotations

import asyncio
import secrets
import time

STATUS_OK = (b"200", b"201", b"202")


async def rate(
    *,
    port: int,
    path: str,
    tokens: list[str],
    seconds: float,
    connections: int,
    method: str = "POST",
    body: bytes = b"",
) -> float:
    """Answered requests per second. Raises ``RuntimeError`` at the first answer that is no success."""
    stop_at = time.perf_counter() + seconds
    started = time.perf_counter()
    requests = [_request(method, path, body, tokens[n % len(tokens)]) for n in range(connections)]
    counts = await asyncio.gather(*(_connection(port, request, stop_at) for request in requests))
    return sum(counts) / (time.perf_counter() - started)


def _request(method: str, path: str, body: bytes, token: str) -> tuple[bytes, bytes]:
    """What comes before the idempotency key of a request, and what comes after it."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
    )
    return head.encode(), b"\r\n\r\n" + body


async def _connection(port: int, request: tuple[bytes, bytes], stop_at: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    try:
        while time.perf_counter() < stop_at:
            before, after = request
            writer.write(before + secrets.token_hex(8).encode() + after)
            await _answer(reader)
            count += 1
    finally:
        writer.close()
    return count


async def head_of(reader: asyncio.StreamReader) -> bytes:
    """The next message's first line and headers; nothing when the other side has gone."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def length_of(head: bytes) -> int:
    """How long the body is that follows."""
    lines = head.lower().split(b"\r\n")
    return next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await head_of(reader)
    body = await reader.readexactly(length_of(head))
    if head.split(b" ", 2)[1] not in STATUS_OK:
        raise RuntimeError(f"{head[:60]!r} {body[:300]!r}")
