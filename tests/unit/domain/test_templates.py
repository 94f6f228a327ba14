"""What each business step does to the books, as an accountant would read it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from domain.ids import FIRM
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as funding_templates
from domain.ledger.templates import holds as hold_templates
from domain.ledger.templates import trading as trading_templates
from domain.ledger.templates.lines import dust_of
from domain.money import Asset, Money
from tests.support import builders as a
from tests.support.builders import ADA

AAPL = a.buy().asset
USDC_250, DUST = a.usdc("250"), a.usdc("0.000001")
ORDER = a.process_id(1)


def shares(text: str) -> Money:
    return Money.of(text, AAPL)


def of_ada(role: Role, asset: Asset) -> Account:
    return Account(role, ADA, asset)


def of_firm(role: Role, asset: Asset) -> Account:
    return Account(role, FIRM, asset)


def held(asset: Asset) -> Account:
    return Account(Role.HOLD, ADA, asset, ORDER)


USD, USDC = a.dollars("0").asset, DUST.asset

STEPS: list[tuple[str, Callable[[], Entry], dict[Account, Money]]] = [
    (
        "deposit_confirmed",
        partial(
            funding_templates.deposit_confirmed,
            "k",
            owner=ADA,
            wallet_id="wallet-ada",
            gross=USDC_250 + DUST,
            from_dust=a.usdc("0"),
            dust=DUST,
        ),
        {
            of_ada(Role.CUSTODY, USDC): USDC_250 + DUST,
            of_ada(Role.INCOMING, USDC): USDC_250,
            dust_of(ADA, USDC, "wallet-ada"): DUST,
        },
    ),
    (
        "usdc_sent_to_offramp",
        partial(funding_templates.usdc_sent_to_offramp, "k", owner=ADA, amount=USDC_250),
        {of_ada(Role.CUSTODY, USDC): -USDC_250, of_firm(Role.OFFRAMP, USDC): USDC_250},
    ),
    (
        "converted",
        partial(
            funding_templates.converted,
            "k",
            owner=ADA,
            claim=Role.INCOMING,
            sold=USDC_250,
            bought=a.dollars("250.00"),
            fee=a.dollars("2.50"),
            received_in=Role.BROKER,
        ),
        {
            of_ada(Role.INCOMING, USDC): -USDC_250,
            of_firm(Role.OFFRAMP, USDC): -USDC_250,
            of_ada(Role.INCOMING, USD): a.dollars("247.50"),
            of_firm(Role.OFFRAMP, USD): a.dollars("0.00"),
            of_firm(Role.FEE_CHARGED, USD): a.dollars("2.50"),
            of_firm(Role.FEE_PAID, USD): a.dollars("2.50"),
            of_firm(Role.BROKER, USD): a.dollars("247.50"),
        },
    ),
    (
        "conversion_refunded",
        partial(funding_templates.conversion_refunded, "k", owner=ADA, amount=USDC_250),
        {of_ada(Role.INCOMING, USDC): -USDC_250, of_firm(Role.OFFRAMP, USDC): -USDC_250},
    ),
    (
        "buying_power_credited",
        partial(funding_templates.buying_power_credited, "k", owner=ADA, net=a.dollars("9.00")),
        {
            of_firm(Role.BROKER, USD): a.dollars("-9.00"),
            of_ada(Role.BROKER, USD): a.dollars("9.00"),
            of_ada(Role.INCOMING, USD): a.dollars("-9.00"),
            of_ada(Role.CASH, USD): a.dollars("9.00"),
        },
    ),
    (
        "reserved",
        partial(
            hold_templates.reserved, "k", owner=ADA, process_id=ORDER, amount=a.dollars("9.00")
        ),
        {of_ada(Role.CASH, USD): a.dollars("-9.00"), held(USD): a.dollars("9.00")},
    ),
    (
        "released",
        partial(hold_templates.released, "k", owner=ADA, process_id=ORDER, amount=shares("2")),
        {of_ada(Role.SECURITY, AAPL): shares("2"), held(AAPL): shares("-2")},
    ),
    (
        "withdrawal_debited",
        partial(
            funding_templates.withdrawal_debited,
            "k",
            owner=ADA,
            process_id=ORDER,
            amount=a.dollars("9.00"),
        ),
        {
            held(USD): a.dollars("-9.00"),
            of_ada(Role.OUTGOING, USD): a.dollars("9.00"),
            of_ada(Role.BROKER, USD): a.dollars("-9.00"),
            of_firm(Role.BROKER, USD): a.dollars("9.00"),
        },
    ),
    (
        "wired_to_offramp",
        partial(funding_templates.wired_to_offramp, "k", amount=a.dollars("9.00")),
        {
            of_firm(Role.BROKER, USD): a.dollars("-9.00"),
            of_firm(Role.OFFRAMP, USD): a.dollars("9.00"),
        },
    ),
    (
        "wire_returned",
        partial(funding_templates.wire_returned, "k", amount=a.dollars("9.00")),
        {
            of_firm(Role.BROKER, USD): a.dollars("9.00"),
            of_firm(Role.OFFRAMP, USD): a.dollars("-9.00"),
        },
    ),
    (
        "paid_out",
        partial(funding_templates.paid_out, "k", owner=ADA, amount=USDC_250),
        {of_ada(Role.OUTGOING, USDC): -USDC_250, of_firm(Role.CUSTODY, USDC): -USDC_250},
    ),
    (
        "withdrawal_refunded",
        partial(funding_templates.withdrawal_refunded, "k", owner=ADA, amount=a.dollars("9.00")),
        {
            of_firm(Role.BROKER, USD): a.dollars("-9.00"),
            of_ada(Role.BROKER, USD): a.dollars("9.00"),
            of_ada(Role.OUTGOING, USD): a.dollars("-9.00"),
            of_ada(Role.CASH, USD): a.dollars("9.00"),
        },
    ),
    (
        "bought",
        partial(
            trading_templates.bought,
            "k",
            owner=ADA,
            process_id=ORDER,
            shares=shares("2"),
            dollars=a.dollars("10.00"),
            from_hold=a.dollars("9.00"),
        ),
        {
            of_ada(Role.BROKER, AAPL): shares("2"),
            of_ada(Role.SECURITY, AAPL): shares("2"),
            held(USD): a.dollars("-9.00"),
            of_ada(Role.OWED, USD): a.dollars("1.00"),
            of_ada(Role.BROKER, USD): a.dollars("-10.00"),
        },
    ),
    (
        "sold",
        partial(
            trading_templates.sold,
            "k",
            owner=ADA,
            process_id=ORDER,
            shares=shares("3"),
            dollars=a.dollars("30.00"),
            from_hold=shares("2"),
        ),
        {
            held(AAPL): shares("-2"),
            of_ada(Role.OWED, AAPL): shares("1"),
            of_ada(Role.BROKER, AAPL): shares("-3"),
            of_ada(Role.BROKER, USD): a.dollars("30.00"),
            of_ada(Role.CASH, USD): a.dollars("30.00"),
        },
    ),
    (
        "fill_corrected",
        partial(
            trading_templates.fill_corrected,
            "k",
            owner=ADA,
            shares=shares("-1"),
            dollars=a.dollars("9.00"),
        ),
        {
            of_ada(Role.BROKER, AAPL): shares("-1"),
            of_ada(Role.OWED, AAPL): shares("1"),
            of_ada(Role.BROKER, USD): a.dollars("9.00"),
            of_ada(Role.CASH, USD): a.dollars("9.00"),
        },
    ),
]


@pytest.mark.parametrize(("name", "post", "changes"), STEPS, ids=[name for name, *_ in STEPS])
def test_each_business_step_changes_these_accounts_and_no_others(
    name: str, post: Callable[[], Entry], changes: dict[Account, Money]
) -> None:
    entry = post()
    assert (entry.key, entry.template) == ("k", name)
    assert {account: entry.change(account) for account in entry.accounts()} == changes


def test_what_comes_to_nothing_is_not_posted() -> None:
    plain = funding_templates.deposit_confirmed(
        "k",
        owner=ADA,
        wallet_id="wallet-ada",
        gross=USDC_250,
        from_dust=a.usdc("0"),
        dust=a.usdc("0"),
    )
    assert plain.accounts() == {of_ada(Role.CUSTODY, USDC), of_ada(Role.INCOMING, USDC)}
    price_only = trading_templates.fill_corrected(
        "k", owner=ADA, shares=shares("0"), dollars=a.dollars("-1.00")
    )
    assert price_only.assets() == {USD}
