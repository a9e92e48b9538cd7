"""Verify the written bytes as an independent reader, in numbered checks.

Threat: a cover that was planned but not painted, a face or name that every finder missed the first time, or
something hidden in the file beside its picture.
Rule: nothing that the redaction knew is believed; only the encoded bytes are read.  Three exceptions: a line of text
already judged on the same pixels need not be read a second time, which weakens nothing; and a face that is shown on
purpose excuses one face found in its own place, never one beside it; words and codes that a person lifted likewise.
The places of the covers are believed: they say where to look, and a cover that is missing differs from the one that
is made again.  Where a cover differs though nothing is missing, the picture that was covered settles it: the same bytes
must come of it with noise in the places.
Accepted residue: the same finders look again, so what they are blind to stays unseen; the published copy is
capped in size for that reason, and a person approves it.  Covers of less than about 20 px have no inside that check 3
could look at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.finders import Finders
from models.findings import Code, bounds
from redact.errors import PictureHeld, PictureRefused
from redact.pupils.roll import Roll
from redact.redaction.covers.control import MOST_DIFFERENCE, differences, is_independent, make_again
from redact.redaction.covers.masks import Mask, mask_of
from redact.redaction.covers.paint import Look
from redact.redaction.covers.places import Places
from redact.redaction.decide import decide
from redact.redaction.find import (
    FAINT_TEXT_AGAIN_PX,
    KNOWN_SHARE,
    known_places,
    read_faint,
    scale_findings,
)
from redact.redaction.picture.decode import decode
from redact.redaction.picture.levels import Stretched, stretched
from redact.redaction.picture.output_bytes import read_output
from redact.redaction.picture.resize import shrink
from redact.redaction.shapes.geometry import core_of, covered_share
from redact.redaction.values import Face, Findings, Kind, Line, NameReason, Picture, Plan, Polygon, Region, Verdict

#: A face seen again counts below this covered share of its core; a finder sees a head in the blot where one was.
FACE_HIDDEN_SHARE = 0.5
#: A name seen again counts below this covered share of its words.
NAME_HIDDEN_SHARE = 0.5
#: Least intersection over union of a head found again and one that is shown, to be the same.  Of 50 shown faces 47
#: were found again in the output, sharing 0.74 and more (0.70 where YuNet had found them first); two heads that share
#: so much are one to the finder already (models/boxes.py joins them from 0.40).
SHOWN_AGAIN_IOU = 0.5
#: Share of a place found again that must lie in one that was lifted, grown by so much: the same words are framed a few
#: pixels apart on the encoded picture.  A choice: what is beside them stays a find.
LIFTED_SHARE = 0.8
LIFTED_MARGIN_PX = 4
#: Around what differs from a picture that was read, where text is looked for again: a broken line is longer than the
#: cover that broke it.  A choice.
NEAR_CHANGE_PX = 128
_BUT_LIFTED = " but those that are left bare by hand"
_ONLY_PICTURE = "the file holds nothing but the picture"
_DECODES = "it decodes to the size it should have"
_SAME_AGAIN = "every cover is the same when it is made again on noise"
_NO_FACE = "no face is found outside the covers"
_NO_FACE_BUT_SHOWN = "no face is found outside the covers but those that are shown"
_NO_NAME = "no name or number plate is found outside the covers"
_NO_CODE = "no code is found outside the covers"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A verdict, what would have to be covered as well, and every line that was read by now; output pixels."""

    verdict: Verdict
    hits: tuple[Region, ...] = ()
    lines: tuple[Line, ...] = ()
    named: tuple[Region, ...] = ()  # names of adults that a permission leaves bare
    picture: Picture | None = None  # what was looked at; None where it does not decode


@dataclass(frozen=True, slots=True)
class Bare:
    """What is left bare on purpose, in output pixels."""

    heads: tuple[Polygon, ...] = ()
    words: tuple[Polygon, ...] = ()  # and codes: a person said so


NOTHING_BARE = Bare()


@dataclass(frozen=True, slots=True)
class Expected:
    """What the output should show."""

    places: Places  # what is covered, on a picture of the size that the output should have
    look: Look  # how it is covered
    bare: Bare = NOTHING_BARE
    source: Picture | None = None  # what was covered, to settle a doubt about a cover; None: a doubt counts as a fault
    before: Picture | None = None  # what the last look read: text is looked for where it differs; None: all over


