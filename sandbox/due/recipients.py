"""Customers' recipients: bank accounts and chain addresses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import attrs
import orjson

from sandbox.due.account import Account
from sandbox.due.errors import DueRefusal, invalid
from sandbox.due.fields import Fields
from sandbox.due.rails import ADDRESS_FORMS, Address
from sandbox.due.schemas import REQUIRED
from sandbox.due.wire import new_id
from sandbox.world import World

ROUTING_NUMBER = re.compile(r"\d{9}")


@attrs.define(kw_only=True, eq=False)
class Recipient:
    id: str
    label: str
    details: dict[str, Any]
    is_external: bool
    created_at: datetime
    is_active: bool = True

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "label": self.label,
            "details": self.details,
            "isExternal": self.is_external,
            "isActive": self.is_active,
            "isValid": True,
        }


def read_details(fields: Fields) -> dict[str, Any]:
    """The details as they were sent, validated by their schema. Raises ``DueRefusal``."""
    schema = fields.text("schema")
    if schema not in REQUIRED:
        raise DueRefusal("err_rail_schema_unsupported", f"no schema {schema} here")
    for name in REQUIRED[schema]:
        section, _, field = name.rpartition(".")
        (fields.section(section) if section else fields).text(field)
    if schema in ADDRESS_FORMS:
        _check_address(schema, fields.text("address"))
    if schema == "bank_us" and not ROUTING_NUMBER.fullmatch(fields.text("routingNumber")):
        raise invalid(routingNumber="must have 9 digits")
    return dict(fields.values)


def _check_address(schema: str, address: str) -> None:
    if Address.parse(address, default=schema).schema != schema:
        raise DueRefusal("err_wallet_invalid_address", f"not an address of {schema}")


@attrs.define(kw_only=True)
class Recipients:
    """An account has at most one active recipient with the same details."""

    _world: World
    _by_id: dict[tuple[str, str], Recipient] = attrs.field(factory=dict)
    _by_details: dict[tuple[str, bytes], Recipient] = attrs.field(factory=dict)
    _listed: dict[str, list[Recipient]] = attrs.field(factory=dict)

    def listed(self, account: Account) -> list[Recipient]:
        return self._listed.get(account.id, [])

    def find(self, account: Account, recipient_id: str) -> Recipient | None:
        return self._by_id.get((account.id, recipient_id))

    def get(self, account: Account, recipient_id: str) -> Recipient:
        recipient = self.find(account, recipient_id)
        if recipient is None:
            raise DueRefusal("err_recipient_not_found", "Recipient not found")
        return recipient

    def create(self, account: Account, fields: Fields) -> Recipient:
        """The account's recipient with these details, created if necessary."""
        name, details = fields.text("name"), read_details(fields.section("details"))
        key = (account.id, orjson.dumps(details, option=orjson.OPT_SORT_KEYS))
        known = self._by_details.get(key)
        if known is not None and known.is_active:
            return known
        recipient = Recipient(
            id=new_id("rcp_", self._world.random),
            label=name,
            details=details,
            is_external=fields.flag("isExternal", default=False),
            created_at=self._world.clock.now(),
        )
        self._by_details[key] = recipient
        self._by_id[account.id, recipient.id] = recipient
        self._listed.setdefault(account.id, []).append(recipient)
        return recipient
