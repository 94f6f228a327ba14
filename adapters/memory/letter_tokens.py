"""Tokens of letters that anybody could write, so that a test can."""

from __future__ import annotations

from domain.accounts.letters import InvalidLetterToken, Letter
from domain.ids import ProcessId
from ports.letters import LetterTokens


class PlainLetterTokens(LetterTokens):
    """For tests only: the letter and the process, unsigned."""

    def issue(self, letter: Letter, process_id: ProcessId) -> str:
        return f"{process_id}.{letter.value}"

    def read(self, letter: Letter, token: str) -> ProcessId:
        process_id, _, name = token.partition(".")
        if name != letter.value or not process_id:
            raise InvalidLetterToken(field="token")
        return ProcessId(process_id)
