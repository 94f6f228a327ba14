"""What a password, an e-mail address, a passcode and a recovery code may be."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from domain.accounts import mfa
from domain.accounts.investor import (
    InvalidEmail,
    InvestorStage,
    WeakPassword,
    normalized_email,
    require_strong,
)
from domain.accounts.mfa import MfaFactors, TotpSecret, WeakPasscode
from domain.accounts.roles import Role
from tests.support import builders as a

LOCAL_64 = "a" * 64
LABEL_63 = "b" * 63


def address(last_label: int) -> str:
    return f"{LOCAL_64}@{LABEL_63}.{LABEL_63}.{'c' * last_label}"


@pytest.mark.parametrize("length", [10, 11, 199, 200])
def test_a_password_of_10_to_200_characters_is_strong(length: int) -> None:
    assert require_strong("x" * length) == "x" * length


@pytest.mark.parametrize("length", [0, 9, 201])
def test_a_shorter_or_longer_password_is_refused_and_the_bounds_are_told(length: int) -> None:
    with pytest.raises(WeakPassword, match="10 to 200 characters") as refused:
        require_strong("x" * length)
    assert refused.value.field == "password"
    with pytest.raises(WeakPassword) as named:
        require_strong("x" * length, field="new_password")
    assert named.value.field == "new_password"


def test_an_email_address_has_at_most_254_characters() -> None:
    assert len(address(61)) == 254
    assert normalized_email(address(61)) == address(61)
    with pytest.raises(InvalidEmail) as refused:
        normalized_email(address(62))
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    "email",
    [f"a{LOCAL_64}@example.org", f"ada@{LABEL_63}b.org", "@example.org", "ada@-b.org", "ada@org"],
)
def test_an_email_address_with_a_part_that_is_too_long_or_malformed_is_refused(email: str) -> None:
    with pytest.raises(InvalidEmail):
        normalized_email(email)


def test_an_email_address_is_compared_without_case_and_blanks_around_it() -> None:
    assert normalized_email(" Ada.L@Example.ORG\n") == "ada.l@example.org"


@pytest.mark.parametrize(
    "passcode",
    ["012345", "123456", "456789", "987654", "654321", "543210"],
)
def test_a_passcode_of_digits_in_a_row_is_refused(passcode: str) -> None:
    with pytest.raises(WeakPasscode) as refused:
        mfa.require_passcode(passcode)
    assert refused.value.field == "passcode"


@pytest.mark.parametrize("passcode", ["000000", "999999", "28407", "2840719", "28407a", ""])
def test_a_passcode_is_six_digits_that_differ(passcode: str) -> None:
    with pytest.raises(WeakPasscode) as refused:
        mfa.require_passcode(passcode, field="new_passcode")
    assert refused.value.field == "new_passcode"


@pytest.mark.parametrize("passcode", ["284071", "890123", "012346", "012245", "111112", "210987"])
def test_any_other_six_digits_are_a_passcode(passcode: str) -> None:
    assert mfa.require_passcode(passcode) == passcode


def test_a_recovery_code_is_80_bits_in_five_groups_and_known_however_it_is_typed() -> None:
    code = mfa.recovery_code_of("secret")
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4, 4]
    assert set(code) <= set("0123456789abcdef-")
    known = mfa.recovery_hash_of(code)
    assert code not in known
    for typed in (code.upper(), code.replace("-", ""), code.replace("-", " "), f" {code}\n"):
        assert mfa.recovery_hash_of(typed) == known
    assert mfa.recovery_hash_of(mfa.recovery_code_of("other")) != known


def test_a_proof_is_fresh_for_five_minutes_and_ten_codes_recover() -> None:
    assert timedelta(minutes=5) == mfa.STEP_UP_LIFETIME
    assert mfa.RECOVERY_CODES == 10


def test_a_fresh_proof_needs_a_passcode_and_an_authenticator() -> None:
    shown = TotpSecret(secret="sealed", last_step=1)
    assert not MfaFactors().are_complete
    assert not MfaFactors(passcode_hash="hash").are_complete
    assert not MfaFactors(authenticator=shown).are_complete
    assert MfaFactors(passcode_hash="hash", authenticator=shown).are_complete


def test_what_is_secret_of_an_investor_is_not_shown() -> None:
    secret = MfaFactors(
        passcode_hash="xyzzy",
        offered="xyzzy",
        authenticator=TotpSecret(secret="xyzzy", last_step=1),
        recovery_hashes=("xyzzy",),
    )
    assert "xyzzy" not in repr(attrs.evolve(a.investor(), password_hash="xyzzy", factors=secret))


@pytest.mark.parametrize(
    ("stage", "may_log_in", "role"),
    [
        (InvestorStage.ACTIVE, True, Role.ADMIN),
        (InvestorStage.FROZEN, True, Role.USER),
        (InvestorStage.DEACTIVATED, False, Role.USER),
    ],
)
def test_a_frozen_account_looks_at_its_own_and_a_closed_one_at_nothing(
    stage: InvestorStage, role: Role, *, may_log_in: bool
) -> None:
    investor = attrs.evolve(a.investor(), stage=stage, role=Role.ADMIN)
    assert (investor.may_log_in, investor.acting_role) == (may_log_in, role)
