"""Circle's answers as a test writes them."""

from __future__ import annotations

from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.circle.client import CircleClient
from adapters.circle.settings import CircleSettings
from adapters.http.message import Request, Response
from tests.support.transports import Answer, Scripted

SECRET = "0123456789abcdef" * 4
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

SETTINGS = CircleSettings(
    api_key="TEST_API_KEY:a:b",
    entity_secret=SECRET,
    base_url="http://circle.invalid",
    wallet_set_id="set-1",
)


def data(value: Any, *, status: int = 200) -> Response:
    return Response(status=status, headers={}, body=orjson.dumps({"data": value}))


def error(status: int, code: int, message: str = "no") -> Response:
    body = orjson.dumps({"code": code, "message": message})
    return Response(status=status, headers={}, body=body)


def over(*answers: Answer, settings: CircleSettings = SETTINGS) -> tuple[CircleClient, Scripted]:
    transport = Scripted(answers)
    return CircleClient(settings, transport=transport), transport


def sent(request: Request) -> Any:
    """The body of one try."""
    payload = request.payload()
    assert payload is not None
    return orjson.loads(payload)
