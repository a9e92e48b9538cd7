"""What others use of the watcher they find at its doors, and passing the first one costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import watcher
import watcher.fs


@pytest.mark.parametrize("name", watcher.__all__)
def test_every_name_of_the_door_is_where_it_says(name: str) -> None:
    assert getattr(watcher, name) is not None
    assert not isinstance(getattr(watcher, name), type(watcher)), "a module hides the name"


def test_each_name_stands_there_once() -> None:
    listed = [name for names in watcher._HOMES.values() for name in names.split()]
    assert sorted(listed) == sorted(set(watcher.__all__)) and len(listed) == len(watcher.__all__)
    assert all(hasattr(watcher.fs, name) for name in watcher.fs.__all__)


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'erase_everything'"):
        watcher.__getattr__("erase_everything")


def test_the_door_loads_only_what_is_asked_for() -> None:
    script = (
        "import sys; from watcher import WatcherError\n"
        "assert {name for name in sys.modules if name.startswith('watcher')} == {'watcher', 'watcher.errors'}\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
