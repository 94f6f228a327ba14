"""``python -m scripts.branch_coverage``: the branch coverage of the domain services in the last run."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coverage import Coverage

INCLUDED = ["domain/services/*", "domain/services/**/*"]
BRANCHES_MIN_PERCENT = 95.0


def main() -> int:
    """Print the coverage by file; return 1 if too few branches were reached, else 0."""
    run = Coverage()
    run.load()
    run.report(include=INCLUDED, show_missing=True, file=sys.stdout)
    reached = branches_percent(_totals(run))
    print(
        f"\nbranches reached: {reached:.1f} %, at least {BRANCHES_MIN_PERCENT:.0f} % are required"
    )
    return 0 if reached >= BRANCHES_MIN_PERCENT else 1


def branches_percent(totals: Mapping[str, Any]) -> float:
    """The percentage of branches only; coverage's own figure includes statements."""
    return 100.0 * int(totals["covered_branches"]) / int(totals["num_branches"])


def _totals(run: Coverage) -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        run.json_report(include=INCLUDED, outfile=str(path))
        totals: Mapping[str, Any] = json.loads(path.read_text())["totals"]
    return totals


if __name__ == "__main__":
    sys.exit(main())
