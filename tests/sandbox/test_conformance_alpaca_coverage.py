"""All methods of Alpaca's own client are tested, except for those named here."""

from __future__ import annotations

import inspect
from pathlib import Path

from alpaca.broker.client import BrokerClient
from alpaca.data.historical import StockHistoricalDataClient

HERE = Path(__file__).parent
# What the sandbox does not implement, and why.
LEFT_OUT = {
    "exercise_options_position_for_account_by_id": "the sandbox has no options",
}
# The plain HTTP verbs underneath.
VERBS = {"delete", "get", "patch", "post", "put", "response_wrapper"}


def public_methods(client: type) -> set[str]:
    methods = inspect.getmembers(client, inspect.isfunction)
    return {name for name, _ in methods if not name.startswith("_")} - VERBS


def tried() -> str:
    sources = HERE.glob("test_conformance_alpaca_*.py")
    texts = [each.read_text() for each in sources if each != Path(__file__)]
    return "\n".join([*texts, (HERE / "alpaca_sdk.py").read_text()])


def test_every_method_of_the_broker_client_is_tried_or_left_out_for_a_reason() -> None:
    called = tried()
    missing = {name for name in public_methods(BrokerClient) if f".{name}" not in called}
    assert missing == LEFT_OUT.keys()


def test_every_method_of_the_market_data_client_is_tried() -> None:
    called = tried()
    methods = public_methods(StockHistoricalDataClient)
    assert {name for name in methods if f".{name}" not in called} == set()
