"""A cover knows nothing of what lies under it, in any style."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from redact.errors import UsageError
from redact.redaction.covers.control import MOST_DIFFERENCE, differences, make_again
from redact.redaction.covers.extent import margin_px
from redact.redaction.covers.fill import SOLID_GREY
from redact.redaction.covers.masks import mask_of
from redact.redaction.covers.outline import head_around
from redact.redaction.covers.paint import STICKERS, Look, cover, extent_of
from redact.redaction.covers.places import Head, Places, from_the_back, places_of
from redact.redaction.covers.stickers import discs_of
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.picture.own_picture import check_picture
from redact.redaction.values import (
    WITHOUT_BLOCKS,
    Action,
    Box,
    Coding,
    Grid,
    Kind,
    Picture,
    Polygon,
    Region,
    Style,
)
from tests.rigs.made import noisy_picture


def png(colour: tuple[int, ...] = (20, 90, 160, 128)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (30, 20), colour).save(buffer, "PNG")
    return buffer.getvalue()


CREST = png()
LOOKS = [Look(style, CREST if style is Style.PICTURE else b"") for style in Style]
looks = st.sampled_from(LOOKS)
every_look = pytest.mark.parametrize("look", LOOKS, ids=[look.style.value for look in LOOKS])
SIZES = st.tuples(st.integers(1, 90), st.integers(1, 80))


def head(x: float, y: float, side: float, score: float = 0.9) -> Head:
    box = Box(x, y, x + side, y + 1.25 * side)
    return Head(head_around(box), box, score)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Picture, Places, np.random.Generator]:
    """A made picture, heads and flat places in, across and beyond it, and noise for it."""
    width, height = draw(SIZES)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ramp = np.add.outer(np.arange(height) * 3, np.arange(width) * 2)[..., None]
    pixels = ((ramp + random.integers(0, 60, (height, width, 3))) % 256).astype(np.uint8)
    corner = st.tuples(st.floats(-20, width + 20), st.floats(-20, height + 20))
    flats = draw(st.lists(st.lists(corner, min_size=3, max_size=6).map(tuple), max_size=2))
    heads = draw(
        st.lists(
            st.builds(head, st.floats(-20, width), st.floats(-20, height), st.floats(2, 50), st.floats(0, 1)),
            max_size=3,
        )
    )
    k = draw(st.sampled_from([1.0, 2.5, 10.0]))
    coded = None if k == 1.0 else Box(7.0, 3.0, 7.0 + k * width, 3.0 + k * height)
    lightness = Grid((8, 8), (3, 5), (0, 0))
    codings = (WITHOUT_BLOCKS, Coding(lightness, lightness), Coding(Grid((16, 8), (3, 5), (1, 0)), lightness))
    coding = draw(st.sampled_from(codings))
    grey = random.integers(0, 256, (height, width), np.uint8)
    picture = Picture(pixels, coding=coding, lightness=lambda: grey)
    return picture, Places((width, height), tuple(heads), tuple(flats), coding, coded), random


def with_noise(picture: Picture, mask: np.ndarray, random: np.random.Generator) -> Picture:
    noisy = picture.pixels.copy()
    noisy[mask] = random.integers(0, 256, (int(mask.sum()), 3))
    return replace(picture, pixels=noisy)


@settings(max_examples=200)
@given(scenes(), looks)
def test_noise_in_what_must_be_hidden_changes_no_byte(
    scene: tuple[Picture, Places, np.random.Generator], look: Look
) -> None:
    picture, places, random = scene
    extent = extent_of(places, look)
    noisy = with_noise(picture, extent.must_hide | extent.recoloured, random)
    assert encode(cover(picture, places, look)) == encode(cover(noisy, places, look))


@settings(max_examples=150)
@given(scenes(), looks)
def test_noise_in_the_soft_edge_too_changes_no_pixel_of_what_must_be_hidden(
    scene: tuple[Picture, Places, np.random.Generator], look: Look
) -> None:
    picture, places, random = scene
    extent = extent_of(places, look)
    noisy = with_noise(picture, extent.changed, random)
    plain, other = (cover(each, places, look).pixels[extent.must_hide] for each in (picture, noisy))
    assert np.array_equal(plain, other)


@settings(max_examples=100)
@given(scenes(), looks)
def test_outside_of_what_a_cover_changes_not_a_bit_changes(
    scene: tuple[Picture, Places, np.random.Generator], look: Look
) -> None:
    picture, places, _ = scene
    outside = ~extent_of(places, look).changed
    assert np.array_equal(cover(picture, places, look).pixels[outside], picture.pixels[outside])


@settings(max_examples=100)
@given(scenes(), looks)
def test_every_style_hides_the_same_places_and_more_than_is_reported(
    scene: tuple[Picture, Places, np.random.Generator], look: Look
) -> None:
    _, places, _ = scene
    extent = extent_of(places, look)
    reported = mask_of(places.size, [*(each.outline for each in places.heads), *places.flats], 0)
    assert not (reported & ~extent.must_hide).any()
    assert np.array_equal(extent.must_hide, extent_of(places, Look(Style.SOLID)).must_hide)
    assert not (extent.must_hide & ~extent.changed).any()
    assert (extent.share[extent.must_hide] == 1).all()


@settings(max_examples=100)
@given(SIZES, st.data())
def test_every_pixel_that_a_rectangle_touches_is_inside(size: tuple[int, int], data: st.DataObject) -> None:
    width, height = size
    x0, y0 = data.draw(st.floats(0, width - 0.5)), data.draw(st.floats(0, height - 0.5))
    x1, y1 = data.draw(st.floats(x0 + 0.1, width)), data.draw(st.floats(y0 + 0.1, height))
    mask = mask_of(size, [((x0, y0), (x1, y0), (x1, y1), (x0, y1))], 0)
    assert mask[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))].all()


def test_the_last_row_and_column_are_covered() -> None:
    mask = mask_of((40, 30), [((30.0, 20.0), (40.0, 20.0), (40.0, 30.0), (30.0, 30.0))], 0)
    assert mask[29, 39] and mask[20:, 30:].all()


@every_look
def test_the_whole_picture_can_be_covered(look: Look) -> None:
    picture = noisy_picture(30, 20)
    everything: Polygon = ((-5.0, -5.0), (99.0, -5.0), (99.0, 99.0), (-5.0, 99.0))
    assert (cover(picture, Places((30, 20), (), (everything,)), look).pixels == SOLID_GREY).all()
    filling = Places((30, 20), (head(-40, -60, 110),))
    plain, other = (cover(each, filling, look).pixels for each in (picture, noisy_picture(30, 20, seed=9)))
    assert np.array_equal(plain, other)


@every_look
def test_where_nothing_is_covered_the_picture_stays_as_it_is(look: Look) -> None:
    """Most photos: not a pixel is worked out for them, and the extent has the picture's shape all the same."""
    picture = noisy_picture(30, 20)
    extent = extent_of(Places((30, 20)), look)
    assert cover(picture, Places((30, 20)), look, extent) is picture
    parts = extent.must_hide, extent.changed, extent.share, extent.recoloured
    assert all(part.shape == (20, 30) and not part.any() for part in parts)


