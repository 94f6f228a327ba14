from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ids import FIRM
from domain.ledger.account import Account, Role
from domain.ledger.entry import POSTINGS_MAX, Entry, InvalidPosting, Posting
from domain.ledger.templates.lines import dust_of
from domain.money import USD, USDC, Asset, AssetMismatch, Money
from tests.support import builders as a
from tests.support.builders import ADA, EVE

quickly = settings(deadline=None, max_examples=60)
accounts = st.builds(
    Account,
    st.sampled_from(list(Role)),
    st.sampled_from([ADA, EVE, FIRM]),
    st.sampled_from([USD, USDC]),
    st.sampled_from([None, a.process_id(1)]),
)


@st.composite
def postings(draw: st.DrawFn) -> Posting:
    debit = draw(accounts)
    credit = draw(accounts.filter(lambda c: c.asset == debit.asset and c != debit))
    return Posting(debit, credit, Money(draw(st.integers(1, 10**15)), debit.asset))


@quickly
@given(st.lists(postings(), min_size=1, max_size=12))
def test_every_entry_balances_for_each_asset(lines: list[Posting]) -> None:
    entry = Entry("k", "t", tuple(lines))
    net: Counter[Asset] = Counter()
    for account in entry.accounts():
        change = entry.change(account).minor
        net[account.asset] += change if account.role.is_debit_normal else -change
    assert entry.assets() == set(net)
    assert set(net.values()) == {0}


@quickly
@given(accounts)
def test_an_account_reads_back_as_it_was_written(account: Account) -> None:
    assert Account.parse(str(account)) == account


def test_a_posting_moves_a_positive_amount_between_two_accounts_of_one_asset() -> None:
    cash, broker = a.cash_of(ADA), a.broker_of(ADA)
    for amount in (a.dollars("0"), a.dollars("-1")):
        with pytest.raises(InvalidPosting):
            Posting(cash, broker, amount)
    with pytest.raises(InvalidPosting):
        Posting(cash, cash, a.dollars("1"))
    with pytest.raises(AssetMismatch):
        Posting(cash, broker, a.usdc("1"))
    with pytest.raises(AssetMismatch):
        Posting(cash, Account(Role.CUSTODY, ADA, USDC), a.dollars("1"))


@pytest.mark.parametrize("count", [0, POSTINGS_MAX + 1])
def test_an_entry_has_a_bounded_number_of_postings(count: int) -> None:
    posting = Posting(a.broker_of(ADA), a.cash_of(ADA), a.dollars("1"))
    with pytest.raises(InvalidPosting):
        Entry("k", "t", (posting,) * count)


def test_only_the_firm_is_pooled_and_only_claims_are_guarded() -> None:
    assert Account(Role.BROKER, FIRM, USD).is_pooled
    assert not a.broker_of(ADA).is_pooled
    guarded = {role for role in Role if role.is_guarded}
    assert {role for role in guarded if role.is_debit_normal} == {Role.OWED}
    assert {role for role in Role if not role.is_guarded and not role.is_debit_normal} == {
        Role.FEE_CHARGED,
        Role.CAPITAL,
        Role.SUSPENSE,
        Role.RESIDUAL,
    }


@pytest.mark.parametrize("count", [1, POSTINGS_MAX])
def test_an_entry_may_have_as_many_postings_as_the_bound(count: int) -> None:
    posting = Posting(a.broker_of(ADA), a.cash_of(ADA), a.dollars("1"))
    assert len(Entry("k", "t", (posting,) * count).postings) == count


def test_a_debit_raises_what_value_is_at_and_a_credit_whose_it_is() -> None:
    entry = a.funding(ADA, "5.00")
    assert entry.change(a.broker_of(ADA)) == a.dollars("5.00")
    assert entry.change(a.cash_of(ADA)) == a.dollars("5.00")
    assert entry.change(a.cash_of(EVE)) == a.dollars("0.00")
    assert {role for role in Role if role.is_debit_normal} == {
        Role.CUSTODY,
        Role.OFFRAMP,
        Role.BROKER,
        Role.FEE_PAID,
        Role.OWED,
    }


def test_the_names_of_accounts_are_stored_and_stay() -> None:
    """The books in PostgreSQL are kept under these names."""
    assert {role.value for role in Role} == {
        "custody",
        "offramp",
        "broker",
        "fee_paid",
        "owed",
        "incoming",
        "cash",
        "hold",
        "outgoing",
        "security",
        "dust",
        "fee_charged",
        "capital",
        "suspense",
        "residual",
    }
    hold = Account(Role.HOLD, ADA, USD, a.process_id(1))
    assert str(hold) == f"hold:{ADA}:USD/2:{a.process_id(1)}"
    assert str(a.cash_of(ADA)) == f"cash:{ADA}:USD/2"
    assert str(dust_of(ADA, USDC, "wallet-1")) == f"dust:{ADA}:USDC/6:wallet-1"
