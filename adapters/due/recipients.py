"""Recipients of Due's payments: the firm's bank account, or a wallet (due.md §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from adapters.due import errors, rails
from adapters.due.client import DueClient
from adapters.due.settings import FirmBank
from domain.wallets.wallet import CustodyWallet

Details = Mapping[str, Any]

IS_EXTERNAL = True
"""guess: for the investor, the firm's bank account and treasury belong to a third party (due.md §5)."""


@attrs.frozen
class Recipients:
    """Each account has its own recipients; a missing one is created."""

    client: DueClient
    firm: FirmBank

    async def bank(self, account_id: str) -> str:
        """The id of the recipient for the firm's bank account."""
        number = self.firm.account_number
        return await self._ensured(
            account_id,
            name=self.firm.company_name,
            details=_bank_details(self.firm),
            matches=lambda details: details.get("accountNumber") == number,
        )

    async def wallet(self, account_id: str, wallet: CustodyWallet) -> str:
        """The id of the recipient for the wallet's address."""
        schema = rails.schema(wallet.chain)
        return await self._ensured(
            account_id,
            name=self.firm.company_name,
            details={"schema": schema, "address": wallet.address},
            matches=lambda details: rails.is_same_address(
                str(details.get("address")), wallet.address
            ),
        )

    async def _ensured(
        self, account_id: str, *, name: str, details: Details, matches: Callable[[Details], bool]
    ) -> str:
        found = await self._found(account_id, details["schema"], matches)
        if found is not None:
            return found
        created = await self.client.create_recipient(
            account_id, name=name, details=details, is_external=IS_EXTERNAL
        )
        recipient_id = created.id if created else None
        recipient_id = recipient_id or await self._found(account_id, details["schema"], matches)
        if recipient_id is None:
            raise errors.unavailable(
                "the recipient exists but is not listed", operation="create_recipient"
            )
        return recipient_id

    async def _found(
        self, account_id: str, schema: str, matches: Callable[[Details], bool]
    ) -> str | None:
        async for recipient in self.client.recipients(account_id):
            details = recipient.details
            if (
                recipient.is_active is not False
                and details.get("schema") == schema
                and matches(details)
            ):
                return recipient.id
        return None


def _bank_details(firm: FirmBank) -> Details:
    return {
        "schema": rails.BANK_SCHEMA,
        "accountType": "business",  # guess: the values are not published (due.md §5)
        "companyName": firm.company_name,
        "accountName": firm.company_name,
        "bankName": firm.bank_name,
        "accountNumber": firm.account_number,
        "routingNumber": firm.routing_number,
        "beneficiaryAddress": {
            "street_line_1": firm.street,
            "city": firm.city,
            "state": firm.state,
            "postal_code": firm.postal_code,
            "country": "USA",
        },
    }