def verify(
    data: bytes, expected: Expected, roll: Roll | None, finders: Finders, judged: tuple[Line, ...] = ()
) -> Inspection:
    """Return what an independent reader finds in `data`, the encoded output.

    Args:
        data: the bytes as they will be written.
        expected: what they should show.
        roll: the names to look for.
        finders: finders and readers.
        judged: lines that were read before and are shown, in output pixels.
    """
    places, bare = expected.places, expected.bare
    # 1. The container holds nothing but the picture.
    problems = list(read_output(data, places.size))
    # 2. It decodes, to the size it should have.
    try:
        picture = decode(data)
    except (PictureRefused, PictureHeld) as error:
        return _unreadable(problems, str(error))
    if picture.size != places.size:
        return _unreadable(problems, "the picture has another size")
    # 3. Nothing of the source is left under any cover: made again on noise, each is the same.
    again, mask = make_again(picture, places, expected.look)
    is_under = bool((differences(picture, again, mask) > MOST_DIFFERENCE).any()) and not _is_settled(data, expected)
    # 4. No face, 5. no name or number plate, 6. no code outside the covers.
    bright = stretched(picture)
    lines = _read_again(picture, bright, mask, finders, judged, expected.before)
    plan = _look_again(picture, bright, lines, mask, roll, finders)
    hits = _hits(plan, mask, bare, picture.size)
    but = _BUT_LIFTED if bare.words else ""
    verdict = _verdict(
        _Check(1, _ONLY_PICTURE, "; ".join(problems)),
        _Check(2, _DECODES),
        _Check(3, _SAME_AGAIN, "a cover differs" if is_under else ""),
        _Check(4, _NO_FACE_BUT_SHOWN if bare.heads else _NO_FACE, _found(hits, Kind.FACE)),
        _Check(5, f"{_NO_NAME}{but}", _found(hits, *(kind for kind in Kind if kind not in {Kind.FACE, Kind.CODE}))),
        _Check(6, f"{_NO_CODE}{but}", _found(hits, Kind.CODE)),
    )
    return Inspection(verdict, hits, lines, plan.named, picture)


def _is_settled(data: bytes, expected: Expected) -> bool:
    source = expected.source
    return source is not None and is_independent(data, source, expected.places, expected.look)


def _unreadable(problems: list[str], why: str) -> Inspection:
    return Inspection(_verdict(_Check(1, _ONLY_PICTURE, "; ".join(problems)), _Check(2, _DECODES, why)))


@dataclass(frozen=True, slots=True)
class _Check:
    """One numbered check: what should be so, and what is wrong; "" where it passed."""

    number: int
    rule: str
    fault: str = ""

    @property
    def sentence(self) -> str:
        """It and its result, as the report has them."""
        return f"{self.number} {self.rule}: {f'failed, {self.fault}' if self.fault else 'passed'}"


def _verdict(*checks: _Check) -> Verdict:
    failed = tuple(check.sentence for check in checks if check.fault)
    return Verdict(not failed, tuple(check.sentence for check in checks), failed)


def _found(hits: tuple[Region, ...], *kinds: Kind) -> str:
    """Return how many of these kinds were found, as a fault; "" for none."""
    count = sum(hit.kind in kinds for hit in hits)
    return f"{count} found" if count else ""


def _look_again(
    picture: Picture,
    bright: Stretched | None,
    lines: tuple[Line, ...],
    mask: Mask,
    roll: Roll | None,
    finders: Finders,
) -> Plan:
    """Return what would be covered on the output."""
    seen = (*finders.faces.find_sure(picture.pixels), *_faint_faces(bright, finders))
    faces = tuple(face for face in seen if _is_bare(face, mask))
    # Two faces in the place of a shown one are two: one of them is not it.
    found = Findings(faces, lines, _codes_again(picture, finders))
    return decide(found, roll, picture.size, joins_heads=False)


