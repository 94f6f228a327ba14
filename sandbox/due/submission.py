"""One application for an identity check, filled in step by step (due.md §3)."""

from __future__ import annotations

from typing import Any

import attrs

from sandbox.due.errors import DueRefusal

OPEN = frozenset({"created", "resubmission_required"})


@attrs.define(kw_only=True)
class Document:
    """A document that was announced, and the size of its upload in bytes."""

    token: str
    kind: str
    size: int = 0


@attrs.define(kw_only=True, eq=False)
class Submission:
    """guess: the statuses: created, pending during the review, then the account's."""

    id: str
    owner_id: str
    created_at: str
    status: str = "created"
    info: dict[str, Any] = attrs.field(factory=dict)
    answers: dict[str, Any] = attrs.field(factory=dict)
    documents: list[Document] = attrs.field(factory=list)

    def require_open(self) -> None:
        """Raises ``DueRefusal`` after it was submitted."""
        if self.status not in OPEN:
            raise DueRefusal("err_kyc_applicant_invalid_status", f"it is {self.status}")

    def missing(self) -> dict[str, str]:
        """guess: what it needs before it can be submitted."""
        needed = {
            "info": bool(self.info),
            "documents": any(document.size for document in self.documents),
            "questionnaire": bool(self.answers),
        }
        return {name: "required" for name, is_there in needed.items() if not is_there}

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "ownerId": self.owner_id,
            "status": self.status,
            "createdAt": self.created_at,
            "info": self.info,
            "questionnaire": self.answers,
            "documents": [
                {"type": document.kind, "isUploaded": document.size > 0}
                for document in self.documents
            ],
        }
