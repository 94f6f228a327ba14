"""Reading a transfer request and its rules about token, amounts and destination (circle.md §6)."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.errors import DomainError
from domain.money import USDC, Money
from sandbox.assets import AssetOutput
from sandbox.chain import Output, is_address
from sandbox.circle.blockchains import BLOCKCHAINS
from sandbox.circle.decimals import NotADecimal, NotAnAmount, decimal_of, units_of
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fees import COIN_TRANSFER, COLLECTIBLE_TRANSFER, TOKEN_TRANSFER
from sandbox.circle.fields import Fields
from sandbox.circle.movement import Movement
from sandbox.circle.tokens import Token, token_by_address, token_by_id
from sandbox.circle.wallet import Wallet
from sandbox.circle.wire_values import wire_decimal
from sandbox.world import World

AMOUNTS_MAX = 100


@attrs.frozen(kw_only=True)
class TransferFields:
    """The fields of one transfer or estimate; each method raises the refusal of its own rule."""

    fields: Fields
    wallet: Wallet

    def token(self) -> Token:
        """The token, by id or by address and chain; an absent one is refused (155228)."""
        if self.fields.has("tokenId"):
            token = token_by_id(self.fields.uuid("tokenId"))
        elif self.fields.has("tokenAddress"):
            blockchain = self.wallet.blockchain
            if self.fields.has("blockchain"):
                blockchain = self.fields.blockchain().code
            token = token_by_address(blockchain, self.fields.optional("tokenAddress") or "")
        else:
            raise CircleRefusal(Why.TOKEN_MISSING)
        if token.blockchain != self.wallet.blockchain:
            raise CircleRefusal(Why.CHAIN_MISMATCH)
        return token

    def destination(self) -> str:
        address = self.fields.text("destinationAddress")
        if not is_address(self.wallet.blockchain, address):
            raise CircleRefusal(Why.DESTINATION_INVALID)
        return address

    def movement(self, token: Token) -> Movement:
        """The movement. Raises 155510 on a chain where Circle cannot send."""
        if BLOCKCHAINS[self.wallet.blockchain].is_for_signing_only:
            raise CircleRefusal(Why.OPERATION_UNSUPPORTED)
        blockchain, source = self.wallet.blockchain, self.wallet.address
        destination = self.destination()
        if token.is_usdc:
            usdc = Output(source, destination, self._dollars())
            gas = COIN_TRANSFER if token.is_native else TOKEN_TRANSFER
            return Movement(blockchain=blockchain, source=source, gas=gas, usdc=usdc)
        ids = self.nft_token_ids(token) or [""]
        others = tuple(
            AssetOutput(token.asset(each), source, destination, units)
            for each, units in zip(ids, self._units(token), strict=True)
        )
        gas = COIN_TRANSFER if token.is_native else TOKEN_TRANSFER
        if token.is_collectible:
            gas = COLLECTIBLE_TRANSFER
        return Movement(blockchain=blockchain, source=source, gas=gas, others=others)

    def amounts(self, *, count_max: int = AMOUNTS_MAX) -> tuple[str, ...]:
        """The amounts as text. Raises 155224 when one is not a number, 155221 when not positive."""
        texts = self.fields.texts("amounts", count_max=count_max)
        try:
            numbers = [decimal_of(text) for text in texts]
        except NotADecimal:
            raise CircleRefusal(Why.AMOUNTS_NOT_DECIMAL) from None
        except NotAnAmount:
            raise CircleRefusal(Why.AMOUNTS_INVALID) from None
        if min(numbers) <= 0:
            raise CircleRefusal(Why.AMOUNTS_INVALID)
        return tuple(map(wire_decimal, numbers))

    def nft_token_ids(self, token: Token) -> Sequence[str]:
        """One id for each amount of a collectible, none for other tokens. Raises 155218, 155242."""
        if token.is_collectible is not self.fields.has("nftTokenIds"):
            raise CircleRefusal(Why.NFT_COUNT)
        if not token.is_collectible:
            return []
        ids = self.fields.texts("nftTokenIds", count_max=AMOUNTS_MAX)
        if len(ids) != len(self.amounts()) or not all(ids):
            raise CircleRefusal(Why.LENGTHS_DIFFER)
        return ids

    def _dollars(self) -> Money:
        (text,) = self.amounts(count_max=1)
        try:
            return Money.of(text, USDC)
        except DomainError:
            raise CircleRefusal(Why.AMOUNTS_INVALID) from None

    def _units(self, token: Token) -> list[int]:
        texts = self.amounts(count_max=AMOUNTS_MAX if token.is_collectible else 1)
        try:
            return [units_of(text, token.decimals) for text in texts]
        except NotAnAmount:
            raise CircleRefusal(Why.AMOUNTS_INVALID) from None


def require_funds(world: World, movement: Movement, token: Token) -> None:
    """Check the confirmed balance, without gas. Raises 155201, or 155258 for collectibles."""
    if movement.usdc:
        held = world.chain.confirmed_balance(movement.blockchain, movement.source)
        is_short = held < movement.usdc.amount
    else:
        is_short = movement.shortage(world, fee_units=0) is not None
    if is_short:
        why = Why.ASSET_INSUFFICIENT if token.is_collectible else Why.NOT_ENOUGH_FUNDS
        raise CircleRefusal(why)
