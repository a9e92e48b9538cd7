"""Cover, encode, verify: again and again until what is written passes, each time with what was found in it.

Both a redaction of the source and a redraw of a copy end here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.finders import Finders
from models.findings import Box, Line, Polygon, bounds
from redact.pupils.roll import Roll
from redact.redaction.covers.extent import Extent
from redact.redaction.covers.paint import Look, cover, extent_of
from redact.redaction.covers.places import Places, places_of
from redact.redaction.encode import encode
from redact.redaction.plans import moved
from redact.redaction.stopwatch import Stopwatch
from redact.redaction.values import FOUND_AGAIN, Action, Outcome, Plan, Region, Status, Verdict
from redact.redaction.verify import SHOWN_AGAIN_IOU, Bare, Expected, verify
from redact.redaction.views import View

#: Looks at the written bytes, at most: each covers what it found and hands on what it read, so that the next looks for
#: text only where the picture differs.
PASSES = 5


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be written."""

    view: View
    plan: Plan  # source pixels
    look: Look
    judged: tuple[Line, ...]  # lines that were read before and are shown, pixels of the view
    is_copy: bool = False  # the view was no source but a copy, encoded in its own pixels


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and what was found in it."""

    output: bytes
    view: View
    plan: Plan  # with what was found in the output as well
    extent: Extent
    verdict: Verdict
    judged: tuple[Polygon, ...]  # every place of text that was read, source pixels

    @property
    def passed(self) -> bool:
        """Whether it may leave."""
        return self.verdict.passed

    def outcome(self, source_size: tuple[int, int], look: Look) -> Outcome:
        """Return what became of the photo, with the plan that was carried out; held where it did not pass."""
        if not self.passed:
            return Outcome(Status.HELD, reason=held_reason(self.verdict), verdict=self.verdict)
        return Outcome(
            Status.REDACTED,
            output=self.output,
            source_size=source_size,
            output_size=self.view.picture.size,
            regions=self.plan.regions,
            verdict=self.verdict,
            covered_share=float(self.extent.must_hide.mean()),
            shows=self.view.shows,
            style=look.style,
            judged=self.judged,
        )


def write_verified(work: Work, roll: Roll | None, finders: Finders, watch: Stopwatch) -> Written:
    """Return what was written, passed or not."""
    plan, judged, view, before = work.plan, work.judged, work.view, None
    for _ in range(PASSES):
        # Cover: from pixels outside the covers only.
        with watch("cover"):
            places, extent = places_on(view, plan, work.look, is_copy=work.is_copy)
            covered = cover(view.picture, places, work.look, extent)
        # Encode: a new file from pixels.
        with watch("encode"):
            output = encode(covered)
        # Verify: the written bytes, as an independent reader finds them.
        with watch("verify"):
            bare = Bare(_polygons_on(view, plan.shown), _polygons_on(view, plan.lifted))
            expected = Expected(places, work.look, bare, view.picture, before)
            inspection = verify(output, expected, roll, finders, judged)
        judged, before = inspection.lines or judged, inspection.picture
        seen = tuple(_to_source(line.quad, view) for line in judged)
        written = Written(output, view, plan, extent, inspection.verdict, seen)
        plan = _with_named(plan, inspection.named, view)
        if written.passed or not inspection.hits:  # what is wrong is then not a place that could be covered
            break
        plan = _with_more(plan, inspection.hits, view)
    return replace(written, plan=plan)


def places_on(view: View, plan: Plan, look: Look, *, is_copy: bool = False) -> tuple[Places, Extent]:
    """Return what is covered on a view, of a source or of a copy, and how far."""
    places = places_of(plan.covered, view.picture.size, view.shows, view.picture.coding, is_copy=is_copy)
    return places, extent_of(places, look)


def held_reason(verdict: Verdict) -> str:
    """Return why a photo is held whose output did not pass."""
    return f"The output did not pass its own check ({'; '.join(verdict.failed)}). A person must look at the photo."


def _polygons_on(view: View, regions: tuple[Region, ...]) -> tuple[Polygon, ...]:
    return tuple(moved(region.polygon, view.picture.size, view.shows) for region in regions)


def _with_more(plan: Plan, hits: tuple[Region, ...], view: View) -> Plan:
    """Return `plan` with what the verification found, in source pixels; what only may be a face gives way to it."""
    added = tuple(_in_source(hit, view) for hit in hits)
    return Plan((*(region for region in plan.regions if not _is_found_again(region, added)), *added))


def _with_named(plan: Plan, named: tuple[Region, ...], view: View) -> Plan:
    """Return `plan` with the adults whose names were read on the output only: nothing is covered for it."""
    known = {region.pupil for region in plan.named}
    return Plan((*plan.regions, *(_in_source(each, view) for each in named if each.pupil not in known)))


def _in_source(hit: Region, view: View) -> Region:
    face = None
    if hit.face is not None:
        corner, _, opposite, _ = _to_source(hit.face.polygon, view)
        face = Box(*corner, *opposite)
    polygon = _to_source(hit.polygon, view)
    reason = f"{FOUND_AGAIN}: {hit.reason}"
    return replace(hit, polygon=polygon, face=face, reason=reason, is_found_again=True)


def _to_source(polygon: Polygon, view: View) -> Polygon:
    shows, k = view.shows, view.width_of_pixel
    return tuple((shows.x0 + x * k, shows.y0 + y * k) for x, y in polygon)


def _is_found_again(region: Region, added: tuple[Region, ...]) -> bool:
    place = bounds(region.polygon)
    return region.action is Action.MAYBE and any(place.iou(bounds(hit.polygon)) >= SHOWN_AGAIN_IOU for hit in added)
