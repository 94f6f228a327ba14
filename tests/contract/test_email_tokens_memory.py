from __future__ import annotations

import pytest

from adapters.memory.email_tokens import PlainEmailTokens
from ports.email_tokens import EmailTokens
from tests.contract.email_tokens import EmailTokensContract


class TestPlainLetterTokens(EmailTokensContract):
    """The twin."""

    @pytest.fixture
    def tokens(self) -> EmailTokens:
        return PlainEmailTokens()
