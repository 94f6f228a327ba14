"""The wallet that a request names."""

from __future__ import annotations

from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fields import Fields
from sandbox.circle.wallet import Wallet
from sandbox.circle.wallets import Wallets


def read_wallet(fields: Fields, wallets: Wallets, *, address_field: str) -> Wallet:
    """By ``walletId`` or by address and chain, never both. Raises 155244, 155226 or 156001."""
    if fields.has("walletId"):
        if fields.has(address_field):
            raise CircleRefusal(Why.WALLET_TWICE)
        wallet = wallets.get(fields.uuid("walletId"))
        fields.known_blockchain("walletId", wallet.blockchain)
        return wallet
    blockchain, address = fields.blockchain().code, fields.text(address_field)
    found = wallets.at(blockchain, address)
    if found is None:
        raise CircleRefusal(Why.SOURCE_INVALID)
    return found
