"""The strict reader: our own files pass, and every file with anything more, less or else fails."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from redact.redaction.encode import encode
from redact.redaction.picture.output_bytes import read_output
from redact.redaction.values import Picture
from redact.trials.selftest import specimens

CLEAN = encode(Picture(np.random.default_rng(5).integers(0, 256, (24, 40, 3), dtype=np.uint8)))


def segment_starts(data: bytes) -> list[int]:
    """Return the offsets of all markers of a clean file, by the lengths it states."""
    starts, at = [2], 2
    while data[at + 1] != 0xDA:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        starts.append(at)
    return [*starts, len(data) - 2]


def test_clean_file_passes() -> None:
    assert read_output(CLEAN) == ()
    assert read_output(CLEAN, (40, 24)) == ()


def test_other_size_is_a_problem() -> None:
    assert read_output(CLEAN, (24, 40)) != ()


@given(st.sampled_from(segment_starts(CLEAN)), st.sampled_from([*range(0xC0, 0xFF)]), st.binary(max_size=40))
def test_inserted_segment_is_found(at: int, marker: int, body: bytes) -> None:
    segment = bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body
    assert read_output(CLEAN[:at] + segment + CLEAN[at:])


@given(st.binary(min_size=1, max_size=40))
def test_trailing_bytes_are_found(trailer: bytes) -> None:
    assert read_output(CLEAN + trailer)


@given(st.integers(0, len(CLEAN) - 1))
def test_every_truncation_is_found(length: int) -> None:
    assert read_output(CLEAN[:length])


@given(st.integers(0, 160), st.integers(0, 255))
def test_changed_header_byte_is_found(at: int, value: int) -> None:
    # The table's contents are not judged (see the module's residue); everything around them is.
    is_table = any(start + 5 <= at < start + 69 for start in (20, 89)) or 163 <= at <= 166
    if value != CLEAN[at] and not is_table:
        assert read_output(CLEAN[:at] + bytes([value]) + CLEAN[at + 1 :])


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_pass_and_never_raise(data: bytes) -> None:
    assert read_output(data)
    assert read_output(CLEAN[:20] + data)


@settings(max_examples=30)
@given(st.sampled_from(["exif", "xmp", "icc_profile", "comment"]))
def test_metadata_of_every_kind_is_found(field: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG", quality=90, subsampling=0, **{field: b"Exif\0\0something"})
    assert read_output(file.getvalue())


@pytest.mark.parametrize(
    "data",
    [
        specimens.with_exif(),
        specimens.with_iptc(),
        specimens.with_face_names(),
        specimens.with_motion(),
        specimens.with_further(),
        specimens.jpeg(progressive=True),
        specimens.jpeg(restart_marker_rows=1),
        specimens.written(specimens.photo(), "PNG"),
        specimens.written(specimens.photo().convert("L"), "JPEG"),
    ],
)
def test_source_files_are_no_output_files(data: bytes) -> None:
    assert read_output(data)


def test_two_pictures_in_a_row_are_found() -> None:
    assert read_output(CLEAN + CLEAN)


def test_empty_scan_is_found() -> None:
    starts = segment_starts(CLEAN)
    assert read_output(CLEAN[: starts[-2] + 14] + b"\xff\xd9")
