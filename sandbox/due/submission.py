"""One application for a check of identity, filled in piece by piece (due.md §3)."""

from __future__ import annotations

from typing import Any

import attrs

from sandbox.due.errors import DueRefusal

OPEN = frozenset({"created", "resubmission_required"})


@attrs.define(kw_only=True)
class Document:
    """A paper that was announced, and how many bytes of it came."""

    token: str
    kind: str
    size: int = 0


@attrs.define(kw_only=True, eq=False)
class Submission:
    """guess: its statuses: created, pending while it is looked at, then what the account says."""

    id: str
    owner_id: str
    created_at: str
    status: str = "created"
    info: dict[str, Any] = attrs.field(factory=dict)
    answers: dict[str, Any] = attrs.field(factory=dict)
    documents: list[Document] = attrs.field(factory=list)

    def require_open(self) -> None:
        """Raises ``DueRefusal`` once it was handed in."""
        if self.status not in OPEN:
            raise DueRefusal("err_kyc_applicant_invalid_status", f"it is {self.status}")

    def missing(self) -> dict[str, str]:
        """guess: what it needs before it can be handed in."""
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
