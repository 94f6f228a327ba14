"""All applications for an identity check, with documents and verdicts."""

from __future__ import annotations

from functools import partial

import attrs

from sandbox.due.account import Account
from sandbox.due.accounts import Accounts, verdict
from sandbox.due.errors import DueRefusal, invalid
from sandbox.due.fields import Fields
from sandbox.due.publisher import Publisher
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.submission import Document, Submission
from sandbox.due.wire import new_id
from sandbox.world import World

DOCUMENTS_MAX = 20


@attrs.define(kw_only=True)
class Submissions:
    """An account has one submission; starting again returns the same one (guess)."""

    _world: World
    _settings: DueSandboxSettings
    _accounts: Accounts
    _publisher: Publisher
    _by_owner: dict[str, Submission] = attrs.field(factory=dict)
    _by_document: dict[str, tuple[Submission, Document]] = attrs.field(factory=dict)

    def of(self, account: Account) -> list[Submission]:
        known = self._by_owner.get(account.id)
        return [known] if known else []

    def get(self, account: Account, submission_id: str) -> Submission:
        for submission in self.of(account):
            if submission.id == submission_id:
                return submission
        raise DueRefusal("err_kyc_submission_not_found", "Submission not found")

    def start(self, account: Account) -> Submission:
        known = self._by_owner.get(account.id)
        if known is not None:
            return known
        submission = Submission(
            id=new_id("ksub_", self._world.random),
            owner_id=account.id,
            created_at=self._world.clock.stamp(),
        )
        self._by_owner[account.id] = submission
        self._publish("transfers.kyc.submission.created", submission)
        return submission

    def announce(self, submission: Submission, fields: Fields) -> str:
        """The token for uploading the document's bytes."""
        submission.require_open()
        if len(submission.documents) >= DOCUMENTS_MAX:
            raise invalid(documents=f"{DOCUMENTS_MAX} at most")
        document = Document(token=new_id("doc_", self._world.random), kind=fields.text("type"))
        submission.documents.append(document)
        self._by_document[document.token] = submission, document
        return document.token

    def upload(self, token: str, content: bytes) -> Submission:
        found = self._by_document.get(token)
        if found is None:
            raise DueRefusal("err_kyc_document_not_found", "Document not found")
        submission, document = found
        submission.require_open()
        if not content:
            raise invalid(document="is empty")
        document.size = len(content)
        return submission

    def complete(self, account: Account, submission: Submission) -> None:
        """Submit it; the verdict follows after a delay. Raises ``DueRefusal``."""
        if account.kyc_status == "passed":
            raise DueRefusal("err_kyc_already_passed", "KYC is already passed")
        submission.require_open()
        if missing := submission.missing():
            raise DueRefusal("err_kyc_validation_error", "It is not complete", details=missing)
        self._move(submission, "pending")
        self._world.clock.call_later(
            self._settings.kyc_delay_s, partial(self._judge, account, submission)
        )

    def share(self, account: Account, fields: Fields) -> dict[str, object]:
        """
        Take over a check that another Sumsub client made.

        ``action`` in the share token asks for a resubmission; the word is this sandbox's.
        """
        share_token = fields.text("shareToken")
        fields.section("applicantInfo")
        submission = self.start(account)
        is_enough = "action" not in share_token
        self._move(submission, "passed" if is_enough else "resubmission_required")
        self._accounts.review(account, submission.status)
        self._publish("transfers.kyc.sumsub.status_changed", submission)
        status = "completed" if is_enough else "resubmission_pending"
        return {"status": status, "submissionId": submission.id}

    def _judge(self, account: Account, submission: Submission) -> None:
        """If the account's review has passed meanwhile, that is the verdict."""
        if account.kyc_status != "passed":
            self._accounts.review(account, verdict(account.profile))
        self._move(submission, account.kyc_status)

    def _move(self, submission: Submission, status: str) -> None:
        submission.status = status
        self._publish("transfers.kyc.submission.status_changed", submission)

    def _publish(self, kind: str, submission: Submission) -> None:
        data: dict[str, object] = {
            "ownerId": submission.owner_id,
            "submission": submission.view(),
        }
        self._publisher.publish(kind, submission.owner_id, data)
