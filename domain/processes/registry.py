"""All kinds of process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.processes.accounts import (
    api_keys,
    investor_lifecycle,
    onboarding,
    password_resets,
    registrations,
    sessions,
    staffing,
)
from domain.processes.decision import Process
from domain.processes.funding import (
    deposit_settlement,
    payout_addresses,
    wallet_provisioning,
    withdrawal_payout,
)
from domain.processes.operations import breaks, runs
from domain.processes.process_type import ProcessType
from domain.processes.review import proposals
from domain.processes.trading import order_execution

PROCESSES: tuple[ProcessType[Any], ...] = (
    deposit_settlement.PROCESS,
    withdrawal_payout.PROCESS,
    order_execution.PROCESS,
    wallet_provisioning.PROCESS,
    onboarding.PROCESS,
    sessions.PROCESS,
    investor_lifecycle.PROCESS,
    registrations.PROCESS,
    password_resets.PROCESS,
    payout_addresses.PROCESS,
    api_keys.PROCESS,
    staffing.PROCESS,
    proposals.PROCESS,
    breaks.PROCESS,
    runs.PROCESS,
)
_BY_RECORD: Mapping[type[Process], ProcessType[Any]] = {each.record: each for each in PROCESSES}


def type_of(record: Process) -> ProcessType[Any]:
    return _BY_RECORD[type(record)]
