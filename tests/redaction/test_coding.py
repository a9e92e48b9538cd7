"""No pixel of a copy varies with what lies in a place that is covered, however its source is coded."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from models.findings import Pixels, bounds
from redact.redaction.covers.extent import soft_extent
from redact.redaction.covers.fill import SOLID_GREY
from redact.redaction.covers.masks import mask_of, stretched_over
from redact.redaction.covers.outline import head_around
from redact.redaction.covers.paint import Look, cover, extent_of
from redact.redaction.covers.places import Head, Places, places_of
from redact.redaction.picture import decode as decoding
from redact.redaction.picture.coding import unknown_blocks
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.plans import whole_of
from redact.redaction.values import (
    WITHOUT_BLOCKS,
    Action,
    Box,
    Coding,
    Grid,
    Kind,
    Picture,
    Plan,
    Plane,
    Region,
    Style,
)
from redact.redaction.views import View, part_of

SAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
SIZE = (157, 123)  # whole blocks on no side, whichever way it is turned
#: By EXIF orientation, from the picture as it is seen to the picture as it is coded.
TURNS: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.transpose(1, 0, 2),
    6: np.rot90,
    7: lambda seen: seen[::-1, ::-1].transpose(1, 0, 2),
    8: lambda seen: np.rot90(seen, -1),
}


def jpeg(seen: Pixels, orientation: int = 1, **how: object) -> bytes:
    image, file = Image.fromarray(np.ascontiguousarray(TURNS[orientation](seen))), io.BytesIO()
    exif = image.getexif()
    exif[274] = orientation
    image.save(file, "JPEG", exif=exif, **how)
    return file.getvalue()


def regions_by(random: np.random.Generator, size: tuple[int, int]) -> list[Region]:
    """A head, a name and a slanted name, anywhere and across the border."""
    x, y = (float(random.uniform(-10, side - 10)) for side in size)
    wide, high = (float(random.uniform(6, 40)) for _ in range(2))
    face = Box(x, y, x + wide, y + high)
    u, v = (float(random.uniform(0, side - 30)) for side in size)
    name = Box(u, v, u + wide, v + 9).polygon
    slanted = ((v, u), (v + 30, u + 8), (v + 28, u + 14), (v - 2, u + 6))
    return [
        Region(Kind.FACE, Action.COVERED, head_around(face), 0.9, "", face=face),
        *(Region(Kind.NAME, Action.COVERED, polygon, 0.9, "") for polygon in (name, slanted)),
    ]


def under(regions: list[Region], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    return mask_of(size, [region.polygon for region in regions], 0)


def two_sources(random: np.random.Generator, regions: list[Region], orientation: int, **how: object) -> list[Picture]:
    """Two photos that are alike but for what lies in the places, before they were coded; one of them is noise there."""
    pixels = random.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
    other, places = pixels.copy(), under(regions, SIZE)
    other[places] = random.choice(np.array([(255, 0, 0), (0, 0, 255), (0, 255, 0)], np.uint8))
    return [decode(jpeg(each, orientation, **how)) for each in (pixels, other)]


#: Each orientation with the default cover, one upright and one on its side with the others; all of them in CI.
WAYS = [
    pytest.param(style, turn, marks=() if style is Style.BLUR or turn in {1, 6} else pytest.mark.slow)
    for style in (Style.BLUR, Style.SOLID, Style.MOSAIC)
    for turn in TURNS
]


@pytest.mark.parametrize(("style", "orientation"), WAYS)
@pytest.mark.parametrize("subsampling", SAMPLINGS)
def test_no_pixel_varies_with_what_lies_in_a_place(subsampling: str, orientation: int, style: Style) -> None:
    random = np.random.default_rng(orientation)
    for number in range(6):
        how = {"subsampling": subsampling, "quality": int(random.choice([30, 75, 95])), "progressive": number % 2 == 1}
        regions = regions_by(random, SIZE)
        sources = two_sources(random, regions, orientation, **how)
        differs = (sources[0].pixels != sources[1].pixels).any(axis=2)
        for max_side_px in (max(SIZE), 97, 40):
            outputs = []
            for source in sources:
                seen = shrink(source, max_side_px)
                places = places_of(regions, seen.size, whole_of(SIZE), seen.coding)
                outputs.append(cover(seen, places, Look(style)).pixels)
            assert np.array_equal(outputs[0], outputs[1]), (number, max_side_px)
        assert (differs & ~under(regions, SIZE)).any(), "the coding spread nothing: the test shows nothing"


@pytest.mark.parametrize("subsampling", SAMPLINGS)
def test_no_pixel_of_a_part_varies_with_what_lies_in_a_place(subsampling: str) -> None:
    random = np.random.default_rng(4)
    for _ in range(10):
        regions = regions_by(random, SIZE)
        x, y = (float(random.uniform(0, side / 2)) for side in SIZE)
        outputs = []
        for source in two_sources(random, regions, 6, subsampling=subsampling, quality=60):
            whole = View(shrink(source, 130), whole_of(SIZE))
            part = part_of(whole, Box(x, y, x + 60, y + 50))
            places = places_of(Plan(tuple(regions)).covered, part.picture.size, part.shows, part.picture.coding)
            outputs.append(cover(part.picture, places, Look()).pixels)
        assert np.array_equal(outputs[0], outputs[1])


@pytest.mark.parametrize("subsampling", SAMPLINGS)
def test_a_cover_is_no_larger_than_the_blocks_ask(subsampling: str) -> None:
    """Less than the square margin that held one block of colour wherever it lay."""
    box = Box(61, 40, 101, 90)
    head = Head(head_around(box), box, 0.9)
    source = decode(jpeg(np.zeros((200, 180, 3), np.uint8), subsampling=subsampling))
    exact, square = (
        int(soft_extent(Places(source.size, (head,), (), coding)).must_hide.sum())
        for coding in (source.coding, unknown_blocks(1 if subsampling == "4:4:4" else 2))
    )
    assert exact < (0.95 if subsampling == "4:4:4" else 0.70) * square


def test_the_blocks_of_a_file_are_those_of_its_coarsest_component_from_its_own_corner() -> None:
    seen = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    lightness = Grid((8, 8), (0, 0), (0, 0))
    codings = {name: decode(jpeg(seen, subsampling=name)).coding for name in SAMPLINGS}
    assert codings == {
        "4:4:4": Coding(lightness, lightness),
        "4:2:2": Coding(Grid((16, 8), (0, 0), (1, 0)), lightness),
        "4:2:0": Coding(Grid((16, 16), (0, 0), (1, 1)), lightness),
    }
    colour = {number: decode(jpeg(seen, number, subsampling="4:2:2")).coding.colour for number in TURNS}
    assert colour[2] == Grid((16, 8), (157 % 16, 0), (1, 0))
    assert colour[3] == Grid((16, 8), (157 % 16, 123 % 8), (1, 0))
    assert colour[4] == Grid((16, 8), (0, 123 % 8), (1, 0))
    assert colour[5] == Grid((8, 16), (0, 0), (0, 1))
    assert colour[6] == Grid((8, 16), (157 % 8, 0), (0, 1))
    assert colour[7] == Grid((8, 16), (157 % 8, 123 % 16), (0, 1))
    assert colour[8] == Grid((8, 16), (0, 123 % 16), (0, 1))
    assert decode(jpeg(seen, 7)).coding.lightness == Grid((8, 8), (157 % 8, 123 % 8), (0, 0))


def test_lightness_is_what_the_picture_shows_without_its_colours() -> None:
    random = np.random.default_rng(2)
    small = random.integers(40, 200, (SIZE[1] // 4, SIZE[0] // 4, 3), np.uint8)
    seen = np.asarray(Image.fromarray(small).resize(SIZE, Image.Resampling.BICUBIC))
    for number in TURNS:
        picture = decode(jpeg(seen, number, subsampling="4:2:0", quality=95))
        assert picture.lightness is not None
        there = picture.pixels.astype(float) @ (0.299, 0.587, 0.114)
        assert np.abs(there - picture.lightness()).mean() < 1
        half = shrink(picture, 80)
        assert half.lightness is not None and half.lightness().shape == half.pixels.shape[:2]


def test_lightness_is_decoded_for_a_cover_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo without covers is not decoded twice; one with several is, once."""
    asked: list[Any] = []
    decode_lightness = decoding._lightness

    def counted(*known: Any) -> Plane:
        asked.append(known)
        return decode_lightness(*known)

    monkeypatch.setattr(decoding, "_lightness", counted)
    picture = shrink(decode(jpeg(np.full((SIZE[1], SIZE[0], 3), 90, np.uint8), 1, subsampling="4:2:0")), 80)
    cover(picture, Places(picture.size, coding=picture.coding), Look())
    assert not asked
    flat = Box(20.0, 20.0, 40.0, 30.0).polygon
    for _ in range(2):
        cover(picture, Places(picture.size, flats=(flat,), coding=picture.coding), Look())
    assert len(asked) == 1


