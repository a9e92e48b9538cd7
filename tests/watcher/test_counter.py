"""Counters are read from camera names only, and a gap is what lies between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.counter import Counter, CounterRun, Gap, find_gaps, find_gaps_between, read_counter


@pytest.mark.parametrize(
    ("name", "series", "number"),
    [
        ("IMG_0412.JPG", "IMG_", 412),
        ("img_0412.jpg", "IMG_", 412),
        ("IMG_E0412.HEIC", "IMG_", 412),
        ("MVI_0413.MP4", "IMG_", 413),
        ("_MG_0412.CR2", "IMG_", 412),
        ("DSC_0001.NEF", "DSC_", 1),
        ("_DSC0001.NEF", "DSC_", 1),
        ("DSCN9999.JPG", "DSCN", 9999),
        ("DSCF1234.RAF", "DSCF", 1234),
        ("DSC01234.ARW", "DSC0", 1234),
        ("P1010412.JPG", "P101", 412),
        ("100_0412.JPG", "100_", 412),
        ("IMG_0412 (1).jpg", "IMG_", 412),
        ("IMG_0412-EDIT.jpg", "IMG_", 412),
        ("IMG_0412~2.jpg", "IMG_", 412),
    ],
)
def test_a_camera_name_has_a_counter(name: str, series: str, number: int) -> None:
    assert read_counter(name) == Counter(series, number)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20240512_101112.jpg",
        "PXL_20240512_101112345.jpg",
        "IMG-20240512-WA0001.jpg",
        "20240512_101112.jpg",
        "Sports Day 0412.jpg",
        "Screenshot_2024-05-12.png",
        "IMG_0000.JPG",
        "IMG_04123.JPG",
        "IMG_0412a.JPG",
        "scan0001.jpg",
        "0412.jpg",
        "",
        ".jpg",
        "DSC_.jpg",
    ],
)
def test_other_names_have_none(name: str) -> None:
    assert read_counter(name) is None


def gaps(*numbers: int) -> tuple[Gap, ...]:
    return find_gaps(Counter("IMG_", number) for number in numbers)


def test_a_gap_is_found_and_counted() -> None:
    (gap,) = gaps(411, 412, 431, 432)
    assert gap == Gap("IMG_", 412, 431)
    assert gap.missing == 18


def test_the_count_starts_again_after_9999() -> None:
    assert gaps(9998, 9999, 1, 2) == ()
    assert gaps(9998, 2) == (Gap("IMG_", 9998, 2),)
    assert gaps(9998, 2)[0].missing == 2


def test_no_gap_without_two_numbers_and_between_series() -> None:
    assert gaps() == () == gaps(7) == gaps(7, 7, 8)
    assert find_gaps([Counter("IMG_", 1), Counter("DSCN", 9)]) == ()


@given(st.integers(1, 9999), st.integers(5, 200), st.data())
def test_every_removed_number_is_missed(first: int, length: int, data: st.DataObject) -> None:
    """Take a run of photos, hold some back (not the first or last): exactly those are missing."""
    run = [(first - 1 + step) % 9999 + 1 for step in range(length)]
    held_back = set(data.draw(st.lists(st.sampled_from(run[1:-1]))))
    found = gaps(*(number for number in run if number not in held_back))
    missing = {(gap.after - 1 + step) % 9999 + 1 for gap in found for step in range(1, gap.missing + 1)}
    assert missing == held_back


def test_runs_have_the_gaps_of_their_numbers() -> None:
    for numbers in ([7], [9998, 9999, 1, 2], [411, 412, 431, 432], [1, 2, 5000, 9999], [*range(1, 10_000)]):
        runs = [CounterRun("IMG_", first, last) for first, last in _runs(numbers)]
        assert find_gaps_between(runs) == gaps(*numbers)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    known = set(numbers)
    firsts = sorted(number for number in known if number - 1 not in known)
    lasts = sorted(number for number in known if number + 1 not in known)
    return list(zip(firsts, lasts, strict=True))
