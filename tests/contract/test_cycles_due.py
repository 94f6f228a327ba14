"""Under- and overpayment and the ends of offers at Due, driven by the adapter against the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.http.message import Request, Response
from adapters.http.transport import Transport
from domain.funding.conversion import Conversion, Direction
from domain.ids import reference
from domain.money import USD, Money
from domain.processes.facts.funding import ConversionFailed, ConversionHeld, ConversionSettled
from ports.offramp import ConversionFact
from tests.contract.due_rig import DueRig, open_due
from tests.contract.offramp_rig import AMOUNT, CONVERSION, DEPOSIT, WALLET, open_approved
from tests.contract.rigs import eventually

FEE = Money.of("2.50", USD)
BIT = Money.of("0.000001", AMOUNT.asset)
QUOTE_S = 120
MUCH = Money.of("10", AMOUNT.asset)


@attrs.frozen
class Offer:
    """A conversion that Due is waiting to be paid for."""

    rig: DueRig
    account_id: str
    conversion: Conversion

    async def stands(self) -> ConversionFact | None:
        return await self.rig.offramp.find_conversion(
            self.conversion.reference,
            account_id=self.account_id,
            provider_id=self.conversion.provider_id,
        )

    async def pay(self, amount: Money) -> None:
        await self.rig.pay(self.conversion, amount, wallet=WALLET)

    async def verdict(self, verdict: str) -> None:
        """What the person at Due decides."""
        await self.rig.tell(f"/dev/transfers/{self.conversion.provider_id}/{verdict}")


@attrs.define
class AfterTheQuote(Transport):
    """More than two minutes pass between the first quote and whatever comes next."""

    rig: DueRig
    asked: int = 0

    async def send(self, request: Request) -> Response:
        response = await self.rig.line.failing.send(request)
        if request.operation == "quote":
            self.asked += 1
            if self.asked == 1:
                self.rig.world.clock.advance(QUOTE_S + 1)
        return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self.rig.line.failing.stream(request)


@pytest.fixture
async def rig() -> AsyncIterator[DueRig]:
    async with open_due() as rig:
        yield rig


@pytest.fixture
async def offer(rig: DueRig) -> Offer:
    account_id = await open_approved(rig)
    answer = await rig.offramp.open_conversion(
        CONVERSION,
        direction=Direction.TO_DOLLARS,
        amount=AMOUNT,
        account_id=account_id,
        wallet=WALLET,
        attempt=1,
    )
    return Offer(rig, account_id, answer.conversion)


@pytest.mark.parametrize("difference", [BIT, MUCH])
async def test_too_little_is_held_and_goes_back(offer: Offer, difference: Money) -> None:
    await offer.pay(AMOUNT - difference)
    await eventually(offer.rig, offer.stands, ConversionHeld)
    await offer.verdict("refund")
    for _ in range(10):
        await offer.rig.pass_time()
    assert isinstance(await offer.stands(), ConversionHeld)
    assert offer.rig.usdc(WALLET) == AMOUNT - difference
    assert offer.rig.dollars() == Money.zero(USD)


async def test_too_much_is_held_and_settles_as_what_it_was(offer: Offer) -> None:
    await offer.pay(AMOUNT + MUCH)
    await eventually(offer.rig, offer.stands, ConversionHeld)
    await offer.verdict("approve")
    settled = await eventually(offer.rig, offer.stands, ConversionSettled)
    assert settled.settlement.sold == AMOUNT + MUCH
    assert settled.settlement.fee == FEE
    assert settled.settlement.delivered == offer.rig.dollars()


async def test_what_comes_after_the_end_of_the_offer_is_held(offer: Offer) -> None:
    await offer.rig.let_lapse()
    assert isinstance(await offer.stands(), ConversionFailed)
    await offer.pay(AMOUNT)
    await eventually(offer.rig, offer.stands, ConversionHeld)


async def test_an_offer_that_has_ended_is_not_payable_and_a_new_one_is(offer: Offer) -> None:
    async def is_payable(conversion: Conversion) -> bool:
        return await offer.rig.offramp.is_payable(
            conversion.reference,
            account_id=offer.account_id,
            provider_id=conversion.provider_id,
        )

    assert await is_payable(offer.conversion)
    await offer.rig.let_lapse()
    assert not await is_payable(offer.conversion)
    again = await offer.rig.offramp.open_conversion(
        reference(DEPOSIT, "offramp", 2),
        direction=Direction.TO_DOLLARS,
        amount=AMOUNT,
        account_id=offer.account_id,
        wallet=WALLET,
        attempt=1,
    )
    assert await is_payable(again.conversion)
    assert again.conversion.pay != offer.conversion.pay


async def test_a_quote_that_ends_before_it_is_taken_is_asked_for_again(rig: DueRig) -> None:
    account_id = await open_approved(rig)
    late = AfterTheQuote(rig)
    rig.client = DueClient(Calls(late, rig.settings))
    answer = await rig.offramp.open_conversion(
        CONVERSION,
        direction=Direction.TO_DOLLARS,
        amount=AMOUNT,
        account_id=account_id,
        wallet=WALLET,
        attempt=1,
    )
    assert late.asked == 2
    offer = Offer(rig, account_id, answer.conversion)
    await offer.pay(AMOUNT)
    await eventually(rig, offer.stands, ConversionSettled)
    assert await rig.opened(account_id) == 1


async def test_what_was_given_up_with_the_money_in_it_is_held(offer: Offer) -> None:
    await offer.pay(AMOUNT + BIT)
    await eventually(offer.rig, offer.stands, ConversionHeld)
    await offer.verdict("cancel")
    assert isinstance(await offer.stands(), ConversionHeld)
    assert offer.rig.dollars() == Money.zero(USD)
