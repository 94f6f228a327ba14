"""The off-ramp port over Due."""

from __future__ import annotations

from typing import Self

import attrs

from adapters.due import translation, virtual_accounts
from adapters.due.accounts import DueAccounts
from adapters.due.client import DueClient
from adapters.due.recipients import Recipients
from adapters.due.settings import DueSettings
from adapters.due.transfers import ID_PREFIX, Transfers
from adapters.due.virtual_accounts import VirtualAccounts
from domain.accounts.onboarding import Profile
from domain.funding.conversion import Conversion, Direction
from domain.ids import Reference
from domain.money import Money, usdc_at_par
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionOpened
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.fence import UNFENCED, Fence
from ports.offramp import ConversionFact, Offramp


@attrs.frozen(kw_only=True)
class DueOfframp(Offramp):
    """
    Conversions by transfer or by virtual account; the provider id tells which.

    USDC on an EVM chain is converted by a transfer with a disposable address, which must be paid within
    minutes from a linked wallet; everything else by a virtual account, which does not expire.
    guess: a virtual account takes a payment from any wallet, also from one of the firm.
    """

    accounts: DueAccounts
    transfers: Transfers
    virtual_accounts: VirtualAccounts
    client: DueClient
    clock: Clock

    @classmethod
    def of(cls, client: DueClient, *, settings: DueSettings, clock: Clock) -> Self:
        accounts = DueAccounts(client=client, app_url=settings.app_url)
        recipients = Recipients(client, settings.firm)
        return cls(
            accounts=accounts,
            transfers=Transfers(client=client, accounts=accounts, recipients=recipients),
            virtual_accounts=VirtualAccounts(client=client, recipients=recipients, clock=clock),
            client=client,
            clock=clock,
        )

    @property
    def deposit_min(self) -> Money:
        return usdc_at_par(self.client.calls.settings.deposit_min)

    async def open_account(
        self, reference: Reference, *, profile: Profile, attempt: int
    ) -> OfframpAccountReported:
        return await self.accounts.open(reference, profile=profile, attempt=attempt)

    async def account(self, account_id: str) -> OfframpAccountReported:
        return await self.accounts.report(account_id)

    async def link_wallet(self, *, account_id: str, wallet: CustodyWallet) -> None:
        await self.accounts.link(account_id=account_id, wallet=wallet)

    async def open_conversion(
        self,
        reference: Reference,
        *,
        direction: Direction,
        amount: Money,
        account_id: str,
        wallet: CustodyWallet,
        attempt: int,
        linked: bool = True,
        fence: Fence = UNFENCED,
    ) -> ConversionOpened:
        if direction is Direction.TO_DOLLARS and wallet.chain.is_evm and linked:
            conversion = await self.transfers.open(
                reference,
                amount=amount,
                account_id=account_id,
                wallet=wallet,
                attempt=attempt,
                fence=fence,
            )
        else:
            conversion = await self.virtual_accounts.open(
                reference, direction=direction, account_id=account_id, wallet=wallet, fence=fence
            )
        return ConversionOpened(conversion=conversion)

    async def find_conversion(
        self, reference: Reference, *, account_id: str, provider_id: str | None
    ) -> ConversionFact | None:
        if provider_id is None:
            return await self._found(reference, account_id=account_id)
        if provider_id.startswith(ID_PREFIX):
            return await self._transfer(reference, provider_id, account_id=account_id)
        return await self._virtual_account(reference, provider_id, account_id=account_id)

    async def is_payable(
        self, reference: Reference, *, account_id: str, provider_id: str | None
    ) -> bool:
        if provider_id is None:
            found = await self._found(reference, account_id=account_id)
            if not isinstance(found, ConversionOpened):
                return False
            provider_id = found.conversion.provider_id
        if not provider_id.startswith(ID_PREFIX):
            account = await self.client.virtual_account(account_id, provider_id)
            return account is not None and account.is_active is not False
        transfer = await self.client.transfer(account_id, provider_id)
        if transfer is None or transfer.status != translation.AWAITING_FUNDS:
            return False
        return transfer.expires_at is None or self.clock.now() < transfer.expires_at

    async def _found(self, reference: Reference, *, account_id: str) -> ConversionFact | None:
        transfer = await self.transfers.find(reference, account_id=account_id)
        if transfer is not None:
            return await self._transfer(reference, transfer.id, account_id=account_id)
        account = await self.virtual_accounts.find(reference, account_id=account_id)
        if account is not None:
            return await self._virtual_account(reference, account.key, account_id=account_id)
        return None

    async def _transfer(
        self, reference: Reference, transfer_id: str, *, account_id: str
    ) -> ConversionFact | None:
        transfer = await self.client.transfer(account_id, transfer_id)
        if transfer is None:
            return None
        if ending := translation.ending(reference, transfer):
            return ending
        conversion = await self.transfers.conversion(reference, transfer, account_id=account_id)
        return ConversionOpened(conversion=conversion)

    async def _virtual_account(
        self, reference: Reference, key: str, *, account_id: str
    ) -> ConversionFact | None:
        account = await self.client.virtual_account(account_id, key)
        if account is None:
            return None
        transfer = await self.transfers.of_virtual_account(account, account_id=account_id)
        if transfer and (ending := translation.ending(reference, transfer)):
            return ending
        conversion: Conversion = virtual_accounts.conversion(reference, account)
        return ConversionOpened(conversion=conversion)
