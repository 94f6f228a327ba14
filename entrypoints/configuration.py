"""
Reads the settings from files and environment variables, and checks them once.

``configs/default.toml``, then ``configs/<environment>.toml``, then variables:
``STACK__CIRCLE__API_KEY`` sets ``circle.api_key``, and a few well-known names (``DATABASE_URL``,
``REDIS_URL``, ``STACK_HTTP_PORT``) set their usual keys. Every key that is missing, unknown or of the wrong
type is reported by its path, all in one message.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from types import GenericAlias
from typing import Any, cast, get_args, get_origin

import cattrs

from domain.errors import DomainError
from domain.money import USD, Money
from entrypoints.settings import Network, Settings

CONFIGS = Path(__file__).parents[1] / "configs"
PREFIX = "STACK__"
_WELL_KNOWN = {
    "DATABASE_URL": ("postgres", "dsn"),
    "REDIS_URL": ("redis", "url"),
    "STACK_HTTP_PORT": ("http", "port"),
    "STACK_LOG_LEVEL": ("log_level",),
}
_RENAMED = {
    "patience": (
        "retries",
        {
            "inquiry_s": "lookup_s",
            "inquiry_max_s": "lookup_max_s",
            "inquiries_max": "lookups_max",
        },
    ),
}
"""Tables and keys of the release 2026.11, whose old names are read until the release after the next."""


class InvalidConfiguration(Exception):
    """The settings are invalid; the message lists every reason with its path."""


def load(environ: Mapping[str, str] = os.environ, *, configs: Path = CONFIGS) -> Settings:
    """Read all settings. Raises ``InvalidConfiguration``."""
    document = _read(configs / "default.toml")
    environment = environ.get("STACK_ENVIRONMENT", document["environment"])
    own = configs / f"{environment}.toml"
    if not own.exists():
        raise InvalidConfiguration(f"no configuration for STACK_ENVIRONMENT={environment}")
    for layer in (
        _read(own),
        _read(configs / "baskets.toml"),
        _sandbox(environ),
        _variables(environ),
    ):
        _overlay(document, _with_current_names(layer))
    document["environment"] = environment
    return _structure(document)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def _sandbox(environ: Mapping[str, str]) -> dict[str, Any]:
    """``STACK_SANDBOX_URL`` points all providers at the sandbox."""
    url = environ.get("STACK_SANDBOX_URL")
    if not url:
        return {}
    return {
        "circle": {"base_url": f"{url}/circle"},
        "due": {"base_url": f"{url}/due", "app_url": url},
        "harbor": {"base_url": f"{url}/harbor"},
        "nodes": {
            "urls": {
                "polygon": f"{url}/nodes/MATIC-AMOY",
                "solana": f"{url}/nodes/SOL-DEVNET",
            }
        },
        "alpaca": {
            "base_url": f"{url}/alpaca",
            "data_url": f"{url}/alpaca-data",
            "auth_url": f"{url}/alpaca-auth",
        },
    }


def _variables(environ: Mapping[str, str]) -> dict[str, Any]:
    layer: dict[str, Any] = {}
    for name, value in environ.items():
        if name.startswith(PREFIX):
            _set(layer, tuple(name.removeprefix(PREFIX).lower().split("__")), value)
        elif name in _WELL_KNOWN:
            _set(layer, _WELL_KNOWN[name], value)
    if "STACK_HTTP_PORT" in environ:
        layer.setdefault("http", {}).setdefault(
            "public_url", f"http://127.0.0.1:{environ['STACK_HTTP_PORT']}"
        )
    return layer


def _with_current_names(layer: Mapping[str, Any]) -> dict[str, Any]:
    current = dict(layer)
    for old, (name, keys) in _RENAMED.items():
        if old in current:
            table = {keys.get(key, key): value for key, value in current.pop(old).items()}
            current[name] = {**table, **current.get(name, {})}
    return current


def _set(layer: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    *parents, last = path
    for parent in parents:
        layer = layer.setdefault(parent, {})
    layer[last] = value


def _overlay(document: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, Mapping) and isinstance(document.get(key), dict):
            _overlay(document[key], value)
        else:
            document[key] = value


def _structure(document: Mapping[str, Any]) -> Settings:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(bool, lambda value, _: _boolean(value))
    converter.register_structure_hook(Money, lambda value, _: _dollars(value))
    converter.register_structure_hook(Network, lambda value, _: ip_network(value))
    converter.register_structure_hook_func(
        lambda shape: cast(Any, get_origin(shape)) is tuple,
        lambda value, shape: tuple(converter.structure(_listed(value), _list_like(shape))),
    )
    try:
        return converter.structure(document, Settings)
    except cattrs.BaseValidationError as error:
        reasons: Sequence[str] = cattrs.transform_error(error, format_exception=_reason)
        lines = "\n  ".join(
            reason.replace(" @ $", " at ").replace("at .", "at ") for reason in reasons
        )
        raise InvalidConfiguration(f"invalid configuration:\n  {lines}") from None


def _reason(error: BaseException, shape: type | None) -> str:
    """Our own validators word their message; cattrs formats the others without the value."""
    match error:
        case ValueError(args=[str(reason)]):
            return reason
        case _:
            return cattrs.v.format_exception(error, shape)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise ValueError("neither true nor false")


def _dollars(value: Any) -> Money:
    try:
        return Money.of(str(value), USD)
    except DomainError as error:
        raise ValueError(error.detail) from None


def _listed(value: Any) -> Any:
    """Split the text of a variable at its commas; the list of a file stays."""
    return [word for word in value.split(",") if word] if isinstance(value, str) else value


def _list_like(shape: Any) -> Any:
    """The list type with the items of this tuple; unlike for a tuple, errors then name the item."""
    return GenericAlias(list, get_args(shape)[0])
