"""Harbor's webhooks: HMAC-SHA256 over the time and the raw bytes (harbor.md)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from adapters.harbor import translation, wire
from adapters.harbor.client import HarborClient
from adapters.harbor.settings import PROVIDER
from adapters.http.webhook_body import json_in, structured
from adapters.signature_headers import signatures_in
from domain.ids import LookupKey, parse_reference, process_of
from domain.processes.accounts.onboarding import OFFRAMP_ACCOUNT
from ports.clock import Clock
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    SourceClosed,
    StaleMessage,
    UnsignedMessage,
    Webhooks,
)
from ports.processes import Message

T = TypeVar("T")

SIGNATURE = "harbor-signature"
TRANSFER_UPDATED = "transfer.updated"
CUSTOMER_UPDATED = "customer.updated"

_FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


class HarborWebhooks(Webhooks):
    """
    Signed events about transfers and customers.

    The same message may come again, with the same id. A transfer is read from the event itself, because
    every status that yields a fact is final; a customer is fetched again, because its status can change.
    """

    def __init__(self, client: HarborClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    @property
    def signature_headers(self) -> Sequence[str]:
        return (SIGNATURE,)

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        settings = self._client.settings
        if not settings.webhook_secret:
            raise SourceClosed
        signature_headers = signatures_in(headers, self.signature_headers)
        form = _FORM.fullmatch(signature_headers[SIGNATURE])
        if form is None:
            raise UnsignedMessage(f"{SIGNATURE} is malformed")
        stamp, signature = form.groups()
        if not hmac.compare_digest(signed(body, key=settings.webhook_secret, at=stamp), signature):
            raise ForgedMessage
        if abs(self._clock.now().timestamp() - int(stamp)) > settings.tolerance_s:
            raise StaleMessage
        event = _event(body)
        return Message(
            source=PROVIDER,
            id=event.id,
            body=body,
            headers=signature_headers,
            is_news=_is_news(event),
        )

    async def translate(self, message: Message) -> Sequence[InboundFact]:
        event = _event(message.body)
        match event.type:
            case kind if kind == TRANSFER_UPDATED:
                return _inbound_facts(_structured(event.data, wire.Transfer))
            case kind if kind == CUSTOMER_UPDATED:
                known = _structured(event.data, wire.Customer)
                customer = await self._client.customer(known.id)
                about = LookupKey(OFFRAMP_ACCOUNT, customer.id)
                return (InboundFact(about, translation.report(customer)),)
            case _:
                return ()

    async def subscribe(self, url: str) -> None:
        await self._client.subscribe(url)


def signed(body: bytes, *, key: str, at: str) -> str:
    """The signature of a body, in hexadecimal; ``at`` is in Unix seconds."""
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _inbound_facts(transfer: wire.Transfer) -> Sequence[InboundFact]:
    reference = parse_reference(transfer.reference)
    if reference is None or transfer.status not in translation.ENDED:
        return ()
    return (InboundFact(process_of(reference), translation.fact(reference, transfer)),)


def _is_news(event: wire.Event) -> bool:
    """Not a transfer in progress. An unreadable message counts, so that the worker reports it."""
    if event.type != TRANSFER_UPDATED:
        return True
    return event.data.get("status") in {*translation.ENDED, None}


def _event(body: bytes) -> wire.Event:
    return _structured(json_in(body), wire.Event)


def _structured(document: Any, into: type[T]) -> T:
    return structured(document, into, read=wire.read)
