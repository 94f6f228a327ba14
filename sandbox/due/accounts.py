"""All accounts, and the two steps that make one active: the review and the terms of service."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs

from sandbox.due.account import Account, Profile, TermsOfService
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.publisher import Publisher
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.wire import new_id
from sandbox.faults import outcomes
from sandbox.world import World


def read_profile(fields: Fields) -> Profile:
    return Profile(
        kind=fields.choice("type", ("individual", "business")),
        name=fields.text("name"),
        email=fields.text("email"),
        country=fields.text("country"),
        category=fields.optional("category") or "",
        external_id=fields.optional("externalId"),
    )


def verdict(profile: Profile) -> str:
    """The result of the review; the magic words are this sandbox's, not Due's."""
    words = f"{profile.name} {profile.email}".lower()
    if "reject" in words:
        return "failed"
    return "resubmission_required" if "action" in words else "passed"


@attrs.define(kw_only=True)
class Accounts:
    _world: World
    _settings: DueSandboxSettings
    _publisher: Publisher
    _by_id: dict[str, Account] = attrs.field(factory=dict)
    _by_external_id: dict[str, Account] = attrs.field(factory=dict)
    _by_token: dict[str, Account] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_id.values())

    def get(self, account_id: str) -> Account:
        account = self._by_id.get(account_id)
        if account is None:
            raise DueRefusal("err_account_not_found", "Account not found")
        return account

    def by_terms(self, token: str) -> Account:
        account = self._by_token.get(token)
        if account is None:
            raise DueRefusal("err_tos_not_found", "ToS acceptance not found")
        return account

    def open(self, profile: Profile) -> Account:
        """Raises ``DueRefusal`` when the external id is taken."""
        if profile.external_id in self._by_external_id:
            raise DueRefusal("err_account_external_id_conflict", "externalId is already used")
        random = self._world.random
        account = Account(
            id=new_id("acct_", random),
            profile=profile,
            terms=TermsOfService(id=new_id("ta_", random), token=new_id("", random)),
            applicant_id=new_id("sumsub_", random),
        )
        account.enter("onboarding", at=self._world.clock.stamp())
        self._by_id[account.id] = account
        self._by_token[account.terms.token] = account
        if profile.external_id is not None:
            self._by_external_id[profile.external_id] = account
        if self._settings.kyc_auto_approve:
            self._world.clock.call_later(
                self._settings.kyc_delay_s, partial(self._auto_review, account)
            )
        return account

    def accept_terms(self, account: Account) -> None:
        """Accepting again changes nothing."""
        if account.terms.accepted_at is None:
            account.terms.accepted_at = self._world.clock.stamp()
            self._activate_when_ready(account)
            self._publisher.publish("bp.tos_accepted", account.id, account.view())

    def approve(self, account: Account) -> None:
        """Pass the review, whatever its status. Raises ``DueRefusal`` when it has passed already."""
        if account.kyc_status == "passed":
            raise DueRefusal("err_kyc_applicant_invalid_status", "KYC is already passed")
        self.review(account, "passed")

    def _auto_review(self, account: Account) -> None:
        if account.kyc_status == "pending":
            wanted = self._world.faults.outcome(outcomes.OFFRAMP_ACCOUNT, account.view())
            self.review(account, wanted or verdict(account.profile))

    def review(self, account: Account, status: str) -> None:
        """Enter the reviewer's verdict."""
        account.kyc_status = status
        self._activate_when_ready(account)
        self._publisher.publish("bp.kyc.status_changed", account.id, account.view())

    def _activate_when_ready(self, account: Account) -> None:
        if account.is_ready and account.status != "active":
            account.enter("active", at=self._world.clock.stamp())
