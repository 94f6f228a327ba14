from __future__ import annotations

import pytest

from adapters.memory.letter_tokens import PlainLetterTokens
from ports.letters import LetterTokens
from tests.contract.letter_tokens import LetterTokensContract


class TestPlainLetterTokens(LetterTokensContract):
    """The twin."""

    @pytest.fixture
    def tokens(self) -> LetterTokens:
        return PlainLetterTokens()
