"""What the suites of the off-ramp and of its webhooks have in common."""

from __future__ import annotations

from abc import abstractmethod

from domain.accounts.onboarding import Profile, ProviderAccountStatus
from domain.funding.conversion import Conversion
from domain.ids import ProcessId, reference
from domain.money import USD, USDC, Money
from domain.processes.facts.accounts import OfframpAccountReported
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.offramp import Offramp
from tests.contract.rigs import Rig, eventually

AMOUNT = Money.of("250.40", USDC)
DOLLARS = Money.of("80.00", USD)
TINY = Money.of("0.99", USDC)

DEPOSIT = ProcessId("01920000-0000-7000-8000-000000000011")
CONVERSION = reference(DEPOSIT, "offramp")
WITHDRAWAL = ProcessId("01920000-0000-7000-8000-000000000012")
ONRAMP = reference(WITHDRAWAL, "onramp")
ONBOARDING = reference(ProcessId("01920000-0000-7000-8000-000000000013"), "offramp")
OTHER_ONBOARDING = reference(ProcessId("01920000-0000-7000-8000-000000000014"), "offramp")

WALLET = CustodyWallet(chain=Chain.POLYGON, wallet_id="w-1", address="0x" + "aB" * 20)
TREASURY = CustodyWallet(chain=Chain.POLYGON, wallet_id="w-2", address="0x" + "cD" * 20)
SOLANA_WALLET = CustodyWallet(chain=Chain.SOLANA, wallet_id="w-3", address="So" + "1" * 42)

GRACE = Profile(
    given_name="Grace",
    family_name="Hopper",
    date_of_birth="1990-01-01",
    email="grace@example.org",
    phone="+15556667788",
    street="20 N San Mateo Dr",
    city="San Mateo",
    state="CA",
    postal_code="94401",
    country="US",
    tax_id=None,
    ip_address="203.0.113.9",
    agreed_at="2026-03-01T10:00:00Z",
)


class OfframpRig(Rig):
    """An off-ramp with empty books, that approves accounts in time."""

    @property
    @abstractmethod
    def offramp(self) -> Offramp: ...

    @abstractmethod
    async def pay(self, conversion: Conversion, amount: Money, *, wallet: CustodyWallet) -> None:
        """Pay as the conversion says, from ``wallet`` or by wire."""

    @abstractmethod
    async def let_lapse(self) -> None:
        """So much time passes that an offer on chain is over."""

    @abstractmethod
    async def opened(self, account_id: str) -> int:
        """How many conversions the off-ramp has opened for the account."""

    @abstractmethod
    def dollars(self) -> Money:
        """What has arrived in the firm's bank account."""

    @abstractmethod
    def usdc(self, wallet: CustodyWallet) -> Money:
        """What has arrived in the wallet."""


async def open_approved(rig: OfframpRig) -> str:
    """An approved account to which ``WALLET`` and ``SOLANA_WALLET`` are linked."""
    report = await rig.offramp.open_account(ONBOARDING, profile=GRACE, attempt=1)
    account_id = report.account_id

    async def approved() -> OfframpAccountReported | None:
        now = await rig.offramp.account(account_id)
        return now if now.standing is ProviderAccountStatus.APPROVED else None

    await eventually(rig, approved, OfframpAccountReported)
    for wallet in (WALLET, SOLANA_WALLET):
        await rig.offramp.link_wallet(account_id=account_id, wallet=wallet)
    return account_id
