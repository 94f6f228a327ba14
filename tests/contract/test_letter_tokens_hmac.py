from __future__ import annotations

import pytest

from adapters.identity.letter_tokens import HmacLetterTokens
from adapters.identity.tokens import JwtTokens, TokenSettings
from adapters.memory.clock import ManualClock
from domain.accounts.letters import InvalidLetterToken, Letter
from ports.identity import InvalidToken
from ports.letters import LetterTokens
from tests.contract.letter_tokens import HERE, LetterTokensContract
from tests.support.builders import process_id

SETTINGS = TokenSettings(secret="a-secret-of-the-tests-and-nobody-else")


class TestHmacLetterTokens(LetterTokensContract):
    """Tokens that only the holder of the secret can make."""

    @pytest.fixture
    def tokens(self) -> LetterTokens:
        return HmacLetterTokens(SETTINGS)

    def test_the_token_of_one_process_is_no_token_of_another(self, tokens: LetterTokens) -> None:
        _, _, mac = tokens.issue(Letter.RECOVERY, HERE).partition(".")
        with pytest.raises(InvalidLetterToken):
            tokens.read(Letter.RECOVERY, f"{process_id(2)}.{mac}")

    def test_a_token_with_one_letter_changed_is_refused(self, tokens: LetterTokens) -> None:
        token = tokens.issue(Letter.RECOVERY, HERE)
        for place in range(len(token)):
            changed = "A" if token[place] != "A" else "B"
            with pytest.raises(InvalidLetterToken):
                tokens.read(Letter.RECOVERY, token[:place] + changed + token[place + 1 :])

    def test_a_token_of_another_secret_is_refused(self, tokens: LetterTokens) -> None:
        other = HmacLetterTokens(TokenSettings(secret="another-secret-of-the-same-length-or-so"))
        with pytest.raises(InvalidLetterToken):
            tokens.read(Letter.RECOVERY, other.issue(Letter.RECOVERY, HERE))

    def test_a_letters_token_lets_nobody_in(self, tokens: LetterTokens) -> None:
        with pytest.raises(InvalidToken):
            JwtTokens(SETTINGS, ManualClock()).verify(tokens.issue(Letter.RECOVERY, HERE))
