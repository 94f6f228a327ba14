"""
Prints the tests that the changes since a commit affect: ``python -m scripts.changed_tests [base]``.

A test is affected if it, a ``conftest.py`` above it, or a module that they import changed; so is all
of ``tests/architecture``, which reads files. What a test starts as a process or reads as data is not
considered, so only `make test` is complete.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import grimp

ROOT = Path(__file__).parents[1]
TESTS = "tests"
ALWAYS = "tests/architecture"
READ_BY = {
    "configs": "entrypoints.configuration",
    "migrations": "adapters.postgres.migrator",
    "scripts": "scripts",
}
"""Folders that are not packages, and the modules through which tests use them."""


def changed_files(base: str, *, root: Path = ROOT) -> set[str]:
    """Files with changes since the branch left ``base``: committed, in the work tree, or untracked."""
    fork = _git("merge-base", base, "HEAD", root=root)[0]
    return {
        *_git("diff", "--name-only", fork, root=root),
        *_git("ls-files", "--others", "--exclude-standard", root=root),
    }


def import_graph(packages: Sequence[str]) -> grimp.ImportGraph:
    """The imports of ``packages``; each test also imports the conftest files that pytest loads for it."""
    graph = grimp.build_graph(*packages, include_external_packages=True, cache_dir=None)
    for test in [module for module in graph.modules if _is_test(module)]:
        for folder in PurePosixPath(test.replace(".", "/")).parents:
            conftest = f"{folder}/conftest".replace("/", ".")
            if conftest in graph.modules:
                graph.add_import(importer=test, imported=conftest)
    return graph


def touched(changed: Iterable[str], graph: grimp.ImportGraph) -> list[str]:
    """The test files that ``changed`` files affect, and ``ALWAYS``, in order."""
    modules = {module for path in changed if (module := _module(path, graph))}
    tests = modules | {each for module in modules for each in _importers(module, graph)}
    files = {f"{test.replace('.', '/')}.py" for test in tests if _is_test(test)}
    return [ALWAYS, *sorted(file for file in files if not file.startswith(f"{ALWAYS}/"))]


def _importers(module: str, graph: grimp.ImportGraph) -> set[str]:
    """The modules that import ``module``, directly or not. A package stands for all its modules."""
    is_whole = graph.is_module_squashed(module)
    return graph.find_downstream_modules(module, as_package=not is_whole)


def _module(path: str, graph: grimp.ImportGraph) -> str | None:
    """The module of a file; for other files the nearest package, or the module that reads them."""
    top, *_ = path.split("/")
    if top in READ_BY:
        return READ_BY[top] if READ_BY[top] in graph.modules else None
    whole = PurePosixPath(path.removesuffix("/__init__.py").removesuffix(".py"))
    names = (str(each).replace("/", ".") for each in (whole, *whole.parents))
    return next((name for name in names if name in graph.modules and name != TESTS), None)


def _is_test(module: str) -> bool:
    package, _, name = module.rpartition(".")
    return package.startswith(TESTS) and name.startswith("test_")


def _git(*command: str, root: Path) -> list[str]:
    done = subprocess.run(  # noqa: S603 - the command is ours
        ["git", *command],  # noqa: S607 - the git of the PATH
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def _packages() -> Iterator[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    yield from settings["tool"]["importlinter"]["root_packages"]
    yield TESTS


def main(arguments: Sequence[str]) -> int:
    base = arguments[0] if arguments else "main"
    try:
        changed = changed_files(base)
    except subprocess.CalledProcessError as error:
        print(f"Git cannot list the changes since {base}: {error.stderr}", file=sys.stderr)
        return 1
    print(*touched(changed, import_graph(list(_packages()))), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
