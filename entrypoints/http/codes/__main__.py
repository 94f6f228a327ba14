"""Prints the catalogue: ``python -m entrypoints.http.codes > docs/errors.md``."""

from __future__ import annotations

import sys

from entrypoints.http.codes.page import page

sys.stdout.write(page())
