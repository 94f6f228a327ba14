"""What may be traded: whole shares, parts of shares, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from adapters.memory.brokerage import InMemoryBrokerage
from adapters.memory.clock import ManualClock
from adapters.memory.exchange import InMemoryExchange
from adapters.memory.ids import SequentialIds
from domain.money import Money
from domain.services.trading.catalogue import Catalogue
from domain.trading.instrument import Instrument, UnknownInstrument
from domain.trading.order import InvalidOrder, OrderTerms
from tests.support import builders as a

WHOLE = Instrument(symbol="AAPL", name="A", exchange="X", tradable=True, fractionable=False)
HALTED = attrs.evolve(WHOLE, tradable=False)


class Lists(InMemoryExchange):
    def __init__(self, *instruments: Instrument) -> None:
        super().__init__(InMemoryBrokerage())
        self.listed = instruments

    async def instruments(self) -> Sequence[Instrument]:
        return self.listed


def catalogue(instrument: Instrument) -> Catalogue:
    return Catalogue(Lists(instrument), ManualClock(), SequentialIds(), ())


def of_shares(text: str) -> OrderTerms:
    terms = a.buy("10.00")
    return attrs.evolve(terms, notional=None, quantity=Money.of(text, terms.asset))


async def test_what_is_not_traded_now_is_refused() -> None:
    with pytest.raises(UnknownInstrument, match="AAPL cannot be bought now"):
        await catalogue(HALTED).require_tradable(of_shares("1"))


@pytest.mark.parametrize("terms", [a.buy("10.00"), of_shares("0.5"), of_shares("1.000000001")])
async def test_parts_of_a_share_are_refused_where_there_are_none(terms: OrderTerms) -> None:
    with pytest.raises(InvalidOrder) as refused:
        await catalogue(WHOLE).require_tradable(terms)
    assert refused.value.field == "quantity"


async def test_whole_shares_are_taken_everywhere() -> None:
    fractional = attrs.evolve(WHOLE, fractionable=True)
    await catalogue(WHOLE).require_tradable(of_shares("2"))
    for terms in (a.buy("10.00"), of_shares("0.5")):
        await catalogue(fractional).require_tradable(terms)
    found = await catalogue(WHOLE).instrument("AAPL")
    assert not found.fractionable
