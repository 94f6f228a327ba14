"""All accounts of the correspondent, and the review that makes one active."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sandbox.alpaca.account import ACTIVE, CLOSED, Account
from sandbox.alpaca.application import (
    check_contact,
    check_identity,
    kyc_results,
    read_application,
    sent_sections,
    verdict,
)
from sandbox.alpaca.errors import Conflict, Missing, NotAllowed
from sandbox.alpaca.events import Events, Stream
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.alpaca.uploads import read_uploads
from sandbox.faults import outcomes
from sandbox.world import World

NUMBERS_FROM = 912_000_000
CHECKED_SECTIONS = frozenset({"contact", "identity"})


class Accounts:
    """Indexed by id and by e-mail; the firm's account exists from the start."""

    def __init__(self, *, world: World, settings: AlpacaSandboxSettings, events: Events) -> None:
        self._world = world
        self._settings = settings
        self._events = events
        self._by_id: dict[str, Account] = {}
        self._by_email: dict[str, Account] = {}
        self.firm = Account(
            id=settings.firm_account_id,
            number=settings.firm_account_number,
            created_at=world.clock.stamp(),
            status=ACTIVE,
            is_firm=True,
        )
        self._by_id[self.firm.id] = self.firm

    def __iter__(self) -> Iterator[Account]:
        """Every account, the firm's first, then by age."""
        return iter(self._by_id.values())

    def get(self, account_id: str) -> Account:
        if account_id not in self._by_id:
            raise Missing("account not found")
        return self._by_id[account_id]

    def by_number(self, number: str) -> Account:
        """Raises ``Missing``."""
        for account in self:
            if account.number == number:
                return account
        raise Missing("account not found")

    def create(self, fields: Fields) -> Account:
        """Submit an application; the review runs by the clock. Raises ``AlpacaRefusal``."""
        document = read_application(fields)
        uploads = read_uploads(fields) if document.pop("documents", None) else []
        account = Account(
            id=self._world.new_uuid(),
            number=str(NUMBERS_FROM + len(self._by_id)),
            created_at=self._world.clock.stamp(),
            status="",
            document=document,
        )
        self._claim_email(account, account.email)
        self._by_id[account.id] = account
        self.upload(account, uploads)
        self._move(account, "SUBMITTED")
        self._review_later(account)
        return account

    def update(self, account: Account, fields: Fields) -> None:
        """Merge the sections sent; an account that waited for action is reviewed again."""
        self._require_customer(account)
        for name in CHECKED_SECTIONS & fields.values.keys():
            fields.section(name)
        changes = sent_sections(fields.values)
        uploads = read_uploads(fields) if changes.pop("documents", None) else []
        merged = {name: _merge(account.document.get(name), new) for name, new in changes.items()}
        if "contact" in merged:
            check_contact(Fields(merged["contact"], "contact."))
            self._change_email(account, merged["contact"]["email_address"])
        if "identity" in merged:
            check_identity(Fields(merged["identity"], "identity."))
        account.document.update(merged)
        self.upload(account, uploads)

    def upload(self, account: Account, documents: Sequence[dict[str, Any]]) -> None:
        """Add uploaded documents; an account that waited for action is reviewed again."""
        self._require_customer(account)
        stamp = self._world.clock.stamp()
        account.uploads.extend(
            {"id": self._world.new_uuid(), "created_at": stamp, **each} for each in documents
        )
        self._review_again(account)

    def close(self, account: Account) -> None:
        """Close an empty account for good. Raises ``NotAllowed``."""
        self._require_customer(account)
        if account.status == CLOSED:
            raise NotAllowed("account is already closed")
        account.require_empty()
        self._move(account, CLOSED)

    def _require_customer(self, account: Account) -> None:
        if account.is_firm:
            raise NotAllowed("the firm account cannot be changed")

    def _claim_email(self, account: Account, email: str) -> None:
        if email.lower() in self._by_email:
            raise Conflict("an account with this email address already exists")
        self._by_email[email.lower()] = account

    def _change_email(self, account: Account, email: str) -> None:
        if email.lower() != account.email.lower():
            self._claim_email(account, email)
            del self._by_email[account.email.lower()]

    def _review_again(self, account: Account) -> None:
        if account.status == "ACTION_REQUIRED":
            self._move(account, "SUBMITTED")
            self._review_later(account)

    def _review_later(self, account: Account) -> None:
        self._world.clock.call_later(
            self._settings.approval_delay_s, partial(self._review, account)
        )

    def _review(self, account: Account) -> None:
        if account.status != "SUBMITTED":
            return
        wanted = self._world.faults.outcome(outcomes.BROKER_ACCOUNT, account.document)
        trouble = wanted or verdict(email=account.email, given_name=account.given_name)
        account.kyc_results = kyc_results(trouble)
        self._move(account, trouble or "APPROVED")
        self._world.clock.call_later(
            self._settings.activation_delay_s, partial(self._activate, account)
        )

    def _activate(self, account: Account) -> None:
        if account.status == "APPROVED":
            self._move(account, ACTIVE)

    def _move(self, account: Account, status: str) -> None:
        before, account.status = account.status, status
        self._events.publish(
            Stream.ACCOUNTS,
            {
                "account_id": account.id,
                "account_number": account.number,
                "status_from": before,
                "status_to": status,
                "kyc_results": account.kyc_results,
                "reason": "",
            },
        )


def _merge(before: Any, change: Any) -> Any:
    if isinstance(before, dict) and isinstance(change, dict):
        return {**before, **change}
    return change
