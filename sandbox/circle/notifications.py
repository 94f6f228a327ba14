"""Webhook subscriptions and the signed messages they receive (circle.md §9)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.wire_values import whole_second, wire_time
from sandbox.webhooks import Delivery
from sandbox.world import World

NIL_ID = str(UUID(int=0))
EVERYTHING = "*"
VERSION = 2
SUBSCRIPTIONS_MAX = 100


@attrs.define(kw_only=True)
class Subscription:
    """The endpoint for some types of messages. Circle calls one with every type unrestricted."""

    id: str
    name: str
    endpoint: str
    enabled: bool
    types: Sequence[str]
    created_at: datetime
    updated_at: datetime

    def wants(self, kind: str) -> bool:
        family = f"{kind.partition('.')[0]}.*"
        return self.enabled and any(each in {EVERYTHING, family, kind} for each in self.types)

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "endpoint": self.endpoint,
            "enabled": self.enabled,
            "createDate": wire_time(self.created_at),
            "updateDate": wire_time(self.updated_at),
            "notificationTypes": list(self.types),
            "restricted": EVERYTHING not in self.types,
        }


class Notifications:
    """Signs each message with ECDSA over exactly the bytes that are sent."""

    def __init__(self, *, world: World) -> None:
        self._world = world
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.key_id = world.new_uuid()
        self._key_created = world.clock.stamp()
        self.subscriptions: dict[str, Subscription] = {}

    def key_view(self, key_id: str) -> dict[str, str]:
        """The public key messages are signed with. Raises a 404 for any other id."""
        if key_id != self.key_id:
            raise CircleRefusal(Why.SUBSCRIPTION_NOT_FOUND)
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "id": self.key_id,
            "algorithm": "ECDSA_SHA_256",
            "publicKey": base64.b64encode(public).decode(),
            "createDate": self._key_created,
        }

    def subscribe(self, *, endpoint: str, types: Sequence[str]) -> Subscription:
        """Add a subscription and send it the test message."""
        now = whole_second(self._world.clock)
        subscription = Subscription(
            id=self._world.new_uuid(),
            name=endpoint,
            endpoint=endpoint,
            enabled=True,
            types=tuple(types) or (EVERYTHING,),
            created_at=now,
            updated_at=now,
        )
        self.subscriptions[subscription.id] = subscription
        self.test(subscription)
        return subscription

    def get(self, subscription_id: str) -> Subscription:
        subscription = self.subscriptions.get(subscription_id)
        if subscription is None:
            raise CircleRefusal(Why.SUBSCRIPTION_NOT_FOUND)
        return subscription

    def change(self, subscription: Subscription, *, name: str, enabled: bool) -> None:
        subscription.name = name
        subscription.enabled = enabled
        subscription.updated_at = whole_second(self._world.clock)

    def remove(self, subscription: Subscription) -> None:
        del self.subscriptions[subscription.id]

    def test(self, subscription: Subscription) -> None:
        """Send ``webhooks.test``, whose ids are all zero."""
        self._send(
            subscription.endpoint,
            kind="webhooks.test",
            subscription_id=NIL_ID,
            message_id=NIL_ID,
            notification={"hello": "world"},
        )

    def publish(self, kind: str, notification: Mapping[str, Any]) -> None:
        """Send one message to each subscription that wants this type."""
        for subscription in self.subscriptions.values():
            if subscription.wants(kind):
                self._send(
                    subscription.endpoint,
                    kind=kind,
                    subscription_id=subscription.id,
                    message_id=self._world.new_uuid(),
                    notification=notification,
                )

    def _send(
        self,
        endpoint: str,
        *,
        kind: str,
        subscription_id: str,
        message_id: str,
        notification: Mapping[str, Any],
    ) -> None:
        body = orjson.dumps(
            {
                "subscriptionId": subscription_id,
                "notificationId": message_id,
                "notificationType": kind,
                "notification": notification,
                "timestamp": self._timestamp(),
                "version": VERSION,
            }
        )
        self._world.webhooks.send(
            Delivery(
                provider="circle",
                message_id=message_id,
                url=endpoint,
                headers=self._headers(body),
                body=body,
            )
        )

    def _headers(self, body: bytes) -> dict[str, str]:
        signature = self._key.sign(body, ec.ECDSA(hashes.SHA256()))
        return {
            "Content-Type": "application/json",
            "X-Circle-Signature": base64.b64encode(signature).decode(),
            "X-Circle-Key-Id": self.key_id,
        }

    def _timestamp(self) -> str:
        """Nine decimals, as Circle sends; the clock knows six of them."""
        now = self._world.clock.now().astimezone(UTC)
        return now.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
