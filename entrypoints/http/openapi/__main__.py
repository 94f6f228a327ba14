"""Prints the document: ``python -m entrypoints.http.openapi > docs/api/openapi.json``."""

from __future__ import annotations

import sys

from entrypoints.http.openapi.document import served

sys.stdout.buffer.write(served())
