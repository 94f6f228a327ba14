"""Routes of webhook subscriptions and of the key their messages are signed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
from aiohttp import web
from yarl import URL

from sandbox.circle.fields import Fields
from sandbox.circle.notifications import SUBSCRIPTIONS_MAX, Notifications
from sandbox.circle.requests import data, path_id, read

TYPES_MAX = 50
KINDS: Mapping[str, str] = {
    "transactions": "inbound outbound",
    "challenges": "accelerateTransaction cancelTransaction changePin contractExecution"
    " createTransaction createWallet initialize restorePin setPin setSecurityQuestions",
    "contracts": "eventLog",
    "modularWallet": "userOperation inboundTransfer outboundTransfer",
    "travelRule": "statusUpdate deny approve",
    "rampSession": "completed depositReceived expired failed kycApproved kycRejected kycSubmitted",
}
TYPES = frozenset(
    {"*"}
    | {f"{family}.{kind}" for family, kinds in KINDS.items() for kind in ("*", *kinds.split())}
)


@attrs.frozen(kw_only=True)
class NotificationRoutes:
    notifications: Notifications

    def routes(self) -> list[web.RouteDef]:
        every, one = "/v2/notifications/subscriptions", "/v2/notifications/subscriptions/{id}"
        return [
            web.post(every, self.create),
            web.get(every, self.list),
            web.get(one, self.get),
            web.patch(one, self.change),
            web.delete(one, self.remove),
            web.post(f"{one}/test", self.test),
            web.get("/v2/notifications/publicKey/{id}", self.public_key),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Answers 200, not 201 (circle.md §9)."""
        fields = await read(request)
        if len(self.notifications.subscriptions) >= SUBSCRIPTIONS_MAX:
            raise fields.invalid("endpoint", "is one too many", error="max_value")
        subscription = self.notifications.subscribe(
            endpoint=_endpoint(fields), types=_types(fields)
        )
        return data(subscription.view())

    async def list(self, _: web.Request) -> web.Response:
        return data([each.view() for each in self.notifications.subscriptions.values()])

    async def get(self, request: web.Request) -> web.Response:
        return data(self.notifications.get(path_id(request)).view())

    async def change(self, request: web.Request) -> web.Response:
        fields = await read(request)
        subscription = self.notifications.get(path_id(request))
        if not fields.has("enabled"):
            raise fields.invalid("enabled", "must not be empty", error="required")
        self.notifications.change(
            subscription, name=fields.text("name"), enabled=fields.flag("enabled")
        )
        return data(subscription.view())

    async def remove(self, request: web.Request) -> web.Response:
        self.notifications.remove(self.notifications.get(path_id(request)))
        return web.Response(status=204)

    async def test(self, request: web.Request) -> web.Response:
        self.notifications.test(self.notifications.get(path_id(request)))
        return web.Response(status=204)

    async def public_key(self, request: web.Request) -> web.Response:
        return data(self.notifications.key_view(path_id(request)))


def _endpoint(fields: Fields) -> str:
    text = fields.text("endpoint")
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise fields.invalid("endpoint", "must be a URL", error="invalid_format")
    return text


def _types(fields: Fields) -> Sequence[str]:
    if not fields.has("notificationTypes"):
        return ()
    types = fields.texts("notificationTypes", count_max=TYPES_MAX)
    if not TYPES.issuperset(types):
        raise fields.invalid("notificationTypes", "has an unknown type", error="invalid_value")
    return types
