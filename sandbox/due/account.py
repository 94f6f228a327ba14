"""A customer's account at Due: its owner, its review, and the terms of service."""

from __future__ import annotations

import attrs

from sandbox.due.errors import DueRefusal


@attrs.frozen(kw_only=True)
class Profile:
    kind: str
    name: str
    email: str
    country: str
    category: str
    external_id: str | None


@attrs.define(kw_only=True)
class TermsOfService:
    """The acceptance of the terms of service, which has its own token."""

    id: str
    token: str
    accepted_at: str | None = None

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "entityName": "Due Sandbox",
            "status": "accepted" if self.accepted_at else "pending",
            "link": f"/tos/{self.id}",
            "documentLinks": {
                "tos": "https://sandbox.invalid/tos",
                "privacyPolicy": "https://sandbox.invalid/privacy",
            },
            "acceptedAt": self.accepted_at,
            "token": self.token,
        }


@attrs.define(kw_only=True, eq=False)
class Account:
    """Onboarding until the review passed and the terms are accepted, then active."""

    id: str
    profile: Profile
    terms: TermsOfService
    applicant_id: str
    status: str = "onboarding"
    kyc_status: str = "pending"
    status_log: list[dict[str, str]] = attrs.field(factory=list)

    def enter(self, status: str, *, at: str) -> None:
        self.status = status
        self.status_log.append({"status": status, "timestamp": at, "reason": "", "code": ""})

    @property
    def is_ready(self) -> bool:
        return self.kyc_status == "passed" and self.terms.accepted_at is not None

    def require_active(self) -> None:
        """Raises ``DueRefusal`` unless the account may move money."""
        if self.kyc_status != "passed":
            raise DueRefusal("err_kyc_not_passed", "KYC is not passed")
        if self.terms.accepted_at is None:
            raise DueRefusal("err_tos_not_accepted", "The terms of service are not accepted")

    def view(self) -> dict[str, object]:
        profile = self.profile
        return {
            "id": self.id,
            "type": profile.kind,
            "name": profile.name,
            "email": profile.email,
            "country": profile.country,
            "category": profile.category,
            "externalId": profile.external_id,
            "status": self.status,
            "statusLog": list(self.status_log),
            "kyc": {"status": self.kyc_status, "link": self.kyc_link},
            "tos": self.terms.view(),
        }

    @property
    def kyc_link(self) -> str:
        return f"/api/bp/redirect/kyc/sumsub/{self.applicant_id}"

    def kyc_view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "type": self.profile.kind,
            "email": self.profile.email,
            "applicantId": self.applicant_id,
            "externalLink": self.kyc_link,
            "status": self.kyc_status,
            "country": self.profile.country,
            "token": self.applicant_id,
            "primaryEntity": {"name": self.profile.name, "country": self.profile.country},
        }
