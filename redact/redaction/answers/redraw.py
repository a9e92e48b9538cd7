"""Draw a copy again with the answers given since, from the stored copy, without the original.

Threat: what a person covers shines through beside its cover, because the copy was a JPEG before; what an earlier look
painted beyond its covers stays when the look changes; what the first copy left bare on purpose is covered, or what it
covered is taken to be bare.
Rule: the copy covers what its plan says and keeps these covers: others are only added.  Margins are one block of the
copy all around: the blocks of the copy lie within it, and those of a source that was twice as large and coded colour at
every second pixel.  Stickers, cells and flat heads reach beyond what must be hidden; all that they changed is filled
before another look is painted.  Lines of text that were judged on the first copy are not read again; everything else is
verified as on any copy.
Accepted residue: one more generation of JPEG.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from models.findings import Line, Polygon
from redact.errors import PictureHeld, PictureRefused
from redact.redaction.answers.apply import answered, taken_back
from redact.redaction.answers.values import Base
from redact.redaction.covers.extent import Extent
from redact.redaction.covers.paint import Look, cover
from redact.redaction.passes import Work, places_on, write_verified
from redact.redaction.photo import RedactionContext, look_of
from redact.redaction.picture.coding import unknown_blocks
from redact.redaction.picture.decode import decode
from redact.redaction.plans import moved, whole_of
from redact.redaction.stopwatch import Stopwatch
from redact.redaction.values import Outcome, Picture, Plan, Status, Style
from redact.redaction.views import View, part_of

_JUDGED = "judged"  # stands as the reader of a line that was read before and whose words were not kept


def redraw_copy(data: bytes, base: Base, context: RedactionContext) -> Outcome:
    """Return what became of a copy that was drawn again with `context.answers`; one that cannot be is held."""
    watch = Stopwatch(context.clock)
    try:
        outcome = _redraw(data, base, context, watch)
    except (PictureRefused, PictureHeld) as error:
        outcome = Outcome(Status.HELD, reason=str(error))
    return replace(outcome, sha256=hashlib.sha256(data).hexdigest(), seconds=watch.seconds)


def _redraw(data: bytes, base: Base, context: RedactionContext, watch: Stopwatch) -> Outcome:
    # Decode: the copy as it is stored.
    with watch("decode"):
        picture = decode(data)
        if picture.size != base.size:
            raise PictureHeld("The copy has another size than was written down. A person must look at it.")
        picture = Picture(picture.pixels)  # a square margin, as around blocks of unknown size
        view = View(picture, base.shows or whole_of(base.source_size))
    # Decide: what the copy covers, and the answers given since; no lift, which needs what lies under the cover.
    with watch("decide"):
        known = Plan(taken_back(base.regions, context.answers))
        plan = answered(known, replace(context.answers, lifts=()), base.source_size)
        look = look_of(context)
    with watch("cover"):
        view = _cleared(view, known, Look(base.style, context.policy.sticker), look)
        view = view if context.answers.crop is None else part_of(view, context.answers.crop)
    # Cover, encode, verify: as for any copy.
    work = Work(view, plan, look, _lines(base.judged, view), is_copy=True)
    written = write_verified(work, context.roll, context.finders, watch)
    return written.outcome(base.source_size, look)


def _cleared(view: View, known: Plan, old: Look, new: Look) -> View:
    """Return the view with everything that the old look changed filled in, where another look is to be painted."""
    if old.style in {new.style, Style.BLUR}:
        return view
    drawn = View(replace(view.picture, coding=unknown_blocks(2)), view.shows)  # what its source coded colour by, say
    places, extent = places_on(drawn, known, old)
    share = extent.changed.astype(np.float32)
    filled = cover(view.picture, places, Look(), Extent(extent.changed, extent.changed, share, extent.recoloured))
    return View(filled, view.shows)


def _lines(judged: tuple[Polygon, ...], view: View) -> tuple[Line, ...]:
    """Return lines without words in the places that were read before, in pixels of the view."""
    return tuple(Line((), moved(quad, view.picture.size, view.shows), 1.0, _JUDGED) for quad in judged)
