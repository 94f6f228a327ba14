"""The sandbox command that simulates a payment from outside (due.md §10)."""

from __future__ import annotations

import attrs

from domain.money import USDC, Money
from sandbox.bank import BankAccount
from sandbox.chain import FAUCET, Output
from sandbox.due.fields import Fields
from sandbox.due.rails import CHAIN_BY_RAIL, Leg
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.wire import new_id
from sandbox.world import World

OUTSIDE = BankAccount("011000015", "990000000001")


@attrs.frozen(kw_only=True)
class Payin:
    _world: World
    _settings: DueSandboxSettings

    def pay(self, fields: Fields) -> None:
        """Pay dollars to an account (Due's own by default), or freshly minted USDC to an address."""
        leg = Leg.of(fields.text("rail"), fields.text("currency"))
        amount = fields.amount("amount", leg.asset)
        recipient = fields.optional_section("recipient")
        if leg.is_crypto:
            sender = fields.optional_section("sender")
            self._mint(leg, amount, recipient.text("address"), sender.optional("address"))
            return
        main = self._settings.bank_account
        self._world.bank.pay(
            source=OUTSIDE,
            destination=BankAccount(
                recipient.optional("routingNumber") or main.routing_number,
                recipient.optional("accountNumber") or main.account_number,
            ),
            amount=amount,
            memo=fields.optional("reference") or "",
            reference=new_id("payin_", self._world.random),
            delay_s=self._settings.bank_delay_s,
        )

    def _mint(self, leg: Leg, amount: Money, address: str, sender: str | None) -> None:
        chain, blockchain = self._world.chain, CHAIN_BY_RAIL[leg.rail]
        if sender is not None and amount > chain.balance(blockchain, sender):
            missing = Money(amount.minor - chain.balance(blockchain, sender).minor, USDC)
            chain.send(blockchain, (Output(FAUCET, sender, missing),))
        chain.send(blockchain, (Output(sender or FAUCET, address, amount),))
