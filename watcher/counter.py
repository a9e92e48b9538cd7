"""Gaps in a camera's counter: IMG_0412, then IMG_0431, and eighteen photos that were taken and not handed in.

Cameras number their files (DCF, JEITA CP-3461: four letters or digits, then 0001 to 9999, then 0001 again); phones
that write the time into the name have no counter.  A gap is a hint, not a proof: the holder may have deleted a blurred
photo before handing in, and a count that started again looks like a gap.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LAST_NUMBER = 9999  # DCF; then the camera counts 0001

# Each: a series that tells nothing of a person, then four digits, then a sign that ends the count.
_COUNTERS = tuple(
    re.compile(pattern + r"(?P<number>\d{4})(?=[._ (~-]|$)", re.IGNORECASE)
    for pattern in (
        r"(?P<series>(?:IMG|MVI|_MG|_IMG|DSC|_DSC|MOV|VID|SAM|DSCI|PICT|IMGP|KIMG)_)",  # Canon, Nikon, Apple, Samsung
        r"(?P<series>DSCN|DSCF|DSCI|IMGP|CIMG|GOPR|PICT|R00\d|L10\d)",  # Nikon, Fuji, Pentax, Casio, GoPro, Leica
        r"(?P<series>_DSC|_MG_|IMG_E)",  # Adobe RGB of Nikon, Sony and Canon; an iPhone's edited copy
        r"(?P<series>DSC\d)",  # Sony: five digits, the first one is part of the series
        r"(?P<series>P[1-9A-C][0-3]\d)",  # Panasonic P101xxxx and Olympus Pmddxxxx
        r"(?P<series>[1-9]\d\d_)",  # Kodak, older Canon: folder number, then the counter
    )
)
_SAME_COUNTER = {"MVI_": "IMG_", "MOV_": "IMG_", "_MG_": "IMG_", "_IMG_": "IMG_", "IMG_E": "IMG_", "_DSC": "DSC_"}


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a camera's count stood; carries no part of a name that a person could have given."""

    series: str  # "IMG_", "DSCN", "P101"
    number: int  # 1..9999


@dataclass(frozen=True, slots=True)
class CounterRun:
    """Counts of one series that were all seen, from the first to the last."""

    series: str
    first: int  # 1..9999
    last: int  # first..9999


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that were counted and not handed in."""

    series: str
    after: int  # the last number seen before the gap
    before: int  # the first one seen behind it

    @property
    def missing(self) -> int:
        """How many numbers the gap holds."""
        return (self.before - self.after - 1) % LAST_NUMBER


def read_counter(name: str) -> Counter | None:
    """Return the count in a file name, or None when the name carries none."""
    for pattern in _COUNTERS:
        found = pattern.match(name)
        if found and int(found["number"]):
            series = found["series"].upper()
            return Counter(_SAME_COUNTER.get(series, series), int(found["number"]))
    return None


def find_gaps(counters: Iterable[Counter]) -> tuple[Gap, ...]:
    """Return the gaps of each series, in order of series and number: see `find_gaps_between`."""
    return find_gaps_between(CounterRun(each.series, each.number, each.number) for each in set(counters))


def find_gaps_between(runs: Iterable[CounterRun]) -> tuple[Gap, ...]:
    """Return the gaps of each series, in order of series and number.

    The numbers of a series are taken as points on a circle of 9999; the largest empty stretch is where the count
    begins and ends, every other one is a gap.  So 9998, 9999, 0001 has none, and no order of arrival is needed.

    Args:
        runs: of any series, in any order; no two of a series have a number in common.
    """
    series: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for run in runs:
        series[run.series].append((run.first, run.last))
    return tuple(gap for name in sorted(series) for gap in _gaps_of(name, sorted(series[name])))


def _gaps_of(series: str, runs: list[tuple[int, int]]) -> list[Gap]:
    following = runs[1:] + runs[:1]
    stretches = [Gap(series, last, first) for (_, last), (first, _) in zip(runs, following, strict=True)]
    outside = max(stretches, key=lambda gap: (_width(gap), gap.after))
    return [gap for gap in stretches if gap is not outside and gap.missing > 0]


def _width(gap: Gap) -> int:
    """Return the missing numbers, where a single number's stretch is the whole circle."""
    return LAST_NUMBER if gap.after == gap.before else gap.missing
