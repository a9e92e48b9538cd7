"""A frozen value whose methods are made late is the value that `dataclasses` makes at once, in all that one can ask."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest

from redact import on_first_use
from redact.audit.events import Event
from redact.redaction.values import Plan, Region


def late(cls: type) -> Any:
    """Make a value as one of the program's own is made."""
    cls.__module__ = on_first_use.__name__
    made = on_first_use.dataclass(frozen=True, slots=True)(cls)
    made.__module__ = __name__
    return made


def at_once(cls: type) -> Any:
    """Make it as `dataclasses` does by itself."""
    return on_first_use._dataclass(frozen=True, slots=True)(cls)


WAYS = pytest.mark.parametrize("way", [at_once, late])


def make(way: Callable[[type], Any]) -> Any:
    class Value:
        """One of each kind of field."""

        name: str
        places: tuple[int, ...] = ()
        notes: list[str] = dataclasses.field(default_factory=list, compare=False)
        secret: str = dataclasses.field(default="", repr=False, kw_only=True)

        def __post_init__(self) -> None:
            if not self.name:
                raise ValueError

        @property
        def length(self) -> int:
            return len(self.name)

    made = way(Value)
    made.__qualname__ = made.__name__ = way.__name__.title().replace("_", "")
    setattr(sys.modules[__name__], made.__name__, made)
    return made


@WAYS
def test_it_is_made_compared_and_printed_alike(way: Callable[[type], Any]) -> None:
    value = make(way)
    one, same, other = value("a", (1,), ["x"], secret="s"), value(name="a", places=(1,), secret="s"), value("b")
    assert (one == same, hash(one) == hash(same), one == other, one != other, one == "a") == (
        True, True, False, True, False
    )  # fmt: skip
    assert repr(one) == f"{value.__qualname__}(name='a', places=(1,), notes=['x'])"
    assert (one.length, other.notes, other.notes is value("b").notes) == (1, [], False)
    assert {one: 1}[same] == 1
    match one:
        case value(name, places, notes):
            assert (name, places, notes) == ("a", (1,), ["x"])
        case _:
            pytest.fail("it does not match its own places")


@WAYS
def test_each_method_may_be_the_first_that_is_called(way: Callable[[type], Any]) -> None:
    for first in (repr, hash, lambda each: each == each, lambda each: dataclasses.replace(each, name="c")):  # noqa: PLR0124
        value = make(way)
        born = object.__new__(value)
        for field, content in zip(dataclasses.fields(value), ("a", (), [], ""), strict=True):
            object.__setattr__(born, field.name, content)
        assert first(born) == first(value("a"))


@WAYS
def test_what_does_not_fit_is_refused_alike(way: Callable[[type], Any]) -> None:
    value = make(way)
    with pytest.raises(ValueError, match="^$"):
        value("")
    for arguments, named in (((), {}), (("a", (), [], "s"), {}), (("a",), {"wrong": 1})):
        with pytest.raises(TypeError, match="argument"):
            value(*arguments, **named)
    one = value("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    assert not hasattr(one, "__dict__")


@WAYS
def test_it_is_copied_pickled_and_taken_apart_alike(way: Callable[[type], Any]) -> None:
    one = make(way)("a", (1, 2), ["x"], secret="s")
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one)), dataclasses.replace(one)):
        assert again == one
        assert (again.notes, again.secret) == (["x"], "s")
    assert dataclasses.asdict(one) == {"name": "a", "places": (1, 2), "notes": ["x"], "secret": "s"}
    assert dataclasses.is_dataclass(one)


def test_what_one_pickles_the_other_reads() -> None:
    first, second = make(late)("a", (1,)), make(at_once)("a", (1,))
    assert first.__getstate__() == second.__getstate__()
    assert inspect.signature(type(first).__init__) == inspect.signature(type(second).__init__)


def test_the_values_of_the_program_are_made_so_and_no_others_are() -> None:
    assert dataclasses.dataclass is on_first_use.dataclass
    for value in (Plan, Region, Event):
        assert value.__dict__["__setattr__"] is on_first_use._refuse_to_set
    theirs = dataclasses.make_dataclass("Theirs", ["x"], frozen=True, slots=True)
    assert theirs.__dict__["__setattr__"] is not on_first_use._refuse_to_set
