"""Any bytes in: a whole upright picture out, or a sentence."""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from redact.errors import PictureHeld, PictureRefused
from redact.redaction.picture.colour import to_srgb
from redact.redaction.picture.decode import _greys_in_srgb, decode
from redact.redaction.picture.limits import Limits
from redact.redaction.picture.sniff import Format, sniff
from redact.trials.selftest import specimens as s

ODD = Path(__file__).resolve().parents[3] / "shared" / "bench" / "odd"
FILES = {
    "jpeg": s.jpeg(),
    "detail": s.noise_jpeg(),
    "progressive": s.jpeg(progressive=True),
    "png": s.written(s.photo(), "PNG"),
    "webp": s.written(s.photo(), "WEBP"),
    "lossless": s.written(s.photo(), "WEBP", lossless=True),
    "extended": s.turned("WEBP", 6),
    "gif": s.written(s.photo().quantize(8), "GIF"),
    "heic": s.written(s.photo(), "HEIF"),
    "avif": s.written(s.photo(), "AVIF"),
    "lzw": s.written(s.photo(), "TIFF", compression="tiff_lzw"),
    "tiff": s.written(s.photo(), "TIFF"),
    "bmp": s.written(s.photo(), "BMP"),
}
MUTATIONS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=8)


def answer(data: bytes, limits: Limits | None = None) -> str:
    """Return "picture", "held" or "refused"; anything else that decode() does is an error of the test."""
    try:
        decode(data, limits) if limits else decode(data)
    except (PictureHeld, PictureRefused) as error:
        sentence = str(error)
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert "object at 0x" not in sentence
        return "held" if isinstance(error, PictureHeld) else "refused"
    return "picture"


def levels_off(data: bytes) -> int:
    """Return how far, at most, the decoded picture is from the specimen at the middle of its quarters (0..255)."""
    pixels = decode(data).pixels.astype(int)
    assert pixels.shape == (96, 160, 3)
    return int(np.abs(pixels[24::48, 40::80] - s.corner_pixels()[24::48, 40::80]).max())


# --- any bytes -------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from([b"", *(data[:16] for data in FILES.values()), b"II+\0\x08\0\0\0"]))
def test_arbitrary_bytes_get_a_sentence(data: bytes, beginning: bytes) -> None:
    assert answer(beginning + data) in {"held", "refused"}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), MUTATIONS)
