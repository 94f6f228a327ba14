"""A payout address: saved by its owner, and usable for withdrawals after a cool-down."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId
from domain.wallets.chain import Chain

LABEL_LENGTH_MAX = 50
ADDRESSES_MAX = 50
"""The most saved addresses of one investor."""


class InvalidLabel(DomainError):
    """The label is too long."""

    code = "ERR_5004"
    slug = "invalid-label"
    kind = Kind.VALIDATION


class PayoutAddressNotFound(DomainError):
    """There is no such payout address."""

    code = "ERR_5005"
    slug = "payout-address-not-found"
    kind = Kind.NOT_FOUND


class TooManyPayoutAddresses(DomainError):
    """The limit of payout addresses is reached. Remove one first."""

    code = "ERR_5006"
    slug = "too-many-payout-addresses"
    kind = Kind.CONFLICT


class AddressDenied(DomainError):
    """Payments to this address are not possible. Use another one."""

    code = "ERR_5008"
    slug = "address-denied"
    kind = Kind.BUSINESS_RULE


class PayoutAddressStage(Enum):
    SAVED = "saved"
    REMOVED = "removed"


@attrs.frozen(kw_only=True)
class CoolDown:
    """
    How long a saved address cannot be used, in seconds.

    An attacker who takes over an account needs a new address; the cool-down gives the owner time to notice.
    """

    cooling_s: int = attrs.field(validator=attrs.validators.ge(0))

    def ends_at(self, saved_at: datetime) -> datetime:
        return saved_at + timedelta(seconds=self.cooling_s)


@attrs.frozen(kw_only=True)
class PayoutAddress:
    """
    One address on one chain, saved by one investor, in the chain's canonical spelling.

    Saving it again after a removal reuses the record and restarts the cool-down; ``times`` counts that.
    """

    id: ProcessId
    investor_id: InvestorId
    chain: Chain
    address: str
    label: str
    created_at: datetime
    usable_at: datetime
    times: int = 1
    stage: PayoutAddressStage = PayoutAddressStage.SAVED

    @property
    def is_saved(self) -> bool:
        return self.stage is PayoutAddressStage.SAVED


def require_label(label: str) -> str:
    """Raises ``InvalidLabel``."""
    if len(label) > LABEL_LENGTH_MAX:
        raise InvalidLabel(f"must have 1 to {LABEL_LENGTH_MAX} characters", field="label")
    return label
