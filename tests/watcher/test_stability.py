"""A file is at rest only when nothing moved for long enough; whatever the clocks say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fs.system import Writer
from watcher.stability import FileStat, Patience, Rest, Track, follow, judge, look_again_s, quiet_needed_s

SEEN = FileStat(size=4_000_000, mtime_ns=10**18, ctime_ns=10**18, inode=7, volume=1)
PATIENCE = Patience()


def seen(*times_s: float, stat: FileStat = SEEN) -> Track:
    """Follow an unchanged file over looks at these times."""
    track = None
    for time_s in times_s:
        track = follow(track, stat, time_s)
    assert track is not None
    return track


def test_a_file_seen_twice_alike_after_the_quiet_time_is_at_rest() -> None:
    assert judge(seen(0.0, 0.99), Writer.NONE, PATIENCE) is Rest.MOVING
    assert judge(seen(0.0, 1.0), Writer.NONE, PATIENCE) is Rest.AT_REST


def test_one_stat_is_never_enough() -> None:
    assert judge(seen(5.0), Writer.NONE, PATIENCE) is Rest.MOVING


@pytest.mark.parametrize("part", ["size", "mtime_ns", "ctime_ns", "inode", "volume"])
def test_any_change_starts_the_wait_again(part: str) -> None:
    changed = replace(SEEN, **{part: 3})
    track = follow(seen(0.0), changed, 0.75)
    assert judge(follow(track, changed, 1.5), Writer.NONE, PATIENCE) is Rest.MOVING
    assert judge(follow(track, changed, 1.75), Writer.NONE, PATIENCE) is Rest.AT_REST


def test_a_writer_keeps_it_moving_however_quiet() -> None:
    assert judge(seen(0.0, 60.0), Writer.OPEN, PATIENCE) is Rest.MOVING


def test_without_knowledge_of_writers_it_waits_longer_than_fat_counts() -> None:
    assert quiet_needed_s(seen(0.0), Writer.UNKNOWN, PATIENCE) > 2.0
    assert judge(seen(0.0, 2.0), Writer.UNKNOWN, PATIENCE) is Rest.MOVING
    assert judge(seen(0.0, 2.5), Writer.UNKNOWN, PATIENCE) is Rest.AT_REST


def test_an_empty_file_may_still_get_its_bytes() -> None:
    empty = replace(SEEN, size=0)
    assert judge(seen(0.0, 59.0, stat=empty), Writer.NONE, PATIENCE) is Rest.MOVING
    assert judge(seen(0.0, 60.0, stat=empty), Writer.NONE, PATIENCE) is Rest.AT_REST


def test_a_time_in_the_future_is_only_a_number() -> None:
    assert judge(seen(0.0, 1.0, stat=replace(SEEN, mtime_ns=4 * 10**18)), Writer.NONE, PATIENCE) is Rest.AT_REST


def test_a_clock_set_back_starts_the_wait_again() -> None:
    track = seen(1000.0, 10.0)
    assert track == Track(SEEN, 10.0, 10.0, 10.0)
    assert judge(follow(track, SEEN, 10.5), Writer.NONE, PATIENCE) is Rest.MOVING


def test_a_file_that_grows_for_ever_is_never_at_rest_and_in_the_end_reported() -> None:
    track = None
    for second in range(700):
        track = follow(track, replace(SEEN, size=second), float(second))
        expected = Rest.RESTLESS if second >= 600 else Rest.MOVING
        assert judge(track, Writer.NONE, PATIENCE) is expected


def test_the_next_look_is_when_something_can_have_changed() -> None:
    assert look_again_s(seen(0.0, 1.0), Writer.UNKNOWN, PATIENCE) == 2.5
    assert look_again_s(seen(0.0, 50.0), Writer.OPEN, PATIENCE) == 50.25


LOOKS = st.lists(st.tuples(st.floats(-5.0, 5.0), st.integers(0, 2), st.sampled_from(Writer)), min_size=1, max_size=40)


@given(LOOKS)
def test_never_at_rest_while_changing(looks: list[tuple[float, int, Writer]]) -> None:
    """Whatever the order of changes and clocks: at rest means equal looks over the whole quiet time, no writer."""
    now_s, track = 100.0, None
    history: list[tuple[float, FileStat]] = []
    for step_s, size, writer in looks:
        now_s += step_s
        stat = replace(SEEN, size=size)
        track = follow(track, stat, now_s)
        history.append((now_s, stat))
        if judge(track, writer, PATIENCE) is not Rest.AT_REST:
            continue
        assert writer is not Writer.OPEN
        same = []
        for then_s, then in reversed(history):
            if then != stat:
                break
            same.append(then_s)
        assert now_s - min(same) >= PATIENCE.quiet_s
        assert len(same) >= 2


@given(LOOKS)
def test_always_at_rest_once_it_stands_still(looks: list[tuple[float, int, Writer]]) -> None:
    now_s, track = 100.0, None
    for step_s, size, _ in looks:
        now_s += step_s
        track = follow(track, replace(SEEN, size=size), now_s)
    assert track is not None
    assert judge(follow(track, track.stat, now_s + 61), Writer.UNKNOWN, PATIENCE) is Rest.AT_REST
