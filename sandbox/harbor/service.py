"""Harbor's customers, wallets, quotes and transfers."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs

from domain.money import USD, USDC, Asset, Money, Rate, Rounding
from sandbox.chain import new_address
from sandbox.harbor.errors import HarborRefusal
from sandbox.harbor.ledger import Ledger
from sandbox.harbor.settings import NETWORKS, HarborSandboxSettings
from sandbox.harbor.transfer import Check, Customer, Quote, Status, Transfer, stamp
from sandbox.harbor.webhook_sender import HarborWebhookSender
from sandbox.world import World

SURNAMES = {"reject": Check.REJECTED, "action": Check.ACTION_REQUIRED}
"""The result of a customer's check by surname; any other is approved."""


@attrs.define(kw_only=True)
class Service:
    """A customer and a transfer each have a permanent reference that the caller chose."""

    _world: World
    _settings: HarborSandboxSettings
    _webhooks: HarborWebhookSender
    _ledger: Ledger
    customers: dict[str, Customer] = attrs.field(factory=dict)
    quotes: dict[str, Quote] = attrs.field(factory=dict)
    transfers: dict[str, Transfer] = attrs.field(factory=dict)

    def register(self, *, reference: str, name: str) -> Customer:
        for known in self.customers.values():
            if known.reference == reference:
                return known
        customer = Customer(id=self._id("hcu_"), reference=reference, name=name)
        self.customers[customer.id] = customer
        decide = partial(self._decide, customer)
        self._world.clock.call_later(self._settings.check_delay_s, decide)
        return customer

    def customer(self, customer_id: str) -> Customer:
        customer = self.customers.get(customer_id)
        if customer is None:
            raise HarborRefusal(404, "customer_not_found", "no such customer")
        return customer

    def link(self, customer: Customer, address: str) -> None:
        key = address.lower()
        others = [each for each in self.customers.values() if each is not customer]
        if any(key in other.wallets for other in others):
            raise HarborRefusal(409, "wallet_taken", "the wallet is another customer's")
        customer.wallets.add(key)

    def quote(self, customer: Customer, pays: Money) -> Quote:
        if customer.status is not Check.APPROVED:
            raise HarborRefusal(403, "not_approved", "the customer is not approved")
        least = self._settings.usdc_min if pays.asset == USDC else self._settings.usd_min
        target = USD if pays.asset == USDC else USDC
        fee = self._settings.fee_to_usd if target == USD else self._settings.fee_to_usdc
        gross = _exchanged(pays, target)
        if pays < least or not (gross - fee).is_positive:
            raise HarborRefusal(422, "amount_too_small", f"the minimum is {least}")
        now = self._world.clock.now()
        quote = Quote(
            id=self._id("hqu_"),
            customer_id=customer.id,
            pays=pays,
            receives=gross - fee,
            fee=fee,
            expires_at=now + timedelta(seconds=self._settings.quote_validity_s),
        )
        self.quotes[quote.id] = quote
        return quote

    def open(
        self, *, quote_id: str, reference: str, source: str, payout: dict[str, str]
    ) -> Transfer:
        """A new transfer, or the existing one with this reference, unchanged."""
        if known := self.find(reference):
            return known
        quote = self.quotes.pop(quote_id, None)
        if quote is None or quote.expires_at <= self._world.clock.now():
            raise HarborRefusal(422, "quote_expired", "ask for another quote")
        is_sale = quote.pays.asset == USDC
        if is_sale and source.lower() not in self.customers[quote.customer_id].wallets:
            raise HarborRefusal(422, "wallet_not_linked", "link the wallet first")
        transfer = Transfer(
            id=self._id("htr_"),
            reference=reference,
            quote=quote,
            pay={},
            payout=payout,
            expires_at=None,
        )
        self._ask_for_payment(transfer)
        self.transfers[transfer.id] = transfer
        return transfer

    def find(self, reference: str) -> Transfer | None:
        found = (each for each in self.transfers.values() if each.reference == reference)
        return next(found, None)

    def transfer(self, transfer_id: str) -> Transfer:
        transfer = self.transfers.get(transfer_id)
        if transfer is None:
            raise HarborRefusal(404, "transfer_not_found", "no such transfer")
        return transfer

    def _ask_for_payment(self, transfer: Transfer) -> None:
        if not transfer.is_sale:
            bank = self._settings.bank_account
            transfer.pay = {
                "kind": "wire",
                "bank_name": self._settings.bank_name,
                "routing_number": bank.routing_number,
                "account_number": bank.account_number,
                "beneficiary": "Harbor",
                "memo": transfer.id,
            }
            self._ledger.expect(transfer, by=transfer.id)
            return
        validity_s = self._settings.transfer_validity_s
        address = new_address(NETWORKS["polygon"], self._world.random)
        transfer.expires_at = self._world.clock.now() + timedelta(seconds=validity_s)
        expires_at = stamp(transfer.expires_at)
        transfer.pay = {"kind": "chain", "address": address, "expires_at": expires_at}
        self._ledger.expect(transfer, by=address)
        self._world.clock.call_later(validity_s, partial(self._expire, transfer))

    def _expire(self, transfer: Transfer) -> None:
        if transfer.status is Status.AWAITING_PAYMENT:
            self._ledger.move(transfer, Status.EXPIRED, reason="nobody paid in time")

    def _decide(self, customer: Customer) -> None:
        surname = customer.name.rpartition(" ")[2].lower()
        customer.status = SURNAMES.get(surname, Check.APPROVED)
        self._webhooks.send("customer.updated", customer.view())

    def _id(self, prefix: str) -> str:
        return f"{prefix}{self._world.random.getrandbits(96):024x}"


def _exchanged(money: Money, target: Asset) -> Money:
    return Rate.of("1", money.asset, target).convert(money, rounding=Rounding.DOWN)
