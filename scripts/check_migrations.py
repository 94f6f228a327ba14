"""
Refuses migrations that lose data, block other sessions, or cannot be rolled back.

Squawk checks the statements of every up migration, and a few rules of our own check the rest. A mark in the
migration, or in its check file, allows what a rule refuses: ``-- allow: <rule> because <reason>``. What the
previous release still needs may be removed only in a ``post`` migration, with or without a mark. An unused
mark is refused too. ``python -m scripts.check_migrations [folder]``
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs
import orjson

MIGRATIONS = Path(__file__).parents[1] / "migrations"
SQUAWK = Path(sys.executable).with_name("squawk")
SQUAWK_LIMIT_S = 60

NOT_OURS: Mapping[str, str] = {
    "prefer-robust-stmts": "a migration is one transaction, so it cannot be half applied",
    "require-lock-timeout": "the migrator sets it",
    "require-statement-timeout": "the migrator sets it",
    "prefer-bigint-over-int": "a column is as wide as what it holds",
    "prefer-bigint-over-smallint": "a column is as wide as what it holds",
}
"""Rules of Squawk that do not apply, and why."""

CONTRACTING = frozenset(
    {
        "ban-drop-column",
        "ban-drop-table",
        "ban-drop-view",
        "changing-column-type",
        "deletes-rows",
        "renaming-column",
        "renaming-table",
    }
)
"""Rules that protect what the code of the previous release uses."""

_OWN_RULES: Mapping[str, re.Pattern[str]] = {
    "deletes-rows": re.compile(r"^\s*TRUNCATE\b|\bDELETE\s+FROM\b", re.IGNORECASE),
    "lifts-a-guard": re.compile(r"\b(DROP|DISABLE)\s+TRIGGER\b", re.IGNORECASE),
    "locks-a-table": re.compile(r"^\s*LOCK\b", re.IGNORECASE),
    "controls-the-transaction": re.compile(
        r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b", re.IGNORECASE
    ),
}
_NAME = re.compile(r"(?P<number>\d{4})_(?P<phase>pre|post)_[a-z_]+")
_FILE = re.compile(r"(?P<name>.+)\.(up|down|check)\.sql")
_MARK = re.compile(r"^-- allow: (?P<rule>[a-z-]+)(?: because (?P<reason>\S.*))?$", re.MULTILINE)
# The body of a function, which does not run yet; that of a DO statement runs at once.
_BODY = re.compile(r"(?<!\bDO )\$(\w*)\$.*?\$\1\$", re.DOTALL)
_COMMENT = re.compile(r"--.*?$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_RENAMED = re.compile(r"ALTER FUNCTION (\w+)\s*\([^)]*\) RENAME TO", re.IGNORECASE)


@attrs.frozen
class Finding:
    """A migration and the rule that it breaks."""

    migration: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.rule}: {self.message}"


def check(folder: Path = MIGRATIONS) -> Sequence[Finding]:
    """The findings on the migrations of a folder that no mark allows."""
    ups = sorted(folder.glob("*.up.sql"))
    found = [*_files(folder), *(each for up in ups for each in _statements(up)), *_squawk(ups)]
    return [finding for up in ups for finding in _after_marks(up, found)] + [
        finding for finding in found if not (folder / f"{finding.migration}.up.sql").exists()
    ]


def _files(folder: Path) -> Iterator[Finding]:
    """Check names, numbers, down migrations and check files."""
    names = []
    for path in sorted(folder.glob("*.sql")):
        if (known := _FILE.fullmatch(path.name)) is None:
            yield Finding(path.name, "name", "is neither .up.sql, .down.sql nor .check.sql")
        elif not path.with_name(f"{known['name']}.up.sql").exists():
            yield Finding(known["name"], "no-way-up", f"{path.name} belongs to nothing")
        elif path.name.endswith(".up.sql"):
            names.append(known["name"])
    for expected, name in enumerate(names, start=1):
        parts = _NAME.fullmatch(name)
        if parts is None:
            yield Finding(name, "name", "is not NNNN_pre_name or NNNN_post_name")
        elif int(parts["number"]) != expected:
            yield Finding(name, "number", f"comes where {expected:04} should")
        if not (folder / f"{name}.down.sql").exists():
            yield Finding(name, "no-way-down", "has no .down.sql")
        if missing := [when for when in ("before", "after") if not _says(folder, name, when)]:
            yield Finding(name, "no-checks", f".check.sql has nothing under {missing}")


def _says(folder: Path, name: str, when: str) -> bool:
    checks = folder / f"{name}.check.sql"
    return checks.exists() and f"-- {when}: " in checks.read_text()


def _statements(up: Path) -> Iterator[Finding]:
    name = up.name.removesuffix(".up.sql")
    for statement in _COMMENT.sub("", _BODY.sub("''", up.read_text())).split(";"):
        for rule, pattern in _OWN_RULES.items():
            if pattern.search(statement):
                yield Finding(name, rule, " ".join(statement.split())[:80])


def _squawk(ups: Sequence[Path]) -> Iterator[Finding]:
    if not ups:
        return
    options = ("--assume-in-transaction", "--reporter=json", f"--exclude={','.join(NOT_OURS)}")
    done = subprocess.run(  # noqa: S603 - our own tool on our own files
        (str(SQUAWK), *options, *map(str, ups)),
        capture_output=True,
        timeout=SQUAWK_LIMIT_S,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"squawk failed: {done.stderr.decode()}")
    for each in orjson.loads(done.stdout or b"[]"):
        up = Path(each["file"])
        if not (each["rule_name"] == "renaming-object" and _is_made_again(up, each["line"])):
            name, place = up.name.removesuffix(".up.sql"), f"line {each['line'] + 1}"
            yield Finding(name, each["rule_name"], f"{place}: {each['message']}")


def _is_made_again(up: Path, line: int) -> bool:
    """Whether a renamed function is replaced by a new one with its old name, which callers still find."""
    text = up.read_text()
    renamed = _RENAMED.search(text.splitlines()[line])
    if renamed is None:
        return False
    anew = rf"CREATE (OR REPLACE )?FUNCTION {renamed[1]}\s*\("
    return re.search(anew, text, re.IGNORECASE) is not None


def _after_marks(up: Path, found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings on one migration that its marks do not allow, and its wrong marks."""
    name = up.name.removesuffix(".up.sql")
    own = [finding for finding in found if finding.migration == name]
    marks = {mark["rule"]: mark["reason"] for mark in _MARK.finditer(_marked(up, name))}
    for finding in own:
        if finding.rule in CONTRACTING and "_post_" not in name:
            yield attrs.evolve(finding, message=f"{finding.message} (only a post migration may)")
        elif not marks.get(finding.rule):
            yield finding
    for rule, reason in marks.items():
        if reason is None:
            yield Finding(name, rule, "the mark gives no reason")
        if rule not in {finding.rule for finding in own}:
            yield Finding(name, rule, "the mark allows what is not there")


def _marked(up: Path, name: str) -> str:
    checks = up.with_name(f"{name}.check.sql")
    return up.read_text() + "\n" + (checks.read_text() if checks.exists() else "")


def main(argv: Sequence[str]) -> int:
    """Return 0 if there are no findings, else 1."""
    findings = check(*(Path(word) for word in argv[:1]))
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings to correct" if findings else "no findings in the migrations")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
