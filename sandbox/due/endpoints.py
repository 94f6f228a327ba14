"""All webhook subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.due.endpoint import Endpoint
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.wire import new_id
from sandbox.world import World

EVENTS = (
    "transfer.status_changed",
    "bp.kyc.status_changed",
    "bp.tos_accepted",
    "virtual_account.updated",
    "transfers.kyc.submission.created",
    "transfers.kyc.submission.status_changed",
    "transfers.kyc.sumsub.status_changed",
)


@attrs.define(kw_only=True)
class Endpoints:
    """At most one endpoint for an owner and a URL."""

    _world: World
    _by_owner: dict[str | None, dict[str, Endpoint]] = attrs.field(factory=dict)

    def of(self, owner_id: str | None) -> Iterator[Endpoint]:
        return iter(self._by_owner.get(owner_id, {}).values())

    def hearing(self, owner_id: str) -> Iterator[Endpoint]:
        """The endpoints that receive an account's events: its own and those without an account."""
        yield from self.of(owner_id)
        yield from self.of(None)

    def get(self, owner_id: str | None, endpoint_id: str) -> Endpoint:
        endpoint = self._by_owner.get(owner_id, {}).get(endpoint_id)
        if endpoint is None:
            raise DueRefusal("err_webhook_endpoint_not_found", "Webhook endpoint not found")
        return endpoint

    def create(self, owner_id: str | None, fields: Fields) -> Endpoint:
        url = self._free_url(owner_id, fields)
        endpoint = Endpoint(
            id=new_id("whk_", self._world.random),
            owner_id=owner_id,
            url=url,
            description=fields.optional("description") or "",
            events=_read_events(fields) or EVENTS,
            key=Ed25519PrivateKey.from_private_bytes(self._world.random.randbytes(32)),
        )
        self._by_owner.setdefault(owner_id, {})[endpoint.id] = endpoint
        return endpoint

    def update(self, endpoint: Endpoint, fields: Fields) -> None:
        if fields.optional("url") not in {None, endpoint.url}:
            endpoint.url = self._free_url(endpoint.owner_id, fields)
        endpoint.events = _read_events(fields) or endpoint.events
        endpoint.description = fields.optional("description") or endpoint.description
        endpoint.enabled = fields.flag("enabled", default=endpoint.enabled)

    def delete(self, endpoint: Endpoint) -> None:
        del self._by_owner[endpoint.owner_id][endpoint.id]

    def _free_url(self, owner_id: str | None, fields: Fields) -> str:
        url = fields.text("url")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise DueRefusal("err_webhook_endpoint_invalid_url", "The URL is not valid")
        if any(endpoint.url == url for endpoint in self.of(owner_id)):
            raise DueRefusal("err_webhook_endpoint_already_exists", "The URL is already used")
        return url


def _read_events(fields: Fields) -> tuple[str, ...] | None:
    events = fields.texts("events")
    for event in events or ():
        if event not in EVENTS:
            raise DueRefusal("err_webhook_event_not_supported", f"unknown event {event[:80]}")
    return events
