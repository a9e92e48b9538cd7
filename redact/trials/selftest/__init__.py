"""Does this installation treat awkward files rightly?  A list of cases, and one judge.

Called by `redact selftest` and the tests.  The cases are built in memory, so the test needs no files and leaves none;
the program under test is given as a function, so the same list tries one function, a worker process or the whole
command.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, features
from pillow_heif import libheif_info

from redact.redaction.picture.output_bytes import read_output
from redact.redaction.values import Outcome, Status
from redact.trials.selftest import specimens as s

if TYPE_CHECKING:
    from collections.abc import Callable

_LEVELS = 12  # 0..255; coding twice moves a flat corner by up to 3; ignoring the P3 profile by 36
_GREY = tuple((round(0.299 * r + 0.587 * g + 0.114 * b),) * 3 for r, g, b in s.CORNERS)  # ITU-R BT.601, as in JPEG
_CLEARED = (*s.CORNERS[:3], s.WHITE)  # the last quarter was transparent
_DONE, _HELD, _REFUSED = Status.REDACTED, Status.HELD, Status.REFUSED

Colour = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One awkward file and what must become of it."""

    name: str
    data: bytes
    status: Status
    corners: tuple[Colour, ...] = s.CORNERS  # sRGB, of a redacted output: top left, top right, bottom ...
    file_name: str = "photo.jpg"  # what the file pretends to be; it must not matter


def check_case(case: Case, redact: Callable[[bytes], Outcome]) -> str | None:
    """Return what went wrong with `case`, as a sentence; None if it was treated rightly.

    Args:
        case: One of build_cases().
        redact: The program under test; it must not raise, whatever the bytes.
    """
    outcome = redact(case.data)
    if outcome.status is not case.status:
        return f"{case.name}: expected {case.status}, got {outcome.status} ({outcome.reason})."
    if outcome.status is not _DONE:
        if outcome.output is not None:
            return f"{case.name}: {outcome.status}, but there is an output."
        return None if outcome.reason else f"{case.name}: {outcome.status} without a reason."
    if outcome.output is None:
        return f"{case.name}: redacted, but there is no output."
    return _check_output(case, outcome.output)


