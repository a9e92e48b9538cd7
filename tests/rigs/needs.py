"""Programs and folders that some tests need and not every machine has."""

from __future__ import annotations

import os
import shutil

import pytest

#: Set to 1 where everything is installed (the CI): what is missing there is a failure and not a skip.
NEED_ALL_VARIABLE = "REDACT_TESTS_NEED_ALL"


def need(program: str) -> str:
    """Return where `program` lies; skip the test, or fail it where everything must be there, when it does not."""
    found = shutil.which(program)
    if found is not None:
        return found
    why = f"the program {program} is not installed"
    if os.environ.get(NEED_ALL_VARIABLE) == "1":
        pytest.fail(f"{why}, and {NEED_ALL_VARIABLE} is 1")
    pytest.skip(why)
