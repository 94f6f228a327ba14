"""Circle's webhooks: verification and translation (circle.md §9)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.circle.chains import Network
from adapters.circle.client import CircleClient
from adapters.circle.errors import reading, understood
from adapters.circle.settings import PROVIDER
from adapters.circle.signing_keys import SigningKeys
from adapters.circle.translation import Transaction
from adapters.signature_headers import signatures_in
from domain.funding.deposit import STRAY_MAX
from domain.ids import LookupKey, parse_reference, process_of
from domain.processes.facts.funding import InboundTransfer, PaymentAccepted, TransferSeen
from domain.processes.funding.deposit_arrival import TRANSACTION
from ports.clock import Clock
from ports.cursors import Cursors
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    UnknownSigningKey,
    UnreadableMessage,
    UnsignedMessage,
    Webhooks,
)
from ports.processes import Message

SIGNATURE = "x-circle-signature"
KEY_ID = "x-circle-key-id"
SIGNATURE_HEADERS = (SIGNATURE, KEY_ID)
NOTIFICATION_TYPES = ("transactions.inbound", "transactions.outbound")

_KEY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class CircleWebhooks(Webhooks):
    """A message is identified by its ``notificationId``, which a redelivery keeps."""

    def __init__(self, client: CircleClient, *, cursors: Cursors, clock: Clock) -> None:
        self._client = client
        self._keys = SigningKeys(client, cursors=cursors, clock=clock)
        self._network = Network(client.settings.testnet)

    @property
    def signature_headers(self) -> Sequence[str]:
        return SIGNATURE_HEADERS

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """Also raises ``ProviderError`` or ``SignatureUndecided``, when the key cannot be fetched."""
        signed = signatures_in(headers, SIGNATURE_HEADERS)
        if not _KEY_ID.fullmatch(signed[KEY_ID]):
            raise UnsignedMessage("the id of the signing key is malformed")
        if not await self._fits(body, signed) and not await self._fits(body, signed, doubted=True):
            raise ForgedMessage("the signature is not Circle's")
        await self._keys.prove(signed[KEY_ID])
        with understood(UnreadableMessage):
            envelope = orjson.loads(body)
            return Message(
                source=PROVIDER,
                id=str(envelope["notificationId"]),
                body=body,
                headers=signed,
                is_news=self._is_news(envelope),
            )

    async def _fits(self, body: bytes, signed: Mapping[str, str], *, doubted: bool = False) -> bool:
        """Whether the key has signed the body. Raises ``UnknownSigningKey``."""
        key = await self._keys.get(signed[KEY_ID], doubted=doubted)
        if key is None:
            raise UnknownSigningKey("signed with a key that Circle does not know")
        try:
            signature = base64.b64decode(signed[SIGNATURE], validate=True)
            key.verify(signature, body, ec.ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature):
            return False
        return True

    async def translate(self, message: Message) -> Sequence[InboundFact]:
        with understood(UnreadableMessage):
            inbound = self._read(orjson.loads(message.body))
        return () if inbound is None else (inbound,)

    async def subscribe(self, url: str) -> None:
        subscriptions = await self._client.subscriptions()
        with reading("list_subscriptions"):
            endpoints = {item["endpoint"] for item in subscriptions}
        if url not in endpoints:
            await self._client.subscribe(
                {"endpoint": url, "notificationTypes": list(NOTIFICATION_TYPES)}
            )

    def _is_news(self, envelope: Any) -> bool:
        """An unreadable message counts as one, so that the worker reports it."""
        try:
            with understood(UnreadableMessage):
                return self._read(envelope) is not None
        except UnreadableMessage:
            return True

    def _read(self, envelope: Any) -> InboundFact | None:
        notification = envelope["notification"]
        match envelope["notificationType"]:
            case "transactions.inbound":
                return self._arrival(Transaction.read(notification))
            case "transactions.outbound":
                return _payment(Transaction.read(notification))
            case _:
                return None

    def _arrival(self, transaction: Transaction) -> InboundFact | None:
        if not self._network.is_usdc(transaction.token_id):
            return None
        fact = transaction.arrival()
        if fact is None or _is_stray(fact):
            return None
        return InboundFact(LookupKey(TRANSACTION, transaction.id), fact)


def _is_stray(fact: InboundTransfer) -> bool:
    """So little, and not even final: strangers send it by the hundred, and it is worth no job."""
    return isinstance(fact, TransferSeen) and not fact.final and fact.amount < STRAY_MAX


def _payment(transaction: Transaction) -> InboundFact | None:
    """The end of a transfer that we requested; a transfer in progress yields no fact."""
    reference = parse_reference(transaction.ref_id)
    if reference is None:
        return None
    fact = transaction.payment(reference)
    return None if isinstance(fact, PaymentAccepted) else InboundFact(process_of(reference), fact)
