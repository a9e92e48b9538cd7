"""The photo page as values: which acts it offers to whom, in each state a photo can be in."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from redact.desk.pages.badges import place_badges
from redact.desk.pages.mark import mark_width
from redact.desk.pages.photo import Around, PhotoView, Viewer, describe_answer, show_larger, show_photo
from redact.desk.pages.queue import show_found
from redact.desk.pages.words import STYLES
from redact.posts import queue
from redact.posts import redraw as redraws_asked
from redact.posts.changes import Answered, Redraw, RedrawState
from redact.posts.queue import Filter, OnePhoto, Standing
from redact.redaction.plans import print_plan
from redact.redaction.values import Action, Box, Kind, Polygon, Region, Style
from redact.store.photos import State
from redact.store.queue import QueuedPhoto, Shot
from redact.store.reviewing.answers import Act
from redact.store.schema.tables import photos, redraws
from tests.rigs.desk import DeskRig, clean_work
from tests.rigs.workspaces import sha

BOX = ((10.0, 10.0), (40.0, 10.0), (40.0, 50.0), (10.0, 50.0))
REVIEWER, OFFICE = Viewer(may_decide=True, is_fresh=True), Viewer(may_decide=False, is_fresh=True)


def region(action: Action = Action.COVERED, kind: Kind = Kind.FACE) -> Region:
    return Region(kind, action, BOX, 0.9, "a reason")


def photo(*regions: Region, **more: object) -> QueuedPhoto:
    asks = any(each.action in {Action.ASK, Action.MAYBE} for each in regions)
    found = QueuedPhoto(
        sha256="a" * 64,
        state=State.STORED,
        reason=None,
        school="oak",
        arrived_at="2026-09-07T12:00:00.000Z",
        output="b" * 64,
        output_name="b.jpg",
        plan=print_plan(regions),
        source_size=(192, 128),
        size=(96, 64),
        asks=asks,
        is_recalled=False,
        sealed=True,
        stored_at="2026-09-07T12:00:00.000Z",
        review="open",
        reviewed_at=None,
        shows=None,
        event="",
        taken_on=None,
        shots=(),
    )
    return replace(found, **more)  # type: ignore[arg-type]


def view(
    shown: QueuedPhoto, viewer: Viewer = REVIEWER, redraw: Redraw | None = None, said: tuple[Answered, ...] = ()
) -> PhotoView:
    one = OnePhoto(shown, (shown,), None, ())
    around = Around(said, redraw, (), "blur", "")
    return show_photo(one, Filter(Standing.TO_REVIEW, None), around, viewer, 30, UTC)


def redraw(state: RedrawState) -> Redraw:
    return Redraw(7, "a" * 64, "b" * 64, state, "It was stopped.", None, "2026-09-07T12:00:00.000Z")


def test_a_clean_photo_takes_one_word_and_an_empty_one_another() -> None:
    assert view(photo(region())).acts.decision == "fit"
    assert view(photo()).acts.decision == "nobody"


def test_a_place_in_doubt_is_asked_about_and_nothing_else_is_to_be_decided() -> None:
    shown = view(photo(region(), region(Action.MAYBE)))
    assert shown.acts.decision == "" and [each.number for each in shown.acts.questions] == [2]
    assert view(photo(region(Action.ASK))).acts.decision == "fit"  # covered already: one look


def test_a_place_in_doubt_is_shown_with_what_lies_around_it_and_within_the_copy() -> None:
    for x, y in ((200.0, 20.0), (5.0, 100.0), (0.0, 0.0)):
        place = ((x, y), (x + 30, y), (x + 30, y + 40), (x, y + 40))
        [asked] = view(photo(replace(region(Action.MAYBE), polygon=place), shows=Box(0, 0, 400, 300))).acts.questions
        left, top, width, height = map(float, asked.near.split())
        xs, ys = zip(*(map(float, each.split(",")) for each in asked.points.split()), strict=True)
        assert left <= min(xs) and max(xs) <= left + width and top <= min(ys) and max(ys) <= top + height
        assert top >= 0 and width == pytest.approx(height * 4 / 3, abs=0.1)
        # its number stands in the upper left corner, and never on a place
        assert left >= 0 if (x, y) != (0, 0) else min(xs) - left >= width / 4


def test_what_was_said_of_many_places_at_once_is_one_line_that_is_undone_at_once() -> None:
    once, later = "2026-09-07T12:00:00.000Z", "2026-09-07T12:00:05.000Z"
    said = (
        Answered(1, "dismiss", "", once, needs_original=False),
        Answered(2, "dismiss", "", once, needs_original=False),
        Answered(3, "dismiss", "", later, needs_original=False),
        Answered(4, "cover", "", later, needs_original=True),
        Answered(5, "cover", "", later, needs_original=True),
    )
    shown = view(photo(region()), said=said)
    assert [(each.words, [line.id for line in each.lines]) for each in shown.said] == [
        ("Said: nobody at 2 places in doubt", [1, 2]),
        ("Said: nobody at a place in doubt", [3]),
        ("Covered by hand", [4]),  # each of these has a page of its own, with the original
        ("Covered by hand", [5]),
    ]


def test_what_a_crop_left_out_is_told_and_asks_nobody() -> None:
    away = replace(region(Action.MAYBE), polygon=((150.0, 90.0), (180.0, 90.0), (180.0, 120.0), (150.0, 120.0)))
    shown = view(photo(region(), away, shows=Box(0, 0, 96, 64)))
    assert shown.acts.decision == "fit" and shown.acts.questions == ()
    assert [each.action for each in shown.outlines] == ["covered", "cropped away"]
    assert shown.outlines[1].points == "" and shown.outlines[0].points
    larger = replace(region(), polygon=((-9.0, -9.0), (300.0, -9.0), (300.0, 300.0), (-9.0, 300.0)))
    assert view(photo(larger)).outlines[0].points


def test_of_a_photo_of_which_little_is_left_the_page_says_so() -> None:
    assert view(photo(region(), is_little_left=True)).reason == "Little is left: take another photo, from farther away."
    assert view(photo(region())).reason == ""
    held = photo(region(), is_little_left=True, state=State.HELD, reason="It is damaged.")
    assert view(held).reason == "It is damaged."


def test_the_queue_that_is_worked_through_is_named_with_how_many_wait_in_it() -> None:
    def queue_of(shown: QueuedPhoto, standing: Standing, left: int | None) -> tuple[str, str]:
        around, one = Around((), None, (), "blur", "", left), OnePhoto(shown, (shown,), None, ())
        found = show_photo(one, Filter(standing, None), around, REVIEWER, 30, UTC)
        return found.queue_name, found.left

    answered = photo(region())  # it asks no more, and the list of those that ask goes on
    assert queue_of(answered, Standing.ASKS, 1200) == ("With a question", "1,200")
    assert queue_of(answered, Standing.TO_REVIEW, None) == ("To review", "")
    assert queue_of(photo(region(), review="fit"), Standing.FIT, 7) == ("Passed", "")


def test_while_a_copy_is_drawn_nothing_is_decided_or_changed() -> None:
    for state in (RedrawState.ASKED, RedrawState.WORKING):
        shown = view(photo(region(), region(Action.MAYBE)), redraw=redraw(state))
        assert (
            shown.is_redrawn
            and not shown.acts.may_change
            and not shown.acts.questions
            and not shown.acts.may_be_set_aside
        )
        assert shown.acts.decision == ""
    failed = view(photo(region()), redraw=redraw(RedrawState.FAILED))
    assert not failed.is_redrawn and failed.acts.may_change and failed.acts.decision == ""


def test_the_office_changes_and_decides_nothing() -> None:
    shown = view(photo(region()), OFFICE)
    assert (
        shown.acts.may_change
        and not shown.acts.decision
        and not shown.acts.has_original
        and not shown.acts.may_be_set_aside
    )
    assert shown.outlines[0].lift == ""
    assert not view(photo(region(), review="fit"), OFFICE).acts.is_decided


@pytest.mark.parametrize("word", ["fit", "unfit"])
def test_what_was_decided_can_be_opened_again_and_not_decided_twice(word: str) -> None:
    shown = view(photo(region(), review=word))
    assert shown.acts.is_decided and shown.acts.decision == "" and shown.picture


@pytest.mark.parametrize(
    "stopped", [{"state": State.HELD}, {"state": State.REFUSED}, {"state": State.WANTED}, {"is_recalled": True}]
)
def test_what_stopped_has_a_way_on_and_no_picture(stopped: dict[str, object]) -> None:
    shown = view(photo(region(), **stopped))
    assert shown.picture == "" and shown.outlines == () and not shown.acts.may_change and shown.acts.decision == ""
    assert shown.acts.may_try_again and shown.acts.may_be_set_aside and shown.next_step


def test_without_its_original_nothing_is_lifted() -> None:
    shown = view(photo(region(), sealed=False))
    assert shown.outlines[0].lift == "" and not shown.acts.has_original
    assert view(photo(region())).outlines[0].lift.startswith(f"/photos/{'a' * 64}/places/1?")
    assert view(photo(region(Action.SHOWN))).outlines[0].lift == ""


def test_what_people_said_is_told_in_words_and_undone_where_it_can_be() -> None:
    for act in Act:
        assert describe_answer(Answered(1, act.value, "", "", needs_original=False)) != act.value
    said = (
        Answered(3, "cover", "", "2026-09-07T12:00:00.000Z", needs_original=True),
        Answered(4, "style", "solid", "2026-09-07T12:00:00.000Z", needs_original=False),
    )
    shown = view(photo(region()), said=said)
    assert "answers/3" in shown.answers[0].page and shown.answers[1].page == ""
    assert shown.style == "solid" and shown.answers[1].words == "Style: flat colour"
    assert view(photo(region())).style == "blur"


def test_every_style_has_its_words_but_the_schools_own_picture() -> None:
    assert {*STYLES} == {style.value for style in Style} - {Style.PICTURE.value}


def test_a_style_that_is_not_offered_at_the_desk_is_not_changed_by_a_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = DeskRig(tmp_path, photos=1)
    rae, path = desk.reviewer(), f"/photos/{sha(desk.oak[0])}"
    assert '<option value="blur" selected>' in rae.get(path).text

    def with_a_crest(*asked: Any) -> PhotoView:
        return replace(show_photo(*asked), style=Style.PICTURE.value)

    monkeypatch.setattr("redact.desk.routes.photos.show_photo", with_a_crest)
    page = rae.get(path).text
    assert 'name="style" required><option value="" selected>as the settings say</option>' in page
    assert '<option value="blur" selected>' not in page


def test_of_a_burst_only_what_the_page_showed_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.posts.bursts.APART_S", 120.0)  # the files are written as fast as the machine can
    desk = DeskRig(tmp_path, photos=3, work=clean_work)
    photos = [queue.read_photo(desk.workspace, sha(content), None) for content in desk.oak]
    first, kept, since = [str(each and each.sha256) for each in photos]
    showed = {f"other-{first}": str(photos[0] and photos[0].output)}
    assert desk.reviewer().post(f"/photos/{kept}/keep", showed).status == 303
    found = [queue.read_photo(desk.workspace, each, None) for each in (first, kept, since)]
    assert [each and queue.standing_of(each) for each in found] == [
        Standing.UNFIT,
        Standing.TO_REVIEW,
        Standing.TO_REVIEW,
    ]


def test_numbers_stand_at_a_corner_and_inside_the_copy() -> None:
    corner = Region(Kind.FACE, Action.COVERED, ((-5.0, -5.0), (20.0, 0.0), (20.0, 20.0)), 0.9, "a reason")
    x, y = view(photo(corner)).outlines[0].label
    assert 0 < x < 96 and 0 < y < 64


@pytest.mark.parametrize("at", [(500, 400), (2, 3), (1010, 3), (1015, 760)])
def test_the_number_of_a_tiny_place_does_not_stand_on_it(at: tuple[int, int]) -> None:
    (x, y), size = at, (1024, 768)
    tiny = ((x, y), (x + 12, y), (x + 12, y + 9), (x, y + 9))
    (middle,) = place_badges([tiny], size, 1)
    assert 14 <= middle[0] <= size[0] - 14 and 14 <= middle[1] <= size[1] - 14
    assert min(math.dist(middle, corner) for corner in tiny) > 13  # the circle's radius
    large = ((x, y), (x + 90, y), (x + 90, y + 90), (x, y + 90))
    assert place_badges([large], size, 1) == ((min(max(x, 14), size[0] - 14), min(max(y, 14), size[1] - 14)),)


@given(st.lists(st.tuples(st.integers(0, 980), st.integers(0, 740), st.integers(4, 40)), min_size=2, max_size=60))
def test_numbers_in_a_crowd_stay_on_the_picture_and_off_tiny_places(places: list[tuple[int, int, int]]) -> None:
    polygons = [((x, y), (x + side, y), (x + side, y + side), (x, y + side)) for x, y, side in places]
    for polygon, (x, y) in zip(polygons, place_badges(polygons, (1024, 768), 1), strict=True):
        assert 14 <= x <= 1010 and 14 <= y <= 754
        (left, top), (right, bottom) = polygon[0], polygon[2]
        assert math.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0)) > 13


ANYWHERE = st.lists(st.tuples(st.floats(-2000, 3000), st.floats(-2000, 3000)), max_size=6).map(tuple)


@given(st.lists(ANYWHERE, min_size=1, max_size=5), st.integers(1, 4000), st.integers(1, 4000))
def test_every_place_has_a_number_on_a_picture_of_any_size(places: list[Polygon], width: int, height: int) -> None:
    unit = max(width, height) / 1024
    margin = 14 * unit + 0.1  # rounded
    middles = place_badges(places, (width, height), unit)
    assert len(middles) == len(places)
    for x, y in middles:  # a picture that is narrower than a number has it in its middle, or beside
        assert min(0, width - margin) <= x <= max(width, margin)
        assert min(0, height - margin) <= y <= max(height, margin)


def test_numbers_of_heads_side_by_side_do_not_touch() -> None:
    heads = [((x, y), (x + 30, y), (x + 30, y + 30), (x, y + 30)) for x in (100, 112) for y in (300, 311)]
    middles = place_badges(heads, (1024, 768), 1)
    assert all(math.dist(a, b) >= 26 for n, a in enumerate(middles) for b in middles[:n])


def test_a_redraw_that_ends_while_its_page_is_drawn_leaves_no_page_of_the_former_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = DeskRig(tmp_path, photos=1)
    photo, rae = sha(desk.oak[0]), desk.reviewer()
    former, number = str(desk.rig.photos()[photo].output), desk.ask_for_a_cover(desk.oak[0])

    def end(*_: object) -> None:
        with desk.workspace.database.write() as connection:
            connection.execute(update(redraws).where(redraws.c.id == number).values(state="done"))
            connection.execute(update(photos).where(photos.c.sha256 == photo).values(output="ab" * 32))

    def ends_before(module: Any, name: str) -> str:
        """Return the page of the photo whose redraw ends right before a function is called."""
        real = getattr(module, name)

        def called(*given: object) -> object:
            end()
            return real(*given)

        with monkeypatch.context() as patched:
            patched.setattr(module, name, called)
            return rae.get(f"/photos/{photo}").text

    assert f'data-output="{former}"' not in ends_before(redraws_asked, "under_way")
    with desk.workspace.database.write() as connection:
        connection.execute(update(redraws).where(redraws.c.id == number).values(state="asked"))
        connection.execute(update(photos).where(photos.c.sha256 == photo).values(output=former))
    assert "data-redraw" in rae.get(f"/photos/{photo}").text
    assert f'data-output="{former}"' not in ends_before(queue, "read_photo")


@pytest.mark.parametrize(
    ("size", "width"),
    [((250, 200), "750"), ((100, 250), "300"), ((800, 600), "1000"), ((1000, 600), ""), ((2048, 1365), "")],
)
def test_a_small_copy_is_drawn_larger_and_never_more_than_three_times(size: tuple[int, int], width: str) -> None:
    assert show_larger(size) == width and view(photo(region(), size=size)).shown == width
    assert mark_width(size) == min(960, int(width or size[0]))  # and so where it is clicked without scripts


def test_a_photo_without_a_copy_says_on_which_device_a_person_looks() -> None:
    shots = tuple(Shot(device, None, None, 0) for device in ("cam-oak", "phone-7", "cam-oak"))
    (card,) = show_found((photo(output=None, state=State.REFUSED, shots=shots),), UTC)
    assert card.title == "From cam-oak, phone-7"
