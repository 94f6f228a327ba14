"""
Refusals in Alpaca's words: an HTTP status and ``{"code", "message"}`` (alpaca.md §1).

guess: 40110000, 40410000, 40910000 and 42910000 follow the documented pattern of status x 100000, and where
the documents name no code for a refusal the nearest one here is used.
"""

from __future__ import annotations

from typing import ClassVar


class AlpacaRefusal(Exception):
    """The request was not carried out; nothing changed."""

    status: ClassVar[int]
    code: ClassVar[int]

    def __init__(self, message: str, **details: object) -> None:
        self.body: dict[str, object] = {"code": self.code, "message": message, **details}
        super().__init__(message)


class Malformed(AlpacaRefusal):
    status = 400
    code = 40010000


class Unauthorized(AlpacaRefusal):
    status = 401
    code = 40110000


class NotAllowed(AlpacaRefusal):
    status = 403
    code = 40310000


class Missing(AlpacaRefusal):
    status = 404
    code = 40410000


class Conflict(AlpacaRefusal):
    status = 409
    code = 40910000


class Invalid(AlpacaRefusal):
    status = 422
    code = 40010001


class UnexpectedParameter(AlpacaRefusal):
    """guess: the code; only the status and the message are known."""

    status = 400
    code = 40010000


class Unprocessable(AlpacaRefusal):
    status = 422
    code = 42210000


class TooManyRequests(AlpacaRefusal):
    status = 429
    code = 42910000
