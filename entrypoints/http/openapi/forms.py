"""
JSON schemas of the types of bodies and views.

Bodies are described as strictly as ``entrypoints.http.parsing`` reads them, views as
``entrypoints.http.serialization`` writes them.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from domain import ids
from domain.money import Money
from domain.quantity import Price
from entrypoints.http import parsing, serialization

Form = dict[str, Any]

DECIMAL: Form = {
    "type": "string",
    "pattern": r"^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?$",
    "example": "12.50",
}
MONEY: Form = {
    "type": "object",
    "description": "An amount of one currency or token.",
    "required": ["value", "asset"],
    "properties": {"value": DECIMAL, "asset": {"type": "string", "example": "USD"}},
}
TEXT_TAKEN: Form = {
    "type": "string",
    "minLength": 1,
    "maxLength": parsing.TEXT_LENGTH_MAX,
    "pattern": r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
}

REASON: Form = {
    **TEXT_TAKEN,
    "minLength": parsing.REASON_LENGTH_MIN,
    "maxLength": parsing.REASON_LENGTH_MAX,
}

_PLAIN: Mapping[Any, Form] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Price: DECIMAL,
    parsing.DecimalText: DECIMAL,
    parsing.Reason: REASON,
    serialization.Shares: DECIMAL,
    ids.ProcessId: {"type": "string", "format": "uuid"},
    ids.InvestorId: {"type": "string", "format": "uuid"},
    Any: {},
}


class Forms:
    """
    Turns types into schemas; classes become named components, kept in ``components``.

    ``examples`` and ``responses`` are shared by several operations.
    """

    def __init__(self) -> None:
        self.components: dict[str, Form] = {"Money": MONEY}
        self.examples: dict[str, Form] = {}
        self.responses: dict[str, Form] = {}

    def taken(self, shape: Any) -> Form:
        """The schema of a body of type ``shape``."""
        return self._of(shape, is_taken=True)

    def given(self, shape: Any) -> Form:
        """The schema of an answer of type ``shape``."""
        return self._of(shape, is_taken=False)

    def _of(self, shape: Any, *, is_taken: bool) -> Form:
        if shape is str and is_taken:
            return deepcopy(TEXT_TAKEN)
        if shape is Money:
            return _reference("Money")
        if shape in _PLAIN:
            return deepcopy(_PLAIN[shape])
        if get_origin(shape) is not None:
            return self._generic(shape, is_taken=is_taken)
        if isinstance(shape, type) and issubclass(shape, Enum):
            return {"type": "string", "enum": [each.value for each in shape]}
        if attrs.has(shape):
            return self._component(_name(shape), shape, is_taken=is_taken)
        raise TypeError(f"there is no schema for {shape}")

    def _generic(self, shape: Any, *, is_taken: bool) -> Form:
        origin, arguments = get_origin(shape), get_args(shape)
        if origin in {Union, types.UnionType}:
            return self._choice(arguments, is_taken=is_taken)
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin is Annotated:
            return self._of(arguments[0], is_taken=is_taken)
        if isinstance(origin, type) and attrs.has(origin):
            name = f"{_name(arguments[0])}{origin.__name__}"
            return self._component(name, shape, is_taken=is_taken)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": True}
        if isinstance(origin, type) and issubclass(origin, Sequence):
            items = self._of(arguments[0], is_taken=is_taken)
            form = {"type": "array", "items": items}
            return {**form, **_bounds(items)} if is_taken else form
        raise TypeError(f"there is no schema for {shape}")

    def _choice(self, members: Sequence[Any], *, is_taken: bool) -> Form:
        forms = [self._of(each, is_taken=is_taken) for each in members if each is not type(None)]
        form = forms[0] if len(forms) == 1 else {"oneOf": forms}
        return self._nullable(form) if type(None) in members else form

    def _nullable(self, form: Form) -> Form:
        """``nullable`` has an effect only beside a ``type``, so a reference is replaced by its schema."""
        if "$ref" in form:
            form = deepcopy(self.components[form["$ref"].rpartition("/")[2]])
        if "enum" in form:
            form["enum"] = [*form["enum"], None]
        return {**form, "nullable": True}

    def _component(self, name: str, shape: Any, *, is_taken: bool) -> Form:
        if name not in self.components:
            self.components[name] = self._object(shape, is_taken=is_taken)
        return _reference(name)

    def _object(self, shape: Any, *, is_taken: bool) -> Form:
        cls = get_origin(shape) or shape
        bound = _arguments(cls, get_args(shape))
        hints = get_type_hints(cls, include_extras=True)
        fields = {field.name: _filled(hints[field.name], bound) for field in attrs.fields(cls)}
        needed = [f.name for f in attrs.fields(cls) if not is_taken or f.default is attrs.NOTHING]
        form: Form = {
            "type": "object",
            "properties": {
                name: self._of(hint, is_taken=is_taken) for name, hint in fields.items()
            },
        }
        if needed:
            form["required"] = needed
        if is_taken:
            form["additionalProperties"] = False
        if description := _description(cls):
            form["description"] = description
        return form


def _bounds(items: Form) -> Form:
    """The bounds of a list in a body: each of the choices at most once."""
    return {"minItems": 1, "maxItems": len(items["enum"]), "uniqueItems": True}


def _reference(name: str) -> Form:
    return {"$ref": f"#/components/schemas/{name}"}


def _name(cls: Any) -> str:
    """The class's name; a view has the name of what it shows."""
    return str(cls.__name__).removesuffix("View")


def _description(cls: Any) -> str:
    """The class's own docstring, without those that attrs generates."""
    text = " ".join((cls.__doc__ or "").split())
    return "" if text.startswith("Method generated") else text.replace("``", "`")


def _arguments(cls: Any, arguments: Sequence[Any]) -> Mapping[Any, Any]:
    return dict(zip(getattr(cls, "__parameters__", ()), arguments, strict=True))


def _filled(hint: Any, bound: Mapping[Any, Any]) -> Any:
    """``hint`` with its type variables replaced by what they stand for."""
    wanted = getattr(hint, "__parameters__", ())
    if isinstance(hint, TypeVar):
        return bound[hint]
    return hint[tuple(bound[each] for each in wanted)] if wanted else hint