def test_what_is_no_lightness_is_not_taken_for_one() -> None:
    """Colours that are coded as red, green and blue, and inks: all of it counts as colour."""
    seen = Image.fromarray(np.full((40, 48, 3), (200, 40, 90), np.uint8))
    for image, how in ((seen, {"keep_rgb": True}), (seen.convert("CMYK"), {"subsampling": "4:2:0"})):
        file = io.BytesIO()
        image.save(file, "JPEG", **how)
        picture = decode(file.getvalue())
        assert not picture.coding.is_split and picture.lightness is None
    with pytest.raises(ValueError, match="lightness"):
        Picture(np.zeros((40, 48, 3), np.uint8), coding=Coding(Grid((16, 16)), Grid((8, 8))))


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP", "AVIF"])
def test_where_blocks_are_not_known_a_place_has_a_margin(kind: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 60)).save(file, kind)
    expected = unknown_blocks(2) if kind in {"WEBP", "AVIF"} else WITHOUT_BLOCKS
    assert decode(file.getvalue()).coding == expected
    assert (unknown_blocks(1), unknown_blocks(2).colour.reach) == (WITHOUT_BLOCKS, (17, 17))
    reach = expected.colour.reach
    place = Box(100, 80, 130, 95)
    hidden = extent_of(Places((300, 200), (), (place.polygon,), expected), Look()).must_hide
    rows, columns = np.nonzero(hidden)
    assert place.x0 - columns.min() >= reach[0] and columns.max() >= place.x1 - 1 + reach[0]
    assert place.y0 - rows.min() >= reach[1] and rows.max() >= place.y1 - 1 + reach[1]


