"""A record that was found, narrowed to the kind and the owner that were asked for."""

from __future__ import annotations

from domain.funding.deposit import Deposit
from domain.trading.order import Order
from ports.processes import Versioned, of_kind
from tests.support import builders as a
from tests.support.builders import ADA, EVE

FOUND = Versioned(a.deposit(), 3)


def test_a_record_of_the_kind_is_returned_with_its_version() -> None:
    assert of_kind(FOUND, Deposit) == of_kind(FOUND, Deposit, owner=ADA) == FOUND


def test_a_record_of_another_kind_is_not_found() -> None:
    assert of_kind(FOUND, Order) is None


def test_a_record_of_another_investor_is_not_found() -> None:
    assert of_kind(FOUND, Deposit, owner=EVE) is None


def test_nothing_stays_nothing() -> None:
    assert of_kind(None, Deposit) is None
