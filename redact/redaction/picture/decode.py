"""Bytes of a picture file in, an upright sRGB picture out.

Threat: a file made, or broken, so that its decoder crashes, hangs, fills the memory, or hands over half a photo as a
whole one; a file whose upright, colours or first picture are not what its owner saw.
Rule: content decides, not the name; sizes are checked before memory is taken; the skeleton of the file is walked
before its pixels are; the decoder gets the first picture and nothing that no pixel depends on; whatever a decoder
throws becomes a sentence.
Residue: a decoder written in C may still crash or hang on bytes made for that; it runs in a process of its own with
limits, which is not this module's work.  Damage that leaves a well-formed file behind is not seen.
"""

from __future__ import annotations

import io
import warnings
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from redact.errors import PictureHeld, PictureRefused
from redact.redaction.picture.coding import coding_of
from redact.redaction.picture.colour import to_srgb
from redact.redaction.picture.containers import bmff, bmp, gif, jpeg, png, riff, tiff
from redact.redaction.picture.containers.behind import is_another_behind
from redact.redaction.picture.containers.coded_blocks import codes_every_block
from redact.redaction.picture.containers.layout import CutShortError
from redact.redaction.picture.limits import DEFAULT_LIMITS, Limits
from redact.redaction.picture.sniff import Format, sniff
from redact.redaction.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from redact.redaction.picture.containers.layout import Layout
    from redact.redaction.values import Pixels, Plane

_DECODERS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)  # named so that they are registered now, and not by whichever thread comes first
pillow_heif.register_heif_opener(thumbnails=False)

_READERS: dict[Format, Callable[[bytes], Layout]] = {
    Format.JPEG: jpeg.read_layout,
    Format.PNG: png.read_layout,
    Format.HEIF: bmff.read_layout,
    Format.AVIF: bmff.read_layout,
    Format.WEBP: riff.read_layout,
    Format.TIFF: tiff.read_layout,
    Format.BMP: bmp.read_layout,
    Format.GIF: gif.read_layout,
}


_SEVERAL = {
    Format.TIFF: "a document of several pages",
    Format.JPEG: "a collection of several pictures",
    Format.HEIF: "a collection of several pictures, or an animation",
    Format.AVIF: "a collection of several pictures, or an animation",
}
_BAND_ROWS = 256  # rows copied at a time: 12 ms for 12.7 megapixels against 58 ms in one go (phone photo, 2 cores)
_AGAIN = "Copy the photo from the device again; if it stays so, let a person look at the original."
_GREY = 128  # the level a JPEG decoder fills in where the coded data ended early
_GREY_OFF = 2  # levels that rounding may move it by
_BLOCK_PX = 8  # the last block of a JPEG is among what is filled in


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """Return the upright sRGB picture in `data`; transparent parts lie on white.

    Args:
        data: A whole file: JPEG, MPO, PNG, HEIC/HEIF, AVIF, WebP, TIFF, BMP or GIF.
        limits: How large it may be.

    Raises:
        PictureRefused: Not a picture, of a kind that is not opened, or unsafe to open.
        PictureHeld: A picture, but not one whole photo: damaged, an animation, several pages, or too odd to decode.
    """
    # 1. What is it?
    if len(data) > limits.max_bytes:
        raise PictureRefused(
            f"The file has {len(data) / 1e6:.0f} MB and the limit is {limits.max_bytes / 1e6:.0f} MB. "
            "Export the photo at a smaller size."
        )
    kind = sniff(data)
    # 2. How large, how many, and whole?  No pixel memory is taken before this is known.
    layout = _read_layout(data, kind)
    _check_single(layout, kind)
    _check_alone(data, layout, kind)
    _check_size(layout.size, limits)
    _check_whole(layout, kind)
    # 3. Pixels, their colours, and the right way up.
    image = _load(layout, kind, limits)
    orientation = layout.orientation or _orientation_left(image, kind)
    if kind is Format.JPEG:
        _check_end(image, layout)
    taken_on, coding = layout.taken_on or _taken_left(image), coding_of(image, kind, orientation)
    found = layout.profile or image.info.get("icc_profile")
    profile = found if isinstance(found, bytes) else None
    pixels = _turn_upright(_copy_pixels(to_srgb(_flatten(image), profile)), orientation)

    @cache
    def lightness() -> Plane:
        return _turn_upright(_lightness(layout, limits, profile), orientation)

    return Picture(pixels, taken_on, coding, lightness if coding.is_split else None)


