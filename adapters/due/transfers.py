"""Conversions quoted and paid within minutes: USDC on an EVM chain to dollars (due.md §7-§9)."""

from __future__ import annotations

import attrs

from adapters.due import errors, rails, references, translation, wire
from adapters.due.accounts import DueAccounts
from adapters.due.client import DueClient
from adapters.due.contracts import require_quiet
from adapters.due.recipients import Recipients
from domain.funding.conversion import Conversion, PayOnChain
from domain.ids import Reference
from domain.money import Money, NotAnAmount, PrecisionLost
from domain.processes.facts.funding import ConversionFailed
from domain.wallets.wallet import CustodyWallet
from ports.fence import Fence

ID_PREFIX = "tf_"
QUOTES_MAX = 3
NOT_PAYABLE = PayOnChain(address="")
"""For a transfer that is paid already: Due no longer returns its address."""


@attrs.frozen(kw_only=True)
class Transfers:
    """A transfer carries our reference as its memo, by which we find it again."""

    client: DueClient
    accounts: DueAccounts
    recipients: Recipients

    async def open(
        self,
        reference: Reference,
        *,
        amount: Money,
        account_id: str,
        wallet: CustodyWallet,
        attempt: int,
        fence: Fence,
    ) -> Conversion:
        transfer = await self.find(reference, account_id=account_id) if attempt > 1 else None
        if transfer is None:
            require_quiet(fence, "create_transfer")
            transfer = await self._created(
                reference, amount=amount, account_id=account_id, wallet=wallet, fence=fence
            )
        ending = translation.ending(reference, transfer)
        if isinstance(ending, ConversionFailed):
            raise errors.rejected(ending.reason, operation="open_transfer")
        conversion = await self.conversion(reference, transfer, account_id=account_id)
        if conversion.pay is NOT_PAYABLE:
            raise errors.unknown("the transfer cannot be paid now", operation="open_transfer")
        return conversion

    async def find(self, reference: Reference, *, account_id: str) -> wire.Transfer | None:
        async for transfer in self.client.transfers(account_id):
            if transfer.destination.memo == references.text_of(reference):
                return transfer
        return None

    async def of_virtual_account(
        self, account: wire.VirtualAccount, *, account_id: str
    ) -> wire.Transfer | None:
        """The payment into a virtual account: the one that was delivered, otherwise the newest."""
        newest: wire.Transfer | None = None
        async for transfer in self.client.transfers(account_id):
            if transfer.source.virtual_account_id not in account.names:
                continue
            if transfer.status == translation.PROCESSED:
                return transfer
            newest = newest or transfer
        return newest

    async def conversion(
        self, reference: Reference, transfer: wire.Transfer, *, account_id: str
    ) -> Conversion:
        """How to pay the transfer; ``NOT_PAYABLE`` once it accepts no payment."""
        pay = NOT_PAYABLE
        if transfer.status == translation.AWAITING_FUNDS:
            pay = await self._address(transfer, account_id=account_id)
        delivers = translation.agreed(transfer)
        return Conversion(reference=reference, provider_id=transfer.id, pay=pay, delivers=delivers)

    async def _address(self, transfer: wire.Transfer, *, account_id: str) -> PayOnChain:
        funding = await self.client.funding_address(account_id, transfer.id)
        if funding is None:
            return NOT_PAYABLE
        return PayOnChain(address=funding.details.address, expires_at=transfer.expires_at)

    async def _created(
        self,
        reference: Reference,
        *,
        amount: Money,
        account_id: str,
        wallet: CustodyWallet,
        fence: Fence,
    ) -> wire.Transfer:
        sender = await self.accounts.wallet_id(account_id, wallet)
        if sender is None:
            raise errors.rejected("the wallet is not linked", operation="create_transfer")
        recipient = await self.recipients.bank(account_id)
        memo = references.text_of(reference)
        for _ in range(QUOTES_MAX):
            quote = await self._quoted(amount, account_id=account_id, wallet=wallet)
            document = {
                "quote": quote.token,
                "sender": sender,
                "recipient": recipient,
                "memo": memo,
            }
            async with fence.sending():
                transfer = await self.client.create_transfer(account_id, document)
            if transfer is not None:
                return transfer
        raise errors.unavailable(
            f"{QUOTES_MAX} quotes in a row had expired", operation="create_transfer"
        )

    async def _quoted(self, amount: Money, *, account_id: str, wallet: CustodyWallet) -> wire.Quote:
        """A quote for exactly ``amount``. Raises ``ProviderRejected`` when Due quotes another amount."""
        quote = await self.client.quote(
            account_id,
            source={
                "rail": rails.rail(wallet.chain),
                "currency": amount.asset.code,
                "amount": amount.decimal,
            },
            destination={"rail": rails.BANK_RAIL, "currency": "USD", "amount": "0"},
        )
        if not _is_amount(quote.source.amount, amount):
            raise errors.rejected("the quote is for another amount", operation="quote")
        return quote


def _is_amount(text: str, amount: Money) -> bool:
    try:
        return Money.of(text, amount.asset) == amount
    except (NotAnAmount, PrecisionLost):
        return False
