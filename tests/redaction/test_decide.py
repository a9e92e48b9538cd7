"""A pure function from findings to a plan: each thing found has its kind, its action and a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, Code, Face, bounds
from redact.pupils.recognise import Match, Nobody, Show, Suggest
from redact.pupils.roll import Pupil, Roll
from redact.redaction.covers.masks import mask_of
from redact.redaction.decide import decide, without_hidden
from redact.redaction.shapes.geometry import core_of, covered_share
from redact.redaction.values import Action, Findings, Kind, Line, LoneDoubtful, Plan, Region
from tests.rigs.fakes import WildFinder, line_of
from tests.rigs.made import noisy_picture

SIZE = (400, 300)
ROLL = Roll((Pupil("TEST1", "Thaddeus", "Wrenfield"),))
FACE = Face(Box(100, 80, 140, 130), 0.9, "fixed")
CODE = Code(Box(300, 200, 350, 250).polygon, "QRCode")


def test_nothing_found_nothing_covered() -> None:
    assert decide(Findings(), ROLL, SIZE).regions == ()


def test_each_kind_of_finding_has_its_region() -> None:
    lines = (line_of("Thaddeus Wrenfield", Box(10, 10, 200, 35)), line_of("AB12 CDE", Box(10, 250, 100, 280)))
    plan = decide(Findings((FACE,), lines, (CODE,)), ROLL, SIZE)
    assert {region.kind for region in plan.regions} >= {Kind.FACE, Kind.NAME, Kind.PLATE, Kind.CODE}
    assert all(region.action is not Action.SHOWN for region in plan.regions), "no consent is known here: default deny"
    assert plan.covered == plan.regions
    for region in plan.regions:
        assert region.reason and "haddeus" not in region.reason and "AB12" not in region.reason


def test_the_whole_head_is_covered_not_only_the_face() -> None:
    [region] = decide(Findings((FACE,)), None, SIZE).regions
    mask = mask_of(SIZE, [region.polygon], 0)
    assert covered_share(mask, core_of(FACE.box)) == 1.0
    assert covered_share(mask, FACE.box.polygon) > 0.97, "the corners beside the chin are no face"
    assert bounds(region.polygon).area > 1.3 * FACE.box.area


def test_who_is_recognised_decides_what_becomes_of_a_face() -> None:
    faces = tuple(Face(Box(x, 80, x + 40, 130), 0.9, "fixed") for x in (60, 160, 260))
    matches: tuple[Match, ...] = (Show("UPN1"), Suggest(("UPN2", "UPN3")), Nobody())
    plan = decide(Findings(faces), None, SIZE, matches)
    assert [region.action for region in plan.regions] == [Action.SHOWN, Action.ASK, Action.COVERED]
    assert [(region.pupil, region.suggested) for region in plan.regions] == [
        ("UPN1", ()),
        ("", ("UPN2", "UPN3")),
        ("", ()),
    ]
    assert (plan.shown, plan.covered) == (plan.regions[:1], plan.regions[1:])
    assert not any("UPN" in region.reason for region in plan.regions)
    mask = mask_of(SIZE, [region.polygon for region in plan.covered], 2)
    assert covered_share(mask, faces[0].box.polygon) == 0
    assert covered_share(mask, core_of(faces[1].box)) == covered_share(mask, core_of(faces[2].box)) == 1


@pytest.mark.parametrize("matches", [(), (Nobody(), Nobody())])
def test_matches_that_do_not_fit_the_faces_are_refused(matches: tuple[Match, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        decide(Findings((FACE,)), None, SIZE, matches)


def test_what_was_located_and_could_not_be_read_is_covered_and_asked_about() -> None:
    illegible = Line((), Box(50, 50, 150, 80).polygon, 0.2, "fake")
    actions = {region.action for region in decide(Findings(lines=(illegible,)), ROLL, SIZE).regions}
    assert actions <= {Action.ASK, Action.COVERED}


def test_a_row_of_people_that_was_taken_for_text_is_not_covered_from_head_to_foot() -> None:
    slab = Line((), Box(20, 20, 190, 90).polygon, 0.2, "fake")
    heads = tuple(Face(Box(x, 25, x + 20, 50), 0.9, "fake") for x in (30, 80, 130))

    def texts(faces: tuple[Face, ...]) -> list[Region]:
        regions = decide(Findings(faces, (slab,)), ROLL, (1000, 1000)).regions
        return [region for region in regions if region.kind is Kind.TEXT]

    assert texts(heads) == []
    assert len(texts(heads[:1])) == 1, "one face may be a false find on writing"
    doubtful = tuple(replace(face, score=0.1, is_sure=False) for face in heads)
    assert len(texts(doubtful)) == 1


def test_faces_outside_the_picture_are_left_out_and_others_clipped() -> None:
    plan = decide(Findings(WildFinder().find(noisy_picture(*SIZE).pixels)), None, SIZE)
    assert 0 < len(plan.regions) < 4
    assert all(0 <= x <= SIZE[0] and 0 <= y <= SIZE[1] for region in plan.regions for x, y in region.polygon)


@given(st.lists(st.tuples(st.floats(-50, 390), st.floats(-50, 290), st.floats(5, 120), st.floats(5, 120)), max_size=5))
def test_every_face_in_the_picture_is_hidden(places: list[tuple[float, float, float, float]]) -> None:
    faces = tuple(Face(Box(x, y, x + w, y + h), 0.5, "any") for x, y, w, h in places)
    plan = decide(Findings(faces), None, SIZE)
    mask = mask_of(SIZE, [region.polygon for region in plan.covered], 2)
    assert all(covered_share(mask, core_of(face.box)) > 0.97 for face in faces)
    assert decide(Findings(faces), None, SIZE) == plan


def test_a_lone_doubtful_face_is_left_bare_and_marked_or_covered() -> None:
    doubtful = replace(FACE, box=Box(200, 150, 240, 200), score=0.2, is_sure=False)
    findings = Findings((FACE, doubtful))
    marked = decide(findings, None, SIZE, lone_doubtful=LoneDoubtful.MAYBE)
    assert [region.action for region in marked.regions] == [Action.MAYBE, Action.COVERED]
    assert (marked.covered, marked.shown) == (marked.regions[1:], ()), "it is neither covered nor shown on purpose"
    covered = decide(findings, None, SIZE, lone_doubtful=LoneDoubtful.COVER)
    assert [region.action for region in covered.regions] == [Action.COVERED, Action.COVERED]


@pytest.mark.parametrize(
    ("place", "is_asked"),
    [
        (Box(108, 85, 132, 120), False),  # under the cover of the head
        (Box(90, 85, 114, 120), True),  # half beside it
        (Box(200, 150, 240, 200), True),
    ],
)
def test_a_doubtful_face_under_a_cover_asks_nothing(place: Box, is_asked: bool) -> None:
    """The page says of each place that it was left bare: that must be so.  A cover that was lifted hides nothing."""
    doubtful = replace(FACE, box=place, score=0.2, is_sure=False)
    plan = decide(Findings((FACE, doubtful)), None, SIZE, lone_doubtful=LoneDoubtful.MAYBE)
    left = [region.action for region in without_hidden(plan).regions]
    assert left == ([Action.MAYBE, Action.COVERED] if is_asked else [Action.COVERED])
    lifted = Plan(tuple(replace(one, action=Action.SHOWN) if one.is_covered else one for one in plan.regions))
    assert without_hidden(lifted) == lifted


def test_a_doubtful_face_that_is_like_a_pupil_is_a_face() -> None:
    doubtful = replace(FACE, score=0.2, is_sure=False)
    plan = decide(Findings((doubtful,)), None, SIZE, (Suggest(("UPN2",)),), LoneDoubtful.MAYBE)
    assert [region.action for region in plan.regions] == [Action.ASK]


@pytest.mark.parametrize("action", Action)
def test_what_is_not_left_bare_by_name_is_covered(action: Action) -> None:
    region = Region(Kind.FACE, action, FACE.box.polygon, 0.5, "a reason")
    assert region.is_covered is (action.value in {"covered", "ask"})
