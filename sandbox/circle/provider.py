"""The sandbox custodian: Circle's developer-controlled wallets over the sandbox's chains."""

from __future__ import annotations

from collections import Counter

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.circle.auth import Auth
from sandbox.circle.deposits import Deposits
from sandbox.circle.entity_secret import EntitySecret
from sandbox.circle.fees import FeeMarket, coins_of
from sandbox.circle.holdings import Holdings
from sandbox.circle.idempotency import Idempotency
from sandbox.circle.monitored_tokens import MonitoredTokens
from sandbox.circle.notifications import Notifications
from sandbox.circle.orders import Orders
from sandbox.circle.outbound import Outbound
from sandbox.circle.requests import SignedRequests
from sandbox.circle.routes.balances import BalanceRoutes
from sandbox.circle.routes.commands import CommandRoutes
from sandbox.circle.routes.compliance import ComplianceRoutes
from sandbox.circle.routes.entity import EntityRoutes
from sandbox.circle.routes.fees import FeeRoutes
from sandbox.circle.routes.monitored_tokens import MonitoredTokenRoutes
from sandbox.circle.routes.notifications import NotificationRoutes
from sandbox.circle.routes.signing import SigningRoutes
from sandbox.circle.routes.transactions import TransactionRoutes
from sandbox.circle.routes.wallet_sets import WalletSetRoutes
from sandbox.circle.routes.wallets import WalletRoutes
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.circle.transactions import Transactions
from sandbox.circle.wallets import Wallets
from sandbox.world import World


class CircleSandbox:
    """All parts of Circle, wired together; mount ``routes`` with ``middlewares``."""

    def __init__(self, *, world: World, settings: CircleSandboxSettings) -> None:
        self._world = world
        self._settings = settings
        self._auth = Auth(settings=settings)
        self._secret = EntitySecret(settings=settings)
        self._signed = SignedRequests(secret=self._secret, idempotency=Idempotency())
        self.notifications = Notifications(world=world)
        self.wallets = Wallets(world=world, smart_account_core=settings.smart_account_core)
        self.fees = FeeMarket()
        self.monitored = MonitoredTokens()
        self.transactions = Transactions(world=world, notifications=self.notifications)
        # The chain calls its watchers in this order: outbound first, then inbound.
        self.outbound = Outbound(
            world=world,
            settings=settings,
            fees=self.fees,
            wallets=self.wallets,
            transactions=self.transactions,
        )
        self.deposits = Deposits(world=world, wallets=self.wallets, transactions=self.transactions)

    def routes(self) -> list[web.RouteDef]:
        """Fixed paths stand before those with an id in the same place."""
        entity = EntityRoutes(world=self._world, settings=self._settings, secret=self._secret)
        wallets, signed, fees = self.wallets, self._signed, self.fees
        return [
            *entity.routes(),
            *MonitoredTokenRoutes(monitored=self.monitored).routes(),
            *WalletSetRoutes(wallets=wallets, signed=signed).routes(),
            *BalanceRoutes(
                wallets=wallets, holdings=Holdings(world=self._world, monitored=self.monitored)
            ).routes(),
            *WalletRoutes(wallets=wallets, signed=signed).routes(),
            *SigningRoutes(wallets=wallets, signed=signed).routes(),
            *FeeRoutes(world=self._world, wallets=wallets, fees=fees).routes(),
            *TransactionRoutes(
                wallets=wallets,
                transactions=self.transactions,
                orders=Orders(world=self._world, wallets=wallets, fees=fees),
                outbound=self.outbound,
                fees=fees,
                monitored=self.monitored,
                signed=signed,
            ).routes(),
            *NotificationRoutes(notifications=self.notifications).routes(),
            *ComplianceRoutes(world=self._world).routes(),
            *CommandRoutes(
                world=self._world, wallets=wallets, mempool=self.outbound.mempool
            ).routes(),
        ]

    def middlewares(self) -> list[Middleware]:
        return [self._auth.middleware]

    def books(self) -> dict[str, object]:
        """Each wallet's balance on chain, and the number of transactions in each state."""
        chain = self._world.chain
        states = Counter(
            f"{each.transaction_type} {each.state}" for each in self.transactions.store
        )
        return {
            "wallets": [
                {
                    "id": wallet.id,
                    "blockchain": wallet.blockchain,
                    "address": wallet.address,
                    "ref_id": wallet.ref_id,
                    "held": chain.balance(wallet.blockchain, wallet.address).decimal,
                }
                for wallet in self.wallets.store
            ],
            "transactions": dict(states),
            "gas_sponsored": {
                token_id: coins_of(gwei)
                for token_id, gwei in self.outbound.mempool.sponsored.items()
            },
        }
