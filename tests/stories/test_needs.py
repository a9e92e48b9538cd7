"""A missing program is a skip, and a failure where everything must be there."""

from __future__ import annotations

import pytest

from tests.rigs.needs import NEED_ALL_VARIABLE, need

NOBODY_HAS = "a-program-that-nobody-has"


def test_what_is_missing_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NEED_ALL_VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match=NOBODY_HAS):
        need(NOBODY_HAS)


def test_what_is_missing_fails_where_all_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NEED_ALL_VARIABLE, "1")
    with pytest.raises(pytest.fail.Exception, match=NOBODY_HAS):
        need(NOBODY_HAS)
