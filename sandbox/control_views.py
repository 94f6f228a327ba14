"""The control API's views of the world: JSON, amounts as decimal strings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from domain.money import USD, USDC, Money
from sandbox.assets import Assets
from sandbox.bank import Bank, BankPayment
from sandbox.chain import Chain, ChainTransfer
from sandbox.clock import REAL, STOPPED, SandboxClock
from sandbox.webhooks import Delivery


def clock_view(clock: SandboxClock) -> dict[str, Any]:
    """``mode`` names the effect of ``speed``."""
    modes = {STOPPED: "stepped", REAL: "real"}
    return {
        "now": clock.stamp(),
        "mode": modes.get(clock.speed, "accelerated"),
        "speed": clock.speed,
        "pending_timers": clock.pending,
    }


def transaction_view(transfers: Sequence[ChainTransfer]) -> dict[str, Any]:
    """One transaction, which has at least one transfer."""
    return {
        "tx_hash": transfers[0].tx_hash,
        "transfers": [transfer_view(transfer) for transfer in transfers],
    }


def transfer_view(transfer: ChainTransfer) -> dict[str, Any]:
    return {
        "blockchain": transfer.blockchain,
        "tx_hash": transfer.tx_hash,
        "index": transfer.index,
        "source": transfer.source,
        "destination": transfer.destination,
        "amount": transfer.amount.decimal,
        "height": transfer.height,
        "confirmed": transfer.confirmed,
        "final": transfer.final,
    }


def balances_view(
    chain: Chain, blockchain: str | None = None, address: str | None = None
) -> list[dict[str, str]]:
    """Balances that are not zero; a single address on one chain is shown even at zero."""
    if blockchain and address:
        return [_balance(blockchain, address, chain.balance(blockchain, address))]
    return [
        _balance(held_on, held_by, amount)
        for (held_on, held_by), amount in chain.balances().items()
        if blockchain in {None, held_on} and (address is None or address.lower() == held_by.lower())
    ]


def _balance(blockchain: str, address: str, amount: Money) -> dict[str, str]:
    return {"blockchain": blockchain, "address": address, "amount": amount.decimal}


def chain_books(chain: Chain) -> dict[str, Any]:
    """The total minted and the total held on each chain; the two are equal."""
    held: dict[str, int] = defaultdict(int)
    for (blockchain, _), amount in chain.balances().items():
        held[blockchain] += amount.minor
    return {
        "minted": {name: Money(minor, USDC).decimal for name, minor in chain.minted.items()},
        "held": {name: Money(held[name], USDC).decimal for name in chain.minted},
        "balances": balances_view(chain),
    }


def asset_books(assets: Assets) -> dict[str, Any]:
    """For each other asset, the totals minted, held and burnt as fees, in its smallest unit."""
    return {
        asset: {
            "minted": str(assets.minted[asset]),
            "held": str(held),
            "burnt": str(assets.burnt[asset]),
        }
        for asset, held in assets.totals().items()
    }


def bank_books(bank: Bank) -> dict[str, Any]:
    """The payments in flight, and the totals of those that arrived and those that bounced."""
    in_flight = list(bank.in_flight.values())
    return {
        "in_flight": [payment_view(payment) for payment in in_flight],
        "in_flight_total": sum((each.amount for each in in_flight), Money.zero(USD)).decimal,
        "delivered_total": bank.delivered_total.decimal,
        "bounced_total": bank.bounced_total.decimal,
    }


def payment_view(payment: BankPayment) -> dict[str, str]:
    return {
        "reference": payment.reference,
        "source": f"{payment.source.routing_number}/{payment.source.account_number}",
        "destination": f"{payment.destination.routing_number}/{payment.destination.account_number}",
        "amount": payment.amount.decimal,
        "memo": payment.memo,
    }


def delivery_view(delivery: Delivery) -> dict[str, Any]:
    """A webhook and its result; the body is the text that was signed."""
    return {
        "provider": delivery.provider,
        "message_id": delivery.message_id,
        "url": delivery.url,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "delivered": delivery.delivered,
        "fault": delivery.fault,
        "headers": dict(delivery.headers),
        "body": delivery.body.decode(errors="replace"),
    }
