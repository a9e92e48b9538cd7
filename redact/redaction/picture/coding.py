"""How far a place of a picture colours others, by the way its file codes it.

Threat: 4:2:0 spreads colour over 16 pixels, so pixels beside a cover vary with the colour under it.
Rule: a JPEG codes each block of a component by itself (ITU-T T.81, A.3.3), so what lies at a place changes the blocks
that it touches and nothing else; where colour is coded at every second pixel, the decoder mixes each sample with its
neighbour ("fancy upsampling" of libjpeg), which is one pixel beyond them.  Lightness is a component of its own with
smaller blocks: of the pixels between, the lightness may stay and the colour may not.  The blocks begin at the corner of
the coded picture, which is another corner of the upright one.  JPEGs that lack a part of their detail, whose blocks a
decoder smoothes, are held before they come here.
Accepted residue: HEIC, AVIF and WebP predict blocks from their neighbours and smooth their borders; no distance holds
what depends on a place there, and a margin of one block of colour and one pixel is kept.  What an earlier coding of the
same picture spread, or a camera's own sharpening, is not known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from redact.redaction.picture.sniff import Format
from redact.redaction.values import CODED_BLOCK_PX, WITHOUT_BLOCKS, Coding, Grid

if TYPE_CHECKING:
    from PIL import Image

_USUAL_RATIO: Final = 2  # 4:2:0, as phones and sites write HEIC, AVIF and WebP
#: Tags of a TIFF, and what they say of colours that several pixels share (TIFF 6.0, section 21; libtiff's WebP).
_TIFF_COMPRESSION, _TIFF_PHOTOMETRIC, _TIFF_SUBSAMPLING = 259, 262, 530
_TIFF_YCBCR: Final = 6
_TIFF_WEBP: Final = 50001
#: EXIF orientations (EXIF 2.32, tag 274) of which the coded picture's left, its top, is on the other side when upright,
#: and those whose rows are columns.
_FROM_RIGHT: Final = frozenset({2, 3, 6, 7})
_FROM_BELOW: Final = frozenset({3, 4, 7, 8})
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


def unknown_blocks(ratio: int) -> Coding:
    """Return the coding of a picture that codes colour at every `ratio`-th pixel, in blocks that are not known."""
    margin = CODED_BLOCK_PX * ratio + (ratio > 1)
    return Coding(Grid(reach=(margin, margin)), Grid(reach=(margin, margin)))


def coding_of(image: Image.Image, kind: Format, orientation: int) -> Coding:
    """Return how `image`, as a decoder opened it, was coded, in pixels of the picture when it is upright.

    Args:
        image: of which the decoder read the header.
        kind: of its file.
        orientation: EXIF 1..8, not yet applied.
    """
    if kind is Format.TIFF:
        return unknown_blocks(_ratio_in_tiff(image))
    if kind is not Format.JPEG:
        return unknown_blocks(_USUAL_RATIO) if kind in {Format.HEIF, Format.AVIF, Format.WEBP} else WITHOUT_BLOCKS
    factors = [(across, down) for _, across, down, *_ in getattr(image, "layer", ())]
    if not factors:
        return unknown_blocks(_USUAL_RATIO)
    axes = list(zip(*factors, strict=True))
    if any(max(axis) % own for axis in axes for own in axis):  # T.81 allows it, no decoder that we know opens it
        return unknown_blocks(max(map(max, axes)))
    across, down = (math.lcm(*(max(axis) // own for own in axis)) for axis in axes)
    colour = _upright((across, down), image.size, orientation)
    is_apart = factors[0] == (max(axes[0]), max(axes[1])) and _has_lightness(image)
    return Coding(colour, _upright((1, 1), image.size, orientation) if is_apart else colour)


def _ratio_in_tiff(image: Image.Image) -> int:
    """Return how many pixels share a colour in a TIFF, which may hold JPEG strips; never less than its tags say."""
    tags: Mapping[int, Any] = getattr(image, "tag_v2", {})
    if tags.get(_TIFF_PHOTOMETRIC) == _TIFF_YCBCR:
        shared: tuple[int, ...] = tags.get(_TIFF_SUBSAMPLING, ())
        return max(_USUAL_RATIO, *shared)
    return _USUAL_RATIO if tags.get(_TIFF_COMPRESSION) == _TIFF_WEBP else 1


def _has_lightness(image: Image.Image) -> bool:
    """Say whether the first component of a JPEG is the lightness, as libjpeg sees it, and told so in the file."""
    if image.mode != "RGB" or image.info.get("adobe_transform") == 0:
        return False
    ids = tuple(component[0] for component in getattr(image, "layer", ()))
    return "jfif" in image.info or image.info.get("adobe_transform") == 1 or ids == (1, 2, 3)


def _upright(ratios: tuple[int, int], size: tuple[int, int], orientation: int) -> Grid:
    """Return the blocks of a JPEG's component that has a sample for so many pixels across and down."""
    if orientation in _ON_ITS_SIDE:
        ratios, size = (ratios[1], ratios[0]), (size[1], size[0])
    across, down = (CODED_BLOCK_PX * ratio for ratio in ratios)
    start = (size[0] % across if orientation in _FROM_RIGHT else 0, size[1] % down if orientation in _FROM_BELOW else 0)
    return Grid((across, down), start, (int(ratios[0] > 1), int(ratios[1] > 1)))
