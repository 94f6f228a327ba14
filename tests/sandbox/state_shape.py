"""The shape of the sandbox's state: its classes, their fields, and the methods that it names."""

from __future__ import annotations

import ast
import enum
import inspect
import io
import pickle
import sys
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import attrs

from sandbox.snapshot_format import StatePickler
from sandbox.state_names import PACKAGE


class _Recorder(StatePickler):
    """Notes the classes of what it pickles, each with its fields."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), pickle.HIGHEST_PROTOCOL)
        self.fields: dict[type, list[str]] = {}

    def reducer_override(self, thing: Any) -> Any:
        cls = type(thing)
        if cls.__module__.startswith(PACKAGE) and cls not in self.fields:
            self.fields[cls] = _fields(cls, thing)
        return super().reducer_override(thing)


def shape_of(state: object) -> list[str]:
    """
    A line for each class with its fields, and one for each with the methods that a timer may call.

    The classes are those in ``state``, and those in the types of their fields.
    """
    recorder = _Recorder()
    recorder.dump(state)
    found = dict(recorder.fields)
    waiting = list(found)
    while waiting:
        for cls in _classes_in_fields(waiting.pop()):
            if cls not in found:
                found[cls] = _fields(cls, None)
                waiting.append(cls)
    modules = {sys.modules[cls.__module__] for cls in found}
    fields = [f"{_name(cls)}: {', '.join(names)}" for cls, names in found.items()]
    return sorted(fields) + sorted(line for module in modules for line in _callbacks(module))


def _name(cls: type) -> str:
    return f"{cls.__module__.removeprefix(PACKAGE)}.{cls.__qualname__}"


def _fields(cls: type, thing: Any) -> list[str]:
    """The fields that are saved; the members of an enumeration."""
    if issubclass(cls, enum.Enum):
        return [str(member.value) for member in cls]
    if "__reduce__" in vars(cls):
        return ["as it reduces itself"]
    if attrs.has(cls):
        return [field.name for field in attrs.fields(cls)]
    return sorted(thing.__getstate__()) if thing is not None else []


def _classes_in_fields(cls: type) -> Iterator[type]:
    if attrs.has(cls):
        for field in attrs.fields(attrs.resolve_types(cls)):
            yield from _classes_in(field.type)


def _classes_in(kind: Any) -> Iterator[type]:
    for part in typing.get_args(kind):
        yield from _classes_in(part)
    if isinstance(kind, type) and kind.__module__.startswith(PACKAGE):
        yield kind


def _callbacks(module: ModuleType) -> Iterator[str]:
    """The methods that a class mentions without calling them, as it passes them to clocks and watchers."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
            called = {id(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
            named = sorted(
                {
                    each.attr
                    for each in ast.walk(node)
                    if isinstance(each, ast.Attribute)
                    and id(each) not in called
                    and (each.attr in methods or each.attr in _partial_of(node))
                    and not isinstance(vars(module)[node.name].__dict__.get(each.attr), property)
                }
            )
            if named:
                name = f"{module.__name__.removeprefix(PACKAGE)}.{node.name}"
                yield f"{name} calls later: {', '.join(named)}"


def _partial_of(node: ast.ClassDef) -> set[str]:
    return {
        call.args[0].attr
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "partial"
        and isinstance(call.args[0], ast.Attribute)
    }
