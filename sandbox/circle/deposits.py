"""Inbound transactions: the chain's transfers to the entity's wallets."""

from __future__ import annotations

import attrs

from sandbox.assets import AssetOutput, AssetTransfer
from sandbox.chain import FAUCET, ChainTransfer, faucet_address
from sandbox.circle.screening import rule_for
from sandbox.circle.tokens import COLLECTIBLE_MARK, USDC_TOKENS, Token, token_by_id
from sandbox.circle.transaction import (
    COMPLETE,
    CONFIRMED,
    DENIED,
    INBOUND,
    STRANGERS_FEE,
    Transaction,
)
from sandbox.circle.transactions import Transactions
from sandbox.circle.wallet import FROZEN, Wallet
from sandbox.circle.wallets import Wallets
from sandbox.circle.wire_values import whole_second, wire_time, wire_units
from sandbox.world import World


@attrs.frozen(kw_only=True)
class Arrival:
    """The asset and the amount of a transfer."""

    token: Token
    amount: str
    source: str
    destination: str
    nft_token_ids: tuple[str, ...] = ()

    @classmethod
    def of_usdc(cls, transfer: ChainTransfer, token: Token) -> Arrival:
        return cls(
            token=token,
            amount=wire_units(transfer.amount.minor, token.decimals),
            source=transfer.source,
            destination=transfer.destination,
        )

    @classmethod
    def of_asset(cls, output: AssetOutput) -> Arrival:
        token_id, _, nft_token_id = output.asset.partition(COLLECTIBLE_MARK)
        token = token_by_id(token_id)
        return cls(
            token=token,
            amount=wire_units(output.units, token.decimals),
            source=output.source,
            destination=output.destination,
            nft_token_ids=(nft_token_id,) if nft_token_id else (),
        )


class Deposits:
    """
    Turns each transfer to a wallet into one transaction: CONFIRMED, then COMPLETE or DENIED.

    guess: a wallet that is derived later does not list the transfers from before; they are in its balance.
    """

    def __init__(self, *, world: World, wallets: Wallets, transactions: Transactions) -> None:
        self._world = world
        self._wallets = wallets
        self._transactions = transactions
        self._confirmed: dict[tuple[str, int], Transaction] = {}
        world.chain.watch(self._on_usdc)
        world.assets.watch(self._on_asset)

    def _on_usdc(self, transfer: ChainTransfer) -> None:
        token = USDC_TOKENS[transfer.blockchain]
        self._arrive(transfer, Arrival.of_usdc(transfer, token))

    def _on_asset(self, transfer: AssetTransfer) -> None:
        if transfer.output.units:
            self._arrive(transfer, Arrival.of_asset(transfer.output))

    def _arrive(self, transfer: ChainTransfer | AssetTransfer, arrival: Arrival) -> None:
        wallet = self._wallets.at(transfer.blockchain, arrival.destination)
        if wallet is None:
            return
        key = transfer.tx_hash, transfer.index
        known = self._confirmed.pop(key, None)
        if known is None:
            known = self._detect(transfer, arrival, wallet)
        if transfer.final:
            self._end(known)
        else:
            self._confirmed[key] = known

    def _end(self, transaction: Transaction) -> None:
        """Screen the source; a chain cannot return money, so a denied deposit stays in the wallet."""
        rule = rule_for(transaction.blockchain, transaction.source)
        if rule:
            at = wire_time(whole_second(self._world.clock))
            transaction.screening = rule.view(transaction.source, at=at)
            if rule.freezes:
                self._wallets.get(transaction.wallet_id).state = FROZEN
        self._transactions.move(transaction, DENIED if rule and rule.denies else COMPLETE)

    def _detect(
        self, transfer: ChainTransfer | AssetTransfer, arrival: Arrival, wallet: Wallet
    ) -> Transaction:
        now = whole_second(self._world.clock)
        from_faucet = arrival.source == FAUCET
        transaction = Transaction(
            id=self._world.new_uuid(),
            wallet_id=wallet.id,
            blockchain=transfer.blockchain,
            token_id=arrival.token.id,
            transaction_type=INBOUND,
            state=CONFIRMED,
            amounts=(arrival.amount,),
            nft_token_ids=arrival.nft_token_ids,
            source=faucet_address(transfer.blockchain) if from_faucet else arrival.source,
            destination=wallet.address,
            ref_id="",
            created_at=now,
            updated_at=now,
            tx_hash=transfer.tx_hash,
            height=transfer.height,
            first_confirmed_at=now,
            paid_fee=STRANGERS_FEE,
        )
        self._transactions.add(transaction)
        return transaction