def _check_output(case: Case, output: bytes) -> str | None:
    """Return what is wrong with the output file: more than a picture, not upright, other colours, a planted mark."""
    if problems := read_output(output):
        return f"{case.name}: the output is not clean. {' '.join(problems)}"
    if s.MARKER in output:
        return f"{case.name}: text of the source file's metadata is in the output."
    with Image.open(io.BytesIO(output), formats=["JPEG"]) as image:
        pixels = np.asarray(image.convert("RGB"))
    height, width = pixels.shape[:2]
    if (width, height) != s.SIZE:
        return f"{case.name}: the output has {width} x {height} pixels, not {s.SIZE[0]} x {s.SIZE[1]}."
    seen = [pixels[y, x] for y in (height // 8, height * 7 // 8) for x in (width // 8, width * 7 // 8)]
    if np.abs(np.array(seen, dtype=int) - np.array(case.corners)).max() > _LEVELS:
        found = ", ".join(str(tuple(int(level) for level in colour)) for colour in seen)
        return f"{case.name}: the corners are {found} and should be {case.corners}: turned, mirrored or wrong colours."
    return None


@functools.cache
def build_cases() -> tuple[Case, ...]:
    """Return every case, built in memory (about 0.3 s, 400 kB)."""
    return (*_metadata_cases(), *_jpeg_cases(), *_other_format_cases(), *_held_cases(), *_refused_cases())


def _metadata_cases() -> tuple[Case, ...]:
    turned = (Case(f"EXIF orientation {turn}", s.turned("JPEG", turn), _DONE) for turn in range(1, 9))
    return (
        *turned,
        Case("EXIF with owner, place and thumbnail", s.with_exif(), _DONE),
        Case("broken EXIF", s.with_segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f" + s.MARKER), _DONE),
        Case("XMP with names of faces", s.with_face_names(), _DONE),
        Case("IPTC caption", s.with_iptc(), _DONE),
        Case("JPEG comment", s.with_segment(0xFE, s.MARKER), _DONE),
        Case("unknown segment", s.with_segment(0xE9, s.MARKER), _DONE),
        Case("trailer behind the end", s.jpeg() + s.MARKER * 20, _DONE),
        Case("motion photo", s.with_motion(), _DONE),
        Case("preview behind the picture (MPO)", s.with_further((40, 24)), _DONE),
        Case("PNG with text", s.png_with_text(), _DONE),
    )


def _jpeg_cases() -> tuple[Case, ...]:
    return (
        Case("progressive JPEG", s.jpeg(progressive=True), _DONE),
        Case("JPEG with restart marks", s.jpeg(restart_marker_rows=1), _DONE),
        Case("JPEG with tables of its own", s.jpeg(optimize=True), _DONE),
        Case("greyscale JPEG", s.written(s.photo().convert("L"), "JPEG", quality=95), _DONE, _GREY),
        Case("CMYK JPEG", s.written(s.photo().convert("CMYK"), "JPEG", quality=95), _DONE),
        Case("YCCK JPEG", s.ycck(), _DONE),
        Case("Display P3 JPEG", s.display_p3(), _DONE),
        Case("JPEG with a broken colour profile", s.jpeg(icc_profile=b"no profile " * 30), _DONE),
    )


def _other_format_cases() -> tuple[Case, ...]:
    palette = s.photo().quantize(8)
    cases = [
        Case("PNG under the name of a JPEG", s.written(s.photo(), "PNG"), _DONE, file_name="photo.jpg"),
        Case("JPEG under the name of a video", s.jpeg(), _DONE, file_name="video.mp4"),
        Case("palette PNG", s.written(palette, "PNG"), _DONE),
        Case("transparent PNG", s.transparent("PNG"), _DONE, _CLEARED),
        Case("16-bit colour PNG", s.png16(2), _DONE),
        Case("16-bit grey PNG", s.png16(0), _DONE, _GREY),
        Case("WebP", s.written(s.photo(), "WEBP", quality=95), _DONE),
        Case("transparent lossless WebP", s.transparent("WEBP", lossless=True, exact=True), _DONE, _CLEARED),
        Case("WebP with EXIF orientation 6", s.turned("WEBP", 6), _DONE),
        Case("TIFF, LZW", s.written(s.photo(), "TIFF", compression="tiff_lzw"), _DONE),
        Case("TIFF with orientation 8", s.turned("TIFF", 8), _DONE),
        Case("CMYK TIFF", s.written(s.photo().convert("CMYK"), "TIFF"), _DONE),
        Case("BMP", s.written(s.photo(), "BMP"), _DONE),
        Case("GIF of one picture", s.written(palette, "GIF"), _DONE),
    ]
    if libheif_info()["encoders"].get("x265"):  # without the encoder no specimen can be made
        cases += [Case("HEIC", s.written(s.photo(), "HEIF", quality=95), _DONE)]
        cases += [Case(f"HEIC with orientation {turn}", s.heic_turned(turn), _DONE) for turn in (3, 5, 6, 8)]
    if features.check("avif"):
        cases += [Case("AVIF", s.written(s.photo(), "AVIF", quality=95), _DONE)]
        cases += [Case(f"AVIF with orientation {turn}", s.turned("AVIF", turn), _DONE) for turn in (6, 7)]
    return tuple(cases)


def _held_cases() -> tuple[Case, ...]:
    noise, png, webp = s.noise_jpeg(), s.written(s.photo(), "PNG"), s.written(s.photo(), "WEBP")
    return (
        Case("animated GIF", s.animation("GIF"), _HELD),
        Case("animated PNG", s.animation("PNG"), _HELD),
        Case("animated WebP", s.animation("WEBP"), _HELD),
        Case("TIFF of two pages", s.animation("TIFF"), _HELD),
        Case("two pictures (MPO)", s.with_further(), _HELD),
        Case("JPEG cut in the middle", noise[: len(noise) // 2], _HELD),
        Case("JPEG without its last byte", noise[:-1], _HELD),
        Case("JPEG with a half of zeros", s.half_zeros(noise), _HELD),
        Case("JPEG with a hole", s.hole(noise), _HELD),
        Case("PNG without its end", png[:-12], _HELD),
        Case("WebP cut short", webp[:-20], _HELD),
        Case("BMP with a half of zeros", s.half_zeros(s.written(s.photo(), "BMP")), _HELD),
    )


def _refused_cases() -> tuple[Case, ...]:
    bomb_bmp = bytearray(s.written(Image.new("RGB", (8, 8)), "BMP"))
    bomb_bmp[18:26] = (3_000_000).to_bytes(4, "little") + (2_000_000).to_bytes(4, "little")
    return (
        Case("empty file", b"", _REFUSED),
        Case("nothing but zeros", bytes(4096), _REFUSED),
        Case("JPEG of which only the beginning arrived", s.half_zeros(s.jpeg()[:40]), _REFUSED),
        Case("PNG that claims 10 gigapixels", s.png_file(100_000, 100_000, 8, 2, b"x"), _REFUSED),
        Case("BMP that claims 6 terapixels", bytes(bomb_bmp), _REFUSED),
        Case("camera raw file", s.raw_tiff(), _REFUSED),
        Case("Fujifilm raw file", b"FUJIFILMCCD-RAW 0201".ljust(512, b"\0"), _REFUSED),
        Case("MP4 video", s.mp4(), _REFUSED),
        Case("text file", b"Dear parents,\nplease find the photos attached.\n", _REFUSED),
        Case("web page", b"<!DOCTYPE html><html><body>photo</body></html>", _REFUSED),
        Case("drawing in SVG", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", _REFUSED),
        Case("PDF document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", _REFUSED),
        Case("ZIP archive", b"PK\3\4\x14\0\0\0\0\0", _REFUSED),
        Case("program", b"MZ\x90\0\3\0\0\0", _REFUSED),
        Case("companion file of macOS", b"\0\5\x16\7\0\2\0\0Mac OS X        ", _REFUSED),
    )
