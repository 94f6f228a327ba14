"""Due's webhooks (due.md §11)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeVar

from adapters.due import translation, wire
from adapters.due.accounts import DueAccounts
from adapters.due.client import DueClient
from adapters.due.keys import EndpointKeys
from adapters.due.recipients import Recipients
from adapters.due.settings import PROVIDER, DueSettings
from adapters.due.virtual_accounts import VirtualAccounts
from adapters.http.webhook_body import json_in, structured
from adapters.signature_headers import signatures_in
from domain.ids import LookupKey, Reference, parse_reference, process_of
from domain.processes.accounts.onboarding import OFFRAMP_ACCOUNT
from ports.clock import Clock
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    UnreadableMessage,
    UnsignedMessage,
    Webhooks,
)
from ports.processes import Message

T = TypeVar("T")

SIGNATURE = "x-webhook-signature"
SIGNATURE_HEADERS = (SIGNATURE,)
TRANSFER_CHANGED = "transfer.status_changed"
KYC_CHANGED = "bp.kyc.status_changed"
TOS_ACCEPTED = "bp.tos_accepted"
EVENTS = (TRANSFER_CHANGED, KYC_CHANGED, TOS_ACCEPTED)

REFERENCES_MAX = 4096


class DueWebhooks(Webhooks):
    """
    Signed events about transfers and accounts.

    A transfer is read from the event itself, because every status that yields a fact is final. An account
    is fetched again, as Due advises, because its status can change back.
    """

    def __init__(
        self,
        client: DueClient,
        *,
        accounts: DueAccounts,
        virtual_accounts: VirtualAccounts,
        keys: EndpointKeys,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._virtual_accounts = virtual_accounts
        self._keys = keys
        self._references: OrderedDict[str, Reference] = OrderedDict()

    @classmethod
    def of(cls, client: DueClient, *, settings: DueSettings, clock: Clock) -> Self:
        recipients = Recipients(client, settings.firm)
        return cls(
            client,
            accounts=DueAccounts(client=client, app_url=settings.app_url),
            virtual_accounts=VirtualAccounts(client=client, recipients=recipients, clock=clock),
            keys=EndpointKeys(client, clock=clock),
        )

    @property
    def signature_headers(self) -> Sequence[str]:
        return SIGNATURE_HEADERS

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        signed = signatures_in(headers, SIGNATURE_HEADERS)
        try:
            signature = bytes.fromhex(signed[SIGNATURE])
        except ValueError:
            raise UnsignedMessage("the signature is not hexadecimal") from None
        if not await self._keys.have_signed(body, signature):
            raise ForgedMessage
        event = _event(body)
        return Message(
            source=PROVIDER,
            id=event.id,
            body=body,
            headers=signed,
            is_news=_is_news(event),
        )

    async def translate(self, message: Message) -> Sequence[InboundFact]:
        event = _event(message.body)
        match event.type:
            case status if status == TRANSFER_CHANGED:
                return await self._transfer(_structured(event.data, wire.Transfer))
            case status if status in {KYC_CHANGED, TOS_ACCEPTED}:
                account_id = _structured(event.data, wire.Named).id
                fact = await self._accounts.report(account_id)
                return (InboundFact(LookupKey(OFFRAMP_ACCOUNT, account_id), fact),)
            case _:
                return ()

    async def subscribe(self, url: str) -> None:
        async for endpoint in self._client.endpoints():
            if endpoint.url == url:
                await self._complete(endpoint)
                return
        await self._client.create_endpoint(url=url, events=EVENTS)
        self._keys.forget()

    async def _complete(self, endpoint: wire.Endpoint) -> None:
        if endpoint.enabled is False or set(EVENTS) - set(endpoint.subscribed_events):
            await self._client.update_endpoint(endpoint.id, events=EVENTS)

    async def _transfer(self, transfer: wire.Transfer) -> Sequence[InboundFact]:
        reference = parse_reference(transfer.destination.memo)
        reference = reference or await self._virtual_account_reference(transfer)
        if reference is None:
            return ()
        fact = translation.ending(reference, transfer)
        return () if fact is None else (InboundFact(process_of(reference), fact),)

    async def _virtual_account_reference(self, transfer: wire.Transfer) -> Reference | None:
        """The reference of the virtual account that received the payment; cached."""
        name, owner = transfer.source.virtual_account_id, transfer.owner_id
        if name is None or owner is None:
            return None
        if name in self._references:
            return self._references[name]
        account = await self._virtual_accounts.named(name, account_id=owner)
        reference = parse_reference(account.reference) if account else None
        if reference is not None:
            self._remember(name, reference)
        return reference

    def _remember(self, name: str, reference: Reference) -> None:
        self._references[name] = reference
        if len(self._references) > REFERENCES_MAX:
            self._references.popitem(last=False)


def _is_news(event: wire.Event) -> bool:
    """
    A transfer in progress yields no fact, although Due sends every status that it passes through.

    An unreadable message counts as one that does, so that the worker reports it.
    """
    if event.type != TRANSFER_CHANGED:
        return True
    try:
        return translation.is_ending(_structured(event.data, wire.Transfer).status)
    except UnreadableMessage:
        return True


def _event(body: bytes) -> wire.Event:
    return _structured(json_in(body), wire.Event)


def _structured(document: Any, into: type[T]) -> T:
    return structured(document, into, read=wire.read)
