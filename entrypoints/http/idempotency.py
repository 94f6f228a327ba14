"""Idempotency keys: from the first request under a key to the replay of its response."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import orjson
from aiohttp import web

from ports.idempotency import IdempotencyRecord

LIFETIME = timedelta(hours=24)
HASH_LENGTH = 16
REPLAYED = {"Idempotent-Replayed": "true"}

_KEPT_HEADERS = ("Content-Type", "Cache-Control", "Location", "Retry-After")


@attrs.define(kw_only=True)
class PendingKey:
    """A key without a response. ``is_recorded`` once a record of it was passed to a commit."""

    scope: str
    key: str
    fingerprint: Mapping[str, str]
    expires_at: datetime
    is_recorded: bool = False

    def record(self, response: web.Response) -> IdempotencyRecord:
        """The idempotency record with this response."""
        headers = response.headers
        body = response.body
        return IdempotencyRecord(
            scope=self.scope,
            key=self.key,
            fingerprint=self.fingerprint,
            status=response.status,
            headers={name: headers[name] for name in _KEPT_HEADERS if name in headers},
            body=body if isinstance(body, bytes) else b"",
            expires_at=self.expires_at,
        )


def pending_key(*, scope: str, key: str, body: Mapping[str, Any], now: datetime) -> PendingKey:
    fingerprint = {path: _hash(value) for path, value in _leaves("", body)}
    return PendingKey(scope=scope, key=key, fingerprint=fingerprint, expires_at=now + LIFETIME)


def differing_fields(pending: PendingKey, record: IdempotencyRecord) -> Sequence[str]:
    """The fields of the body that differ from the first request, in order."""
    asked, known = pending.fingerprint, record.fingerprint
    return sorted(
        path for path in asked.keys() | known.keys() if asked.get(path) != known.get(path)
    )


def replay(record: IdempotencyRecord) -> web.Response:
    return web.Response(
        status=record.status,
        body=record.body,
        headers={**record.headers, **REPLAYED},
    )


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif path:
        yield path, value


def _hash(value: Any) -> str:
    document = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(document).hexdigest()[:HASH_LENGTH]