def _read_layout(data: bytes, kind: Format) -> Layout:
    """Return the skeleton of `data`, which begins like a file of this kind.

    Raises:
        PictureRefused: The file ends before its picture begins, or is a raw file in TIFF clothes.
    """
    try:
        return _READERS[kind](data)
    except CutShortError as error:
        raise PictureRefused(
            f"The file begins like a {kind} picture but is broken before the picture starts. "
            "Copy it from the device again."
        ) from error


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    """Raise PictureRefused if a picture of this size is too large to open safely, or too small to show anybody."""
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side_px:
        raise PictureRefused(
            f"The file claims a picture of {width} x {height} pixels, more than is safe to open "
            f"({limits.max_pixels // 10**6} megapixels, {limits.max_side_px} pixels a side). "
            "If it is a real photo, export it at a smaller size."
        )
    if min(size) < limits.min_side_px:
        raise PictureRefused(
            f"The picture has {width} x {height} pixels, and one of less than {limits.min_side_px} pixels a side is no "
            "photo. Take it out of the photo folder."
        )


def _check_single(layout: Layout, kind: Format) -> None:
    """Raise PictureHeld if the file holds several pictures of equal rank."""
    if layout.pictures > 1:
        raise PictureHeld(
            f"The file is {_SEVERAL.get(kind, 'an animation')}, and this tool redacts one still picture per file. "
            "Save each picture you need as a JPEG of its own."
        )


def _check_alone(data: bytes, layout: Layout, kind: Format) -> None:
    """Raise PictureHeld if another picture stands behind the end of this one."""
    end = layout.end
    if end is not None and is_another_behind(data, end, layout.size, is_jpeg=kind is Format.JPEG):
        raise PictureHeld(
            "The file is two pictures one behind the other, and this tool redacts one still picture per file. "
            "Save each picture you need as a JPEG of its own."
        )


def _check_whole(layout: Layout, kind: Format) -> None:
    """Raise PictureHeld if the picture is damaged."""
    if layout.damage:
        raise PictureHeld(f"The {kind} file is damaged: {layout.damage}. {_AGAIN}")


def _load(layout: Layout, kind: Format, limits: Limits, *, only_lightness: bool = False) -> Image.Image:
    """Return the decoded image, not turned upright yet; of a JPEG, if wanted, its lightness alone."""
    try:
        # Warnings tell of odd metadata, which is dropped anyway.  The switch is not safe across threads before
        # Python 3.14; the worst case is a warning shown or lost.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(layout.pixels_only), formats=[kind])
            _check_size(image.size, limits)
            if only_lightness:
                image.draft("L", image.size)
            image.load()
    except (PictureRefused, PictureHeld):
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused(
            "The file claims a picture larger than is safe to open. If it is a real photo, export it at a smaller size."
        ) from error
    # Decoders throw whatever they like (OSError, SyntaxError, struct.error, RuntimeError ...): all of it means this.
    except Exception as error:
        raise PictureHeld(
            f"The {kind} file looks like a picture, but its pixels cannot be decoded: it is damaged or of a rare kind. "
            + _AGAIN
        ) from error
    return image


def _orientation_left(image: Image.Image, kind: Format) -> int:
    """Return the EXIF orientation that the decoder left for us to apply.

    Pillow turns a TIFF itself and libheif a HEIF; of an AVIF's own turn Pillow only writes down an EXIF value.
    """
    exif = image.info.get("exif")
    if kind is not Format.AVIF or not isinstance(exif, bytes):
        return 1
    return tiff.read_orientation(exif.removeprefix(b"Exif\0\0"))