def test_a_name_takes_the_colour_of_its_surroundings() -> None:
    pixels = np.full((60, 60, 3), (200, 120, 40), np.uint8)
    pixels[20:40, 20:40] = 0
    places = Places((60, 60), (), (Box(18, 18, 42, 42).polygon,))
    assert np.abs(cover(Picture(pixels), places, Look()).pixels.astype(int) - (200, 120, 40)).max() <= 1


def test_a_head_looks_like_a_head_and_a_tiny_one_like_its_surroundings() -> None:
    picture = Picture(np.full((240, 200, 3), (225, 225, 225), np.uint8))
    near = cover(picture, Places(picture.size, (head(60, 80, 70),)), Look()).pixels.astype(int)
    assert near[130, 95].mean() - near[75, 95].mean() > 15, "the face is lighter than the hair"
    far = cover(picture, Places(picture.size, (head(60, 80, 9),)), Look()).pixels.astype(int)
    assert np.abs(far - 225).max() <= 1


def test_heads_that_touch_stay_two_and_the_lower_one_is_whole() -> None:
    picture = Picture(np.full((260, 300, 3), 140, np.uint8))
    behind, before = head(60, 70, 80), head(130, 76, 80)
    row = cover(picture, Places(picture.size, (before, behind)), Look()).pixels[140].mean(axis=1)
    seam = row[105:150].min()
    assert seam < row[90] - 15
    assert seam < row[170] - 15
    alone = cover(picture, Places(picture.size, (before,)), Look()).pixels[100:170, 150:190].astype(int)
    both = cover(picture, Places(picture.size, (before, behind)), Look()).pixels[100:170, 150:190].astype(int)
    assert np.abs(alone - both).max() <= 12


