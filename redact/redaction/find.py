"""Let every sense look at a picture, and give what they found in the pixels of another scale of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.finders import Finders
from models.findings import scale_polygon
from redact.redaction.covers.masks import Mask, mask_of
from redact.redaction.names.page import LEGIBLE
from redact.redaction.picture.levels import stretched
from redact.redaction.shapes.geometry import covered_share
from redact.redaction.values import Findings, Line, Picture, Polygon

#: A place of text is known when so much of it lies in lines read before or under covers; less, and it is read.
KNOWN_SHARE = 0.7


def find(picture: Picture, finders: Finders) -> Findings:
    """Return all that the finders find on `picture`, in its pixels; text in deep shadow and fog too."""
    pixels = picture.pixels
    lines = finders.text.read(pixels)
    known = mask_of(picture.size, [line.quad for line in lines], 0)
    more = read_faint(picture, known, finders)
    return Findings(finders.faces.find(pixels), (*lines, *more), finders.codes(pixels))


def read_faint(picture: Picture, known: Mask, finders: Finders) -> tuple[Line, ...]:
    """Return the lines in the faint places of `picture` that do not lie in what is `known`, read stretched."""
    bright = stretched(picture)
    if bright is None:
        return ()
    places: list[Polygon] = []
    for box in bright.places:
        if covered_share(known, box.polygon) >= KNOWN_SHARE:  # a cover is smooth, and so a faint place itself
            continue
        x, y = int(box.x0), int(box.y0)
        cut = np.ascontiguousarray(bright.picture.pixels[y : int(box.y1), x : int(box.x1)])
        quads = (tuple((px + x, py + y) for px, py in quad) for quad in finders.text.locate(cut))
        places += (quad for quad in quads if covered_share(known, quad) < KNOWN_SHARE)
    return tuple(line for line in finders.text.read_at(bright.picture.pixels, places) if line.score >= LEGIBLE)


def scale_findings(findings: Findings, k: float) -> Findings:
    """Return `findings` in a picture `k` times as large."""
    return Findings(
        faces=tuple(replace(face, box=face.box.scaled(k)) for face in findings.faces),
        lines=tuple(line.scaled(k) for line in findings.lines),
        codes=tuple(replace(code, quad=scale_polygon(code.quad, k)) for code in findings.codes),
    )
