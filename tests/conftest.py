"""What every test run shares: stories that take long run where everything is needed, and where somebody asks for them.

`pytest` leaves out what is marked `slow`, so that the default run stays under four minutes on two cores; CI sets
REDACT_TESTS_NEED_ALL and runs all; `pytest -m slow` runs them alone.
"""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow ones out, unless all are needed or somebody chose by marker."""
    if os.environ.get("REDACT_TESTS_NEED_ALL") or config.getoption("markexpr"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)
