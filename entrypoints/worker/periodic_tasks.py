"""What must be done from time to time, or once when the worker starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from domain.services.funding.wallets import WalletService
from domain.services.integration.feeds import FeedService
from domain.services.integration.webhooks import WebhookService
from domain.services.operations.operational_state import OperationsService
from domain.wallets.chain import Chain
from entrypoints.meter import Meter
from ports.audit import AuditTrail
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.idempotency import IdempotencyRecords
from ports.ledger import Ledger
from ports.rejected_webhooks import KEPT_FOR, RejectedWebhooks

FOLD_MAX = 10_000
SWEEP_MAX = 10_000
BLOCK_RECORDS_MAX = 1000
BLOCKS_MAX = 20

_log = structlog.get_logger()


async def poll_inbound(feeds: FeedService) -> None:
    """Look for deposits that no webhook told."""
    for refused in await feeds.poll_inbound():
        _log.error("arrival.refused", error=refused.detail)


async def subscribe(webhooks: WebhookService, public_url: str, sources: Sequence[str]) -> None:
    """Tell each provider where its webhooks go."""
    urls: Mapping[str, str] = {source: f"{public_url}/v1/webhooks/{source}" for source in sources}
    await webhooks.subscribe(urls)


async def open_treasury(wallets: WalletService, chains: Sequence[Chain]) -> None:
    await wallets.ensure_treasury(chains)


async def sweep(
    idempotency_records: IdempotencyRecords, deliveries: RejectedWebhooks, clock: Clock
) -> None:
    """Forget receipts whose time is over, and old evidence of refused deliveries."""
    now = clock.now()
    await idempotency_records.sweep(expired_before=now, limit=SWEEP_MAX)
    await deliveries.sweep(received_before=now - KEPT_FOR, limit=SWEEP_MAX)


async def roll_up(ledger: Ledger) -> None:
    """Fold the house's appended changes into balances."""
    await ledger.roll_up(limit=FOLD_MAX)


async def seal(audit: AuditTrail, clock: Clock) -> None:
    """
    Seal what has been committed since the last time.

    The log remembers each block's hash where the database cannot change it: a witness for
    ``verify-audit --witness``.
    """
    for _ in range(BLOCKS_MAX):
        block = await audit.seal(at=clock.now(), limit=BLOCK_RECORDS_MAX)
        if block is None:
            return
        _log.info("audit.sealed", block=block.number, records=block.count, hash=block.hash)
        if block.count < BLOCK_RECORDS_MAX:
            return


async def settle_advances(brokerage: Brokerage) -> None:
    """Pay for the dollars that the broker lent to investors."""
    paid = await brokerage.settle_advances()
    if paid:
        _log.info("advances.settling", amount=str(paid))


async def show_vitals(operations: OperationsService, meter: Meter) -> None:
    """Tell what waits, and how long already."""
    meter.show(await operations.snapshot())


async def show_balance(operations: OperationsService, meter: Meter) -> None:
    """Tell how much is in the books, and whether they balance."""
    balance = await operations.balance()
    meter.show_balance(balance)
    off = {str(asset): str(money) for asset, money in balance.off.items() if money}
    if off:
        _log.critical("books.off", off=off)
