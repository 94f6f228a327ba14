"""Unit tests are about our own code alone: a connection is a mistake and says so."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


class ConnectedInUnitTest(Exception):
    """A unit test tried to open a connection."""


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_socket: socket.socket, address: object) -> NoReturn:
        raise ConnectedInUnitTest(f"unit tests open no sockets, this one wanted {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
