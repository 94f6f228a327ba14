"""A headless Chromium, controlled over its own protocol."""

from __future__ import annotations

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import attrs

from tests.support.waiting import LIMIT_S

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_LIMIT_S = WAIT_LIMIT_S = LIMIT_S
POLL_S = 0.1
PORT_FILE = "DevToolsActivePort"


def executable() -> str | None:
    """The path of an installed Chromium, if any."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@attrs.define
class Page:
    """One tab. ``errors`` has what it logs as errors."""

    _socket: aiohttp.ClientWebSocketResponse
    _sent: int = 0
    errors: list[str] = attrs.field(factory=list)

    async def call(self, method: str, **params: Any) -> Any:
        self._sent += 1
        await self._socket.send_json({"id": self._sent, "method": method, "params": params})
        while True:
            message = await self._socket.receive_json(timeout=WAIT_LIMIT_S)
            if message.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.errors.append(str(message["params"]))
            if message.get("id") == self._sent:
                assert "error" not in message, message
                return message["result"]

    async def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until the expression is true."""
        async with asyncio.timeout(WAIT_LIMIT_S):
            while not await self.value(f"Boolean({expression})"):
                await asyncio.sleep(POLL_S)

    async def click(self, text: str) -> None:
        """Press the first button with this text."""
        quoted = text.replace("'", "\\'")
        await self.value(
            f"[...document.querySelectorAll('button')].find(b => b.textContent === '{quoted}').click()"
        )

    async def picture(self) -> bytes:
        """A PNG of the window."""
        shot = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def open_page(
    url: str, *, folder: Path, width: int = 1440, height: int = 1000
) -> AsyncIterator[Page]:
    """Open a tab with ``url`` in a browser that keeps its files in ``folder``, and end it afterwards."""
    browser = await asyncio.create_subprocess_exec(
        executable() or NAMES[0],
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
        *("--remote-debugging-port=0", f"--user-data-dir={folder}"),
        *(f"--window-size={width},{height}", url),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as http:
            address = await _tab(http, folder, url)
            async with http.ws_connect(address, max_msg_size=0) as socket:
                page = Page(socket)
                for domain in ("Runtime", "Log", "Page"):
                    await page.call(f"{domain}.enable")
                yield page
    finally:
        browser.kill()
        await browser.wait()


async def _tab(http: aiohttp.ClientSession, folder: Path, url: str) -> str:
    async with asyncio.timeout(START_LIMIT_S):
        while True:
            await asyncio.sleep(POLL_S)
            port = folder / PORT_FILE
            if not port.exists() or not port.read_text():
                continue
            number = port.read_text().splitlines()[0]
            async with http.get(f"http://127.0.0.1:{number}/json/list") as answer:
                tabs = await answer.json()
            for tab in tabs:
                if tab["type"] == "page" and tab["url"].startswith(url):
                    return str(tab["webSocketDebuggerUrl"])
