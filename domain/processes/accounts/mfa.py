"""How MFA factors change; deciding again on the same fact changes nothing."""

from __future__ import annotations

import attrs

from domain.accounts.mfa import MfaFactors, TotpSecret
from domain.processes.facts.accounts import (
    AuthenticatorConfirmed,
    AuthenticatorOffered,
    AuthenticatorRemoved,
    CodeUsed,
    MfaFact,
    PasscodeSet,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
)


def decide(factors: MfaFactors, fact: MfaFact) -> MfaFactors:
    match fact:
        case PasscodeSet(passcode_hash=passcode_hash):
            return attrs.evolve(factors, passcode_hash=passcode_hash)
        case AuthenticatorOffered(secret=secret):
            return attrs.evolve(factors, offered=secret)
        case AuthenticatorConfirmed() if factors.offered:
            return _confirmed(factors, factors.offered, fact)
        case AuthenticatorRemoved():
            return attrs.evolve(factors, authenticator=None, offered=None, recovery_hashes=())
        case CodeUsed(step=step):
            return _used(factors, step)
        case RecoveryCodeUsed(code_hash=used):
            left = tuple(known for known in factors.recovery_hashes if known != used)
            return attrs.evolve(factors, recovery_hashes=left)
        case RecoveryCodesRenewed(recovery_hashes=hashes):
            return attrs.evolve(factors, recovery_hashes=hashes)
        case AuthenticatorConfirmed():
            return factors


def _confirmed(factors: MfaFactors, offered: str, fact: AuthenticatorConfirmed) -> MfaFactors:
    """The confirmed authenticator replaces the previous one."""
    return attrs.evolve(
        factors,
        offered=None,
        authenticator=TotpSecret(secret=offered, last_step=fact.step),
        recovery_hashes=fact.recovery_hashes,
    )


def _used(factors: MfaFactors, step: int) -> MfaFactors:
    known = factors.authenticator
    if known is None or step <= known.last_step:
        return factors
    return attrs.evolve(factors, authenticator=attrs.evolve(known, last_step=step))
