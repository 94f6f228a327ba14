"""How the proofs beside the password change."""

from __future__ import annotations

import attrs
import pytest

from domain.accounts.mfa import MfaFactors, TotpSecret
from domain.processes.accounts import investor_lifecycle, mfa
from domain.processes.facts.accounts import (
    RESET,
    AuthenticatorConfirmed,
    AuthenticatorOffered,
    AuthenticatorRemoved,
    CodeUsed,
    MfaFact,
    PasscodeSet,
    PasswordSet,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
)
from tests.support import builders as a

SHOWN = TotpSecret(secret="old", last_step=5)
COMPLETE = MfaFactors(
    passcode_hash="passcode", offered="new", authenticator=SHOWN, recovery_hashes=("r-1", "r-2")
)
CONFIRMED = AuthenticatorConfirmed(step=9, recovery_hashes=("r-3", "r-4"))


@pytest.mark.parametrize(
    ("fact", "after"),
    [
        (PasscodeSet(passcode_hash="other"), attrs.evolve(COMPLETE, passcode_hash="other")),
        (AuthenticatorOffered(secret="newer"), attrs.evolve(COMPLETE, offered="newer")),
        (
            CONFIRMED,
            MfaFactors(
                passcode_hash="passcode",
                authenticator=TotpSecret(secret="new", last_step=9),
                recovery_hashes=("r-3", "r-4"),
            ),
        ),
        (AuthenticatorRemoved(), MfaFactors(passcode_hash="passcode")),
        (
            CodeUsed(step=6),
            attrs.evolve(COMPLETE, authenticator=TotpSecret(secret="old", last_step=6)),
        ),
        (CodeUsed(step=5), COMPLETE),
        (CodeUsed(step=4), COMPLETE),
        (RecoveryCodeUsed(code_hash="r-1"), attrs.evolve(COMPLETE, recovery_hashes=("r-2",))),
        (
            RecoveryCodesRenewed(recovery_hashes=("r-9",)),
            attrs.evolve(COMPLETE, recovery_hashes=("r-9",)),
        ),
    ],
)
def test_each_proof_changes_by_its_own_fact_and_the_same_fact_again_changes_nothing(
    fact: MfaFact, after: MfaFactors
) -> None:
    assert mfa.decide(COMPLETE, fact) == after
    assert mfa.decide(after, fact) == after


def test_what_was_not_offered_cannot_be_confirmed_nor_its_codes_used() -> None:
    assert mfa.decide(MfaFactors(), CONFIRMED) == MfaFactors()
    assert mfa.decide(MfaFactors(), CodeUsed(step=1)) == MfaFactors()


def test_a_password_set_by_letter_is_counted_apart() -> None:
    changed = investor_lifecycle.decide(a.investor(), PasswordSet(password_hash="new")).record
    assert changed == attrs.evolve(a.investor(), password_hash="new", epoch=2)
    reset = PasswordSet(password_hash="new", reason=RESET)
    assert investor_lifecycle.decide(a.investor(), reset).record == attrs.evolve(
        a.investor(), password_hash="new", epoch=2, resets=1
    )
    assert investor_lifecycle.decide(a.investor(), PasscodeSet(passcode_hash="p")).record == (
        attrs.evolve(a.investor(), factors=MfaFactors(passcode_hash="p"))
    )