def test_a_passer_by_stands_behind_the_large_head_and_a_child_before_its_parent() -> None:
    large, passer_by, child = head(60, 40, 120), head(40, 180, 30), head(130, 150, 60)
    assert from_the_back((large, child, passer_by)) == [passer_by, large, child]
    discs = discs_of(Places((300, 300), (large, child, passer_by)))
    assert [disc.number for disc in discs] == [-1, 0, 1]  # as they lie from left to right, and as they are painted


def test_the_colour_of_the_largest_head_says_nothing_of_who_stands_beside_it() -> None:
    large = head(160, 40, 120)
    for others in ((), (head(40, 60, 60),), (head(40, 60, 60), head(100, 60, 50), head(300, 60, 60))):
        discs = discs_of(Places((400, 300), (large, *others)))
        assert max(discs, key=lambda disc: disc.radius).number == 0
        assert len({disc.number for disc in discs}) == len(discs)


def test_people_far_behind_the_others_are_toned_less() -> None:
    picture = Picture(np.full((300, 400, 3), 225, np.uint8))
    far, large = head(300, 60, 40), head(60, 60, 120)
    alone, behind = (
        cover(picture, Places(picture.size, heads), Look()).pixels[60:120, 300:340].astype(int)
        for heads in ((far,), (far, large))
    )
    assert 0.4 < np.abs(behind - 225).mean() / np.abs(alone - 225).mean() < 0.8


def test_heads_in_the_dark_and_before_a_white_wall_are_alike() -> None:
    def middle(grey: int) -> float:
        picture = Picture(np.full((240, 200, 3), grey, np.uint8))
        return float(cover(picture, Places(picture.size, (head(60, 80, 70),)), Look()).pixels[100:160, 80:110].mean())

    assert abs(middle(250) - middle(5)) < 90


def test_the_edge_of_a_head_never_lightens_what_must_be_hidden_beside_it() -> None:
    places = Places((200, 200), (head(40, 40, 60),), (Box(108, 60, 190, 110).polygon,))
    extent = extent_of(places, Look())
    assert (extent.share[mask_of((200, 200), places.flats, 8)] == 1).all()
    assert ((extent.share > 0) & (extent.share < 1)).any()


def test_a_thin_polygon_is_not_lost() -> None:
    assert mask_of((20, 20), [((2.0, 5.4), (15.0, 5.5), (15.0, 5.6), (2.0, 5.6))], 0)[5, 2:15].all()


def test_a_corner_far_away_does_not_wrap_around() -> None:
    far = 1e12
    assert mask_of((20, 20), [((-far, -far), (far, -far), (far, far), (-far, far))], 0).all()


def test_the_margin_of_a_name_holds_a_jpeg_block_of_the_source() -> None:
    assert margin_px(1.0) == 8
    assert margin_px(0.5) == 4
    assert margin_px(0.01) == 1


@every_look
def test_places_of_another_picture_are_refused(look: Look) -> None:
    with pytest.raises(ValueError, match="places"):
        cover(noisy_picture(4, 4), Places((5, 4)), look)


# -- stickers --


def test_only_large_and_sure_heads_get_a_sticker_and_all_get_a_cover() -> None:
    heads = (head(20, 20, 40), head(120, 20, 40, score=0.39), head(220, 20, 12))
    places = Places((300, 120), heads)
    [disc] = discs_of(places)
    assert abs(disc.x - 40) < 1
    picture = noisy_picture(300, 120)
    smiley, blur = (cover(picture, places, Look(style)).pixels for style in (Style.SMILEY, Style.BLUR))
    assert np.array_equal(smiley[:, 110:], blur[:, 110:])
    assert not np.array_equal(smiley[:, :110], blur[:, :110])


def test_a_head_that_was_found_twice_gets_one_sticker_and_heads_cheek_by_cheek_keep_theirs() -> None:
    face, again, beside = Box(312, 75, 396, 187), Box(334, 45, 395, 124), Box(398, 75, 482, 187)
    heads = tuple(Head(head_around(box), box, score) for box, score in ((again, 0.41), (face, 0.91), (beside, 0.90)))
    stickers = discs_of(Places((600, 300), heads))
    assert sorted(disc.x for disc in stickers) == [354, 440], "of the surer finding, and of the neighbour"


def test_what_only_the_check_found_gets_no_sticker() -> None:
    face = Box(50, 50, 110, 120)
    first, again = (face_region(face, is_found_again=later) for later in (False, True))
    places = [places_of([each], (200, 200), Box(0, 0, 200, 200), WITHOUT_BLOCKS) for each in (first, again)]
    assert [len(discs_of(each)) for each in places] == [1, 0]
    assert extent_of(places[1], Look()).must_hide.sum() == extent_of(places[0], Look()).must_hide.sum()


