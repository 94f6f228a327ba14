"""The off-ramp port over Harbor (harbor.md)."""

from __future__ import annotations

import attrs

from adapters.harbor import errors, translation, wire
from adapters.harbor.client import HarborClient
from domain.accounts.onboarding import Profile
from domain.funding.conversion import Direction
from domain.ids import Reference, process_of
from domain.money import Money, NotAnAmount, PrecisionLost, usdc_at_par
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionOpened
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.fence import UNFENCED, Fence
from ports.offramp import ConversionFact, Offramp

QUOTES_MAX = 3
NETWORKS = {
    Chain.POLYGON: "polygon",
    Chain.ETHEREUM: "ethereum",
    Chain.BASE: "base",
    Chain.ARBITRUM: "arbitrum",
}
"""Where Harbor accepts and delivers USDC. A wallet on another chain can be linked but not used."""


@attrs.frozen(kw_only=True)
class HarborOfframp(Offramp):
    """A customer and a transfer carry our reference; Harbor keeps at most one of each under it."""

    client: HarborClient
    clock: Clock

    @property
    def deposit_min(self) -> Money:
        return usdc_at_par(self.client.settings.deposit_min)

    async def open_account(
        self,
        reference: Reference,
        *,
        profile: Profile,
        attempt: int,  # noqa: ARG002 - the reference makes it one customer
    ) -> OfframpAccountReported:
        customer = await self.client.create_customer(
            {
                "reference": process_of(reference),
                "name": f"{profile.given_name} {profile.family_name}",
                "email": profile.email,
                "country": profile.country,
            }
        )
        return translation.report(customer)

    async def account(self, account_id: str) -> OfframpAccountReported:
        return translation.report(await self.client.customer(account_id))

    async def link_wallet(self, *, account_id: str, wallet: CustodyWallet) -> None:
        await self.client.link_wallet(account_id, wallet.address)

    async def open_conversion(
        self,
        reference: Reference,
        *,
        direction: Direction,
        amount: Money,
        account_id: str,
        wallet: CustodyWallet,
        attempt: int,  # noqa: ARG002 - the reference makes it one transfer
        linked: bool = True,
        fence: Fence = UNFENCED,  # noqa: ARG002 - the reference is the key
    ) -> ConversionOpened:
        """Raises ``ProviderUnsupported`` for a chain that Harbor does not serve, or an unlinked wallet."""
        if not linked:
            raise errors.unsupported("only linked wallets can pay", operation="create_transfer")
        terms = self._terms(direction, wallet) | {"reference": reference}
        for _ in range(QUOTES_MAX):
            quote = await self._quoted(direction, amount, account_id=account_id)
            transfer = await self.client.create_transfer({**terms, "quote": quote.id})
            if transfer is not None:
                return _payable(reference, transfer, amount)
        raise errors.unavailable(
            f"{QUOTES_MAX} quotes in a row had expired", operation="create_transfer"
        )

    async def find_conversion(
        self,
        reference: Reference,
        *,
        account_id: str,  # noqa: ARG002 - references are unique across customers
        provider_id: str | None,
    ) -> ConversionFact | None:
        transfer = await self._transfer(reference, provider_id)
        return None if transfer is None else translation.fact(reference, transfer)

    async def is_payable(
        self,
        reference: Reference,
        *,
        account_id: str,  # noqa: ARG002 - references are unique across customers
        provider_id: str | None,
    ) -> bool:
        transfer = await self._transfer(reference, provider_id)
        if transfer is None or transfer.status != translation.AWAITING_PAYMENT:
            return False
        return transfer.pay.expires_at is None or self.clock.now() < transfer.pay.expires_at

    async def _transfer(
        self, reference: Reference, provider_id: str | None
    ) -> wire.Transfer | None:
        if provider_id is None:
            return await self.client.find_transfer(reference)
        return await self.client.transfer(provider_id)

    async def _quoted(self, direction: Direction, amount: Money, *, account_id: str) -> wire.Quote:
        side = "sell" if direction is Direction.TO_DOLLARS else "buy"
        return await self.client.quote(
            {"customer": account_id, "side": side, "amount": amount.decimal}
        )

    def _terms(self, direction: Direction, wallet: CustodyWallet) -> dict[str, object]:
        network = NETWORKS.get(wallet.chain)
        if network is None:
            raise errors.unsupported(
                f"no USDC on {wallet.chain.value}", operation="create_transfer"
            )
        if direction is Direction.TO_USDC:
            return {"payout": {"network": network, "address": wallet.address}}
        firm = self.client.settings
        numbers = {"routing_number": firm.routing_number, "account_number": firm.account_number}
        return {"source": wallet.address, "payout": numbers}


def _payable(reference: Reference, transfer: wire.Transfer, amount: Money) -> ConversionOpened:
    """Raises ``ProviderRejected`` for a transfer that has ended or is for another amount."""
    if transfer.status in translation.ENDED:
        raise errors.rejected(f"the off-ramp says {transfer.status}", operation="create_transfer")
    if not _is_amount(transfer.pays, amount):
        raise errors.rejected("the transfer is for another amount", operation="create_transfer")
    return translation.opened(reference, transfer)


def _is_amount(said: wire.Amount, amount: Money) -> bool:
    try:
        return translation.money(said) == amount
    except (KeyError, NotAnAmount, PrecisionLost):
        return False
