"""
Generates the skeleton of a provider: its package, a run of the contract suite, and a page.

``python -m scripts.new_provider NAME --port offramp`` writes into the repository, or into ``--into``. Every
method raises ``ProviderUnsupported``, so the suite fails until each is written. Existing files are not
overwritten.
"""

from __future__ import annotations

import argparse
import inspect
import keyword
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import attrs

from ports.brokerage import Brokerage
from ports.custody import Custodian
from ports.exchange import Exchange
from ports.offramp import Offramp

ROOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).with_name("provider")
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_IMPORTS = re.compile(r"(?:^from .*\n)+", re.MULTILINE)


@attrs.frozen(kw_only=True)
class Port:
    """A port that providers implement, and its contract suite."""

    of: type
    suite: str
    rig: str

    @property
    def module(self) -> str:
        return self.of.__module__.rpartition(".")[2]


PORTS: Mapping[str, Port] = {
    "offramp": Port(of=Offramp, suite="offramp.OfframpContract", rig="offramp_rig.OfframpRig"),
    "custody": Port(
        of=Custodian, suite="custodian.CustodianContract", rig="custodian.CustodianRig"
    ),
    "brokerage": Port(
        of=Brokerage, suite="brokerage.BrokerageContract", rig="brokerage_rig.BrokerageRig"
    ),
    "exchange": Port(of=Exchange, suite="exchange.ExchangeContract", rig="exchange.ExchangeRig"),
}


class Refused(Exception):
    """No file was written; the message says why."""


def write(name: str, port: Port, *, into: Path) -> list[Path]:
    """Write the files of the new provider and return their paths. Raises ``Refused``."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Refused(f"{name!r} is not a valid package name: {NAME.pattern}")
    files = dict(_files(name, port))
    existing = [path for path in files if (into / path).exists()]
    if existing:
        raise Refused(f"these files exist already: {', '.join(map(str, existing))}")
    for path, text in files.items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text)
    return list(files)


def wiring(name: str, port: Port) -> str:
    """The lines to add by hand, in the order in which they are needed."""
    capital = _capital(name)
    return f"""entrypoints/settings.py:  {name}: {capital}Settings
entrypoints/provider_wiring.py: "{name}": _{name},   # one line in the table of the port, or its adapter
pyproject.toml:           "adapters.{name}" in the two contracts of import-linter that list providers
scripts/effect_contracts.py: "{name}": {name.upper()},
then: pytest tests/contract -k {name}   (the suite of the port {port.module})"""


def _files(name: str, port: Port) -> Iterator[tuple[Path, str]]:
    folder = Path("adapters") / name
    words = _words(name, port)
    yield folder / "__init__.py", ""
    for template in sorted(TEMPLATES.glob("*.txt")):
        text = _sorted_imports(Template(template.read_text()).substitute(words))
        stem = template.stem
        if stem == "suite":
            yield Path("tests/contract") / f"test_{port.module}_{name}.py", text
        elif stem == "page":
            yield Path("docs/integrations") / f"{name}.md", text
        else:
            yield folder / f"{port.module if stem == 'port' else stem}.py", text


def _sorted_imports(text: str) -> str:
    """Sort the imports, whose order depends on the name of the provider."""
    return _IMPORTS.sub(
        lambda block: "".join(sorted(block.group().splitlines(keepends=True))), text
    )


def _words(name: str, port: Port) -> Mapping[str, str]:
    suite_module, suite = port.suite.split(".")
    rig_module, rig = port.rig.split(".")
    imports = _imports(f"tests.contract.{suite_module}", suite, f"tests.contract.{rig_module}", rig)
    return {
        "name": name,
        "capital": _capital(name),
        "port": port.of.__name__,
        "module": port.module,
        "suite": suite,
        "rig": rig,
        "suite_imports": imports,
        "methods": "\n\n".join(_methods(port.of)),
    }


def _imports(suite_module: str, suite: str, rig_module: str, rig: str) -> str:
    if suite_module == rig_module:
        return f"from {suite_module} import {suite}, {rig}"
    return f"from {suite_module} import {suite}\nfrom {rig_module} import {rig}"


def _methods(port: type) -> Iterator[str]:
    """The methods of the port, with any arguments; each raises ``ProviderUnsupported``."""
    for name in sorted(port.__abstractmethods__):  # type: ignore[attr-defined]
        is_async = inspect.iscoroutinefunction(getattr(port, name))
        begin = "async def" if is_async else "def"
        yield (
            f"    {begin} {name}(self, *_: Any, **__: Any) -> Any:\n"
            f'        raise errors.unsupported("not written yet", operation="{name}")'
        )


def _capital(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.new_provider")
    parser.add_argument("name", help="the name of the package, in lower case")
    parser.add_argument("--port", required=True, choices=sorted(PORTS))
    parser.add_argument(
        "--into", type=Path, default=ROOT, help="write into this folder instead of the repository"
    )
    given = parser.parse_args()
    port = PORTS[given.port]
    try:
        for path in write(given.name, port, into=given.into):
            print(f"wrote {path}")
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    print(f"\nLines to add by hand:\n{wiring(given.name, port)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
