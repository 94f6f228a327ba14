"""
Today's names of the classes, fields and methods in older state files.

A state file names the classes of its objects, their fields, and the methods that its timers call.
Renaming one of them needs an entry here, and a change of the entries that lead to its old name;
an old name is never used again.
"""

from __future__ import annotations

from collections.abc import Mapping

PACKAGE = "sandbox."
OLD_PACKAGE = "entrypoints.sandbox."

CLASSES: Mapping[str, str] = {
    "alpaca.bell.Bell": "alpaca.broadcast.Broadcast",
    "alpaca.history.Standing": "alpaca.history.Holdings",
    "alpaca.pot.Pot": "alpaca.held_balance.HeldBalance",
    "alpaca.routes.gate.Gate": "alpaca.routes.auth.Auth",
    "alpaca.run.Run": "alpaca.rebalance_run.RebalanceRun",
    "alpaca.ticket.Ticket": "alpaca.order_request.OrderRequest",
    "circle.gate.Gate": "circle.auth.Auth",
    "circle.payouts.Order": "circle.outbound.OutboundRequest",
    "circle.payouts.Payouts": "circle.outbound.Outbound",
    "circle.shelf.Shelf": "circle.indexed_store.IndexedStore",
    "due.endpoint.Post": "due.endpoint.SentEvent",
    "due.intake.Intake": "due.deposit_addresses.DepositAddresses",
    "due.office.Office": "due.components.Components",
    "due.opening.Opening": "due.transfer_creation.TransferCreation",
    "due.parties.Parties": "due.counterparties.Counterparties",
    "due.standing.Standing": "due.virtual_account_payments.VirtualAccountPayments",
    "due.till.Drawer": "due.ledger.Account",
    "due.till.Till": "due.ledger.Ledger",
    "harbor.desk.Desk": "harbor.service.Service",
    "harbor.post.Post": "harbor.webhook_sender.HarborWebhookSender",
    "harbor.vault.Drawer": "harbor.ledger.Account",
    "harbor.vault.Vault": "harbor.ledger.Ledger",
    "snapshot._load_key": "snapshot_format.load_key",
}
"""Module and name, without the package."""

FIELDS: Mapping[str, Mapping[str, str]] = {
    "alpaca.events.Events": {"bell": "broadcast"},
    "alpaca.history.Timeline": {"_standings": "_holdings"},
    "alpaca.order.Order": {"ticket": "request"},
    "alpaca.provider.AlpacaSandbox": {"gate": "auth"},
    "circle.provider.CircleSandbox": {"_gate": "_auth", "payouts": "outbound"},
    "circle.transactions.Transactions": {"shelf": "store"},
    "circle.wallets.Wallets": {"shelf": "store"},
    "due.components.Components": {
        "intake": "deposit_addresses",
        "opening": "transfer_creation",
        "till": "ledger",
    },
    "due.endpoint.Endpoint": {"posts": "sent"},
    "due.funding.Funding": {"_intake": "_deposit_addresses", "_till": "_ledger"},
    "due.provider.DueSandbox": {"_office": "_components"},
    "due.reviewer.Reviewer": {"_till": "_ledger"},
    "due.settlement.Settlement": {"_till": "_ledger"},
    "due.transfer_creation.TransferCreation": {"_parties": "_counterparties"},
    "due.virtual_account_payments.VirtualAccountPayments": {"_till": "_ledger"},
    "due.virtual_accounts.VirtualAccounts": {
        "_intake": "_deposit_addresses",
        "_parties": "_counterparties",
        "_standing": "_payments",
    },
    "harbor.ledger.Ledger": {"_post": "_webhooks"},
    "harbor.provider.HarborSandbox": {
        "_desk": "_service",
        "_post": "_webhooks",
        "_vault": "_ledger",
    },
    "harbor.service.Service": {"_post": "_webhooks", "_vault": "_ledger"},
}
"""By today's name of the class: the field's old name, and its name today."""

METHODS: Mapping[str, Mapping[str, str]] = {}
"""By today's name of the class: the method's old name, and its name today."""


def class_today(module: str, name: str) -> tuple[str, str]:
    """Module and name of the class that a state file calls ``module`` and ``name``."""
    for package in (OLD_PACKAGE, PACKAGE):
        if module.startswith(package):
            inside = module.removeprefix(package)
            today = CLASSES.get(f"{inside}.{name}")
            if today is not None:
                inside, _, name = today.rpartition(".")
            return PACKAGE + inside, name
    return module, name


def fields_today(cls: type) -> Mapping[str, str]:
    return FIELDS.get(_written(cls), {})


def method_today(cls: type, name: str) -> str:
    return METHODS.get(_written(cls), {}).get(name, name)


def _written(cls: type) -> str:
    return f"{cls.__module__.removeprefix(PACKAGE)}.{cls.__qualname__}"
