"""A TCP relay in the place of a name: new connections reach the server that it points to now."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import urllib.parse
from collections.abc import Iterator

import attrs

from entrypoints.local.ports import LOOPBACK

CHUNK_BYTES = 65536


@attrs.define(eq=False)
class MovingName:
    """Connections that were opened before a move still lead to the server of that time."""

    _target: int
    port: int = 0
    _pipes: set[asyncio.Task[None]] = attrs.field(factory=set)
    _is_hanging: bool = False

    def hang(self) -> None:
        """Pass nothing on any more, to or from anybody; connections stay open."""
        self._is_hanging = True

    def move(self, url: str) -> None:
        """Point to the server of another URL."""
        self._target = port_of(url)

    def url(self, of: str) -> str:
        """The URL of a server, by this name."""
        parts = urllib.parse.urlsplit(of)
        credentials, _, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{credentials}@{LOOPBACK}:{self.port}").geturl()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inwards, outwards = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.close()
            return
        pipes = {
            asyncio.create_task(self._pipe(reader, outwards)),
            asyncio.create_task(self._pipe(inwards, writer)),
        }
        self._pipes |= pipes
        await asyncio.wait(pipes)
        self._pipes -= pipes

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                if not self._is_hanging:
                    writer.write(chunk)
                    await writer.drain()
        except OSError:
            return
        finally:
            writer.close()

    def cut(self) -> None:
        for pipe in self._pipes:
            pipe.cancel()


@contextlib.contextmanager
def moving_name(url: str) -> Iterator[MovingName]:
    """A name that points to the server of a URL, served by a thread of its own."""
    name, loop, is_open = MovingName(port_of(url)), asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(name.serve, LOOPBACK, 0)
        name.port = server.sockets[0].getsockname()[1]
        is_open.set()
        await stop.wait()
        server.close()
        name.cut()
        await asyncio.sleep(0)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    is_open.wait()
    try:
        yield name
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def port_of(url: str) -> int:
    return urllib.parse.urlsplit(url).port or 0
