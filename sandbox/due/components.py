"""Due as a whole: its departments, put together."""

from __future__ import annotations

from collections import Counter

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
        What a conservation check needs; the equations are those of ``Ledger``.

        ``usdc_on_chain`` is the chains' own word: it equals taken_in - refunded of USDC once every
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
    ledger, pricing, deposit_addresses = Ledger(), Pricing(settings), DepositAddresses(world=world)
    endpoints = Endpoints(world=world)
    publisher = Publisher(world=world, endpoints=endpoints)
    wallets, recipients = Wallets(world=world), Recipients(world=world)
    counterparties = Counterparties(wallets=wallets, recipients=recipients)
    quotes = Quotes(world=world, settings=settings)
    transfers = Transfers(publisher=publisher)
    settlement = Settlement(world=world, settings=settings, transfers=transfers, ledger=ledger)
    funding = Funding(
        world=world,
        settings=settings,
        transfers=transfers,
        settlement=settlement,
        deposit_addresses=deposit_addresses,
        ledger=ledger,
    )
    accounts = Accounts(world=world, settings=settings, publisher=publisher)
    return Components(
        settings=settings,
        ledger=ledger,
        deposit_addresses=deposit_addresses,
        pricing=pricing,
        endpoints=endpoints,
        publisher=publisher,
        accounts=accounts,
        wallets=wallets,
        recipients=recipients,
        quotes=quotes,
        transfers=transfers,
        settlement=settlement,
        funding=funding,
        transfer_creation=TransferCreation(
            world=world,
            settings=settings,
            quotes=quotes,
            counterparties=counterparties,
            funding=funding,
        ),
        virtual_accounts=VirtualAccounts(
            world=world,
            settings=settings,
            counterparties=counterparties,
            deposit_addresses=deposit_addresses,
            payments=VirtualAccountPayments(
                world=world, pricing=pricing, settlement=settlement, ledger=ledger
            ),
            publisher=publisher,
        ),
        payin=Payin(world=world, settings=settings),
        intents=Intents(world=world, funding=funding),
        reviewer=Reviewer(
            transfers=transfers, settlement=settlement, pricing=pricing, ledger=ledger
        ),
        submissions=Submissions(
            world=world, settings=settings, accounts=accounts, publisher=publisher
        ),
        endorsements=Endorsements(world=world, settings=settings),
        exchange=Exchange(world),
        keys=Keys(world=world, known=frozenset(settings.api_keys)),
    )
