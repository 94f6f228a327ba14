from __future__ import annotations

import pytest

from adapters.identity.email_tokens import HmacEmailTokens
from adapters.identity.tokens import JwtTokens, TokenSettings
from adapters.memory.clock import ManualClock
from domain.accounts.emails import EmailPurpose, InvalidEmailToken
from ports.email_tokens import EmailTokens
from ports.identity import InvalidToken
from tests.contract.email_tokens import HERE, EmailTokensContract
from tests.support.builders import process_id

SETTINGS = TokenSettings(secret="a-secret-of-the-tests-and-nobody-else")


class TestHmacLetterTokens(EmailTokensContract):
    """Tokens that only the holder of the secret can make."""

    @pytest.fixture
    def tokens(self) -> EmailTokens:
        return HmacEmailTokens(SETTINGS)

    def test_the_token_of_one_process_is_no_token_of_another(self, tokens: EmailTokens) -> None:
        _, _, mac = tokens.issue(EmailPurpose.RECOVERY, HERE).partition(".")
        with pytest.raises(InvalidEmailToken):
            tokens.read(EmailPurpose.RECOVERY, f"{process_id(2)}.{mac}")

    def test_a_token_with_one_letter_changed_is_refused(self, tokens: EmailTokens) -> None:
        token = tokens.issue(EmailPurpose.RECOVERY, HERE)
        for place in range(len(token)):
            changed = "A" if token[place] != "A" else "B"
            with pytest.raises(InvalidEmailToken):
                tokens.read(EmailPurpose.RECOVERY, token[:place] + changed + token[place + 1 :])

    def test_a_token_of_another_secret_is_refused(self, tokens: EmailTokens) -> None:
        other = HmacEmailTokens(TokenSettings(secret="another-secret-of-the-same-length-or-so"))
        with pytest.raises(InvalidEmailToken):
            tokens.read(EmailPurpose.RECOVERY, other.issue(EmailPurpose.RECOVERY, HERE))

    def test_a_letters_token_lets_nobody_in(self, tokens: EmailTokens) -> None:
        with pytest.raises(InvalidToken):
            JwtTokens(SETTINGS, ManualClock()).verify(tokens.issue(EmailPurpose.RECOVERY, HERE))
