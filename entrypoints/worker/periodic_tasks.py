"""The tasks that the worker runs periodically, or once when it starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from domain.services.funding.frozen_wallets import FrozenWalletService
from domain.services.funding.wallets import WalletService
from domain.services.integration.feeds import FeedService
from domain.services.integration.webhooks import WebhookService
from domain.services.operations.operational_state import OperationsService
from domain.services.operations.reconciliation_runs import ReconciliationRunService
from domain.services.operations.supervision import SupervisionService
from domain.wallets.chain import Chain
from entrypoints.meter import Meter
from ports.audit import AuditTrail
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.cursors import Cursors
from ports.idempotency import IdempotencyRecords
from ports.ledger import Ledger
from ports.rejected_webhooks import KEPT_FOR, RejectedWebhooks

FOLD_MAX = 10_000
SWEEP_MAX = 10_000
BLOCK_RECORDS_MAX = 1000
BLOCKS_MAX = 20

_log = structlog.get_logger()


async def poll_inbound(feeds: FeedService) -> None:
    """Look for deposits that no webhook reported."""
    for refused in await feeds.poll_inbound():
        _log.error("arrival.refused", error=refused.detail)


async def subscribe(webhooks: WebhookService, public_url: str, sources: Sequence[str]) -> None:
    """Register the URL of our webhooks with each provider."""
    urls: Mapping[str, str] = {source: f"{public_url}/v1/webhooks/{source}" for source in sources}
    await webhooks.subscribe(urls)


async def open_treasury(wallets: WalletService, chains: Sequence[Chain]) -> None:
    await wallets.ensure_treasury(chains)


async def watch_wallets(frozen_wallets: FrozenWalletService) -> None:
    """Learn which wallets are frozen, and say so for as long as they are."""
    for wallet in await frozen_wallets.watch():
        _log.error("wallet.frozen", chain=wallet.chain.value, owner=wallet.investor_id)


async def sweep(
    idempotency_records: IdempotencyRecords, rejected_webhooks: RejectedWebhooks, clock: Clock
) -> None:
    """Delete expired idempotency records and old rejected webhooks."""
    now = clock.now()
    await idempotency_records.sweep(expired_before=now, limit=SWEEP_MAX)
    await rejected_webhooks.sweep(received_before=now - KEPT_FOR, limit=SWEEP_MAX)


async def roll_up(ledger: Ledger) -> None:
    """Fold the appended changes of pooled accounts into their balances."""
    await ledger.roll_up(limit=FOLD_MAX)


async def seal(audit: AuditTrail, clock: Clock) -> None:
    """
    Seal the audit records that were committed since the last block.

    The hash of each block is logged, out of reach of the database, as a witness for
    ``verify-audit --witness``.
    """
    for _ in range(BLOCKS_MAX):
        block = await audit.seal(at=clock.now(), limit=BLOCK_RECORDS_MAX)
        if block is None:
            return
        _log.info("audit.sealed", block=block.number, records=block.count, hash=block.hash)
        if block.count < BLOCK_RECORDS_MAX:
            return


async def settle_advances(brokerage: Brokerage, cursors: Cursors, *, every_s: float) -> None:
    """
    Pay for the dollars that the broker lent to investors.

    A settlement has no key: one machine looks and asks, and after an answer was lost none does until
    the broker must have listed it.
    """
    if not await cursors.take_turn("advances", every=timedelta(seconds=every_s)):
        return
    paid = await brokerage.settle_advances()
    if paid:
        _log.info("advances.settling", amount=str(paid))


async def supervise(supervision: SupervisionService, meter: Meter) -> None:
    """Take care of processes that are too old, and of those that no job works on."""
    found = await supervision.run()
    for each in found.overdue:
        meter.process_missed("overdue", kind=each.kind, stage=each.stage)
        _log.warning("process.overdue", process=each.id, kind=each.kind, stage=each.stage)
    for each in found.unattended:
        meter.process_missed("unattended", kind=each.kind, stage=each.stage)
        _log.error("process.unattended", process=each.id, kind=each.kind, stage=each.stage)


async def show_operational_state(operations: OperationsService, meter: Meter) -> None:
    """Set the metrics of what waits, and for how long."""
    meter.show(await operations.snapshot())


async def show_balance(operations: OperationsService, meter: Meter) -> None:
    """Set the metrics of the ledger's totals, and log if they do not balance."""
    balance = await operations.balance()
    meter.show_balance(balance)
    differences = {str(asset): str(money) for asset, money in balance.off.items() if money}
    if differences:
        _log.critical("books.off", off=differences)


async def reconcile(runs: ReconciliationRunService) -> None:
    """Compare the next owners' books with the providers', and log the end of a run."""
    run = await runs.turn()
    if run is not None and run.ended_at is not None:
        _log.info(
            "reconciliation.done",
            scope=run.scope.value,
            owners=run.owners,
            differences=run.differences,
            unreadable=run.unreadable,
            unsteady=run.unsteady,
        )


async def show_breaks(runs: ReconciliationRunService, meter: Meter) -> None:
    """Set the metrics of open breaks and of the runs that look for them."""
    meter.show_reconciled(await runs.state())
