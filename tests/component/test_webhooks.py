"""Webhooks are handed on byte for byte, or refused."""

from __future__ import annotations

import pytest

from ports.inbound import ForgedMessage
from tests.component.conftest import Serve
from tests.component.stub_app import Letterbox, an_application
from tests.support.world import SOURCES

BODY = b'{ "amount" : 1.0, "text": "\\u00e9" }\n'


@pytest.mark.parametrize("source", SOURCES)
async def test_the_bytes_and_headers_arrive_as_they_were_sent(serve: Serve, source: str) -> None:
    mailroom = Letterbox()
    client = await serve(an_application(mailroom=mailroom))
    headers = {"X-Circle-Signature": "c2ln"}
    response = await client.post(f"/v1/webhooks/{source}", data=BODY, headers=headers)
    assert response.status == 200
    ((received_from, body, received_headers),) = mailroom.received
    assert (received_from, body) == (source, BODY)
    assert received_headers["x-circle-signature"] == "c2ln"


async def test_a_forged_message_is_a_401(serve: Serve) -> None:
    client = await serve(an_application(mailroom=Letterbox(ForgedMessage())))
    response = await client.post("/v1/webhooks/circle", data=BODY)
    assert (response.status, (await response.json(content_type=None))["code"]) == (401, "ERR_2051")


async def test_circle_may_ask_whether_anybody_is_there(serve: Serve) -> None:
    response = await (await serve()).head("/v1/webhooks/circle")
    assert response.status == 200


async def test_nobody_else_sends_webhooks(serve: Serve) -> None:
    response = await (await serve()).post("/v1/webhooks/stripe", data=BODY)
    assert response.status == 404
