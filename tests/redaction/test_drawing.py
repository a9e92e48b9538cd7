"""The picture of `redact check` shows every region, numbered, and a reason for each."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.findings import Box, Face
from redact.redaction.drawings.outlines import draw, draw_photo
from redact.redaction.photo import RedactionContext
from redact.redaction.picture.decode import decode
from redact.redaction.values import Action, Kind, Outcome, Picture, Policy, Region, Status
from tests.rigs.fakes import FixedFinder, finders
from tests.rigs.made import noisy_jpeg

GREY = Picture(np.full((300, 400, 3), 128, np.uint8))


def outcome_of(*actions: Action, source_size: tuple[int, int] = (400, 300)) -> Outcome:
    regions = tuple(
        Region(Kind.FACE, action, Box(40 + 90 * i, 100, 90 + 90 * i, 200).polygon, 0.9, "a reason")
        for i, action in enumerate(actions)
    )
    return Outcome(Status.CHECKED, source_size=source_size, regions=regions)


def context() -> RedactionContext:
    ticks = itertools.count()
    face = Face(Box(100, 80, 140, 130), 0.9, "fixed")
    return RedactionContext(finders(FixedFinder((face,))), None, Policy(), lambda: float(next(ticks)))


@pytest.mark.parametrize("action", Action)
def test_each_action_has_its_own_colour_on_the_picture(action: Action) -> None:
    drawn = draw(GREY, outcome_of(action)).pixels
    others = [draw(GREY, outcome_of(other)).pixels for other in Action if other is not action]
    assert all(tuple(drawn[150, 40]) != tuple(other[150, 40]) for other in others)
    assert (drawn[150, 60] == 128).all(), "what lies inside stays to be looked at"


def test_every_region_has_a_line_below_the_picture() -> None:
    bare = draw(GREY, outcome_of()).height_px
    one, three = (draw(GREY, outcome_of(*[Action.ASK] * n)) for n in (1, 3))
    assert GREY.height_px < bare < one.height_px < three.height_px
    assert (three.pixels[GREY.height_px :] < 250).any()
    assert (GREY.pixels == 128).all()


def test_regions_are_drawn_in_the_size_of_the_picture() -> None:
    half = draw(GREY, outcome_of(Action.COVERED, source_size=(800, 600))).pixels
    assert tuple(half[75, 20]) == tuple(draw(GREY, outcome_of(Action.COVERED)).pixels[150, 40])
    assert (half[75, 60] == 128).all()


def test_regions_beyond_the_picture_do_not_matter() -> None:
    region = Region(Kind.FACE, Action.COVERED, Box(-500, -500, 9000, 9000).polygon, 0.5, "a reason")
    assert draw(GREY, Outcome(Status.CHECKED, regions=(region,))).width_px == 400


def test_a_photo_is_drawn_on_and_not_redacted() -> None:
    data = noisy_jpeg()
    outcome = draw_photo(data, context())
    assert outcome.status is Status.CHECKED
    assert outcome.output is not None
    drawn = decode(outcome.output)
    assert outcome.output_size == (320, 240) and drawn.height_px > 240
    apart = np.abs(drawn.pixels[85:125, 106:134].astype(int) - decode(data).pixels[85:125, 106:134])
    assert apart.mean() < 12


def test_what_is_no_picture_is_not_drawn() -> None:
    outcome = draw_photo(b"hello", context())
    assert (outcome.status, outcome.output) == (Status.REFUSED, None)
