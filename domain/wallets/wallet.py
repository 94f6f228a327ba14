"""A wallet: one address on one chain, held at the custodian for an investor or for the firm."""

from __future__ import annotations

from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import FIRM, InvestorId, ProcessId, Reference
from domain.wallets.chain import Chain


class WalletNotReady(DomainError):
    """The wallet is still being set up. Try again shortly."""

    code = "ERR_5003"
    slug = "wallet-not-ready"
    kind = Kind.CONFLICT
    retryable = True


class WalletFrozen(DomainError):
    """The custodian has stopped payments from this wallet. Try again once it has released them."""

    code = "ERR_5007"
    slug = "wallet-frozen"
    kind = Kind.CONFLICT
    retryable = True


class WalletStage(Enum):
    """``FROZEN``: the custodian sends nothing from it; it still receives."""

    REQUESTED = "requested"
    CREATED = "created"
    LIVE = "live"
    FROZEN = "frozen"
    MANUAL_REVIEW = "manual_review"


@attrs.frozen(kw_only=True)
class CustodyWallet:
    """A wallet that can hold and send USDC: the custodian's id of it, and its address."""

    chain: Chain
    wallet_id: str
    address: str


@attrs.frozen(kw_only=True)
class AddressSource:
    """The wallet whose address is wanted on another chain; ``wallet_id`` once the custodian has told it."""

    reference: Reference
    wallet_id: str | None = None


@attrs.frozen(kw_only=True)
class Wallet:
    """
    Provisioned in two steps: created at the custodian, then linked to the investor's off-ramp account.

    The firm's treasury wallets have no off-ramp account and are live once created. ``siblings`` were
    created in the same call, at the same address on other chains; each becomes a wallet of its own once
    USDC arrives there.
    """

    id: ProcessId
    investor_id: InvestorId
    chain: Chain
    stage: WalletStage = WalletStage.REQUESTED
    broker_account_id: str | None = None
    offramp_account_id: str | None = None
    provider_id: str | None = None
    address: str | None = None
    reason: str | None = None
    siblings: tuple[CustodyWallet, ...] = ()
    paused_stage: WalletStage | None = None
    """The stage of before, if the custodian reported another wallet under its reference."""
    others: tuple[str, ...] = ()
    """The ids and addresses of such wallets; each opens one review."""

    @property
    def is_treasury(self) -> bool:
        return self.investor_id == FIRM

    def location(self) -> CustodyWallet:
        """Where the wallet is at the custodian. Raises ``WalletNotReady`` or ``WalletFrozen``."""
        if self.stage is WalletStage.FROZEN:
            raise WalletFrozen(field="chain")
        return self._located(WalletStage.LIVE)

    def receiving_wallet(self) -> CustodyWallet:
        """
        The wallet at which USDC has arrived; it may be in review, although nothing should be sent there.

        It may be frozen, too. Raises ``WalletNotReady`` for one that is not live yet.
        """
        return self._located(WalletStage.LIVE, WalletStage.FROZEN, WalletStage.MANUAL_REVIEW)

    def _located(self, *stages: WalletStage) -> CustodyWallet:
        if self.stage not in stages or not self.provider_id or not self.address:
            raise WalletNotReady
        return CustodyWallet(chain=self.chain, wallet_id=self.provider_id, address=self.address)