def _taken_left(image: Image.Image) -> str | None:
    """Return the day on which a photo was taken where only the decoder found its EXIF block: HEIF and AVIF."""
    exif = image.info.get("exif")
    return tiff.read_taken(exif.removeprefix(b"Exif\0\0")) if isinstance(exif, bytes) else None


def _flatten(image: Image.Image) -> Image.Image:
    """Return `image` as RGB, L or CMYK with 8 bits, transparent parts on white.

    Raises:
        PictureHeld: Samples that we cannot bring to 8 bits without guessing (floating point, 32 bits).
    """
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image, dtype=np.uint16) >> 8).astype(np.uint8))
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        layers = image.convert("RGBA")
        white = Image.new("RGB", layers.size, "white")
        white.paste(layers, mask=layers.getchannel("A"))
        return white
    if image.mode in {"RGB", "L", "CMYK"}:
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode in {"P", "YCbCr"}:
        return image.convert("RGB")
    raise PictureHeld(
        f"The picture stores its colours in a rare way ({image.mode}) that has no plain 8-bit reading. "
        "Save it as JPEG or PNG and try again."
    )


def _copy_pixels(image: Image.Image) -> Pixels:
    """Return the pixels of an RGB image as an array, copied band by band so that no second whole copy is held."""
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, width, bottom)))
    return pixels


def _lightness(layout: Layout, limits: Limits, profile: bytes | None) -> Plane:
    """Return the lightness of a JPEG that codes it apart, decoded without any colour, as it looks in sRGB.

    Raises:
        PictureHeld: The decoder does not hand it over.
    """
    image = _load(layout, Format.JPEG, limits, only_lightness=True)
    if image.mode != "L":
        raise PictureHeld(f"The lightness of the JPEG file cannot be read. {_AGAIN}")
    return np.array(image if profile is None else image.point(_greys_in_srgb(profile)), np.uint8)


def _greys_in_srgb(profile: bytes) -> list[int]:
    """Return how light each grey of a picture with that profile is in sRGB: a pixel's colour hangs on it alone."""
    greys = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    return list(to_srgb(Image.merge("RGB", [greys] * 3), profile).getchannel("G").tobytes())


def _check_end(image: Image.Image, layout: Layout) -> None:
    """Raise PictureHeld if the coded data of a JPEG file ends before its picture does.

    A decoder fills in even grey from there to the end; so what is not grey at its end is whole, and of what is, the
    coded blocks are counted.
    """
    if _may_be_filled_in(image) and codes_every_block(layout.pixels_only) is not True:
        raise PictureHeld(f"The JPEG file is damaged: a part of its picture is missing. {_AGAIN}")


def _may_be_filled_in(image: Image.Image) -> bool:
    """Say whether the last block is what a decoder fills in; of inks that cannot be told."""
    if image.mode not in {"RGB", "L"}:
        return True
    width, height = image.size
    left, top = (width - 1) // _BLOCK_PX * _BLOCK_PX, (height - 1) // _BLOCK_PX * _BLOCK_PX
    grey = np.asarray(image.crop((left, top, width, height)).convert("L"), dtype=np.int16)
    return bool((np.abs(grey - _GREY) <= _GREY_OFF).all())


def _turn_upright(pixels: npt.NDArray[np.uint8], orientation: int) -> npt.NDArray[np.uint8]:
    """Return the pixels as the camera's owner saw them (EXIF 2.32, tag 274)."""
    match orientation:
        case 2:
            turned = cv2.flip(pixels, 1)
        case 3:
            turned = cv2.rotate(pixels, cv2.ROTATE_180)
        case 4:
            turned = cv2.flip(pixels, 0)
        case 5:
            turned = cv2.transpose(pixels)
        case 6:
            turned = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            turned = cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180)
        case 8:
            turned = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
        case _:
            return pixels
    return np.asarray(turned, dtype=np.uint8)