FOUND, LATER = Box(50, 50, 110, 130), Box(60, 80, 115, 150)


def face_region(box: Box, *, is_by_hand: bool = False, is_found_again: bool = False) -> Region:
    face = Region(Kind.FACE, Action.COVERED, head_around(box), 0.9, "a reason", box)
    return replace(face, is_by_hand=is_by_hand, is_found_again=is_found_again)


def test_what_the_check_found_of_a_covered_head_joins_its_cover_and_leaves_nothing_bare() -> None:
    regions = (face_region(FOUND), face_region(LATER, is_found_again=True))
    whole = Box(0, 0, 200, 200)
    places = places_of(regions, (200, 200), whole, WITHOUT_BLOCKS)
    [head] = places.heads
    assert (head.face, head.score) == (Box(50, 50, 115, 150), 0.9)
    apart = Places((200, 200), tuple(Head(head_around(box), box, 0.9) for box in (FOUND, LATER)))
    assert not (extent_of(apart, Look()).must_hide & ~extent_of(places, Look()).must_hide).any()


@pytest.mark.parametrize(
    ("before", "later"),
    [
        (face_region(FOUND, is_by_hand=True), face_region(LATER, is_found_again=True)),
        (face_region(FOUND), face_region(LATER)),
        (face_region(FOUND), face_region(Box(108, 50, 168, 130), is_found_again=True)),
    ],
    ids=["drawn by hand", "found at once", "another head"],
)
def test_no_other_covers_are_joined(before: Region, later: Region) -> None:
    assert len(places_of((before, later), (200, 200), Box(0, 0, 200, 200), WITHOUT_BLOCKS).heads) == 2


def test_stickers_of_neighbours_do_not_merge() -> None:
    behind, before = discs_of(Places((300, 200), (head(60, 64, 50), head(100, 60, 50))))
    assert behind.x > before.x, "who has the chin lower stands before"
    away = np.hypot(behind.x - before.x, behind.y - before.y)
    assert away - before.radius >= 0.58 * behind.radius, "eyes and mouth of the one behind are whole"


@pytest.mark.parametrize("style", sorted(STICKERS))
def test_a_sticker_hides_what_is_beneath_it_and_stays_in_what_changes(style: Style) -> None:
    places = Places((200, 200), (head(60, 60, 70),))
    look = Look(style, png((20, 90, 160, 255)))
    covered = cover(noisy_picture(200, 200), places, look)
    other = cover(noisy_picture(200, 200, seed=5), places, look)
    [disc] = discs_of(places)
    x, y, reach = round(disc.x), round(disc.y), int(disc.radius / 3)
    middle = (slice(y - reach, y + reach), slice(x - reach, x + reach))
    assert np.array_equal(covered.pixels[middle], other.pixels[middle])


@pytest.mark.parametrize("content", [b"no picture", b"", png()[:60], b"GIF89a" + bytes(40)])
def test_what_is_no_picture_is_refused_as_a_sticker(content: bytes) -> None:
    with pytest.raises(UsageError, match="PNG or JPEG"):
        check_picture(content)
    check_picture(CREST)


# -- the control --


@every_look
def test_a_cover_made_again_on_noise_is_the_same(look: Look) -> None:
    picture = noisy_picture(320, 240)
    places = Places((320, 240), (head(40, 50, 60), head(220, 90, 40)), (Box(120, 180, 260, 215).polygon,))
    output = decode(encode(cover(picture, places, look)))
    again, mask = make_again(output, places, look)
    found = differences(output, again, mask)
    assert found.size == 3
    assert found.max() <= MOST_DIFFERENCE


@every_look
def test_a_bare_face_under_a_cover_is_found(look: Look) -> None:
    picture = noisy_picture(320, 240)
    places = Places((320, 240), (head(40, 50, 60),))
    output = decode(encode(picture))
    again, mask = make_again(output, places, look)
    assert differences(output, again, mask).max() > MOST_DIFFERENCE


def test_the_part_of_a_source_that_is_shown_moves_its_places() -> None:
    region = Region(
        Kind.FACE, Action.COVERED, head_around(Box(200, 100, 300, 220)), 0.9, "a reason", Box(200, 100, 300, 220)
    )
    name = Region(Kind.NAME, Action.COVERED, Box(400, 300, 500, 340).polygon, 1.0, "a reason")
    places = places_of((region, name), (200, 150), Box(100, 50, 500, 350), WITHOUT_BLOCKS)
    assert places.heads[0].face == Box(50, 25, 100, 85)
    assert places.flats == (Box(150, 125, 200, 145).polygon,)
    assert places.scale == 0.5
