"""Reading a transfer request and its rules about wallet, token, amount and fee (circle.md §6)."""

from __future__ import annotations

import re

import attrs

from domain.errors import DomainError
from domain.money import USDC, Money
from entrypoints.sandbox.chain import is_address
from entrypoints.sandbox.circle.errors import CircleRefusal, Why
from entrypoints.sandbox.circle.fields import Fields
from entrypoints.sandbox.circle.payouts import Order
from entrypoints.sandbox.circle.tokens import Token, token_by_address, token_by_id
from entrypoints.sandbox.circle.wallet import Wallet
from entrypoints.sandbox.circle.wallets import Wallets

FEE_LEVELS = ("LOW", "MEDIUM", "HIGH")
GAS_FIELDS = ("gasLimit", "gasPrice", "maxFee", "priorityFee")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@attrs.frozen(kw_only=True)
class TransferFields:
    """The fields of one transfer or estimate; each method raises the refusal of its own rule."""

    fields: Fields
    wallets: Wallets

    def order(self) -> Order:
        wallet = self.wallet("walletAddress")
        token = self.token(wallet)
        return Order(
            wallet=wallet,
            token=token,
            amount=self.amount(),
            destination=self.destination(wallet),
            fee_level=self.fee_level(wallet),
            ref_id=self.fields.optional("refId") or "",
        )

    def wallet(self, address_field: str) -> Wallet:
        """The source, by ``walletId`` or by address and chain, never both (155244)."""
        fields = self.fields
        if fields.has("walletId"):
            if fields.has(address_field):
                raise CircleRefusal(Why.WALLET_TWICE)
            wallet = self.wallets.get(fields.uuid("walletId"))
            fields.known_blockchain("walletId", wallet.blockchain)
            return wallet
        blockchain, address = fields.blockchain().code, fields.text(address_field)
        found = self.wallets.at(blockchain, address)
        if found is None:
            raise CircleRefusal(Why.SOURCE_INVALID)
        return found

    def token(self, wallet: Wallet) -> Token:
        """The token, by id or by address and chain; an absent one is refused (155228)."""
        if self.fields.has("tokenId"):
            token = token_by_id(self.fields.uuid("tokenId"))
        elif self.fields.has("tokenAddress"):
            blockchain = wallet.blockchain
            if self.fields.has("blockchain"):
                blockchain = self.fields.blockchain().code
            token = token_by_address(blockchain, self.fields.values["tokenAddress"])
        else:
            raise CircleRefusal(Why.TOKEN_MISSING)
        if token.blockchain != wallet.blockchain:
            raise CircleRefusal(Why.CHAIN_MISMATCH)
        return token

    def amount(self) -> Money:
        """The one amount. Raises 155221 when it is not positive or too fine, 155224 for text."""
        texts = self.fields.texts("amounts", count_max=1)
        if not _DECIMAL.fullmatch(texts[0]):
            raise CircleRefusal(Why.AMOUNTS_NOT_DECIMAL)
        try:
            amount = Money.of(texts[0], USDC)
        except DomainError:
            raise CircleRefusal(Why.AMOUNTS_INVALID) from None
        if not amount.is_positive:
            raise CircleRefusal(Why.AMOUNTS_INVALID)
        return amount

    def destination(self, wallet: Wallet) -> str:
        address = self.fields.text("destinationAddress")
        if not is_address(wallet.blockchain, address):
            raise CircleRefusal(Why.DESTINATION_INVALID)
        return address

    def fee_level(self, wallet: Wallet) -> str | None:
        """A fee level or gas parameters, not both; smart accounts need the level."""
        has_gas = any(self.fields.has(name) for name in GAS_FIELDS)
        if not self.fields.has("feeLevel"):
            needs_level = wallet.is_smart and has_gas
            if needs_level or not has_gas:
                raise CircleRefusal(
                    Why.SMART_ACCOUNT_NEEDS_FEE_LEVEL if needs_level else Why.FEE_MISSING
                )
            return None
        if has_gas:
            raise CircleRefusal(Why.FEE_LEVEL_AND_GAS)
        return self.fields.choice("feeLevel", FEE_LEVELS)