@pytest.mark.parametrize(
    ("mode", "compression", "ratio"), [("YCbCr", "jpeg", 2), ("RGB", "jpeg", 1), ("RGB", "tiff_lzw", 1)]
)
def test_a_tiff_of_jpeg_strips_has_their_margin(mode: str, compression: str, ratio: int) -> None:
    file = io.BytesIO()
    Image.new(mode, (40, 30)).save(file, "TIFF", compression=compression)
    assert decode(file.getvalue()).coding == unknown_blocks(ratio)


def test_grey_photos_have_the_blocks_of_their_only_component() -> None:
    file = io.BytesIO()
    Image.new("L", (40, 30)).save(file, "JPEG")
    assert decode(file.getvalue()).coding.colour == Grid((8, 8), (0, 0), (0, 0))


def test_a_cover_of_a_large_head_looks_round_and_not_like_blocks() -> None:
    """Every row of what must be hidden is one run, and the runs grow and shrink by no step of a block."""
    box = Box(101, 90, 161, 170)
    source = decode(jpeg(np.zeros((300, 280, 3), np.uint8), subsampling="4:2:0"))
    places = Places(source.size, (Head(head_around(box), box, 0.9),), (), source.coding)
    hidden = soft_extent(places).must_hide
    rows = np.flatnonzero(hidden.any(axis=1))
    left = hidden[rows].argmax(axis=1)
    widths = hidden[rows].sum(axis=1)
    assert (hidden[rows][:, ::-1].argmax(axis=1) + left + widths == source.width_px).all()
    middle = slice(len(rows) // 5, -len(rows) // 5)
    assert np.abs(np.diff(left[middle])).max() < 8
    assert bounds(head_around(box)).width <= widths.max() <= bounds(head_around(box)).width + 2 * 9


def test_a_flat_cover_is_a_head_and_not_its_blocks() -> None:
    box = Box(101, 90, 161, 170)
    source = decode(jpeg(np.full((300, 280, 3), 200, np.uint8), subsampling="4:2:0"))
    places = Places(source.size, (Head(head_around(box), box, 0.9),), (), source.coding)
    grey = (cover(source, places, Look(Style.SOLID)).pixels == SOLID_GREY).all(axis=2)
    assert grey[soft_extent(places).must_hide].all()
    height, width = np.ptp(np.nonzero(grey), axis=1) + 1
    outline = bounds(head_around(box))
    assert abs(width / height - outline.width / outline.height) < 0.05
    assert width < 1.3 * outline.width


@pytest.mark.parametrize("outline", [((5, 5), (60, 5), (60, 5.5), (5, 5.5)), ((5, 5), (40, 40), (60, 60))])
def test_a_sliver_is_not_made_long(outline: tuple[tuple[float, float], ...]) -> None:
    mask = mask_of((80, 80), [outline], 12)
    assert stretched_over(mask, outline) == outline
