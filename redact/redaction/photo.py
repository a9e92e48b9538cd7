"""The redaction: one photo's bytes in, redacted and verified bytes out.  No path, clock, database, network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from models.finders import Finders
from models.findings import Polygon, bounds, scale_polygon
from models.identity.recogniser import Recogniser, loaded_recogniser
from redact.errors import PictureHeld, PictureRefused
from redact.pupils.recognise import Gallery, Match, recognise_faces
from redact.pupils.roll import Roll
from redact.redaction.cover import Mask, cover, margin_px, mask_of
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
    judged = scale_findings(findings, canvas.width_px / source.width_px).lines
    for _ in range(PASSES):
        # Cover: from pixels outside the covers only.
        with watch("cover"):
            mask = _mask_on(canvas, source.size, plan)
            covered = cover(canvas, mask, context.policy.style)
        # Encode: a new file from pixels.
        with watch("encode"):
            output = encode(covered)
        # Verify: the written bytes, as a stranger would read them.
        with watch("verify"):
            shown = _polygons_on(canvas, source.size, plan.shown)
            inspection = verify(output, canvas.size, mask, context.roll, context.finders, judged, shown)
        if inspection.verdict.passed:
            return Outcome(
                Status.REDACTED,
                output=output,
                source_size=source.size,
                output_size=canvas.size,
                regions=plan.regions,
                verdict=inspection.verdict,
            )
        if not inspection.hits:  # what is wrong is not a place that could be covered
            break
        plan = _with_more(plan, inspection.hits, source.width_px / canvas.width_px)
        judged = inspection.lines
    return Outcome(
        Status.HELD,
        reason=_held_reason(inspection.verdict),
        source_size=source.size,
        regions=plan.regions,
        verdict=inspection.verdict,
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


def _mask_on(canvas: Picture, source_size: tuple[int, int], plan: Plan) -> Mask:
    k = max(canvas.width_px / source_size[0], canvas.height_px / source_size[1])
    return mask_of(canvas.size, _polygons_on(canvas, source_size, plan.covered), margin_px(k))


def _polygons_on(canvas: Picture, source_size: tuple[int, int], regions: tuple[Region, ...]) -> tuple[Polygon, ...]:
    kx, ky = canvas.width_px / source_size[0], canvas.height_px / source_size[1]
    return tuple(tuple((x * kx, y * ky) for x, y in region.polygon) for region in regions)


def _with_more(plan: Plan, hits: tuple[Region, ...], k: float) -> Plan:
    """Return `plan` with what the verification found, in source pixels; what only may be a face gives way to it."""
    more = (
        replace(hit, polygon=scale_polygon(hit.polygon, k), reason=f"found again in the output: {hit.reason}")
        for hit in hits
    )
    added = tuple(more)
    return Plan((*(region for region in plan.regions if not _is_found_again(region, added)), *added))


def _is_found_again(region: Region, added: tuple[Region, ...]) -> bool:
    place = bounds(region.polygon)
    return region.action is Action.MAYBE and any(place.iou(bounds(hit.polygon)) >= SHOWN_AGAIN_IOU for hit in added)


def _held_reason(verdict: Verdict) -> str:
    failed = [check for check in verdict.checks if "failed" in check]
    return f"The output did not pass its own check ({'; '.join(failed)}). A person must look at the photo."
