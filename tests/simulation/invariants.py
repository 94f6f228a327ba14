"""What must be true after every act, and once everything has settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import FIRM, ProcessId, process_of
from domain.ledger.account import Account, Role
from domain.money import USD
from domain.processes.decision import Process
from domain.processes.instructions import Instruction
from domain.processes.terminal import is_terminal
from domain.trading.order import Order
from tests.simulation.life import Life

UNATTENDED = "manual_review"
HOLDING = {WithdrawalStage.RESERVED, WithdrawalStage.BROKER_DEBIT_REQUESTED}


def broken_now(life: Life) -> Iterator[str]:
    """What is wrong at this moment."""
    database = life.world.database
    balances = database.accounts.balances()
    yield from _unbalanced(balances)
    yield from _negative(balances)
    yield from _wrong_holds(life, balances)
    yield from _without_job(life)
    yield from _debts_beside_cash(balances)


async def broken_at_the_end(life: Life) -> Iterator[str]:
    """What is wrong although every provider has answered and finished."""
    found = [f"not balanced: {await life.world.app.reconciliation.imbalances()}"]
    if not await life.world.app.reconciliation.imbalances():
        found = []
    ids = [ada.id for ada in life.investors]
    if not any(each.stage.value == UNATTENDED for each in _records(life)):
        compared = await life.world.app.reconciliation.compare(ids)
        found += [f"books: {each}" for each in compared if each.ours != each.theirs]
    found += [
        f"still open: {type(each).__name__} {each.id} {each.stage.value}"
        for each in _records(life)
        if isinstance(each, Deposit | Withdrawal) and _is_unfinished(each)
    ]
    return iter(found)


def _is_unfinished(record: Deposit | Withdrawal) -> bool:
    waits = {"expected", "detected", UNATTENDED, "expired"}
    return not is_terminal(record) and record.stage.value not in waits


def _unbalanced(balances: Mapping[Account, int]) -> Iterator[str]:
    sums: Counter[str] = Counter()
    for account, minor in balances.items():
        sums[str(account.asset)] += minor if account.role.is_debit_normal else -minor
    yield from (f"{asset} is off by {minor}" for asset, minor in sums.items() if minor)


def _negative(balances: Mapping[Account, int]) -> Iterator[str]:
    for account, minor in balances.items():
        if account.role.is_guarded and minor < 0:
            yield f"{account} is negative: {minor}"


def _wrong_holds(life: Life, balances: Mapping[Account, int]) -> Iterator[str]:
    held = {
        account.part: minor
        for account, minor in balances.items()
        if account.role is Role.HOLD and minor
    }
    wanted = {each.id: hold for each in _records(life) if (hold := _hold_of(each))}
    if held != wanted:
        yield f"holds {held} are not those of the processes {wanted}"


def _hold_of(record: Process) -> int:
    if isinstance(record, Order):
        return record.hold.minor
    if isinstance(record, Withdrawal) and (record.paused_stage or record.stage) in HOLDING:
        return record.amount.minor
    return 0


def _without_job(life: Life) -> Iterator[str]:
    """An open process that waits for no person must have a job."""
    working: set[ProcessId] = {
        process_of(job.work.reference)
        for job in life.world.database.jobs.values()
        if job.done_at is None and isinstance(job.work, Instruction)
    }
    for record in _records(life):
        if not isinstance(record, Deposit | Withdrawal | Order) or is_terminal(record):
            continue
        if record.stage.value not in {UNATTENDED, "expired"} and record.id not in working:
            yield f"no job for {type(record).__name__} {record.id} {record.stage.value}"


def _debts_beside_cash(balances: Mapping[Account, int]) -> Iterator[str]:
    for account, minor in balances.items():
        if account.role is Role.OWED and minor > 0 and account.asset == USD:
            cash = balances.get(Account(Role.CASH, account.owner, USD), 0)
            if cash > 0:
                yield f"{account.owner} owes {minor} beside {cash}"


def _records(life: Life) -> Iterator[Process]:
    for each in life.world.database.processes.values():
        if getattr(each.record, "investor_id", FIRM) != FIRM or isinstance(each.record, Order):
            yield each.record