def test_mutated_files_get_a_picture_or_a_sentence(name: str, mutations: list[tuple[int, int]]) -> None:
    data = bytearray(FILES[name])
    for at, value in mutations:
        data[at % len(data)] = value
    answer(bytes(data))


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_truncation_is_taken_for_a_whole_picture(name: str) -> None:
    data = FILES[name]
    assert answer(data) == "picture"
    lengths = {*range(0, len(data), max(1, len(data) // 150)), *range(max(0, len(data) - 20), len(data))}
    assert [length for length in sorted(lengths) if answer(data[:length]) == "picture"] == []


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("JPEG", {"optimize": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("HEIF", {}),
        ("AVIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
def test_file_that_ends_in_zeros_is_not_taken_for_a_whole_picture(kind: str, options: dict[str, object]) -> None:
    levels = np.random.default_rng(3).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    data = s.written(Image.fromarray(levels), kind, **options)
    assert answer(data) == "picture"
    for missing in (100, len(data) // 4, len(data) // 2, len(data) * 3 // 4):
        assert answer(s.with_zeros(data, missing)) != "picture", missing


@settings(max_examples=40)
@given(st.sampled_from(["jpeg", "detail", "progressive", "png", "gif", "webp"]), st.binary(min_size=1, max_size=300))
def test_trailing_bytes_change_nothing(name: str, trailer: bytes) -> None:
    assert np.array_equal(decode(FILES[name] + trailer).pixels, decode(FILES[name]).pixels)


# --- which way is up, which colours ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_set_upright(kind: str, orientation: int) -> None:
    assert levels_off(s.turned(kind, orientation)) <= 12


def test_heif_is_not_turned_by_exif_again() -> None:
    # A phone writes the turn twice, as irot and in EXIF; only the first is to be obeyed.
    data = s.turned("HEIF", 6)
    assert b"irot" in data
    assert b"\x01\x12\0\x03\0\0\0\x01\0\6" in data
    assert levels_off(data) <= 12


def test_profile_is_applied() -> None:
    assert levels_off(s.display_p3()) <= 4
    without = s.display_p3().replace(b"ICC_PROFILE\0", b"XCC_PROFILE\0")
    assert levels_off(without) > 8


def test_greys_become_srgb_by_a_table_as_each_pixel_would() -> None:
    greys = Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 70), np.uint8))
    for profile in (s.p3_profile(), b"no profile"):
        whole = to_srgb(Image.merge("RGB", [greys] * 3), profile).getchannel("G")
        assert greys.point(_greys_in_srgb(profile)).tobytes() == whole.tobytes()


@pytest.mark.parametrize("profile", [b"", b"x" * 128, s.p3_profile()[:200], b"\0" * 5000])
def test_broken_profile_does_not_cost_the_photo(profile: bytes) -> None:
    assert levels_off(s.jpeg(icc_profile=profile)) <= 4
    assert levels_off(s.written(s.photo(), "PNG", icc_profile=profile)) == 0


def test_large_png_profile_does_not_cost_the_photo() -> None:
    profile = s.p3_profile() + np.random.default_rng(0).bytes(2_000_000)  # beyond Pillow's own limit of 1 MB
    assert levels_off(s.written(s.photo(), "PNG", icc_profile=profile)) < 60


def test_hidden_colour_of_transparent_parts_never_shows() -> None:
    for data in (s.transparent("PNG"), s.transparent("WEBP", lossless=True, exact=True), s.transparent("TIFF")):
        assert (decode(data).pixels[48:, 80:] == 255).all()


def test_broken_ancillary_chunk_does_not_cost_the_photo() -> None:
    data = s.png_with_text()
    at = data.index(b"tEXt") + 10
    assert levels_off(data[:at] + b"?" + data[at + 1 :]) == 0


def test_stray_bytes_between_segments_do_not_cost_the_photo() -> None:
    data = s.jpeg()
    assert levels_off(data[:20] + b"stray bytes\0" + data[20:]) <= 4


def test_result_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        decode(s.jpeg()).pixels[0, 0, 0] = 1


# --- damage ----------------------------------------------------------------------------------------------------------


def test_flat_areas_are_no_holes() -> None:
    # A white page with tables of its own codes to long runs of zero bytes; that is no damage.
    page = Image.new("RGB", (1600, 1600), "white")
    page.paste(s.photo(), (0, 0))
    data = s.written(page, "JPEG", optimize=True, quality=90)
    assert bytes(512) in data
    assert answer(data) == "picture"


def test_holes_are_held() -> None:
    noise = s.noise_jpeg()
    middle = len(noise) // 2
    assert answer(s.hole(noise)) == "held"
    assert answer(noise[:middle] + b"\xff" * 512 + noise[middle + 512 :]) == "held"
    assert answer(noise[:middle] + noise) == "held"  # another photo begins in the middle
    assert answer(noise[:middle] + b"\xff\xd9") == "held"  # a repair tool wrote an end


def test_missing_restart_intervals_are_held() -> None:
    levels = np.random.default_rng(3).integers(0, 256, (96, 160, 3), dtype=np.uint8)
    data = s.written(Image.fromarray(levels), "JPEG", restart_marker_rows=1)
    assert answer(data) == "picture"
    assert answer(data[: data.index(b"\xff\xd4")] + b"\xff\xd9") == "held"


def test_grey_photo_is_not_damage() -> None:
    assert answer(s.written(Image.new("RGB", (64, 64), (128, 128, 128)), "JPEG")) == "picture"


WAYS: list[dict[str, object]] = [
    {"subsampling": 0},
    {"subsampling": 1},
    {"subsampling": 2, "optimize": True},
    {"progressive": True},
    {"restart_marker_rows": 1},
    {"restart_marker_blocks": 7},
    {"progressive": True, "restart_marker_rows": 2},
]


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_grey_footer_or_mat_is_no_damage_and_missing_data_is_whatever_its_colour(
    mode: str, options: dict[str, object]
) -> None:
    page = Image.new("RGB", (333, 251), (128, 128, 128))
    page.paste(s.photo(), (20, 20))  # a mat all around it; below it a footer
    assert answer(s.written(page.convert(mode), "JPEG", quality=92, **options)) == "picture"


@pytest.mark.parametrize("options", [way for way in WAYS if "progressive" not in way])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_coded_data_that_lacks_its_last_blocks_in_a_whole_file_is_held(mode: str, options: dict[str, object]) -> None:
    levels = np.random.default_rng(5).integers(0, 256, (61, 83, 3), dtype=np.uint8)
    data = s.written(Image.fromarray(levels).convert(mode), "JPEG", quality=90, **options)
    assert answer(data) == "picture"
    for missing in (600, 700, len(data) // 4, len(data) // 2):  # the last unit of all has at most 600 bytes
        shortened = data[: -2 - missing].rstrip(b"\xff") + b"\xff\xd9"  # a repair tool wrote an end
        assert answer(shortened) == "held", missing


def test_a_progressive_picture_without_its_finer_scans_is_held() -> None:
    data = s.written(Image.effect_noise((333, 251), 60).convert("RGB"), "JPEG", progressive=True)
    scans = [at for at in range(len(data)) if data.startswith(b"\xff\xda", at)]
    assert len(scans) > 3
    for at in scans[1:]:
        with pytest.raises(PictureHeld, match="damaged"):
            decode(data[:at] + b"\xff\xd9")
    for at in (scans[0] + 30, scans[1] - 30):  # the first scan, too short; the others are all there
        assert answer(data[:at] + data[scans[1] :]) == "held"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_several_pictures_are_held(kind: str) -> None:
    assert answer(s.animation(kind)) == "held"


XMP = b"http://ns.adobe.com/xap/1.0/\0"
ISO = b"urn:iso:std:iso:ts:21496:-1\0"
LARGE_THUMBNAIL, VIEW = 0x010001, 0x020002


@pytest.mark.parametrize(
    "data",
    [
        s.with_further(),
        s.with_further((80, 48)),  # half as wide and high
        s.with_further((96, 160)),  # turned
        s.with_further(mp_type=VIEW),
        s.with_further((2000, 1200), LARGE_THUMBNAIL),  # larger than any preview, whatever it calls itself
        s.with_further(mode="L"),
        s.with_further(segment=XMP + b'<x hdrgm:Version="1.0"/>'),  # it has a gain map itself: it is a photo
        s.with_further(segment=ISO + bytes(4), marker=0xE2),
        s.jpeg() + s.jpeg(progressive=True),  # joined, without an index
        s.jpeg() + b"camera's own" * 30 + s.jpeg(),
        s.jpeg() + s.jpeg()[:-200],  # the second breaks off
        s.with_segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0..GImage:Data='/9j/4AA'"),
    ],
)
def test_a_second_photo_in_a_jpeg_file_is_held(data: bytes) -> None:
    with pytest.raises(PictureHeld, match="several pictures"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        s.with_further((40, 24)),  # a preview, by its size
        s.with_further(mp_type=LARGE_THUMBNAIL),
        s.with_further(segment=XMP + b'<x hdrgm:Version="1.0" hdrgm:GainMapMax="2.3"/>'),
        s.with_further(
            segment=XMP + b"<AuxiliaryImageType>urn:com:apple:photo:2020:aux:hdrgainmap</AuxiliaryImageType>"
        ),
        s.with_further(segment=ISO + bytes(60), marker=0xE2),
        s.with_further((80, 48), mode="L"),  # a gain map that says nothing of itself
        s.with_motion(),
        s.jpeg() + b"\xff\xd8\xff" * 60,  # begins like pictures, and is none
        s.with_exif(),  # with its thumbnail
    ],
)
def test_what_belongs_to_the_first_picture_of_a_jpeg_file_is_no_second(data: bytes) -> None:
    assert levels_off(data) < 8


@pytest.mark.parametrize("first", ["PNG", "WEBP", "GIF", "BMP", "JPEG", "TIFF"])
@pytest.mark.parametrize("second", ["PNG", "WEBP", "GIF", "JPEG", "BMP", "TIFF"])
def test_two_files_joined_are_held_whatever_they_are(first: str, second: str) -> None:
    """The first was stored, the file deleted, and the second forgotten."""
    one, other = saved(first, (160, 96)), saved(second, (96, 160))
    assert answer(one) == "picture" and answer(one + other) == "held"
    assert answer(one + b"a maker's own" * 9 + other) == "held"
    assert answer(one + b"a maker's own" * 9) == "picture"


def saved(kind: str, size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("semantic", ["GainMap", "Depth", "Original"])
def test_the_directory_of_a_jpeg_file_says_what_stands_behind_it(semantic: str) -> None:
    further = s.jpeg(quality=60)
    directory = (
        XMP + b'<x><rdf:li><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg" Item:Padding="3"/></rdf:li>'
        b'<rdf:li><Container:Item Item:Mime="image/jpeg" Item:Semantic="%s" Item:Length="%d"/></rdf:li></x>'
        % (semantic.encode(), len(further))
    )
    assert answer(s.with_segment(0xE1, directory) + b"pad" + further) == (
        "held" if semantic == "Original" else "picture"
    )


def test_several_pictures_of_one_rank_in_a_heic_file_are_held_and_a_thumbnail_is_none() -> None:
    with pytest.raises(PictureHeld, match="several pictures"):
        decode(s.heic_of(Image.new("RGB", (80, 48))))
    assert levels_off(s.heic_of(Image.new("RGB", (80, 48)), is_thumbnail=True)) < 12


def test_a_page_below_the_first_directory_of_a_tiff_is_a_page() -> None:
    reduced, page = s.tiff_with_sub(is_reduced=True), s.tiff_with_sub(is_reduced=False)
    assert (answer(reduced), answer(page)) == ("picture", "held")


def test_thumbnail_in_a_tiff_is_no_second_page() -> None:
    small = Image.new("RGB", (32, 24))
    assert levels_off(s.written(s.photo(), "TIFF", save_all=True, append_images=[small])) == 0


# --- limits ----------------------------------------------------------------------------------------------------------


def test_limits_are_checked_before_pixels() -> None:
    assert answer(s.png_file(60_000, 60_000, 8, 2, zlib.compress(b""))) == "refused"
    assert answer(s.jpeg(), Limits(max_pixels=160 * 96)) == "picture"
    assert answer(s.jpeg(), Limits(max_pixels=160 * 96 - 1)) == "refused"
    assert answer(s.jpeg(), Limits(max_side_px=159)) == "refused"
    assert answer(s.jpeg(), Limits(min_side_px=97)) == "refused"
    assert answer(s.jpeg(), Limits(max_bytes=100)) == "refused"


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_format_states_its_size_before_it_is_decoded(name: str) -> None:
    assert answer(FILES[name], Limits(max_pixels=160 * 96 - 1)) == "refused"


def test_lying_counts_end_soon() -> None:
    # An item table that says 65,535 extents of no bytes, 65,535 times; a TIFF directory that is its own successor.
    iloc = b"\0\0\0\0\0\0" + struct.pack(">H", 65_535) + struct.pack(">HHH", 1, 0, 65_535) * 2000
    boxes = b"".join(
        struct.pack(">I", 8 + len(body)) + name + body
        for name, body in ((b"iprp", struct.pack(">I4sI4sIII", 28, b"ipco", 20, b"ispe", 0, 99, 99)), (b"iloc", iloc))
    )
    heif = b"\0\0\0\x10ftypheic\0\0\0\0" + struct.pack(">I4sI", 12 + len(boxes), b"meta", 0) + boxes
    assert answer(heif) in {"held", "refused"}
    assert answer(b"II*\0\x08\0\0\0\0\0\x08\0\0\0") == "refused"
    assert answer(b"\xff\xd8" + b"\xff" * 1_000_000) == "refused"


# --- what is it? -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (bytes(100), "zeros"),
        (s.mp4(), "video"),
        (b"%PDF-1.4\n", "PDF"),
        (b"PK\3\4abcd", "ZIP"),
        (b"<html>", "web page"),
        (b"Name,Class\nA,B\n", "text"),
        (b"FUJIFILMCCD-RAW ", "RAF"),
        (b"IIU\0\x18\0\0\0", "RW2"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", "CR3"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video"),
        (b"MZ\x90\0", "program"),
        (b"RIFF\x10\0\0\0AVI LIST", "AVI"),
        (b"\0\5\x16\7\0\2\0\0", "macOS"),
        (b"\x9b\x01\x02\x03", "no kind of picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\x1a\x45\xdf\xa3", "Matroska"),
    ],
)
def test_refusal_says_what_it_is(data: bytes, word: str) -> None:
    with pytest.raises(PictureRefused, match=word):
        sniff(data)


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic\0\0\0\0mif1heic", Format.HEIF),
        (b"mif1\0\0\0\0mif1heic", Format.HEIF),
        (b"avif\0\0\0\0mif1miaf", Format.AVIF),
        (b"mif1\0\0\0\0avifmiaf", Format.AVIF),
        (b"heix\0\0\0\0mif1heix", Format.HEIF),
    ],
)
def test_brands_tell_heif_from_avif(brands: bytes, kind: Format) -> None:
    assert sniff(struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands) is kind


def test_raw_preview_is_not_the_photo() -> None:
    with pytest.raises(PictureRefused, match="raw"):
        decode(s.raw_tiff())


# --- files from the world --------------------------------------------------------------------------------------------


@pytest.mark.skipif(not ODD.is_dir(), reason="the collection of odd files is not on this machine")
def test_readable_odd_files_are_opened_and_bombs_are_not() -> None:
    truth = json.loads((ODD / "truth.json").read_text())
    for name, entry in truth.items():
        status = answer((ODD / "files" / name).read_bytes())
        if entry["readable"]:
            several = {"preview", "mpf"} & set(entry["flags"])  # a fax of four pages, and pairs of views for both eyes
            assert status == "picture" or several, name
        if {"bomb", "fuzz"} & set(entry["flags"]):
            assert status == "refused", name


def test_opened_file_is_the_file_that_was_written() -> None:
    file = io.BytesIO()
    s.photo().save(file, "PNG")
    assert np.array_equal(decode(file.getvalue()).pixels, s.corner_pixels())
