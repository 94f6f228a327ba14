"""
Conversions without a payment deadline, through virtual accounts (due.md §10).

A wire takes hours, and Solana payments have no disposable address, so both are paid into a virtual
account that is created for one reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapters.due import errors, rails, references, wire
from adapters.due.client import DueClient
from adapters.due.contracts import require_quiet
from adapters.due.recipients import Recipients
from domain.funding.conversion import Conversion, Direction, PayByWire, PayOnChain
from domain.ids import Reference
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.fence import Fence

DETAILS_POLLS_MAX = 5
DETAILS_POLL_S = 2.0


@attrs.frozen(kw_only=True)
class VirtualAccounts:
    """A virtual account carries our reference as its ``reference``, by which we find it again."""

    client: DueClient
    recipients: Recipients
    clock: Clock

    async def open(
        self,
        reference: Reference,
        *,
        direction: Direction,
        account_id: str,
        wallet: CustodyWallet,
        fence: Fence,
    ) -> Conversion:
        account = await self.find(reference, account_id=account_id)
        if account is None:
            require_quiet(fence, "create_virtual_account")
            route = await self._route(direction, account_id=account_id, wallet=wallet)
            document = {**route, "reference": references.text_of(reference)}
            async with fence.sending():
                account = await self.client.create_virtual_account(account_id, document)
        if account.is_active is False:
            raise errors.rejected(
                "the virtual account is closed", operation="create_virtual_account"
            )
        account = await self._with_details(account, account_id=account_id)
        return conversion(reference, account)

    async def find(self, reference: Reference, *, account_id: str) -> wire.VirtualAccount | None:
        text = references.text_of(reference)
        filters = {"reference": text}
        async for account in self.client.virtual_accounts(account_id, filters=filters):
            if account.reference == text:
                return account
        return None

    async def named(self, name: str, *, account_id: str) -> wire.VirtualAccount | None:
        """The virtual account with this key or, in a transfer, this id."""
        account = await self.client.virtual_account(account_id, name)
        if account is not None:
            return account
        async for listed in self.client.virtual_accounts(account_id, filters={}):
            if name in listed.names:
                return listed
        return None

    async def _route(
        self, direction: Direction, *, account_id: str, wallet: CustodyWallet
    ) -> Mapping[str, str]:
        if direction is Direction.TO_USDC:
            return {
                "destination": await self.recipients.wallet(account_id, wallet),
                "schemaIn": rails.BANK_SCHEMA,
                "currencyIn": "USD",
                "railOut": rails.rail(wallet.chain),
                "currencyOut": "USDC",
            }
        return {
            "destination": await self.recipients.bank(account_id),
            "schemaIn": rails.schema(wallet.chain),
            "currencyIn": "USDC",
            "railOut": rails.BANK_RAIL,
            "currencyOut": "USD",
        }

    async def _with_details(
        self, account: wire.VirtualAccount, *, account_id: str
    ) -> wire.VirtualAccount:
        """Poll a few times, because the details may be missing at first."""
        for _ in range(DETAILS_POLLS_MAX):
            if account.details:
                break
            await self.clock.sleep(DETAILS_POLL_S)
            account = await self.client.virtual_account(account_id, account.key) or account
        return account


def conversion(reference: Reference, account: wire.VirtualAccount) -> Conversion:
    """
    How to pay into the account. Raises ``ProviderUnavailable`` while Due has not provided the details.

    The account number alone identifies the payment; where Due requires no memo, ours is for people.
    """
    if not account.details:
        raise errors.unavailable(
            "the virtual account has no details yet", operation="get_virtual_account"
        )
    try:
        pay = _pay(account.details, memo=account.memo or references.text_of(reference))
    except KeyError as missing:
        raise errors.unknown(
            f"the virtual account lacks {missing}", operation="get_virtual_account"
        ) from missing
    return Conversion(reference=reference, provider_id=account.key, pay=pay)


def _pay(details: Mapping[str, Any], *, memo: str) -> PayOnChain | PayByWire:
    if details.get("schema") != rails.BANK_SCHEMA:
        return PayOnChain(address=str(details["address"]))
    return PayByWire(
        bank_name=str(details.get("bankName") or ""),
        routing_number=str(details.get("routingNumberWire") or details["routingNumber"]),
        account_number=str(details["accountNumber"]),
        beneficiary=str(details.get("accountName") or details.get("companyName") or ""),
        memo=memo,
    )
