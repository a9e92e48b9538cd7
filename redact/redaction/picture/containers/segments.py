"""The segments of one picture in a JPEG file (ITU-T T.81 annex B), from its first marker to its end mark.

Of the segments, the decoder gets those that pixels depend on; those of applications are kept apart, for what they say
of further pictures behind the end mark (jpeg.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from redact.redaction.picture.containers.layout import ZERO_RUN_BYTES, ZEROED, CutShortError, number
from redact.redaction.picture.containers.tiff import read_orientation, read_taken

PICTURE_START = b"\xff\xd8\xff"  # how a picture begins, wherever in a file it stands
MOST_TRIES = 64  # places behind a picture that begin like one; in a video of 100 MB about six do by chance
_SOI, _EOI, _SOS, _DRI, _DHT, _DQT, _DNL = 0xD8, 0xD9, 0xDA, 0xDD, 0xC4, 0xDB, 0xDC
SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_CODING = SOF | {_SOS, _DRI, _DHT, _DQT, _DNL, 0xCC}
_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # they say how numbers become colours
_TELLING_APPS = frozenset({0xE1, 0xE2})  # EXIF and XMP; colour profile, MPF and ISO 21496
SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # ends a run of coded data; FF00 and restart marks do not
NEXT = re.compile(rb"\xff[^\x00\xff]")  # the next marker of any kind
_RESTARTS = tuple(bytes([0xFF, code]) for code in range(0xD0, 0xD8))
_UNKNOWN = 16  # bits left of a coefficient of which no scan was about
_MAX_COMPONENTS = 4  # Y Cb Cr K; T.81 B.2.3 allows no more in a scan
_FF_RUN = b"\xff" * 64  # bytes; erased flash memory reads FF, an encoder writes at most a few to fill up
_MAX_SEGMENTS = 20_000  # a progressive file has about 30; each costs a microsecond


@dataclass(frozen=True, slots=True)
class App:
    """A segment of an application."""

    marker: int
    at: int  # offset of its body in the file
    body: bytes = field(repr=False)


@dataclass(slots=True)
class Walk:
    """What was seen so far of one picture."""

    end: int = 0  # offset behind what was walked
    is_ended: bool = False  # ... with its end mark
    apps: list[App] = field(default_factory=list)

    kept: list[bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    size: tuple[int, int] | None = None
    is_progressive: bool = False
    mcus: int = 0  # minimum coded units of an interleaved scan
    components: int = 0
    restart_interval: int = 0  # in MCUs; 0: none
    bits_left: dict[int, list[int]] = field(default_factory=dict)  # progressive: by component, of each coefficient
    first_symbols: dict[int, int] = field(default_factory=dict)  # table class and id -> what a code of zeros means
    scans: int = 0
    orientation: int | None = None
    taken_on: str | None = None
    damage: str | None = None


def walk_picture(data: bytes, start: int = 0) -> Walk:
    """Return what the segments of the picture say that begins at `start` with its first marker.

    Raises:
        CutShortError: No frame header, or no picture data behind it.
    """
    walk, at = Walk(), start + 2
    try:
        for _ in range(_MAX_SEGMENTS):
            at, marker = _next_marker(data, at)
            if marker == _EOI:
                walk.is_ended = True
                break
            at = _read_segment(data, at, marker, walk)
            if walk.damage:
                break
    except CutShortError:
        pass
    if walk.size is None or not walk.scans:
        raise CutShortError("no frame header, or no picture data")
    if walk.is_progressive and any(any(left) for left in walk.bits_left.values()):
        walk.damage = walk.damage or "a part of its detail is missing"
    if not walk.is_ended:
        walk.damage = walk.damage or "the picture breaks off before its end"
    walk.kept.append(b"\xff\xd9")
    walk.end = at
    return walk


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    """Return (offset behind the next marker, marker); stray bytes before it are skipped, as decoders do."""
    mark = NEXT.search(data, at)
    if mark is None:
        raise CutShortError("no marker")
    return mark.end(), data[mark.end() - 1]


def _read_segment(data: bytes, at: int, marker: int, walk: Walk) -> int:
    """Take in the segment whose marker ends at `at`; return the offset behind it (and behind its coded data)."""
    if marker in _STANDALONE:
        return at
    if marker == _SOI:
        walk.damage = "a second picture begins in the middle of the first"
        return at
    length = number(data, at, 2)
    if length < 2 or at + length > len(data):
        raise CutShortError(f"segment of {length} bytes")
    body, end = data[at + 2 : at + length], at + length
    if marker == _SOS:
        walk.scans += end < len(data)
        _note_scan(body, walk)
        start, end = end, _end_of_scan(data, end)
        _check_scan(data, start, end, body, walk)
    _note(marker, body, walk)
    if marker in _TELLING_APPS:
        walk.apps.append(App(marker, at + 2, body))
    if marker in _CODING or body.startswith(_KEPT_APPS.get(marker, b"\0no such segment")):
        walk.kept.append(b"\xff" + bytes([marker]) + data[at:end])
    return end


def _note(marker: int, body: bytes, walk: Walk) -> None:
    """Remember what a segment says about size, tables, restarts and which way is up."""
    if marker in SOF:
        height, width = number(body, 1, 2), number(body, 3, 2)
        walk.size = (width, height)
        walk.is_progressive = marker in _PROGRESSIVE
        walk.components = number(body, 5, 1)
        if walk.components > _MAX_COMPONENTS:
            raise CutShortError(f"{walk.components} components")
        walk.bits_left = {number(body, 6 + 3 * index, 1): [_UNKNOWN] * 64 for index in range(walk.components)}
        samplings = [number(body, 7 + 3 * index, 1) for index in range(walk.components)]
        across = 8 * max((sampling >> 4 for sampling in samplings), default=1) or 8
        down = 8 * max((sampling & 15 for sampling in samplings), default=1) or 8
        if walk.components == 1:
            across = down = 8  # T.81 A.2.2: a single component is never interleaved
        walk.mcus = -(-width // across) * -(-height // down)
    elif marker == _DRI:
        walk.restart_interval = number(body, 0, 2)
    elif marker == _DHT:
        _note_tables(body, walk)
    elif marker == 0xE1 and walk.orientation is None and body.startswith(b"Exif\0"):
        walk.orientation, walk.taken_on = read_orientation(body[6:]), read_taken(body[6:])


def _note_scan(header: bytes, walk: Walk) -> None:
    """Remember to how many bits a progressive scan leaves the coefficients it is about (T.81 G.1.1.1)."""
    count = number(header, 0, 1)
    start, end, low = (number(header, at, 1) for at in range(1 + 2 * count, 4 + 2 * count))
    for index in range(count):
        left = walk.bits_left.get(number(header, 1 + 2 * index, 1))
        if left is not None and start <= end < len(left):
            left[start : end + 1] = [low & 15] * (end + 1 - start)


def _note_tables(body: bytes, walk: Walk) -> None:
    """Remember what a code of zeros means in each Huffman table: always the table's first symbol (T.81 annex C)."""
    at = 0
    while at < len(body):
        symbols = sum(body[at + 1 : at + 17])
        walk.first_symbols[number(body, at, 1)] = number(body, at + 17, 1)
        at += 17 + symbols


