"""The bench of the desk's pages serves a filled workspace and times each page that it names."""

from __future__ import annotations

import pytest

from redact.desk.demo.speed import bench_desk


@pytest.mark.slow
def test_each_page_is_asked_for_and_timed() -> None:
    figures = bench_desk(photo_count=200, pupil_count=30, post_count=10, rounds=3)
    assert {"a draft", "its caption", "a post to approve", "take-downs"} <= {each.page for each in figures}
    assert all(0 < each.median_ms <= each.p95_ms for each in figures)
