"""The TCP ports of the local stack: which it wants, whether they are free, what uses them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from pathlib import Path

import attrs

from entrypoints.local.errors import CannotStart

LOOPBACK = "127.0.0.1"
PORT_MAX = 65535
_LISTENING = "0A"


@attrs.frozen
class WantedPort:
    """One port, what will listen on it, and the variable that sets it."""

    purpose: str
    variable: str
    number: int

    @classmethod
    def read(
        cls, purpose: str, *, variable: str, default: int, environment: Mapping[str, str]
    ) -> WantedPort:
        text = environment.get(variable) or str(default)
        if not text.isdecimal() or not 0 < int(text) <= PORT_MAX:
            raise CannotStart(f"{variable}={text} is not a port number (1 to {PORT_MAX})")
        return cls(purpose, variable, int(text))


def wanted_ports(environment: Mapping[str, str]) -> tuple[WantedPort, WantedPort]:
    """Return the ports of the API and of the provider sandbox."""
    return (
        WantedPort.read(
            "the API", variable="STACK_HTTP_PORT", default=8080, environment=environment
        ),
        WantedPort.read(
            "the provider sandbox",
            variable="STACK_SANDBOX_PORT",
            default=8090,
            environment=environment,
        ),
    )


def metrics_port(variable: str, *, default: int, environment: Mapping[str, str]) -> int:
    """
    Return the port that ``variable`` sets, else ``default``, or any free port if that is taken.

    No client depends on this port, so a busy default does not prevent the start.
    """
    if environment.get(variable):
        return WantedPort.read(
            "metrics", variable=variable, default=default, environment=environment
        ).number
    return default if is_free(default) else free_port()


def check_free(ports: tuple[WantedPort, ...]) -> None:
    """Raise CannotStart with every busy port, the process that uses it, and the variable to set."""
    problems = [_taken(port) for port in ports if not is_free(port.number)]
    numbers = [port.number for port in ports]
    if len(set(numbers)) < len(numbers):
        variables = " and ".join(port.variable for port in ports)
        problems.append(f"{variables} must differ: both are {numbers[0]}")
    if problems:
        raise CannotStart("\n".join(problems))


def is_free(number: int) -> bool:
    """Say whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, number))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        number: int = probe.getsockname()[1]
        return number


def _taken(port: WantedPort) -> str:
    return (
        f"port {port.number} for {port.purpose} is in use by {holder(port.number)}.\n"
        f"  Stop that process, or use another port: {port.variable}={port.number + 100} make run"
    )


def holder(number: int) -> str:
    """Describe the process that listens on a port, as far as ``/proc`` shows it."""
    inodes = _listening_inodes(number)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(link.readlink()) in inodes for link in (process / "fd").iterdir()):
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                return f"process {process.name} ({words[:80]})"
    return "a process of another account"


def _listening_inodes(number: int) -> set[str]:
    """Read the kernel's tables: column 1 is address:port in hex, 3 the state, 9 the inode."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                column = line.split()
                if column[1].endswith(f":{number:04X}") and column[3] == _LISTENING:
                    inodes.add(f"socket:[{column[9]}]")
    return inodes