def _end_of_scan(data: bytes, start: int) -> int:
    """Return the offset of the marker that ends the coded data beginning at `start`."""
    mark = SCAN_END.search(data, start)
    if mark is None:
        raise CutShortError("coded data without an end")
    return mark.start()


def _check_scan(data: bytes, start: int, end: int, header: bytes, walk: Walk) -> None:
    """Look for signs that the coded data of one scan is not what the camera wrote."""
    if data.find(_FF_RUN, start, end) >= 0:
        walk.damage = "a part of the picture was never written"
    elif data.find(bytes(ZERO_RUN_BYTES), start, end) >= 0 and not _may_be_zeros(header, walk):
        walk.damage = ZEROED
    elif walk.restart_interval and not walk.is_progressive and number(header, 0, 1) == walk.components:
        expected = -(-walk.mcus // walk.restart_interval) - 1
        if sum(data.count(mark, start, end) for mark in _RESTARTS) < expected:
            walk.damage = "parts of the picture are missing"


def _may_be_zeros(header: bytes, walk: Walk) -> bool:
    """Say whether a long run of zeros can be honest in this scan.

    It can where zeros mean "as before, nothing new" in every table used: a flat area, written with tables made for
    the picture.  With the usual tables, and with those of a photo, zeros mean ever more detail, which no photo has.
    A scan that refines an earlier one holds raw bits, so zeros there prove nothing.
    """
    components = number(header, 0, 1)
    selectors = [number(header, 2 + 2 * index, 1) for index in range(components)]
    spectral_start, approximation = number(header, 1 + 2 * components, 1), number(header, 3 + 2 * components, 1)
    if walk.is_progressive and approximation >> 4:
        return True
    dc = [walk.first_symbols.get(selector >> 4, 0) for selector in selectors]
    ac = [walk.first_symbols.get(0x10 | selector & 15, 0) for selector in selectors]
    used = dc + ac if not walk.is_progressive else (ac if spectral_start else dc)
    return all(symbol & 15 == 0 and symbol != 0xF0 for symbol in used)
