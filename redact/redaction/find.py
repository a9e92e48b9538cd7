"""Run all finders on a picture, and scale what they found to another size of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.faces.judge import COMPANY, SAME_PLACE_IOU
from models.finders import Finders
from models.findings import Box, bounds, scale_polygon
from redact.redaction.covers.masks import Mask, mask_of
from redact.redaction.names.page import LEGIBLE
from redact.redaction.picture.levels import Stretched, stretched
from redact.redaction.shapes.geometry import covered_share
from redact.redaction.values import Face, Findings, Line, Picture, Pixels, Point, Polygon

#: A place of text is known when so much of it lies in lines read before or under covers; a place with less is read.
KNOWN_SHARE = 0.7
FAINT_TEXT_PX = 1024  # long side of a picture whose faint places are read; models/text/locate.py looks again so
FAINT_FACES_PX = 576  # the same for faces: those of 50 px and more on a published copy; for the time
FAINT_TEXT_CLOSER = 2  # times as large once more where something was read: thin handwriting beside it
FAINT_TEXT_AGAIN_PX = 727  # for a second look at text: 0.71 of the first
#: In the dark a find of less than this score is asked about where it is so many times as large as the largest face
#: beyond doubt: a lamp took 7 % of a photo.  Two more of 538 faces in the dark are asked about so, and six places.
LARGE_DOUBTFUL = 0.2
LARGER_THAN_COMPANY = 1.2
BEYOND_DOUBT = 0.4  # score; grain that is stretched scores less: 4 of 5 needless covers on the bench
GRAIN_PX = 1.2  # deviation of the blur; faces at 3 % of contrast: 103 to 107 of 112 seen with it, 101 to 105 without


def find(picture: Picture, finders: Finders) -> Findings:
    """Return all that the finders find on `picture`, in its pixels; text in deep shadow and fog too."""
    bright = stretched(picture)
    faces = (*finders.faces.find(picture.pixels), *find_faint(bright, finders))
    return Findings(_asked_once(faces), _read_text(picture, bright, finders), finders.codes(picture.pixels))


def read_text(picture: Picture, finders: Finders) -> tuple[Line, ...]:
    """Return every line of text on `picture`, in its pixels; those in deep shadow and fog last."""
    return _read_text(picture, stretched(picture), finders)


def _read_text(picture: Picture, bright: Stretched | None, finders: Finders) -> tuple[Line, ...]:
    lines = finders.text.read(picture.pixels)
    return (*lines, *read_faint(bright, known_places(picture, lines), finders))


def known_places(picture: Picture, lines: Sequence[Line]) -> Mask:
    """Return the places of the lines that could be read; one that could not, such as a dark block, hides others."""
    return mask_of(picture.size, [line.quad for line in lines if line.score >= LEGIBLE], 0)


def _asked_once(faces: Sequence[Face]) -> tuple[Face, ...]:
    """Return `faces` without the doubtful ones in the place of another: a face is found in two lights."""
    kept = [face for face in faces if face.is_sure]
    for face in faces:
        if not face.is_sure and all(face.box.iou(other.box) < SAME_PLACE_IOU for other in kept):
            kept.append(face)
    return tuple(kept)


def find_faint(bright: Stretched | None, finders: Finders) -> tuple[Face, ...]:
    """Return the faces in the faint places of a picture, stretched; all over it where most of it is faint.

    All over it is searched as any picture is: what stands in company is covered at any score (in the dark a cover
    spoils nothing that anybody sees), what is doubtful and alone, or larger than its company, is asked about.
    In the shadows of an ordinary photo only what is beyond doubt counts: grain asked about a place of every
    second portrait, and a person had to answer.
    """
    if bright is None:
        return ()
    found = _large_asked(finders.faces.find(bright.whole.pixels)) if bright.whole is not None else ()
    none = mask_of(bright.picture.size, [], 0)
    return found + tuple(
        replace(face, box=bounds(patch.placed(face.box.polygon)))
        for patch in _patches(bright.picture, bright.shaded, none, FAINT_FACES_PX)
        for face in finders.faces.find_quickly(patch.softened)
        if face.score >= BEYOND_DOUBT
    )


def _large_asked(faces: Sequence[Face]) -> tuple[Face, ...]:
    """Return `faces`; those that are doubtful and larger than all that are beyond doubt are doubtful alone."""
    largest = max((_side(face) for face in faces if face.score >= COMPANY), default=math.inf)
    return tuple(
        replace(face, is_sure=False)
        if face.score < LARGE_DOUBTFUL and _side(face) > LARGER_THAN_COMPANY * largest
        else face
        for face in faces
    )


def _side(face: Face) -> float:
    return max(face.box.width, face.box.height)


def read_faint(
    bright: Stretched | None, known: Mask, finders: Finders, side_px: int = FAINT_TEXT_PX
) -> tuple[Line, ...]:
    """Return the lines in the faint places of a picture that do not lie in what is `known`, read stretched."""
    if bright is None:
        return ()
    lines = _read_patches(bright.picture, bright.lettered, known, finders, side_px)
    written = [box for box in bright.lettered if any(_is_in(box, line.quad) for line in lines)]
    if not written:  # nearly every photo
        return lines
    read = known | mask_of(bright.picture.size, [line.quad for line in lines], 0)
    return (*lines, *_read_patches(bright.picture, written, read, finders, side_px * FAINT_TEXT_CLOSER))


def _read_patches(
    picture: Picture, places: Sequence[Box], known: Mask, finders: Finders, side_px: float
) -> tuple[Line, ...]:
    """Return the legible lines at places of a stretched picture, as if it were `side_px` large."""
    patches = _patches(picture, places, known, side_px)
    quads = (quad for patch in patches for quad in map(patch.placed, finders.text.locate(patch.pixels)))
    news = [quad for quad in quads if covered_share(known, quad) < KNOWN_SHARE]
    return tuple(line for line in finders.text.read_at(picture.pixels, news) if line.score >= LEGIBLE)


def _is_in(box: Box, quad: Polygon) -> bool:
    place = bounds(quad)
    x, y = (place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1


@dataclass(frozen=True, slots=True)
class _Patch:
    """A faint place, cut out of the stretched copy and made smaller."""

    pixels: Pixels
    corner: Point  # on the picture
    scale: Point  # pixels of the picture for each of the patch, across and down

    def placed(self, quad: Polygon) -> Polygon:
        """Return a place of the patch on the picture."""
        (x, y), (across, down) = self.corner, self.scale
        return tuple((x + px * across, y + py * down) for px, py in quad)

    @property
    def softened(self) -> Pixels:
        """The pixels with their grain smoothed."""
        return cv2.GaussianBlur(self.pixels, (0, 0), GRAIN_PX).astype(np.uint8, copy=False)


def _patches(picture: Picture, places: Sequence[Box], known: Mask, side_px: float) -> Iterator[_Patch]:
    """Yield the places of a stretched picture that are not known, as if it were `side_px` large.

    What lies in shadow is grainy when it is stretched: nothing smaller is legible there, and the time is a quarter.
    """
    k = min(1.0, side_px / max(picture.size))
    for box in places:
        if covered_share(known, box.polygon) >= KNOWN_SHARE:  # a cover is smooth, and so a faint place itself
            continue
        x0, y0, x1, y1 = (int(side) for side in (box.x0, box.y0, box.x1, box.y1))
        size = max(1, round((x1 - x0) * k)), max(1, round((y1 - y0) * k))
        small = cv2.resize(picture.pixels[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
        scale = (x1 - x0) / size[0], (y1 - y0) / size[1]
        yield _Patch(small.astype(np.uint8, copy=False), (float(x0), float(y0)), scale)


def scale_findings(findings: Findings, k: float) -> Findings:
    """Return `findings` in a picture `k` times as large."""
    return Findings(
        faces=tuple(replace(face, box=face.box.scaled(k)) for face in findings.faces),
        lines=tuple(line.scaled(k) for line in findings.lines),
        codes=tuple(replace(code, quad=scale_polygon(code.quad, k)) for code in findings.codes),
    )
