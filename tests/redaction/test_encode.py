"""The written file: the same pixels give the same bytes, close to the picture, and nothing but the picture."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from redact.errors import RedactError
from redact.redaction.encode import encode
from redact.redaction.picture.output_bytes import read_output
from redact.redaction.values import Picture
from redact.trials.selftest.specimens import corner_pixels


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["JPEG"])


def test_same_pixels_give_same_bytes() -> None:
    assert encode(Picture(corner_pixels())) == encode(Picture(corner_pixels().copy()))


@settings(max_examples=60)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 3))
def test_every_size_is_written_cleanly(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    data = encode(Picture(pixels))
    assert read_output(data, (width, height)) == ()
    assert opened(data).size == (width, height)


def test_stranger_finds_no_metadata() -> None:
    image = opened(encode(Picture(corner_pixels())))
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not image.getexif()


def test_colours_stay_sharp_at_an_edge() -> None:
    # Red beside blue, one pixel wide: halved colour resolution would mix them to purple.
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:, ::2], pixels[:, 1::2] = (200, 30, 30), (30, 30, 200)
    seen = np.asarray(opened(encode(Picture(pixels)))).astype(int)
    assert np.abs(seen - pixels).max() < 40


def test_flat_colours_return_within_two_levels() -> None:
    seen = np.asarray(opened(encode(Picture(corner_pixels())))).astype(int)
    assert np.abs(seen - corner_pixels()).max() <= 2


def test_impossible_length_is_a_sentence() -> None:
    with pytest.raises(RedactError, match="--max-side"):
        encode(Picture(np.zeros((1, 65_501, 3), np.uint8)))
