from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder the servers' account can walk to; pytest's own are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="stack-local-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
