"""All components of Due, wired together."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs

from sandbox.due.accounts import Accounts
from sandbox.due.counterparties import Counterparties
from sandbox.due.deposit_addresses import DepositAddresses
from sandbox.due.endorsements import Endorsements
from sandbox.due.endpoints import Endpoints
from sandbox.due.funding import Funding
from sandbox.due.fx import Exchange
from sandbox.due.intents import Intents
from sandbox.due.keys import Keys
from sandbox.due.ledger import Ledger
from sandbox.due.payin import Payin
from sandbox.due.pricing import Pricing
from sandbox.due.publisher import Publisher
from sandbox.due.quotes import Quotes
from sandbox.due.recipients import Recipients
from sandbox.due.reviewer import Reviewer
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.settlement import Settlement
from sandbox.due.submissions import Submissions
from sandbox.due.transfer_creation import TransferCreation
from sandbox.due.transfers import Transfers
from sandbox.due.virtual_account_payments import VirtualAccountPayments
from sandbox.due.virtual_accounts import VirtualAccounts
from sandbox.due.wallets import Wallets
from sandbox.world import World


@attrs.frozen(kw_only=True)
class Components:
    settings: DueSandboxSettings
    ledger: Ledger
    deposit_addresses: DepositAddresses
    pricing: Pricing
    endpoints: Endpoints
    publisher: Publisher
    accounts: Accounts
    wallets: Wallets
    recipients: Recipients
    quotes: Quotes
    transfers: Transfers
    settlement: Settlement
    funding: Funding
    transfer_creation: TransferCreation
    virtual_accounts: VirtualAccounts
    payin: Payin
    intents: Intents
    reviewer: Reviewer
    submissions: Submissions
    endorsements: Endorsements
    exchange: Exchange
    keys: Keys

    def books(self) -> dict[str, object]:
        """
        The books for a conservation check; the equations are those of ``Ledger``.

        ``usdc_on_chain`` comes from the chains: it equals ``taken_in - refunded`` of USDC once every
        movement is final.
        """
        return {
            "usdc": self.ledger.usdc.view(),
            "usd": self.ledger.usd.view(),
            "usdc_on_chain": self.deposit_addresses.held().decimal,
            "statuses": dict(Counter(transfer.status.value for transfer in self.transfers)),
            "accounts": [account.view() for account in self.accounts],
            "transfers": [transfer.view() for transfer in self.transfers],
            "virtual_accounts": [account.view() for account in self.virtual_accounts],
        }


def open_components(*, world: World, settings: DueSandboxSettings) -> Components:
    shared: dict[str, Any] = {"world": world, "settings": settings}
    books: dict[str, Any] = {"pricing": Pricing(settings), "ledger": Ledger()}
    deposit_addresses, endpoints = DepositAddresses(world=world), Endpoints(world=world)
    publisher = Publisher(world=world, endpoints=endpoints)
    wallets, recipients = Wallets(world=world), Recipients(world=world)
    quotes, transfers = Quotes(**shared), Transfers(publisher=publisher)
    settlement = Settlement(**shared, transfers=transfers, ledger=books["ledger"])
    moving: dict[str, Any] = {"transfers": transfers, "settlement": settlement}
    receiving: dict[str, Any] = {**shared, "deposit_addresses": deposit_addresses}
    funding = Funding(**receiving, **moving, ledger=books["ledger"])
    accounts = Accounts(**shared, publisher=publisher)
    counterparties = Counterparties(wallets=wallets, recipients=recipients)
    payments = VirtualAccountPayments(world=world, settlement=settlement, **books)
    return Components(
        settings=settings,
        deposit_addresses=deposit_addresses,
        endpoints=endpoints,
        publisher=publisher,
        accounts=accounts,
        wallets=wallets,
        recipients=recipients,
        quotes=quotes,
        funding=funding,
        transfer_creation=TransferCreation(
            **shared, quotes=quotes, counterparties=counterparties, funding=funding
        ),
        virtual_accounts=VirtualAccounts(
            **receiving, counterparties=counterparties, payments=payments, publisher=publisher
        ),
        payin=Payin(**shared),
        intents=Intents(world=world, funding=funding),
        reviewer=Reviewer(**moving, **books),
        submissions=Submissions(**shared, accounts=accounts, publisher=publisher),
        endorsements=Endorsements(**shared),
        exchange=Exchange(world),
        keys=Keys(world=world, known=frozenset(settings.api_keys)),
        **moving,
        **books,
    )
