"""Frozen values whose methods are made when one of them is first made, and not when their module is imported.

`dataclasses` writes and compiles six functions for each frozen class: 0.8 ms, and a command imports 220 classes of
which it makes some forty, so that a quarter of a command's start was this.  Here a class gets its fields and slots at
once; `__init__`, `__repr__`, `__eq__` and `__hash__` are placeholders, and the first call of any of them has
`dataclasses` make the four and puts them in their place.  They are its own functions: nothing behaves in another way
than it did, and from then on nothing is slower.

It is switched on in one place (`redact/__init__.py`), for the packages of this program alone and for the one kind of
class that they have, `@dataclass(frozen=True, slots=True)`; every other class of the process is made as ever.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, Final, NoReturn

_PACKAGES: Final = frozenset({"redact", "watcher", "models"})
_FROZEN: Final = {"frozen": True, "slots": True}
_MADE: Final = ("__init__", "__repr__", "__eq__", "__hash__")
#: What a class may define itself; `dataclasses` has rules for each, and such a class is left to it.
_OWN: Final = frozenset({*_MADE, "__setattr__", "__delattr__", "__getstate__", "__setstate__"})

_dataclass: Final[Callable[..., Any]] = dataclasses.dataclass


def switch_on() -> None:
    """Have `dataclasses.dataclass` make the frozen values of this program so; once is as good as twice."""
    dataclasses.dataclass = dataclass


def dataclass(cls: type | None = None, /, **options: Any) -> Any:
    """Do what `dataclasses.dataclass` does, for a frozen value of this program in two parts."""
    if cls is None:
        return lambda given: dataclass(given, **options)
    return _in_two_parts(cls) if _is_ours(cls, options) else _dataclass(cls, **options)


def _is_ours(cls: type, options: dict[str, Any]) -> bool:
    is_plain = not (_OWN & cls.__dict__.keys()) and not any(map(dataclasses.is_dataclass, cls.__mro__))
    has_only_fields = not any("InitVar" in str(kind) for kind in inspect.get_annotations(cls).values())
    return options == _FROZEN and cls.__module__.partition(".")[0] in _PACKAGES and is_plain and has_only_fields


def _in_two_parts(cls: type) -> type:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else it would be written from a signature, at a cost
    made: type = _dataclass(cls, init=False, repr=False, eq=False, slots=True)
    for name in ("init", "repr", "eq", "frozen"):  # what else asks for it is told what the class will be
        setattr(made.__dataclass_params__, name, True)  # type: ignore[attr-defined]
    for name, function in {**_SHARED, **{name: _placeholder(made, name) for name in _MADE}}.items():
        setattr(made, name, function)
    return made


def _placeholder(cls: type, name: str) -> Callable[..., Any]:
    """Return what stands for a method of `cls` until it is first called."""

    def make_and_call(self: Any, /, *arguments: Any, **named: Any) -> Any:
        _make_methods(cls)
        return getattr(cls, name)(self, *arguments, **named)

    return make_and_call


def _make_methods(cls: type) -> None:
    """Have `dataclasses` make the methods, on a class with the same fields, and give them to `cls`."""
    body: dict[str, Any] = {each.name: _same(each) for each in dataclasses.fields(cls)}
    body |= {"__annotations__": {each.name: each.type for each in dataclasses.fields(cls)}}
    body |= {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    if hasattr(cls, "__post_init__"):
        body["__post_init__"] = None  # that there is one; the method that is called is the value's own
    twin = _dataclass(type(cls.__name__, (), body), frozen=True)
    for name in _MADE:
        setattr(cls, name, twin.__dict__[name])


def _same(field: dataclasses.Field[Any]) -> Any:
    kept = ("default", "default_factory", "init", "repr", "hash", "compare", "metadata", "kw_only")
    return dataclasses.field(**{name: getattr(field, name) for name in kept})


# -- what is the same for all frozen values --


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state_of(self: Any) -> list[Any]:
    """Return what is pickled: `dataclasses` has the same form for frozen classes with slots."""
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_SHARED: Final[dict[str, Callable[..., Any]]] = {
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _state_of,
    "__setstate__": _set_state,
}
