"""
Opening an investor's accounts at the broker and the off-ramp.

We rely on their know-your-customer checks. The tax id is stored only until the broker has it.
"""

from __future__ import annotations

from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId
from domain.limits import Tier
from domain.review.given_up import GivenUp


class OnboardingRequired(DomainError):
    """The investor's broker and off-ramp accounts are not approved yet."""

    code = "ERR_5401"
    slug = "onboarding-required"
    kind = Kind.BUSINESS_RULE


class AlreadyOnboarding(DomainError):
    """The investor has already submitted an onboarding."""

    code = "ERR_5402"
    slug = "already-onboarding"
    kind = Kind.CONFLICT


class OnboardingStage(Enum):
    SUBMITTED = "submitted"
    ACTION_REQUIRED = "action_required"
    APPROVED = "approved"
    REJECTED = "rejected"
    MANUAL_REVIEW = "manual_review"


class ProviderAccountStatus(Enum):
    """The status of the investor's account at one provider."""

    NONE = "none"
    PENDING = "pending"
    ACTION_REQUIRED = "action_required"
    APPROVED = "approved"
    REJECTED = "rejected"


@attrs.frozen(kw_only=True)
class Profile:
    """The personal data that the providers require. ``tax_id`` is deleted once it has been sent."""

    given_name: str
    family_name: str
    date_of_birth: str
    email: str
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    tax_id: str | None = attrs.field(repr=False)
    ip_address: str
    agreed_at: str


@attrs.frozen(kw_only=True)
class ProviderAccount:
    """
    An account at a provider.

    ``id`` is set once it is known; ``action_url`` is where the investor completes a required step.
    ``event_id`` is the newest event about it: an older one changes nothing.
    """

    id: str | None = None
    standing: ProviderAccountStatus = ProviderAccountStatus.NONE
    action_url: str | None = None
    event_id: str | None = None


@attrs.frozen(kw_only=True)
class Onboarding:
    """The two accounts of one investor, and the stage that follows from their statuses."""

    id: ProcessId
    investor_id: InvestorId
    profile: Profile
    stage: OnboardingStage = OnboardingStage.SUBMITTED
    broker: ProviderAccount = ProviderAccount()
    offramp: ProviderAccount = ProviderAccount()
    reason: str | None = None
    tier: Tier = Tier.BASIC
    given_up: tuple[GivenUp, ...] = ()
    others: tuple[str, ...] = ()
    """Other accounts that a provider reported for the investor; each opens one review."""
    disputed: bool = False
    """In review for one of them, which only a ruling ends."""

    def require_approved(self) -> tuple[str, str]:
        """The broker's and the off-ramp's account ids. Raises ``OnboardingRequired``."""
        if self.stage is not OnboardingStage.APPROVED or not self.broker.id or not self.offramp.id:
            raise OnboardingRequired
        return self.broker.id, self.offramp.id
