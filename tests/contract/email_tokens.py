"""What every maker of letters' tokens must do."""

from __future__ import annotations

import pytest

from domain.accounts.emails import EmailPurpose, InvalidEmailToken
from ports.email_tokens import EmailTokens
from tests.support.builders import process_id

HERE = process_id(1)


class EmailTokensContract:
    """Subclasses provide the fixture ``tokens``."""

    @pytest.mark.parametrize("letter", EmailPurpose)
    def test_a_token_says_which_process_waits_for_it(
        self, tokens: EmailTokens, letter: EmailPurpose
    ) -> None:
        for waiting in (HERE, process_id(2)):
            assert tokens.read(letter, tokens.issue(letter, waiting)) == waiting

    def test_a_letter_that_is_sent_again_has_the_same_token(self, tokens: EmailTokens) -> None:
        first, again = (tokens.issue(EmailPurpose.RECOVERY, HERE) for _ in range(2))
        assert first == again

    def test_a_token_is_good_for_its_own_letter_alone(self, tokens: EmailTokens) -> None:
        verification = tokens.issue(EmailPurpose.VERIFICATION, HERE)
        with pytest.raises(InvalidEmailToken):
            tokens.read(EmailPurpose.RECOVERY, verification)

    @pytest.mark.parametrize("token", ["", ".", "nonsense", HERE, f"{HERE}.", f"{HERE}.é\udcff"])
    def test_what_is_no_token_is_refused(self, tokens: EmailTokens, token: str) -> None:
        with pytest.raises(InvalidEmailToken):
            tokens.read(EmailPurpose.VERIFICATION, token)

    def test_a_token_fits_into_a_link(self, tokens: EmailTokens) -> None:
        token = tokens.issue(EmailPurpose.VERIFICATION, HERE)
        assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()
        assert token.isascii()
