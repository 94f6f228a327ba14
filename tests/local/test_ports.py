from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from entrypoints.local import ports
from entrypoints.local.errors import CannotStart


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_the_defaults_are_8080_and_8090() -> None:
    assert [port.number for port in ports.wanted_ports({})] == [8080, 8090]


def test_a_taken_port_is_told_with_its_variable(taken_port: int) -> None:
    wanted = ports.wanted_ports({"STACK_HTTP_PORT": str(taken_port)})
    with pytest.raises(CannotStart, match=f"port {taken_port}.*\n.*STACK_HTTP_PORT=") as refused:
        ports.check_free(wanted[:1])
    assert refused.value.exit_code == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows who listens")
def test_the_holder_of_a_port_is_named(taken_port: int) -> None:
    assert f"process {os.getpid()}" in ports.holder(taken_port)


def test_a_port_somebody_has_just_left_is_free(taken_port: int) -> None:
    with socket.create_connection((ports.LOOPBACK, taken_port)):
        assert not ports.is_free(taken_port)
    assert ports.is_free(ports.free_port())


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_a_port_must_be_a_port_number(text: str) -> None:
    with pytest.raises(CannotStart, match=f"STACK_SANDBOX_PORT={text}"):
        ports.wanted_ports({"STACK_SANDBOX_PORT": text})


def test_two_servers_cannot_share_a_port(free_port: int) -> None:
    number = str(free_port)
    wanted = ports.wanted_ports({"STACK_HTTP_PORT": number, "STACK_SANDBOX_PORT": number})
    with pytest.raises(CannotStart, match="must differ"):
        ports.check_free(wanted)
