"""The redaction: one photo's bytes in, redacted and verified bytes out.  No path, clock, database, network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from models.finders import Finders
from models.findings import Box, Line
from models.identity.recogniser import loaded_recogniser
from models.identity.templates import Recogniser
from redact.errors import PictureHeld, PictureRefused
from redact.pupils.recognise import Gallery, Match, recognise_faces
from redact.pupils.roll import Roll
from redact.redaction.answers.apply import answered
from redact.redaction.answers.values import NO_ANSWERS, Answers
from redact.redaction.covers.crop import Crop, propose_crop
from redact.redaction.covers.extent import Extent
from redact.redaction.covers.paint import Look
from redact.redaction.decide import decide, without_hidden
from redact.redaction.find import find, scale_findings
from redact.redaction.passes import Work, places_on, write_verified
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.plans import whole_of
from redact.redaction.stopwatch import Stopwatch
from redact.redaction.values import Findings, Outcome, Picture, Plan, Policy, Status, is_little_left
from redact.redaction.views import View, cut, part_of

#: Least long side the finders look at, px: faces of 20 px on the published copy are found at this size (stack.md).
FIND_SIDE_PX = 2048


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
    answers: Answers = NO_ANSWERS  # what people answered on this photo


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
        look = look_of(context)
        whole = View(canvas, whole_of(source.size))
        left = _what_is_left(whole, plan, look) if context.policy.crops else None
        view = whole if left is None or left.part is None else left.part
        view = view if context.answers.crop is None else part_of(whole, context.answers.crop)
    written = write_verified(Work(view, plan, look, _judged(findings, view)), context.roll, context.finders, watch)
    if written.passed and (left is None or view is whole):
        left = _left_of(view, written.extent)
        # What the check found may have left little of it.
        if context.policy.crops and context.answers.crop is None and left.part is not None:
            view = left.part
            work = Work(view, written.plan, look, _judged(findings, view))
            written = write_verified(work, context.roll, context.finders, watch)
    outcome = written.outcome(source.size, look)
    if not written.passed or left is None:
        return replace(outcome, source_size=source.size, regions=written.plan.regions)
    crop = None if left.part is None else _rounded(left.part.shows)
    taken_on, is_cropped = source.taken_on, view is not whole
    return replace(outcome, covered_share=left.share, crop=crop, is_cropped=is_cropped, taken_on=taken_on)


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
    plan = decide(findings, context.roll, source.size, matches, context.policy.lone_doubtful)
    return without_hidden(answered(plan, context.answers, source.size))


def _what_is_left(whole: View, plan: Plan, look: Look) -> Left:
    return _left_of(whole, places_on(whole, plan, look)[1])


def _left_of(whole: View, extent: Extent) -> Left:
    """Return what covers leave of a picture, and the part that is worth keeping where that is little."""
    share = float(extent.must_hide.mean())
    crop = propose_crop(extent.must_hide) if is_little_left(share) else None
    return Left(share, None if crop is None else cut(whole, crop))


def look_of(context: RedactionContext) -> Look:
    """Return how covers look: as a person chose for this photo, else as the settings say."""
    return Look(context.answers.style or context.policy.style, context.policy.sticker)


def _rounded(box: Box) -> Crop:
    return round(box.x0), round(box.y0), round(box.x1), round(box.y1)


def _judged(findings: Findings, view: View) -> tuple[Line, ...]:
    """Return the lines that were read before, in pixels of the view; a part from the middle is read again."""
    starts_alike = (view.shows.x0, view.shows.y0) == (0, 0)
    return scale_findings(findings, 1 / view.width_of_pixel).lines if starts_alike else ()
