"""The outside bank accounts of each customer: ACH relationships and recipient banks (alpaca.md §6)."""

from __future__ import annotations

import zlib

import attrs

from sandbox.alpaca.errors import Missing
from sandbox.alpaca.fields import Fields
from sandbox.bank import BankAccount
from sandbox.world import World

OPTIONAL_BANK_FIELDS = ("country", "state_province", "postal_code", "city", "street_address")
APPROVED = "APPROVED"
TOKEN_ROUTING_NUMBER = "021000021"  # noqa: S105 - a bank's number


@attrs.frozen(kw_only=True)
class Link:
    """One outside bank account that money may come from or go to."""

    id: str
    account_id: str
    bank_account: BankAccount
    view: dict[str, object]


@attrs.define(kw_only=True)
class Links:
    """Links of one kind, by owner. They are approved at once."""

    _world: World
    _what: str
    _by_account: dict[str, dict[str, Link]] = attrs.field(factory=dict)

    def of(self, account_id: str) -> list[Link]:
        return list(self._by_account.get(account_id, {}).values())

    def get(self, account_id: str, link_id: str) -> Link:
        link = self._by_account.get(account_id, {}).get(link_id)
        if link is None:
            raise Missing(f"{self._what} not found")
        return link

    def add(self, account_id: str, bank_account: BankAccount, shown: dict[str, object]) -> Link:
        at = self._world.clock.stamp()
        link_id = self._world.new_uuid()
        frame: dict[str, object] = {
            "id": link_id,
            "account_id": account_id,
            "created_at": at,
            "updated_at": at,
            "status": APPROVED,
        }
        link = Link(
            id=link_id, account_id=account_id, bank_account=bank_account, view=frame | shown
        )
        self._by_account.setdefault(account_id, {})[link_id] = link
        return link

    def remove(self, account_id: str, link_id: str) -> None:
        self.get(account_id, link_id)
        del self._by_account[account_id][link_id]


def read_ach_relationship(fields: Fields) -> tuple[BankAccount, dict[str, object]]:
    """An account by its numbers, or by a processor token that stands for them."""
    token = fields.optional("processor_token")
    if token is not None:
        return _behind(token)
    kind = fields.choice("bank_account_type", ("CHECKING", "SAVINGS"))
    target = BankAccount(
        routing_number=fields.text("bank_routing_number"),
        account_number=fields.text("bank_account_number"),
    )
    return target, {
        "account_owner_name": fields.text("account_owner_name"),
        "bank_account_type": kind,
        "bank_account_number": target.account_number,
        "bank_routing_number": target.routing_number,
        "nickname": fields.optional("nickname"),
        "processor_token": None,
    }


def _behind(token: str) -> tuple[BankAccount, dict[str, object]]:
    """guess: the numbers of the account behind a token; the same token leads to the same account."""
    digits = f"{zlib.crc32(token.encode()):010d}"
    target = BankAccount(routing_number=TOKEN_ROUTING_NUMBER, account_number=digits)
    return target, {
        "account_owner_name": "",
        "bank_account_type": "CHECKING",
        "bank_account_number": digits,
        "bank_routing_number": TOKEN_ROUTING_NUMBER,
        "nickname": None,
        "processor_token": token,
    }


def read_recipient_bank(fields: Fields) -> tuple[BankAccount, dict[str, object]]:
    code_type = fields.choice("bank_code_type", ("ABA", "BIC"))
    target = BankAccount(
        routing_number=fields.text("bank_code"), account_number=fields.text("account_number")
    )
    return target, {
        "name": fields.text("name"),
        "bank_code": target.routing_number,
        "bank_code_type": code_type,
        "account_number": target.account_number,
        **{name: fields.optional(name) or "" for name in OPTIONAL_BANK_FIELDS},
    }
