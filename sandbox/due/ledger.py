"""Due's own books: what it received, paid out and kept."""

from __future__ import annotations

import attrs

from domain.money import USD, USDC, Asset, Money
from sandbox.due.pricing import Terms


@attrs.define
class Account:
    """
    The counts of one asset.

    ``taken_in`` arrived from outside; ``unallocated`` is the part that belongs to no transfer and
    ``in_process`` the part that waits to be paid out, also in review. ``fees`` and ``rounding``
    are kept; ``charged_in`` and ``charged_out`` are kept for platforms that charge an application fee
    on the source or on the destination. ``paid_out`` left (a bank payment under way has left),
    ``returned`` bounced back to Due, ``refunded`` went back to the payer.
    """

    taken_in: Money
    unallocated: Money
    in_process: Money
    paid_out: Money
    returned: Money
    refunded: Money
    fees: Money
    rounding: Money
    charged_in: Money
    charged_out: Money

    @classmethod
    def empty(cls, asset: Asset) -> Account:
        return cls(*[Money.zero(asset)] * len(attrs.fields(cls)))

    def view(self) -> dict[str, str]:
        return {name: money.decimal for name, money in attrs.asdict(self, recurse=False).items()}


@attrs.frozen
class Ledger:
    """
    An account for each asset; at one dollar a USDC, two equations always hold.

    usdc.taken_in = usdc.(unallocated + in_process + refunded + rounding + charged_in)
                    + usd.(paid_out + returned + fees + charged_out)
    usd.taken_in = usd.(unallocated + in_process + refunded + charged_in)
                   + usdc.(paid_out + fees + charged_out)
    """

    usdc: Account = attrs.field(factory=lambda: Account.empty(USDC))
    usd: Account = attrs.field(factory=lambda: Account.empty(USD))

    def _account(self, money: Money) -> Account:
        return self.usdc if money.asset == USDC else self.usd

    def take_in(self, money: Money) -> None:
        """Enter money for a transfer."""
        account = self._account(money)
        account.taken_in += money
        account.in_process += money

    def set_aside(self, money: Money) -> None:
        """Enter money that belongs to no transfer."""
        account = self._account(money)
        account.taken_in += money
        account.unallocated += money

    def pay_out(self, terms: Terms) -> None:
        source, destination = self._account(terms.source), self._account(terms.destination)
        source.in_process -= terms.source
        source.rounding += terms.rounding
        source.charged_in += terms.charged_in
        destination.charged_out += terms.charged_out
        destination.paid_out += terms.destination
        destination.fees += terms.fee

    def release(self, money: Money) -> None:
        """Move the money of a transfer that was given up to ``unallocated``."""
        account = self._account(money)
        account.in_process -= money
        account.unallocated += money

    def take_back(self, money: Money) -> None:
        """Enter an outgoing payment that bounced."""
        account = self._account(money)
        account.paid_out -= money
        account.returned += money

    def keep_refund(self, money: Money) -> None:
        """Enter a refund that bounced."""
        account = self._account(money)
        account.refunded -= money
        account.unallocated += money

    def refund(self, money: Money) -> None:
        account = self._account(money)
        account.in_process -= money
        account.refunded += money
