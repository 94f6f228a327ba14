"""
How a state is written and read: a pickle, because the state is a graph.

Timers and receivers are methods of the objects that they change. Reading a pickle calls what it
names, so reading one allows the sandbox's own classes, and of other modules only what ``STANDARD`` lists.
"""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Mapping
from functools import cache
from types import FunctionType, MethodType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from sandbox.state_names import PACKAGE, class_today, fields_today, method_today

STANDARD: Mapping[str, frozenset[str]] = {
    "builtins": frozenset({"dict", "frozenset", "int", "list", "set"}),
    "collections": frozenset({"Counter", "OrderedDict", "defaultdict", "deque"}),
    "datetime": frozenset({"date", "datetime", "timedelta", "timezone"}),
    "decimal": frozenset({"Decimal"}),
    "domain.money": frozenset({"Asset", "Money", "Rate"}),
    "fractions": frozenset({"Fraction"}),
    "functools": frozenset({"partial"}),
    "random": frozenset({"Random"}),
}
_PRIVATE_KEYS = (ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey, rsa.RSAPrivateKey)


def dump(state: object) -> bytes:
    buffer = io.BytesIO()
    StatePickler(buffer, pickle.HIGHEST_PROTOCOL).dump(state)
    return buffer.getvalue()


def load(content: bytes) -> Any:
    """Raises ``pickle.UnpicklingError`` for a name that a state has no use for."""
    return StateUnpickler(io.BytesIO(content)).load()


def load_key(der: bytes) -> Any:
    """A private key from its PKCS #8 form, as state files name it."""
    return load_der_private_key(der, password=None)


class StatePickler(pickle.Pickler):
    """Pickles private keys too, which the library that makes them does not."""

    def reducer_override(self, thing: Any) -> Any:
        if not isinstance(thing, _PRIVATE_KEYS):
            return NotImplemented
        der = thing.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return load_key, (der,)


class StateUnpickler(pickle.Unpickler):
    """Finds what a state consists of under its names of today, and nothing else."""

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) == ("builtins", "getattr"):
            return _method
        if name in STANDARD.get(module, ()):
            return getattr(importlib.import_module(module), name)
        module, name = class_today(module, name)
        if (module, name) == (load_key.__module__, load_key.__name__):
            return load_key
        found = _own_class(module, name)
        return _reading_old_fields(found) if fields_today(found) else found


def _own_class(module: str, name: str) -> type:
    found = None
    if module.startswith(PACKAGE):
        found = vars(importlib.import_module(module)).get(name)
    if not isinstance(found, type) or found.__module__ != module:
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a state")
    return found


def _method(owner: object, name: str) -> MethodType:
    """The method of one of the sandbox's objects, which may be half read; never another attribute."""
    cls = type(owner)
    function = getattr(cls, method_today(cls, name), None)
    if not cls.__module__.startswith(PACKAGE) or not isinstance(function, FunctionType):
        raise pickle.UnpicklingError(f"{cls.__name__}.{name} is not a method of the sandbox")
    return MethodType(function, owner)


@cache
def _reading_old_fields(cls: type) -> type:
    """A subclass of ``cls`` that renames the fields of the state it is given, and becomes ``cls``."""

    def __setstate__(self: Any, state: Mapping[str, Any]) -> None:  # noqa: N807 - pickle's name
        object.__setattr__(self, "__class__", cls)
        today = {fields_today(cls).get(name, name): value for name, value in state.items()}
        if hasattr(self, "__setstate__"):
            self.__setstate__(today)
        else:
            vars(self).update(today)

    shape = {"__slots__": (), "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    return type(cls.__name__, (cls,), {**shape, "__setstate__": __setstate__})