def _hits(plan: Plan, mask: Mask, bare: Bare, size: tuple[int, int]) -> tuple[Region, ...]:
    heads = tuple(region for region in plan.regions if region.kind is Kind.FACE)
    others = (region for region in plan.regions if region.kind is not Kind.FACE and not region.is_name_of_adult)
    rest = tuple(region for region in others if _is_legible(region, mask))
    return (*_without_shown(heads, bare.heads), *_without_lifted(rest, bare.words, size))


def _faint_faces(bright: Stretched | None, finders: Finders) -> tuple[Face, ...]:
    """Return the faces beyond doubt on an output that is faint all over; a shadow was looked into once."""
    if bright is None or bright.whole is None:
        return ()
    return finders.faces.find_sure(bright.whole.pixels)


def _without_lifted(rest: tuple[Region, ...], words: tuple[Polygon, ...], size: tuple[int, int]) -> tuple[Region, ...]:
    """Return `rest` without what lies where a person said that words or codes may be read."""
    if not words:
        return rest
    places = [mask_of(size, [place], LIFTED_MARGIN_PX) for place in words]
    return tuple(hit for hit in rest if not any(covered_share(place, hit.polygon) >= LIFTED_SHARE for place in places))


def _without_shown(heads: tuple[Region, ...], shown: tuple[Polygon, ...]) -> tuple[Region, ...]:
    """Return `heads` without those that are shown on purpose; each shown one excuses the one most like it, once."""
    left = list(heads)
    for place in map(bounds, shown):
        likeness = [place.iou(bounds(head.polygon)) for head in left]
        if likeness and max(likeness) >= SHOWN_AGAIN_IOU:
            del left[likeness.index(max(likeness))]
    return tuple(left)


def _read_again(
    picture: Picture,
    bright: Stretched | None,
    mask: Mask,
    finders: Finders,
    judged: tuple[Line, ...],
    before: Picture | None,
) -> tuple[Line, ...]:
    """Return the lines of the output: those judged before, and what is located now in other places, read again.

    The lines judged before are among them because neighbours show what is a name; what of them is covered
    cannot become a hit.
    """
    known = mask_of(picture.size, [line.quad for line in judged], 0) | mask
    located = _locate(picture, before, finders)
    places = tuple(quad for quad in located if covered_share(known, quad) < KNOWN_SHARE)
    lines = (*judged, *finders.text.read_at(picture.pixels, places))
    seen = known_places(picture, lines) | mask
    return (*lines, *read_faint(bright, seen, finders, FAINT_TEXT_AGAIN_PX))


def _locate(picture: Picture, before: Picture | None, finders: Finders) -> tuple[Polygon, ...]:
    """Return the places of text; of a picture that differs little from one that was read, those near the difference."""
    if before is None or before.size != picture.size:
        return tuple(finders.text.locate(picture.pixels))
    rows, columns = np.nonzero((picture.pixels != before.pixels).any(axis=2))
    if not rows.size:
        return ()
    x0, y0 = (max(0, int(side.min()) - NEAR_CHANGE_PX) for side in (columns, rows))
    x1, y1 = (int(side.max()) + NEAR_CHANGE_PX for side in (columns, rows))
    part = np.ascontiguousarray(picture.pixels[y0:y1, x0:x1])
    return tuple(tuple((x + x0, y + y0) for x, y in quad) for quad in finders.text.locate(part))


def _codes_again(picture: Picture, finders: Finders) -> tuple[Code, ...]:
    """Return the codes that can be read at half the size: one that was missed at full size is missed there again.

    One that is known by its shape only gives nothing away; of 156 photos without codes one shows such a shape.
    """
    small = shrink(picture, max(picture.size) // 2 or 1)
    legible = tuple(code for code in finders.codes(small.pixels) if code.is_legible)
    return scale_findings(Findings(codes=legible), picture.width_px / small.width_px).codes


def _is_bare(face: Face, mask: Mask) -> bool:
    return covered_share(mask, core_of(face.box)) < FACE_HIDDEN_SHARE


def _is_legible(region: Region, mask: Mask) -> bool:
    """Say whether a region is left bare and can be read; what nobody can read was asked about in the first look."""
    return region.reason != NameReason.UNREAD and covered_share(mask, region.polygon) < NAME_HIDDEN_SHARE
