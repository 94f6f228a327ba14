"""The ranges of error codes, by subject, and the modules that use them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs


@attrs.frozen(kw_only=True)
class Subject:
    """``first`` and ``last`` are numbers of codes; ``modules`` may use only codes in this range."""

    name: str
    first: int
    last: int
    modules: Sequence[str] = ()

    def has(self, code: str) -> bool:
        return self.first <= int(code.removeprefix("ERR_")) <= self.last


SUBJECTS = (
    Subject(name="General", first=1000, last=1999),
    Subject(name="Authentication", first=2000, last=2099),
    Subject(name="Authorization", first=2100, last=2999),
    Subject(
        name="Resources", first=3000, last=3999, modules=("domain.services.operations.trails",)
    ),
    Subject(name="Validation", first=4000, last=4999, modules=("domain.money",)),
    Subject(name="Wallets", first=5000, last=5099, modules=("domain.wallets",)),
    Subject(name="Deposits", first=5100, last=5199, modules=("domain.funding.deposit",)),
    Subject(name="Withdrawals", first=5200, last=5299, modules=("domain.funding.withdrawal",)),
    Subject(name="Trading", first=5300, last=5399, modules=("domain.trading",)),
    Subject(name="KYC", first=5400, last=5499, modules=("domain.accounts.onboarding",)),
    Subject(
        name="Other business rules",
        first=5500,
        last=5999,
        modules=("domain.limits", "domain.ledger", "domain.reconciliation"),
    ),
    Subject(name="Circle", first=6000, last=6099),
    Subject(name="Alpaca", first=6100, last=6199),
    Subject(name="Due", first=6200, last=6299),
    Subject(name="Database", first=7000, last=7099),
    Subject(name="Cache", first=7100, last=7199),
)


def subject_of(code: str) -> Subject:
    """Raises ``LookupError`` for a code outside every range."""
    for subject in SUBJECTS:
        if subject.has(code):
            return subject
    raise LookupError(f"{code} is in the range of no subject")
