"""Investors' accounts at Due: opening, reading, linking of wallets (due.md §3, §4)."""

from __future__ import annotations

from urllib.parse import urljoin

import attrs

from adapters.due import errors, rails, wire
from adapters.due.client import DueClient
from adapters.due.countries import alpha_2
from domain.accounts.onboarding import Profile, ProviderAccountStatus
from domain.ids import Reference, process_of
from domain.processes.facts.accounts import OfframpAccountReported
from domain.wallets.wallet import CustodyWallet

UNDECIDED = {ProviderAccountStatus.PENDING, ProviderAccountStatus.ACTION_REQUIRED}


@attrs.frozen(kw_only=True)
class DueAccounts:
    """The ``externalId`` of an account is the process id, so an account is opened at most once."""

    client: DueClient
    app_url: str

    async def open(
        self, reference: Reference, *, profile: Profile, attempt: int
    ) -> OfframpAccountReported:
        """Create or find the account, then accept the terms and start the KYC check if needed."""
        account = await self._found(reference) if attempt > 1 else None
        account = account or await self._created(reference, profile)
        account = account or await self._found(reference)
        if account is None:
            raise errors.unknown("the account exists but is not listed", operation="open_account")
        await self._accept_terms(account, ip_address=profile.ip_address)
        link = await self._kyc_link(account)
        return self._report(await self.client.account(account.id), link=link)

    async def report(self, account_id: str) -> OfframpAccountReported:
        """The current status of the account; read-only."""
        return self._report(await self.client.account(account_id), link=None)

    async def link(self, *, account_id: str, wallet: CustodyWallet) -> None:
        address = rails.prefixed(wallet.chain, wallet.address)
        linked = await self.client.create_wallet(account_id, address=address)
        if linked is None and await self.wallet_id(account_id, wallet) is None:
            raise errors.rejected(
                "the address is linked to another account", operation="create_wallet"
            )

    async def wallet_id(self, account_id: str, wallet: CustodyWallet) -> str | None:
        """Due's id of a linked wallet."""
        async for linked in self.client.wallets(account_id):
            if rails.is_same_address(linked.address, wallet.address):
                return linked.id
        return None

    async def _created(self, reference: Reference, profile: Profile) -> wire.Account | None:
        return await self.client.create_account(
            {
                "type": "individual",
                "name": f"{profile.given_name} {profile.family_name}",
                "email": profile.email,
                "country": alpha_2(profile.country),
                "externalId": process_of(reference),
            }
        )

    async def _found(self, reference: Reference) -> wire.Account | None:
        async for account in self.client.accounts():
            if account.external_id == process_of(reference):
                return account
        return None

    async def _accept_terms(self, account: wire.Account, *, ip_address: str) -> None:
        tos = account.tos
        if tos and tos.token and tos.status == "pending":
            await self.client.accept_tos(tos.token, ip_address=ip_address)

    async def _kyc_link(self, account: wire.Account) -> str | None:
        """Where the investor continues; starts the KYC check if there is no link yet."""
        if account.kyc and (account.kyc.link or account.kyc.status != "pending"):
            return account.kyc.link
        return (await self.client.start_kyc(account.id)).external_link

    def _report(self, account: wire.Account, *, link: str | None) -> OfframpAccountReported:
        status = status_of(account)
        link = (account.kyc.link if account.kyc else None) or link
        return OfframpAccountReported(
            account_id=account.id,
            standing=status,
            action_url=urljoin(self.app_url, link) if link and status in UNDECIDED else None,
            reason="the off-ramp's check failed"
            if status is ProviderAccountStatus.REJECTED
            else None,
        )


def status_of(account: wire.Account) -> ProviderAccountStatus:
    """An active account has passed KYC and accepted the terms (due.md §3)."""
    match account.kyc.status if account.kyc else "pending":
        case "failed":
            return ProviderAccountStatus.REJECTED
        case "resubmission_required":
            return ProviderAccountStatus.ACTION_REQUIRED
        case _:
            return (
                ProviderAccountStatus.APPROVED
                if account.status == "active"
                else ProviderAccountStatus.PENDING
            )
