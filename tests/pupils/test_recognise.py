"""A face is shown only if it is near one pupil, clearly nearer than to any other, in a gallery of the measured size."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, Face, Pixels
from models.identity.templates import (
    LOOK_ALIKE,
    MARGIN,
    PROBE,
    REFERENCE,
    SHOW,
    SUGGEST,
    Gate,
    Template,
    Unfit,
    distance,
    distance_to_person,
)
from redact.pupils.recognise import (
    MOST_SHOWN_FROM,
    MOST_SUGGESTED,
    Enrolled,
    Gallery,
    Nobody,
    Show,
    Suggest,
    describe_reference,
    narrow,
    of_school,
    recognise,
    recognise_faces,
)
from tests.rigs.fakes import template_at

at = template_at
PIXELS = np.zeros((200, 400, 3), np.uint8)


def pupil(upn: str, far: float, axis: int = 1, year: str = "", reg: str = "") -> Enrolled:
    return Enrolled(upn, (at(far, axis),), year, reg)


def crowd(count: int) -> tuple[Enrolled, ...]:
    """Return pupils who are like nobody."""
    return tuple(pupil(f"C{i}", 1.2, 2 + i % 120) for i in range(count))


def face(x: float, width: float = 40, score: float = 0.9) -> Face:
    return Face(Box(x, 20, x + width, 70), score, "fixed")


@dataclass
class Describer:
    """Describes each box as it was told to; a box that it was not told of is unfit."""

    by_box: dict[Box, Template]
    gates: list[Gate] = field(default_factory=list)

    def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
        self.gates.append(gate)
        return self.by_box.get(box, Unfit.TOO_BLURRED)


# -- one face --


def test_an_empty_gallery_knows_nobody() -> None:
    assert recognise(at(0), Gallery()) == Nobody()


@pytest.mark.parametrize(
    ("far", "match"),
    [
        (0.0, Show("A")),
        (SHOW - 0.001, Show("A")),
        (SHOW + 0.001, Suggest(("A",))),
        (SUGGEST - 0.001, Suggest(("A",))),
        (SUGGEST + 0.001, Nobody()),
    ],
)
def test_near_is_shown_less_near_is_suggested_far_is_nobody(far: float, match: object) -> None:
    assert recognise(at(0), Gallery((pupil("A", far), *crowd(5)))) == match


def test_two_pupils_nearly_as_near_are_suggestions_best_first() -> None:
    near, second = SHOW - 0.01, SHOW - 0.01 + MARGIN
    close = Gallery((pupil("B", second - 0.001, 2), pupil("A", near)))
    assert recognise(at(0), close) == Suggest(("A", "B"))
    assert recognise(at(0), Gallery((pupil("B", second + 0.001, 2), pupil("A", near)))) == Show("A")


def test_of_two_who_look_alike_neither_is_shown_and_both_are_asked_about() -> None:
    """The face is as near to A as can be and far enough from B; but a picture of B could be one of A."""
    for other, match in ((LOOK_ALIKE - 0.001, Suggest(("A", "B"))), (LOOK_ALIKE + 0.001, Show("A"))):
        gallery = Gallery((pupil("A", 0.0), pupil("B", other), *crowd(3)))
        assert recognise(at(0.0), gallery) == match
    further = Enrolled("B", (at(1.0, 5), at(LOOK_ALIKE - 0.001, 1), at(1.0, 7)))
    assert recognise(at(0.0), Gallery((pupil("A", 0.0), further))) == Suggest(("A", "B")), "one picture is enough"


def test_no_more_than_three_are_suggested() -> None:
    gallery = Gallery(tuple(pupil(f"P{i}", SUGGEST - 0.01 * i, 1 + i) for i in range(6)))
    match = recognise(at(0), gallery)
    assert match == Suggest(("P5", "P4", "P3")) and MOST_SUGGESTED == 3


def test_a_gallery_larger_than_the_measured_one_only_suggests() -> None:
    me = pupil("A", 0.0)
    assert recognise(at(0), Gallery((me, *crowd(MOST_SHOWN_FROM - 1)))) == Show("A")
    assert recognise(at(0), Gallery((me, *crowd(MOST_SHOWN_FROM)))) == Suggest(("A",))


@given(st.lists(st.floats(0, 1.5), max_size=8), st.lists(st.floats(0, 1.5), min_size=1, max_size=4), st.floats(0, 0.5))
def test_another_pupil_never_turns_a_face_into_shown(others: list[float], own: list[float], probe: float) -> None:
    """Whoever joins the gallery can only take certainty away, or be the one who is shown."""
    people = tuple(pupil(f"O{i}", far, 2 + i) for i, far in enumerate(others))
    new = Enrolled("new", tuple(at(far, 20 + i) for i, far in enumerate(own)))
    before, after = recognise(at(probe), Gallery(people)), recognise(at(probe), Gallery((*people, new)))
    if isinstance(after, Show):
        assert after == before or after.upn == "new"
        assert distance_to_person(at(probe), new.templates) <= SHOW or after == before


@given(st.lists(st.floats(0, 1.5), min_size=1, max_size=6))
def test_the_order_of_the_gallery_does_not_matter(fars: list[float]) -> None:
    people = [pupil(f"P{i}", far, 1 + i) for i, far in enumerate(fars)]
    first = recognise(at(0), Gallery(tuple(people)))
    assert recognise(at(0), Gallery(tuple(reversed(people)))) == first


@given(st.lists(st.floats(0, 1.9), min_size=1, max_size=5))
def test_the_distance_to_a_person_lies_between_those_to_the_references(fars: list[float]) -> None:
    references = [at(far, 1 + i) for i, far in enumerate(fars)]
    found = distance_to_person(at(0), references)
    assert found <= max(distance(at(0), each) for each in references) + 1e-9
    assert found == pytest.approx(distance_to_person(at(0), references[::-1]))
    if len(references) == 1:
        assert found == pytest.approx(distance(at(0), references[0]))


# -- values --


def test_a_pupil_without_a_description_or_twice_in_a_gallery_is_refused() -> None:
    with pytest.raises(ValueError, match="description"):
        Enrolled("A", ())
    with pytest.raises(ValueError, match="UPN"):
        Enrolled("", (at(0),))
    with pytest.raises(ValueError, match="twice"):
        Gallery((pupil("A", 0), pupil("A", 1)))


def test_numbers_of_a_face_are_in_no_repr() -> None:
    shown = repr(Gallery((Enrolled("A", (Template((0.125,) * 128),)),)))
    assert "0.125" not in shown and "Template" not in shown


# -- the faces of one photo --


def test_each_face_is_matched_and_an_unfit_one_is_nobody() -> None:
    known, stranger, blurred = face(0), face(100), face(200)
    recogniser = Describer({known.box: at(0), stranger.box: at(1.3, 50)})
    matches = recognise_faces(PIXELS, (known, stranger, blurred), recogniser, Gallery((pupil("A", 0.1),)))
    assert matches == (Show("A"), Nobody(), Nobody())
    assert recogniser.gates == [PROBE] * 3


def test_two_faces_of_one_pupil_are_suggestions_both() -> None:
    first, second, third = face(0), face(100), face(200)
    recogniser = Describer({first.box: at(0), second.box: at(0.05), third.box: at(1.0, 9)})
    gallery = Gallery((pupil("A", 0.1), pupil("B", 1.0, 9)))
    matches = recognise_faces(PIXELS, (first, second, third), recogniser, gallery)
    assert matches == (Suggest(("A",)), Suggest(("A",)), Show("B"))


def test_one_face_seen_by_two_finders_is_one_face() -> None:
    first, again = face(0), face(4, score=0.8)
    recogniser = Describer({first.box: at(0), again.box: at(1.3, 50)})
    matches = recognise_faces(PIXELS, (first, again), recogniser, Gallery((pupil("A", 0.1),)))
    assert matches == (Show("A"), Show("A"))
    assert len(recogniser.gates) == 1


def test_a_face_half_over_another_is_another() -> None:
    first, beside = face(0), face(25)
    recogniser = Describer({first.box: at(0), beside.box: at(0.05)})
    matches = recognise_faces(PIXELS, (first, beside), recogniser, Gallery((pupil("A", 0.1),)))
    assert matches == (Suggest(("A",)), Suggest(("A",)))


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0, 1.0)), max_size=7))
def test_no_pupil_is_shown_in_two_places(found: list[tuple[int, float]]) -> None:
    faces = tuple(face(x) for x, _ in found)
    recogniser = Describer({one.box: at(far) for one, (_, far) in zip(faces, found, strict=True)})
    gallery = Gallery((pupil("A", 0.0), pupil("B", 0.7)))
    matches = recognise_faces(PIXELS, faces, recogniser, gallery)
    assert len(matches) == len(faces)
    for upn in "AB":
        places = [one.box for one, match in zip(faces, matches, strict=True) if match == Show(upn)]
        assert all(a.iou(b) >= 0.5 for a in places for b in places)


# -- reference pictures --


def test_a_reference_is_the_one_large_face_through_the_strict_gate() -> None:
    large, small = Face(Box(0, 0, 100, 120), 0.5, "fixed"), face(300)
    recogniser = Describer({large.box: at(0.3), small.box: at(0)})
    assert describe_reference(PIXELS, (small, large), recogniser) == at(0.3)
    assert recogniser.gates == [REFERENCE]
    assert REFERENCE.least_face_px > PROBE.least_face_px and REFERENCE.most_turned < PROBE.most_turned


def test_a_reference_without_a_face_or_with_two_will_not_do() -> None:
    recogniser = Describer({})
    assert describe_reference(PIXELS, (), recogniser) is Unfit.NO_FACE
    assert describe_reference(PIXELS, (face(0), face(100, 35)), recogniser) is Unfit.NOT_ALONE
    assert describe_reference(PIXELS, (face(0), face(4)), recogniser) is Unfit.TOO_BLURRED, "one face, seen twice"


# -- classes --

SCHOOL = Gallery(
    (
        pupil("a", 0, 1, "Year 3", "3 Oak"),
        pupil("b", 0, 1, "3", "Elm"),
        pupil("c", 0, 1, "R", "Red"),
        pupil("d", 0, 1, "", "10B2"),
        pupil("e", 0, 1, "4", "4 Oak"),
        pupil("f", 0, 1),
    )
)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (("Year 3",), "ab"),
        (("Y3",), "ab"),
        (("yr 03",), "ab"),
        (("YEAR_3",), "ab"),
        (("3",), "ab"),
        (("Year 3 group",), "ab"),
        (("3 oak",), "a"),
        (("3OAK",), "a"),
        (("Class 3 - Oak",), "a"),
        (("Y3 Elm",), "b"),
        (("oak",), "ae"),
        (("Year 3", "3 Oak"), "a"),
        (("Year 3", "Swimming"), "ab"),
        (("Year 3", "Year 4"), "abe"),
        (("Reception",), "c"),
        (("YR",), "c"),
        (("year r",), "c"),
        (("Reception Red",), "c"),
        (("10B2",), "d"),
        (("Year 10",), "d"),
        (("Year 5",), "abcdef"),
        (("Sports day 2026",), "abcdef"),
        (("2026-05-12",), "abcdef"),
        (("", " "), "abcdef"),
        ((), "abcdef"),
    ],
)
def test_tags_narrow_the_gallery(tags: tuple[str, ...], found: str) -> None:
    assert "".join(pupil.upn for pupil in narrow(SCHOOL, tags).pupils) == found


@pytest.mark.parametrize(
    ("school", "found"), [("oak", "A ADULT-1 ADULT-2"), ("elm", "B ADULT-2"), ("", "A B C ADULT-1 ADULT-2 ADULT-3")]
)
def test_a_photo_of_a_school_is_compared_with_its_own_people_and_the_adults_of_the_trust(
    school: str, found: str
) -> None:
    people = (("A", "oak"), ("B", "elm"), ("C", ""), ("ADULT-1", "oak"), ("ADULT-2", ""), ("ADULT-3", "ash"))
    gallery = Gallery(tuple(Enrolled(upn, (at(0.1, i),), school=of) for i, (upn, of) in enumerate(people)))
    assert " ".join(one.upn for one in of_school(gallery, school).pupils) == found


@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_tags_give_a_part_of_the_gallery_and_never_none(tags: list[str]) -> None:
    found = narrow(SCHOOL, tags)
    assert found.pupils and set(found.pupils) <= set(SCHOOL.pupils)
