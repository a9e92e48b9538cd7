"""What every test run shares: which stories it leaves out, and what thousands of short programs would each do again.

`pytest` leaves out what is marked `slow`, so that the default run stays under four minutes on two cores; CI sets
REDACT_TESTS_NEED_ALL and runs all; `pytest -m slow` runs them alone.

Property tests take the same examples in every run, so that a commit that passed passes again, wherever it is tried;
`pytest --hypothesis-profile=search` looks for new ones.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine

from redact.store import database
from redact.store.log import mirror_folder
from tests.rigs.waiting import LONGEST_S

settings.register_profile("same", derandomize=True, deadline=None)  # no deadline: a slow machine is no fault
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("same")  # before the tests are imported, whose own settings begin with it

SLOW_WEIGHT = 60  # quick tests: those take 0.1 s, the slow ones 6


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow ones out, unless all are needed or somebody chose by marker; begin with the longest files.

    A worker takes a file whole: one that comes last and is long keeps the others waiting.
    """
    slow = {item for item in items if item.get_closest_marker("slow")}
    if not os.environ.get("REDACT_TESTS_NEED_ALL") and not config.getoption("markexpr"):
        config.hook.pytest_deselected(items=[item for item in items if item in slow])
        items[:] = [item for item in items if item not in slow]
    weights = Counter[Path]()
    for item in items:
        weights[item.path] += SLOW_WEIGHT if item in slow else 1
    items.sort(key=lambda item: (-weights[item.path], item.path))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is there to stay: thousands of tests, and the modules behind them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _a_busy_disk_is_not_away() -> Iterator[None]:
    """Wait for a checkpoint mirror as long as it takes: a disk that others keep busy is no share that hangs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mirror_folder, "WAIT_S", LONGEST_S)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """Let the SQLite databases of a run share dialect and compiled statements, as all connections of one program do.

    A program opens one database and compiles each statement once; a run opens thousands, and compiling for each
    took an eighth of its time.
    """
    first, compiled = create_engine("sqlite://", module=database._sqlite_module()), dict[Any, Any]()
    with first.connect():
        pass  # from here on the dialect knows its database's version

    def create(*arguments: Any, **named: Any) -> Engine:
        engine = create_engine(*arguments, **named)
        if engine.dialect.name == first.dialect.name:
            engine.dialect = first.dialect
            engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", create)
        yield
    first.dispose()
