"""Reading outbound requests: a transfer, a contract call, an upgrade of a smart account."""

from __future__ import annotations

import attrs

from sandbox.assets import AssetOutput
from sandbox.circle import transaction as states
from sandbox.circle.call_fields import CallFields
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fee_fields import read_fee
from sandbox.circle.fees import WALLET_UPGRADE, FeeMarket, Gas
from sandbox.circle.fields import Fields
from sandbox.circle.movement import Movement
from sandbox.circle.outbound import OutboundRequest
from sandbox.circle.source_fields import read_wallet
from sandbox.circle.tokens import NATIVE_TOKENS
from sandbox.circle.transfer_fields import TransferFields, require_funds
from sandbox.circle.wallet import Wallet
from sandbox.circle.wallets import Wallets
from sandbox.circle.wire_values import wire_units
from sandbox.world import World

# guess: an account is upgraded to a later version only (155229 otherwise); Circle lists one target.
CORES = (
    "circle_4337_v1",
    "circle_6900_singleowner_v1",
    "circle_6900_singleowner_v2",
    "circle_6900_singleowner_v3",
)
UPGRADE_TARGETS = ("circle_6900_singleowner_v2",)


@attrs.frozen(kw_only=True)
class Orders:
    """Reads outbound requests, and refuses those that break a rule."""

    world: World
    wallets: Wallets
    fees: FeeMarket

    def transfer(self, fields: Fields) -> OutboundRequest:
        wallet = read_wallet(fields, self.wallets, address_field="walletAddress")
        transfer = TransferFields(fields=fields, wallet=wallet)
        token = transfer.token()
        movement = transfer.movement(token)
        fee, level = read_fee(fields, wallet, gas=movement.gas, market=self.fees)
        require_funds(self.world, movement, token)
        return OutboundRequest(
            wallet=wallet,
            movement=movement,
            fee=fee,
            fee_level=level,
            ref_id=fields.optional("refId") or "",
            destination=transfer.destination(),
            shown={
                "token_id": token.id,
                "amounts": transfer.amounts(),
                "nft_token_ids": tuple(transfer.nft_token_ids(token)),
            },
        )

    def call(self, fields: Fields) -> OutboundRequest:
        wallet = read_wallet(fields, self.wallets, address_field="walletAddress")
        call = CallFields(fields=fields, wallet=wallet)
        shown, movement, coins = call.shown(), call.movement(), call.coins()
        fee, level = read_fee(fields, wallet, gas=movement.gas, market=self.fees)
        coin = NATIVE_TOKENS[wallet.blockchain]
        if coins:
            require_funds(self.world, movement, coin)
        return OutboundRequest(
            wallet=wallet,
            movement=movement,
            fee=fee,
            fee_level=level,
            ref_id=fields.optional("refId") or "",
            destination=call.contract(),
            shown={
                "operation": states.CONTRACT_EXECUTION,
                "token_id": coin.id if coins else None,
                "amounts": (wire_units(coins, coin.decimals),) if coins else (),
                "call": shown,
            },
            reverts=call.reverts(self.world, movement),
        )

    def upgrade(self, fields: Fields) -> OutboundRequest:
        """Raises 155515 for an EOA, 155229 when the account has that version or a later one."""
        wallet = self.wallets.get(fields.uuid("walletId"))
        fields.known_blockchain("walletId", wallet.blockchain)
        new_core = fields.choice("newScaCore", UPGRADE_TARGETS)
        if wallet.core is None:
            raise CircleRefusal(Why.ACCOUNT_TYPE_UNSUPPORTED)
        if CORES.index(new_core) <= CORES.index(wallet.core):
            raise CircleRefusal(Why.NOT_ELIGIBLE)
        fee, level = read_fee(fields, wallet, gas=WALLET_UPGRADE, market=self.fees)
        return OutboundRequest(
            wallet=wallet,
            movement=_call_of_itself(wallet, WALLET_UPGRADE),
            fee=fee,
            fee_level=level,
            ref_id=fields.optional("refId") or "",
            destination=wallet.address,
            shown={
                "operation": states.CONTRACT_EXECUTION,
                "token_id": None,
                "amounts": (),
                "call": {"contractAddress": wallet.address},
            },
            new_core=new_core,
        )


def _call_of_itself(wallet: Wallet, gas: Gas) -> Movement:
    coin = NATIVE_TOKENS[wallet.blockchain].asset()
    nothing = AssetOutput(coin, wallet.address, wallet.address, 0)
    return Movement(blockchain=wallet.blockchain, source=wallet.address, gas=gas, others=(nothing,))
