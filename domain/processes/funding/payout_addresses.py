"""The lifecycle of a payout address: saved, removed, saved again; an e-mail is sent at each save."""

from __future__ import annotations

import attrs

from domain.audit.record import AuditKind
from domain.ids import InvestorId, LookupKey, reference
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    PayoutAddressFact,
    PayoutAddressRemoved,
    PayoutAddressSaved,
)
from domain.processes.instructions import SendEmail
from domain.processes.process_type import ProcessType
from domain.wallets.chain import Chain
from domain.wallets.payout_address import PayoutAddress, PayoutAddressStage

PAYOUT_ADDRESS = "stack.payout_address"
"""The namespace of the lookup key, so that an investor has each address once."""

Outcome = Decision[PayoutAddress]


def name_of(investor_id: InvestorId, chain: Chain, address: str) -> LookupKey:
    """``address`` in any spelling."""
    spelled = chain.canonical(address)
    return LookupKey(PAYOUT_ADDRESS, f"{investor_id}:{chain.value}:{spelled}")


def save(address: PayoutAddress) -> Outcome:
    name = name_of(address.investor_id, address.chain, address.address)
    return Decision(address, instructions=(_email(address),), names=(name,))


def decide(address: PayoutAddress, fact: PayoutAddressFact) -> Outcome:
    match fact:
        case PayoutAddressRemoved() if address.is_saved:
            return Decision(attrs.evolve(address, stage=PayoutAddressStage.REMOVED))
        case PayoutAddressSaved() if not address.is_saved:
            again = attrs.evolve(
                address,
                stage=PayoutAddressStage.SAVED,
                label=fact.label,
                created_at=fact.at,
                usable_at=fact.usable_at,
                times=address.times + 1,
            )
            return Decision(again, instructions=(_email(again),))
        case PayoutAddressRemoved() | PayoutAddressSaved():
            return Decision(address)


def _email(address: PayoutAddress) -> SendEmail:
    return SendEmail(reference=reference(address.id, f"letter-{address.times}"))


def _terms(address: PayoutAddress) -> dict[str, str]:
    return {"chain": address.chain.value, "address": address.address}


PROCESS = ProcessType(
    record=PayoutAddress,
    facts=PayoutAddressFact,
    decide=decide,
    ended=frozenset({PayoutAddressStage.REMOVED}),
    opening=AuditKind.PAYOUT_ADDRESS_SAVED,
    changes={
        PayoutAddressSaved: AuditKind.PAYOUT_ADDRESS_SAVED,
        PayoutAddressRemoved: AuditKind.PAYOUT_ADDRESS_REMOVED,
    },
    terms=_terms,
)
