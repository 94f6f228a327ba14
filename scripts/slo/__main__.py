"""``python -m scripts.slo``: generates infrastructure/observability from configs/slo.yaml."""

from __future__ import annotations

from scripts.slo.files import Setting, files, write
from scripts.slo.model import load

if __name__ == "__main__":
    write(files(load(), Setting()))
