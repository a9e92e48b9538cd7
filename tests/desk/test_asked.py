"""Forms of the photo page as values: what our pages send is read, and everything else is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.desk.asked import (
    MOST_COVERS,
    MOST_POINTS,
    FormFault,
    box_of,
    read_changes,
    read_corner,
    read_file_key,
    read_lift,
    read_number,
    read_polygon,
    read_seen,
)
from redact.desk.visit import Form
from redact.errors import UsageError
from redact.posts.changes import HandCover, HandLift
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Kind, Style

BOX = "1.0,2.0 30.0,2.0 30.0,40.0 1.0,40.0"


def form(**fields: str | tuple[str, ...]) -> Form:
    return Form({name.replace("_", "-"): (each,) if isinstance(each, str) else each for name, each in fields.items()})


def test_covers_come_with_how_they_are_covered() -> None:
    changes = read_changes(form(cover=(BOX, BOX), **{"as": "head"}))
    assert changes.covers == (HandCover(read_polygon(BOX), Kind.FACE),) * 2
    assert read_changes(form(cover=BOX)).covers[0].kind is Kind.OTHER


def test_places_in_doubt_are_answered_by_number() -> None:
    changes = read_changes(form(place_2="cover", place_7="nobody"))
    assert (changes.covered, changes.dismissed) == ((2,), (7,))


def test_style_crop_and_undoing() -> None:
    assert read_changes(form(style="solid")).style is Style.SOLID
    assert read_changes(form(crop=BOX)).crop == (1.0, 2.0, 30.0, 40.0)
    assert read_changes(form(undone=("3", "4"))).undone == (3, 4)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"cover": "1,2 3,4"},
        {"cover": "1,2 3,4 x,y"},
        {"cover": "1,2 3,4 nan,5"},
        {"cover": "1,2 3,4 inf,5"},
        {"cover": "1,2 3,4 5"},
        {"cover": "1,2 3,4 9999999,5"},
        {"cover": " ".join(["1,2"] * (MOST_POINTS + 1))},
        {"cover": (BOX,) * (MOST_COVERS + 1)},
        {"cover": BOX, "as": "ghost"},
        {"style": "bare"},
        {"crop": "1,2,3,4"},
        {"place_0": "cover"},
        {"place_x": "cover"},
        {"place_1": "show"},
        {"undone": "-1"},
        {"undone": "1e3"},
        {"place_2": ("nobody", "cover")},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(asked: dict[str, str | tuple[str, ...]]) -> None:
    with pytest.raises(FormFault):
        read_changes(form(**asked))


def test_a_lift_names_a_pupil_for_a_consent_and_nobody_else() -> None:
    assert read_lift(3, form(cause="not-a-person")) == HandLift(3, LiftCause.NOT_A_PERSON)
    assert read_lift(3, form(cause="consent", pupil="A1")) == HandLift(3, LiftCause.CONSENT, "A1")
    for wrong in ({"cause": "consent"}, {"cause": "not-a-name", "pupil": "A1"}, {"cause": "because"}, {}):
        with pytest.raises(UsageError):
            read_lift(3, form(**wrong))


def test_keys_numbers_and_copies_are_of_their_one_spelling() -> None:
    assert read_file_key("0f" * 16) == b"\x0f" * 16 and read_number("12") == 12
    assert read_seen("p", form(output="a" * 64)).output == "a" * 64
    for wrong in ("", "0F" * 16, "0f" * 15, "0f" * 17, "zz" * 16):
        with pytest.raises(FormFault):
            read_file_key(wrong)
    for wrong in ("", "0", "01", "1 ", "\u0661", "1" * 10):
        with pytest.raises(FormFault):
            read_number(wrong)
    with pytest.raises(FormFault):
        read_seen("p", form(output="A" * 64))


@given(st.floats(0, 5000), st.floats(0, 5000), st.floats(0, 5000), st.floats(0, 5000), st.floats(0.1, 10))
def test_two_clicks_make_the_same_box_in_any_order(x0: float, y0: float, x1: float, y1: float, k: float) -> None:
    a, b = read_corner(str(x0), str(y0), k), read_corner(str(x1), str(y1), k)
    box = box_of(a, b)
    assert box == box_of(b, a) and {a, b} <= {*box}
    assert all(math.isfinite(value) for point in box for value in point)
    assert box[0][0] <= box[2][0] and box[0][1] <= box[2][1]
