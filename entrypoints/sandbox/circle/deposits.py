"""Inbound transactions: the chain's transfers to the entity's wallets."""

from __future__ import annotations

from entrypoints.sandbox.chain import FAUCET, ChainTransfer, faucet_address
from entrypoints.sandbox.circle.tokens import USDC_TOKENS
from entrypoints.sandbox.circle.transaction import COMPLETE, CONFIRMED, INBOUND, Transaction
from entrypoints.sandbox.circle.transactions import Transactions
from entrypoints.sandbox.circle.wallet import Wallet
from entrypoints.sandbox.circle.wallets import Wallets
from entrypoints.sandbox.circle.wire_values import whole_second
from entrypoints.sandbox.world import World


class Deposits:
    """Turns each transfer to a wallet into one transaction: CONFIRMED, then COMPLETE."""

    def __init__(self, *, world: World, wallets: Wallets, transactions: Transactions) -> None:
        self._world = world
        self._wallets = wallets
        self._transactions = transactions
        self._confirmed: dict[tuple[str, int], Transaction] = {}
        world.chain.watch(self._on_transfer)

    def _on_transfer(self, transfer: ChainTransfer) -> None:
        wallet = self._wallets.at(transfer.blockchain, transfer.destination)
        if wallet is None:
            return
        key = transfer.tx_hash, transfer.index
        known = self._confirmed.pop(key, None)
        if known is None:
            known = self._detect(transfer, wallet)
        if transfer.final:
            self._transactions.move(known, COMPLETE)
        else:
            self._confirmed[key] = known

    def _detect(self, transfer: ChainTransfer, wallet: Wallet) -> Transaction:
        now = whole_second(self._world.clock)
        from_faucet = transfer.source == FAUCET
        transaction = Transaction(
            id=self._world.new_uuid(),
            wallet_id=wallet.id,
            blockchain=transfer.blockchain,
            token_id=USDC_TOKENS[transfer.blockchain].id,
            transaction_type=INBOUND,
            state=CONFIRMED,
            amount=transfer.amount,
            source=faucet_address(transfer.blockchain) if from_faucet else transfer.source,
            destination=wallet.address,
            ref_id="",
            created_at=now,
            updated_at=now,
            tx_hash=transfer.tx_hash,
            height=transfer.height,
            first_confirmed_at=now,
        )
        self._transactions.add(transaction)
        return transaction
