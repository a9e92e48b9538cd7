"""The redaction: one photo's bytes in, redacted and verified bytes out.  No path, clock, database, network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from models.finders import Finders
from models.findings import Box, Line, Polygon, bounds
from models.identity.recogniser import loaded_recogniser
from models.identity.templates import Recogniser
from redact.errors import PictureHeld, PictureRefused
from redact.pupils.recognise import Gallery, Match, recognise_faces
from redact.pupils.roll import Roll
from redact.redaction.covers.crop import Crop, is_little_left, propose_crop
from redact.redaction.covers.masks import Extent
from redact.redaction.covers.paint import Look, cover, extent_of
from redact.redaction.covers.places import Places, moved, places_of
from redact.redaction.decide import decide
from redact.redaction.encode import encode
from redact.redaction.find import find, scale_findings
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.stopwatch import Stopwatch
from redact.redaction.values import Action, Findings, Outcome, Picture, Plan, Policy, Region, Status, Verdict
from redact.redaction.verify import SHOWN_AGAIN_IOU, verify

#: Least long side the finders look at, px: faces of 20 px on the published copy are found at this size (stack.md).
FIND_SIDE_PX = 2048
#: Looks at the written bytes, at most: each covers what it found and hands on what it read, so that the next reads
#: less.
PASSES = 5


@dataclass(frozen=True, slots=True)
class View:
    """A picture that is published, and which part of the source it shows."""

    picture: Picture
    shows: Box  # source pixels

    @property
    def width_of_pixel(self) -> float:
        """Source pixels, along a row, of one pixel of the picture."""
        return self.shows.width / self.picture.width_px


@dataclass(frozen=True, slots=True)
class Left:
    """What covers leave of a picture."""

    share: float  # covered, 0..1
    part: View | None  # the part worth keeping, where little is left


@dataclass(frozen=True, slots=True)
class RedactionContext:
    """What every photo of a batch is redacted with."""

    finders: Finders
    roll: Roll | None
    policy: Policy
    clock: Callable[[], float]  # seconds, any origin; handed in, because the redaction knows no time
    gallery: Gallery | None = None  # enrolled pupils, narrowed by the photo's tags; None or empty: nobody is recognised
    open_recogniser: Callable[[], Recogniser] = loaded_recogniser  # called only where a face must be recognised


def redact_photo(data: bytes, context: RedactionContext) -> Outcome:
    """Return what became of one photo; a picture that may not be opened is an outcome, not an error."""
    return _guard(_redact, data, context)


def examine_photo(data: bytes, context: RedactionContext) -> Outcome:
    """Return what would be covered on one photo; the outcome has no output."""
    return _guard(_examine, data, context)


def _guard(
    stages: Callable[[bytes, RedactionContext, Stopwatch], Outcome], data: bytes, context: RedactionContext
) -> Outcome:
    watch = Stopwatch(context.clock)
    try:
        outcome = stages(data, context, watch)
    except PictureRefused as error:
        outcome = Outcome(Status.REFUSED, reason=str(error))
    except PictureHeld as error:
        outcome = Outcome(Status.HELD, reason=str(error))
    return replace(outcome, sha256=hashlib.sha256(data).hexdigest(), seconds=watch.seconds)


def _examine(data: bytes, context: RedactionContext, watch: Stopwatch) -> Outcome:
    with watch("decode"):
        source = decode(data)
    with watch("find"):
        findings = _find_on(source, shrink(source, context.policy.max_side_px), context)
    matches = _recognise_on(source, findings, context, watch)
    with watch("decide"):
        plan = _decide(findings, source, matches, context)
    return Outcome(Status.CHECKED, source_size=source.size, regions=plan.regions)


def _redact(data: bytes, context: RedactionContext, watch: Stopwatch) -> Outcome:
    # Decode: the picture upright, and nothing else of the file.
    with watch("decode"):
        source = decode(data)
        canvas = shrink(source, context.policy.max_side_px)
    # Find: faces, lines of text and codes, in source pixels.
    with watch("find"):
        findings = _find_on(source, canvas, context)
    # Recognise: who may be shown, on the pixels as they came.
    matches = _recognise_on(source, findings, context, watch)
    # Decide: what is covered, and why.
    with watch("decide"):
        plan = _decide(findings, source, matches, context)
        look = Look(context.policy.style, context.policy.sticker)
        whole = View(canvas, Box(0, 0, *map(float, source.size)))
        left = _what_is_left(whole, plan, look) if context.policy.crops else None
        view = whole if left is None or left.part is None else left.part
    judged = _judged(findings, view)
    for _ in range(PASSES):
        # Cover: from pixels outside the covers only.
        with watch("cover"):
            places, extent = _places_on(view, plan, look)
            covered = cover(view.picture, places, look, extent)
        # Encode: a new file from pixels.
        with watch("encode"):
            output = encode(covered)
        # Verify: the written bytes, as a stranger would read them.
        with watch("verify"):
            shown = _polygons_on(view, plan.shown)
            inspection = verify(output, places, look, context.roll, context.finders, judged, shown)
        if inspection.verdict.passed:
            left = _left_of(whole, extent) if left is None or view is whole else left
            made = _redacted(output, source, view, plan, left)
            return replace(made, verdict=inspection.verdict, is_cropped=view is not whole)
        if not inspection.hits:  # what is wrong is not a place that could be covered
            break
        plan = _with_more(plan, inspection.hits, view)
        judged = inspection.lines
    reason, verdict = _held_reason(inspection.verdict), inspection.verdict
    return Outcome(Status.HELD, reason=reason, source_size=source.size, regions=plan.regions, verdict=verdict)


def _redacted(output: bytes, source: Picture, view: View, plan: Plan, left: Left) -> Outcome:
    return Outcome(
        Status.REDACTED,
        output=output,
        source_size=source.size,
        output_size=view.picture.size,
        regions=plan.regions,
        covered_share=left.share,
        crop=None if left.part is None else _rounded(left.part.shows),
    )


def _find_on(source: Picture, canvas: Picture, context: RedactionContext) -> Findings:
    """Return what is found on `source`, looked at in the size that is published but no smaller than is good."""
    seen = canvas if context.policy.max_side_px >= FIND_SIDE_PX else shrink(source, FIND_SIDE_PX)
    return scale_findings(find(seen, context.finders), source.width_px / seen.width_px)


def _recognise_on(
    source: Picture, findings: Findings, context: RedactionContext, watch: Stopwatch
) -> tuple[Match, ...] | None:
    """Return who each found face is; None where nobody may be recognised, and then no face is described at all."""
    if not context.gallery or not context.policy.shows_faces or not findings.faces:
        return None
    with watch("recognise"):
        return recognise_faces(source.pixels, findings.faces, context.open_recogniser(), context.gallery)


def _decide(findings: Findings, source: Picture, matches: tuple[Match, ...] | None, context: RedactionContext) -> Plan:
    return decide(findings, context.roll, source.size, matches, context.policy.lone_doubtful)


def _places_on(view: View, plan: Plan, look: Look) -> tuple[Places, Extent]:
    places = places_of(plan.covered, view.picture.size, view.shows)
    return places, extent_of(places, look)


def _what_is_left(whole: View, plan: Plan, look: Look) -> Left:
    return _left_of(whole, _places_on(whole, plan, look)[1])


def _left_of(whole: View, extent: Extent) -> Left:
    """Return what covers leave of a picture, and the part that is worth keeping where that is little."""
    share = float(extent.must_hide.mean())
    crop = propose_crop(extent.must_hide) if is_little_left(share) else None
    return Left(share, None if crop is None else _part_of(whole, crop))


def _part_of(whole: View, crop: Crop) -> View:
    x0, y0, x1, y1 = crop
    kx, ky = whole.shows.width / whole.picture.width_px, whole.shows.height / whole.picture.height_px
    return View(Picture(whole.picture.pixels[y0:y1, x0:x1].copy()), Box(x0 * kx, y0 * ky, x1 * kx, y1 * ky))


def _rounded(box: Box) -> Crop:
    return round(box.x0), round(box.y0), round(box.x1), round(box.y1)


def _polygons_on(view: View, regions: tuple[Region, ...]) -> tuple[Polygon, ...]:
    return tuple(moved(region.polygon, view.picture.size, view.shows) for region in regions)


def _judged(findings: Findings, view: View) -> tuple[Line, ...]:
    """Return the lines that were read before, in pixels of the view; a part from the middle is read anew."""
    starts_alike = (view.shows.x0, view.shows.y0) == (0, 0)
    return scale_findings(findings, 1 / view.width_of_pixel).lines if starts_alike else ()


def _with_more(plan: Plan, hits: tuple[Region, ...], view: View) -> Plan:
    """Return `plan` with what the verification found, in source pixels; what only may be a face gives way to it."""
    added = tuple(_in_source(hit, view) for hit in hits)
    return Plan((*(region for region in plan.regions if not _is_found_again(region, added)), *added))


def _in_source(hit: Region, view: View) -> Region:
    shows, k = view.shows, view.width_of_pixel
    polygon = tuple((shows.x0 + x * k, shows.y0 + y * k) for x, y in hit.polygon)
    face = None
    if hit.face is not None:
        box = hit.face.scaled(k)
        face = Box(shows.x0 + box.x0, shows.y0 + box.y0, shows.x0 + box.x1, shows.y0 + box.y1)
    return replace(hit, polygon=polygon, face=face, reason=f"found again in the output: {hit.reason}")


def _is_found_again(region: Region, added: tuple[Region, ...]) -> bool:
    place = bounds(region.polygon)
    return region.action is Action.MAYBE and any(place.iou(bounds(hit.polygon)) >= SHOWN_AGAIN_IOU for hit in added)


def _held_reason(verdict: Verdict) -> str:
    failed = [check for check in verdict.checks if "failed" in check]
    return f"The output did not pass its own check ({'; '.join(failed)}). A person must look at the photo."
