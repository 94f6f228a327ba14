"""A client over a scripted transport, and the answers that the tests script."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.credentials import BasicCredentials
from adapters.alpaca.settings import AlpacaSettings
from adapters.http.message import Response
from domain.ids import ProcessId, reference
from tests.support.transports import Answer, Scripted

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTINGS = AlpacaSettings(
    key="key", secret="secret", firm_account_id="firm", base_url="http://b", data_url="http://d"
)
PROCESS = ProcessId("01920000-0000-7000-8000-000000000001")
REFERENCE = reference(PROCESS, "order")


def ok(document: Any) -> Response:
    return Response(status=200, headers={}, body=orjson.dumps(document))


def no(status: int, message: str = "no", code: int = 40010001) -> Response:
    return Response(
        status=status, headers={}, body=orjson.dumps({"code": code, "message": message})
    )


def scripted(*answers: Answer) -> tuple[AlpacaClient, Scripted]:
    transport = Scripted(answers)
    client = AlpacaClient(
        settings=SETTINGS, transport=transport, credentials=BasicCredentials(SETTINGS)
    )
    return client, transport


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": "o-1",
        "client_order_id": REFERENCE,
        "symbol": "AAPL",
        "status": "filled",
        "filled_qty": "0.131",
        "filled_avg_price": "190.1",
        **changes,
    }
