"""The people, banks and amounts of the brokerage contract, and what it asks of its surroundings."""

from __future__ import annotations

from abc import abstractmethod

import attrs

from domain.accounts.onboarding import Profile, ProviderAccountStatus
from domain.funding.conversion import PayByWire
from domain.ids import ProcessId, reference
from domain.money import USD, Money
from domain.processes.facts.accounts import BrokerAccountReported
from ports.brokerage import Brokerage
from tests.contract.rigs import Rig, eventually

FIRM_CASH = Money.of("1000.00", USD)
AMOUNT = Money.of("250.40", USD)
MUCH = Money.of("1000.01", USD)

DEPOSIT = ProcessId("01920000-0000-7000-8000-000000000001")
FUNDING = reference(DEPOSIT, "funding")
WITHDRAWAL = ProcessId("01920000-0000-7000-8000-000000000002")
DEBIT = reference(WITHDRAWAL, "debit")
WIRE = reference(WITHDRAWAL, "wire")
ONBOARDING = reference(ProcessId("01920000-0000-7000-8000-000000000003"), "broker")

OFFRAMP = PayByWire(
    bank_name="First Bank",
    routing_number="026009593",
    account_number="5550001",
    beneficiary="Due",
    memo="REF-XYZ",
)
NOWHERE = attrs.evolve(OFFRAMP, account_number="9999999", memo="REF-LOST")

ADA = Profile(
    given_name="Ada",
    family_name="Byron",
    date_of_birth="1990-01-01",
    email="ada@example.org",
    phone="+15556667788",
    street="20 N San Mateo Dr",
    city="San Mateo",
    state="CA",
    postal_code="94401",
    country="US",
    tax_id="666-55-4321",
    ip_address="203.0.113.9",
    agreed_at="2026-03-01T10:00:00Z",
)


class BrokerageRig(Rig):
    """
    A brokerage whose firm account holds ``FIRM_CASH``.

    A wire to ``OFFRAMP`` arrives in time and is counted; one to ``NOWHERE`` comes back.
    """

    @property
    @abstractmethod
    def brokerage(self) -> Brokerage: ...

    @abstractmethod
    def wired(self) -> Money:
        """What has arrived at ``OFFRAMP``."""


async def open_approved(rig: BrokerageRig, profile: Profile = ADA) -> str:
    opened = await rig.brokerage.open_account(ONBOARDING, profile=profile, attempt=1)

    async def approved() -> BrokerAccountReported | None:
        report = await rig.brokerage.account(opened.account_id)
        return report if report.standing is ProviderAccountStatus.APPROVED else None

    return (await eventually(rig, approved, BrokerAccountReported)).account_id
