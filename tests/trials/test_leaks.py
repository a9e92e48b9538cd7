"""What follows its source is found out: a blur and a mosaic are, our covers are not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from redact.redaction.covers.control import make_again
from redact.redaction.covers.masks import mask_of
from redact.redaction.covers.outline import head_around
from redact.redaction.covers.paint import Look, cover
from redact.redaction.covers.places import Head, Places, places_of
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.values import Action, Box, Kind, Outcome, Picture, Pixels, Region, Status, Style
from redact.system.files import write_whole
from redact.trials.leaks import find_traces, is_leaking
from redact.workers.intake import Item
from redact.workers.report import Done

PORTRAITS = Path(__file__).resolve().parents[2] / "sample_images" / "portraits"
# Heads in the portraits, as shares of the picture (x0, y0, x1, y1); by eye.
HEADS = {
    "collins.jpg": (0.33, 0.05, 0.57, 0.40),
    "hopper.jpg": (0.28, 0.12, 0.72, 0.70),
    "mona-lisa.jpg": (0.33, 0.15, 0.60, 0.50),
}


def grey(pixels: Pixels) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32)


def portrait(name: str) -> tuple[Picture, Box]:
    picture = decode((PORTRAITS / name).read_bytes())
    x0, y0, x1, y1 = HEADS[name]
    return picture, Box(x0 * picture.width_px, y0 * picture.height_px, x1 * picture.width_px, y1 * picture.height_px)


def replaced(picture: Picture, box: Box, changed: npt.NDArray[np.uint8]) -> Picture:
    mask = mask_of(picture.size, [box.polygon], 0)
    return Picture(np.where(mask[..., None], changed, picture.pixels).astype(np.uint8))


def blurred(picture: Picture, box: Box) -> Picture:
    """What other tools call redacted: a Gaussian as wide as an eighth of the face."""
    return replaced(picture, box, np.asarray(cv2.GaussianBlur(picture.pixels, (0, 0), box.width / 8), np.uint8))


def mosaic(picture: Picture, box: Box) -> Picture:
    """Squares, ten across the face."""
    k = 10 / box.width
    small = cv2.resize(picture.pixels, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
    squares = cv2.resize(small, picture.size, interpolation=cv2.INTER_NEAREST)
    return replaced(picture, box, np.asarray(squares, np.uint8))


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("weak", [blurred, mosaic, lambda picture, box: picture])
def test_a_blur_a_mosaic_and_nothing_at_all_leak(name: str, weak: object) -> None:
    picture, box = portrait(name)
    after = decode(encode(weak(picture, box)))  # type: ignore[operator]
    assert is_leaking(grey(picture.pixels), grey(after.pixels), box.polygon)


def head_in(picture: Picture, box: Box) -> Places:
    return Places(picture.size, (Head(head_around(box), box, 0.9),))


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("style", Style)
def test_our_covers_do_not(name: str, style: Style) -> None:
    picture, box = portrait(name)
    places = head_in(picture, box)
    after = decode(encode(cover(picture, places, Look(style))))
    again, _ = make_again(after, places, Look(style))
    [head] = places.heads
    assert not is_leaking(grey(picture.pixels), grey(after.pixels), head.outline, grey(again.pixels))


@pytest.mark.parametrize("name", HEADS)
def test_a_cover_with_a_fifth_of_the_face_left_in_leaks(name: str) -> None:
    picture, box = portrait(name)
    places = head_in(picture, box)
    left = 0.8 * cover(picture, places, Look()).pixels + 0.2 * picture.pixels
    after = decode(encode(Picture(np.rint(left).astype(np.uint8))))
    again, _ = make_again(after, places, Look())
    assert is_leaking(grey(picture.pixels), grey(after.pixels), places.heads[0].outline, grey(again.pixels))


def test_a_cover_too_small_to_tell_is_not_accused() -> None:
    picture, _ = portrait("hopper.jpg")
    assert not is_leaking(grey(picture.pixels), grey(picture.pixels), Box(50, 50, 55, 55).polygon)
    assert not is_leaking(grey(picture.pixels), grey(picture.pixels), Box(-90, -90, -50, -50).polygon)


def test_leaks_are_counted_in_the_written_files(tmp_path: Path) -> None:
    picture, box = portrait("hopper.jpg")
    actions = (Action.COVERED, Action.SHOWN)
    regions = tuple(Region(Kind.FACE, action, box.polygon, 0.9, "a reason") for action in actions)
    whole = Box(0, 0, *map(float, picture.size))
    outputs = {
        "good.jpg": cover(picture, places_of(regions[:1], picture.size, whole, picture.coding), Look()),
        "bad.jpg": blurred(picture, box),
    }
    for name, output in outputs.items():
        write_whole(tmp_path / name, encode(output))
    items = [Item(PORTRAITS / "hopper.jpg", "hopper.jpg")] * 3
    results = [Done("hopper.jpg", Outcome(Status.REDACTED, regions=regions), name) for name in outputs]
    results.append(Done("hopper.jpg", Outcome(Status.HELD, regions=regions)))
    assert find_traces(items, results, tmp_path, None).leaks == 1
    traces = find_traces(items, results, tmp_path, Look())
    assert (traces.leaks, traces.largest > 5) == (1, True)
    assert find_traces(items[:1], results[:1], tmp_path, Look()).largest < 1
