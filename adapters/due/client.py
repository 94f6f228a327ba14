"""Due's API, one method per endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import attrs

from adapters.due import wire
from adapters.due.calls import Call, Calls
from adapters.due.errors import STALE_QUOTE, coded, not_found

Document = Mapping[str, Any]


@attrs.frozen
class DueClient:
    """A method that returns None for some refusal says for which; all raise ``ProviderError``."""

    calls: Calls

    async def create_account(self, document: Document) -> wire.Account | None:
        """None when an account with this ``externalId`` exists."""
        call = Call(
            operation="create_account",
            method="POST",
            path="/v1/accounts",
            document=document,
        )
        return await self.calls.fetch_unless_there(call, wire.Account)

    def accounts(self) -> AsyncIterator[wire.Account]:
        return self.calls.pages(Call(operation="list_accounts", path="/v1/accounts"), wire.Account)

    async def account(self, account_id: str) -> wire.Account:
        call = Call(operation="get_account", path=f"/v1/accounts/{account_id}")
        return await self.calls.fetch(call, wire.Account)

    async def accept_tos(self, token: str, *, ip_address: str) -> None:
        call = Call(
            operation="accept_tos",
            method="POST",
            path=f"/v1/tos/{token}",
            document={"ipAddress": ip_address},
        )
        await self.calls.fetch(call, object)

    async def start_kyc(self, account_id: str) -> wire.Kickoff:
        call = Call(operation="start_kyc", method="POST", path="/v1/kyc", account_id=account_id)
        return await self.calls.fetch(call, wire.Kickoff)

    async def create_wallet(self, account_id: str, *, address: str) -> wire.Wallet | None:
        """None when the address is taken, possibly by this same account."""
        call = Call(
            operation="create_wallet",
            method="POST",
            path="/v1/wallets",
            account_id=account_id,
            document={"address": address},
        )
        return await self.calls.fetch_unless_there(call, wire.Wallet)

    def wallets(self, account_id: str) -> AsyncIterator[wire.Wallet]:
        call = Call(operation="list_wallets", path="/v1/wallets", account_id=account_id)
        return self.calls.pages(call, wire.Wallet)

    async def create_recipient(
        self, account_id: str, *, name: str, details: Document, is_external: bool
    ) -> wire.Recipient | None:
        """None when the account already has this recipient."""
        call = Call(
            operation="create_recipient",
            method="POST",
            path="/v1/recipients",
            account_id=account_id,
            document={"name": name, "details": details, "isExternal": is_external},
        )
        return await self.calls.fetch_unless_there(call, wire.Recipient)

    def recipients(self, account_id: str) -> AsyncIterator[wire.Recipient]:
        call = Call(operation="list_recipients", path="/v1/recipients", account_id=account_id)
        return self.calls.pages(call, wire.Recipient)

    async def quote(
        self, account_id: str, *, source: Document, destination: Document
    ) -> wire.Quote:
        call = Call(
            operation="quote",
            method="POST",
            path="/v1/transfers/quote",
            account_id=account_id,
            document={"source": source, "destination": destination},
        )
        return await self.calls.fetch(call, wire.Quote)

    async def create_transfer(self, account_id: str, document: Document) -> wire.Transfer | None:
        """None when the quote is no longer valid."""
        call = Call(
            operation="create_transfer",
            method="POST",
            path="/v1/transfers",
            account_id=account_id,
            document=document,
        )
        return await self.calls.fetch_unless(coded(*STALE_QUOTE), call, wire.Transfer)

    async def transfer(self, account_id: str, transfer_id: str) -> wire.Transfer | None:
        """None when there is no such transfer."""
        call = Call(
            operation="get_transfer", path=f"/v1/transfers/{transfer_id}", account_id=account_id
        )
        return await self.calls.fetch_unless(not_found, call, wire.Transfer)

    def transfers(self, account_id: str) -> AsyncIterator[wire.Transfer]:
        """Newest first."""
        call = Call(operation="list_transfers", path="/v1/transfers", account_id=account_id)
        return self.calls.pages(call, wire.Transfer)

    async def funding_address(
        self, account_id: str, transfer_id: str
    ) -> wire.FundingAddress | None:
        """None when the transfer does not wait for a payment."""
        call = Call(
            operation="funding_address",
            method="POST",
            path=f"/v1/transfers/{transfer_id}/funding_address",
            account_id=account_id,
        )
        return await self.calls.fetch_unless(
            coded("err_transfer_not_awaiting_funds"), call, wire.FundingAddress
        )

    async def create_virtual_account(
        self, account_id: str, document: Document
    ) -> wire.VirtualAccount:
        call = Call(
            operation="create_virtual_account",
            method="POST",
            path="/v1/virtual_accounts",
            account_id=account_id,
            document=document,
        )
        return await self.calls.fetch(call, wire.VirtualAccount)

    async def virtual_account(self, account_id: str, key: str) -> wire.VirtualAccount | None:
        """None when there is no such virtual account."""
        call = Call(
            operation="get_virtual_account",
            path=f"/v1/virtual_accounts/{key}",
            account_id=account_id,
        )
        return await self.calls.fetch_unless(not_found, call, wire.VirtualAccount)

    def virtual_accounts(
        self, account_id: str, *, filters: Mapping[str, str]
    ) -> AsyncIterator[wire.VirtualAccount]:
        call = Call(
            operation="list_virtual_accounts",
            path="/v1/virtual_accounts/list",
            account_id=account_id,
            params=filters,
        )
        return self.calls.pages(call, wire.VirtualAccount)

    def endpoints(self) -> AsyncIterator[wire.Endpoint]:
        call = Call(operation="list_webhook_endpoints", path="/v1/webhook_endpoints")
        return self.calls.pages(call, wire.Endpoint)

    async def create_endpoint(self, *, url: str, events: Sequence[str]) -> wire.Endpoint | None:
        """None when the URL already has an endpoint."""
        call = Call(
            operation="create_webhook_endpoint",
            method="POST",
            path="/v1/webhook_endpoints",
            document={"url": url, "description": "stack", "events": list(events)},
        )
        return await self.calls.fetch_unless_there(call, wire.Endpoint)

    async def update_endpoint(self, endpoint_id: str, *, events: Sequence[str]) -> None:
        call = Call(
            operation="update_webhook_endpoint",
            method="POST",
            path=f"/v1/webhook_endpoints/{endpoint_id}",
            document={"events": list(events), "enabled": True},
        )
        await self.calls.fetch(call, object)
