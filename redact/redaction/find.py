"""Let every sense look at a picture, and give what they found in the pixels of another scale of it."""

from __future__ import annotations

from dataclasses import replace

from models.finders import Finders
from models.findings import scale_polygon
from redact.redaction.picture.levels import stretched
from redact.redaction.values import Findings, Picture


def find(picture: Picture, finders: Finders) -> Findings:
    """Return all that the finders find on `picture`, in its pixels; faces and text in deep shadow and fog too."""
    pixels = stretched(picture).pixels
    return Findings(finders.faces.find(pixels), finders.text.read(pixels), finders.codes(picture.pixels))


def scale_findings(findings: Findings, k: float) -> Findings:
    """Return `findings` in a picture `k` times as large."""
    return Findings(
        faces=tuple(replace(face, box=face.box.scaled(k)) for face in findings.faces),
        lines=tuple(line.scaled(k) for line in findings.lines),
        codes=tuple(replace(code, quad=scale_polygon(code.quad, k)) for code in findings.codes),
    )
