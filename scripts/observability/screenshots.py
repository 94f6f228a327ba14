"""Takes pictures of the pages for the documentation, with a headless Chromium."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import attrs

from entrypoints.local.errors import CannotStart, LocalFailure

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 1360
LOADED_MS = 8000
LIMIT_S = 60.0
BYTES_MAX = 200_000


@attrs.frozen
class Picture:
    name: str
    path: str
    height: int


def take(pictures: Sequence[Picture], *, url: str, folder: Path) -> None:
    """Write one file each. Raises ``CannotStart`` without a browser, ``LocalFailure`` if one fails."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise CannotStart("Chromium is not installed: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        file = folder / f"{picture.name}.png"
        _take(browser, picture, url=url, file=file)
        if not file.exists() or file.stat().st_size > BYTES_MAX:
            raise LocalFailure(f"{file} is missing or larger than {BYTES_MAX} bytes")


def _take(browser: str, picture: Picture, *, url: str, file: Path) -> None:
    file.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="stack-browser-") as profile:
        arguments = (
            browser,
            "--headless",
            "--no-sandbox",  # it shows our own pages only, and may be run by root
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{picture.height}",
            f"--virtual-time-budget={LOADED_MS}",
            f"--screenshot={file}",
            f"{url}{picture.path}",
        )
        subprocess.run(  # noqa: S603 - the command is ours
            arguments, check=False, capture_output=True, timeout=LIMIT_S
        )
