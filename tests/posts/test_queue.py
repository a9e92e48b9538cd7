"""The queue's pages: every photo once, first come first, the right neighbours, bursts together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from unittest import mock

import pytest

from redact.audit.events import name_tag
from redact.desk.pages.queue import Choices, describe_rest, show_found, show_queue
from redact.photos.steps import Worked
from redact.posts import queue
from redact.posts.bursts import group_bursts, whole_until
from redact.posts.plans import crop_of, places_of, read_places
from redact.posts.queue import Filter, Standing
from redact.redaction.values import Action, Box, Kind, Outcome, Region, Status
from redact.store import queue as store_queue
from redact.store.photos import State
from redact.store.photos.copies import copy_columns
from redact.store.queue import Key, QueuedPhoto, Shot, Wanted
from redact.store.schema.tables import device_files, events, photos, shown
from redact.system.clock import print_moment
from tests.rigs.desk import DeskRig, clean_work, work
from tests.rigs.workspaces import NOON, sha


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    return DeskRig(tmp_path_factory.mktemp("queue"), photos=7)


def walk(desk: DeskRig, wanted: Filter) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = queue.read_page(desk.workspace, wanted, after)
        of_page = [photo for group in page.groups for photo in group]
        found += [photo.sha256 for photo in of_page if queue.standing_of(photo) is wanted.standing]  # a burst is whole
        after = page.after
        if after is None:
            return found


def test_keyset_pages_give_every_photo_once(desk: DeskRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    both = [walk(desk, Filter(each, None)) for each in (Standing.TO_REVIEW, Standing.ASKS)]
    assert sorted(both[0] + both[1]) == sorted(map(sha, desk.oak + desk.elm))
    counts = queue.count_standings(desk.workspace, None)
    assert [counts[Standing.TO_REVIEW], counts[Standing.ASKS]] == [len(each) for each in both]


def test_next_and_before_follow_the_pages_those_of_a_burst_that_ask_included(desk: DeskRig) -> None:
    wanted = Filter(Standing.TO_REVIEW, frozenset({"oak"}))
    here = queue.first_photo(desk.workspace, wanted)
    found: list[str] = []
    while here is not None:
        photo = queue.read_photo(desk.workspace, here, wanted.schools)
        assert photo is not None
        around = queue.read_around(desk.workspace, photo, wanted)
        assert around.former == (found[-1] if found else None)
        found.append(here)
        here = around.following[0] if around.following else None
    page = queue.read_page(desk.workspace, wanted)
    assert found == [photo.sha256 for group in page.groups for photo in group] and sha(desk.elm[0]) not in found
    asks = {each for each in found if each not in walk(desk, wanted)}
    assert 0 < len(asks) < len(found)  # a burst with both, or this proves nothing of it


def test_what_is_fit_comes_in_one_order_whether_a_place_of_it_was_asked_about_or_not(
    desk: DeskRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two are read apart, each by the index that has it in order, and never one behind the other."""
    monkeypatch.setattr(queue, "PAGE", 2)
    with desk.workspace.database.write() as connection:
        rows = connection.execute(photos.select().order_by(photos.c.arrived_at, photos.c.sha256)).all()
        connection.execute(photos.update().values(review="fit"))
    fit = Filter(Standing.FIT, None)
    try:
        assert len({row.asks for row in rows}) == 2, "or this proves nothing"
        assert walk(desk, fit) == [row.sha256 for row in rows]
        with desk.workspace.database.read() as connection:
            before = store_queue.list_before(connection, fit.wanted, (rows[-1].arrived_at, rows[-1].sha256), 3)
            first = store_queue.list_queued(connection, fit.wanted, None, 3)
        assert [photo.sha256 for photo in before] == [row.sha256 for row in rows[-4:-1]]
        assert [photo.sha256 for photo in first] == [row.sha256 for row in rows[:3]]
    finally:
        with desk.workspace.database.write() as connection:
            connection.execute(photos.update().values(review="open"))


def test_no_school_but_ones_own(desk: DeskRig) -> None:
    elm = frozenset({"elm"})
    assert queue.read_photo(desk.workspace, sha(desk.oak[0]), elm) is None
    assert queue.read_photo(desk.workspace, sha(desk.elm[0]), elm) is not None
    assert queue.read_photo(desk.workspace, sha(desk.elm[0]), frozenset()) is None
    assert queue.list_devices(desk.workspace, elm) == ("cam-elm",)
    assert queue.search_photos(desk.workspace, sha(desk.oak[0])[:8], elm) == ()
    assert sum(queue.count_standings(desk.workspace, elm).values()) == 1
    for standing in Standing:
        assert walk(desk, Filter(standing, elm, school="oak")) == []


def test_a_device_narrows_the_queue(desk: DeskRig) -> None:
    found = [walk(desk, Filter(each, None, device="cam-elm")) for each in Standing]
    assert sum(found, []) == [sha(desk.elm[0])]


def test_outlines_are_placed_on_the_copy(desk: DeskRig) -> None:
    photo = queue.read_photo(desk.workspace, sha(desk.oak[0]), None)
    assert photo is not None and photo.source_size == (192, 128) and photo.size == (96, 64)
    places = read_places(photo.plan, photo.source_size, photo.size)
    assert places[0].polygon == ((5, 5), (20, 5), (20, 25), (5, 25))
    assert read_places(photo.plan, None, photo.size)[0].polygon == ()


def test_outlines_on_a_cropped_copy_are_moved_with_the_crop(desk: DeskRig) -> None:
    photo = queue.read_photo(desk.workspace, sha(desk.oak[0]), None)
    assert photo is not None
    corner = replace(photo, size=(96, 64), shows=Box(5, 5, 101, 69))  # of the source, a pixel for a pixel
    assert places_of(corner)[0].polygon == ((5, 5), (35, 5), (35, 45), (5, 45))


@pytest.mark.parametrize(
    ("action", "standing"),
    [
        (Action.ASK, Standing.ASKS),
        (Action.MAYBE, Standing.ASKS),
        (Action.COVERED, Standing.TO_REVIEW),
        (Action.SHOWN, Standing.TO_REVIEW),
    ],
)
def test_doubt_is_a_question_whether_it_is_covered_or_bare(tmp_path: Path, action: Action, standing: Standing) -> None:
    def doubt(path: Path, tags: tuple[str, ...]) -> Worked:
        made = work(path, tags)
        region = Region(Kind.FACE, action, ((1, 1), (9, 1), (9, 9)), 0.3, "small")
        return replace(made, outcome=replace(made.outcome, regions=(region,)))

    desk = DeskRig(tmp_path, photos=2, work=doubt)
    assert len(walk(desk, Filter(standing, None))) == 3
    assert queue.count_standings(desk.workspace, None)[standing] == 3
    photo = queue.read_photo(desk.workspace, sha(desk.oak[0]), None)
    assert photo is not None and queue.standing_of(photo) is standing


def test_a_recalled_copy_is_counted_as_such_and_nowhere_else(tmp_path: Path) -> None:
    desk = DeskRig(tmp_path, photos=3)
    photo, before = sha(desk.oak[0]), queue.count_standings(desk.workspace, None)
    with desk.workspace.database.write() as connection:
        rows = [{"photo": photo, "pupil": f"A{n}", "register": 1, "recalled_at": print_moment(NOON)} for n in (1, 2)]
        connection.execute(shown.insert(), rows)
    counts = queue.count_standings(desk.workspace, frozenset({"oak"}))
    assert counts[Standing.RECALLED] == 1 and sum(counts.values()) == 3 and sum(before.values()) == 4
    assert walk(desk, Filter(Standing.RECALLED, None)) == [photo]
    browser = desk.reviewer()
    page = browser.get(f"/photos/{photo}").text
    assert "Take the copy down" in page and "<img id" not in page and "Set aside" in page
    found = queue.read_photo(desk.workspace, photo, None)
    assert found is not None
    assert browser.get(f"/photos/{photo}/copy/{found.output}.jpg").status == 404


def shot(number: int | None, seconds: float, device: str = "cam", series: str = "IMG") -> QueuedPhoto:
    at = Shot(device, series, number, round(seconds * 1e9))
    here = QueuedPhoto(
        f"{number}-{seconds}-{device}",
        State.STORED,
        None,
        "",
        "",
        None,
        None,
        "[]",
        None,
        None,
        False,
        False,
        True,
        None,
        "open",
        None,
        None,
        "",
        None,
        (at,),
    )
    return replace(here, arrived_at=print_moment(NOON))


@pytest.mark.parametrize(
    ("burst", "sizes"),
    [
        ([shot(1, 0), shot(2, 1.5), shot(3, 3)], [3]),
        ([shot(3, 3), shot(1, 0), shot(2, 2)], [3]),
        ([shot(1, 0), shot(2, 2.1)], [1, 1]),
        ([shot(1, 0), shot(3, 0.5)], [1, 1]),
        ([shot(1, 0), shot(2, 0, "phone")], [1, 1]),
        ([shot(1, 0), shot(2, 0, series="DSC")], [1, 1]),
        ([shot(None, 0), shot(None, 0)], [1, 1]),
        ([], []),
    ],
)
def test_a_burst_is_neighbours_within_two_seconds(burst: list[QueuedPhoto], sizes: list[int]) -> None:
    groups = group_bursts(burst)
    assert sorted(map(len, groups)) == sorted(sizes)
    assert sorted(p.sha256 for g in groups for p in g) == sorted(p.sha256 for p in burst)
    for group in groups:
        assert [p.shots[0].number or 0 for p in group] == sorted(p.shots[0].number or 0 for p in group)


def test_the_middle_of_a_burst_joins_its_ends(tmp_path: Path) -> None:
    assert [len(group) for group in group_bursts([shot(1, 0), shot(3, 3), shot(2, 1.5)])] == [3]


def test_a_burst_is_whole_from_whichever_of_its_photos_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redact.posts.bursts.APART_S", 120.0)  # the files are written as fast as the machine can
    desk, wanted = DeskRig(tmp_path, photos=4, work=clean_work), Filter(Standing.TO_REVIEW, frozenset({"oak"}))
    for content in desk.oak:
        photo = queue.read_photo(desk.workspace, sha(content), None)
        assert photo is not None
        burst = queue.read_around(desk.workspace, photo, wanted).burst
        assert [each.sha256 for each in burst] == [*map(sha, desk.oak)]


def test_many_copies_that_ask_nothing_hide_none_that_asks(desk: DeskRig) -> None:
    with desk.workspace.database.read() as connection:
        every = store_queue.count_to_review(connection, None, 100)
        assert sum(every.values()) == 8 and all(every.values())
        assert store_queue.count_to_review(connection, None, 1) == {False: 1, True: 1}
        assert sum(store_queue.count_to_review(connection, frozenset({"elm"}), 100).values()) == 1


@pytest.mark.parametrize(
    ("length", "parts"),
    [(60, [60]), (119, [119]), pytest.param(300, [20, 120, 120, 40], marks=pytest.mark.slow)],
)
def test_a_long_burst_is_the_same_on_each_of_its_photos_pages(
    length: int, parts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = [replace(shot(100 + n, n), state=State.STORED, asks=n % 7 == 0) for n in range(length)]
    stored += [replace(shot(9, 0), state=State.STORED), replace(shot(900, 900), state=State.STORED)]
    moments = {photo: f"{photo.shots[0].number:06}" for photo in stored}
    every = sorted((replace(photo, arrived_at=at) for photo, at in moments.items()), key=lambda photo: photo.key)

    def list_queued(_: object, wanted: Wanted, after: Key | None, limit: int) -> tuple[QueuedPhoto, ...]:
        return tuple(each for each in every if each.asks == wanted.asks and (not after or each.key > after))[:limit]

    def list_before(_: object, wanted: Wanted, before: Key, limit: int) -> tuple[QueuedPhoto, ...]:
        return tuple(each for each in every if each.asks == wanted.asks and each.key < before)[-limit:]

    monkeypatch.setattr("redact.posts.queue.rows.list_queued", list_queued)
    monkeypatch.setattr("redact.posts.queue.rows.list_before", list_before)
    bursts = [queue._burst_of(mock.Mock(), photo, None) for photo in every[1:-1:13]]
    assert {photo for burst in bursts for photo in burst} == {*every[1:-1]}
    sizes = {burst[0].key: len(burst) for burst in bursts}
    assert [sizes[key] for key in sorted(sizes)] == parts
    assert all(len({len(other) for other in bursts if photo in other}) == 1 for burst in bursts for photo in burst)


def test_a_part_of_the_queue_has_no_numbers_of_the_whole_and_a_passed_copy_asks_nothing(desk: DeskRig) -> None:
    for narrowed, told in ((Filter(Standing.ASKS, None), "7"), (Filter(Standing.ASKS, None, device="cam-oak"), "")):
        page = queue.read_page(desk.workspace, narrowed)
        view = show_queue(narrowed, page, {Standing.ASKS: 7}, Choices((), (), ()), UTC)
        assert next(tab.number for tab in view.tabs if tab.is_here) == told
        assert view.cards and all(card.mark == "1 question" for card in view.cards)
    passed = [replace(photo, review="fit") for group in page.groups for photo in group]
    assert all(not card.mark for card in show_found(tuple(passed), UTC))


def test_a_copy_of_which_covers_leave_little_is_told_with_what_to_do() -> None:
    said = replace(shot(1, 0), output="a" * 64)
    assert describe_rest(said) == ""
    little = replace(said, is_little_left=True)
    assert describe_rest(little) == "Little is left: take another photo, from farther away."
    assert (
        describe_rest(replace(little, crop=Box(0, 0, 9, 9)))
        == "Little is left: crop it, or take another photo, from farther away."
    )
    assert describe_rest(replace(little, output=None)) == ""


def test_a_copy_s_row_keeps_how_much_its_covers_take_unless_a_part_was_chosen() -> None:
    made = Outcome(Status.REDACTED, source_size=(400, 300), covered_share=0.5, crop=(0, 0, 200, 300))
    for shows, kept in ((None, True), (Box(0, 0, 400, 300), True), (Box(0, 0, 200, 300), False)):
        columns = copy_columns(replace(made, shows=shows))
        wanted = (0.5, "[0, 0, 200, 300]") if kept else (None, None)
        assert (columns["covered_share"], columns["crop"]) == wanted


def in_order(burst: list[QueuedPhoto]) -> list[QueuedPhoto]:
    return [replace(photo, sha256=f"{number:03}") for number, photo in enumerate(burst)]


@pytest.mark.parametrize(
    ("burst", "most", "end"),
    [
        ([shot(n * 9, n * 60) for n in range(6)], 4, 4),  # no burst at all
        ([shot(0, 0), shot(9, 60), shot(20, 99), *(shot(n, 200 + n) for n in (30, 31, 32))], 4, 3),  # it begins behind
        ([shot(1, 0), shot(2, 1), shot(30, 99), shot(31, 100)], 4, 4),  # all there is
        ([shot(n, n) for n in range(8)], 4, 4),  # longer than the page: cut all the same
    ],
)
def test_no_page_ends_within_a_burst(burst: list[QueuedPhoto], most: int, end: int) -> None:
    assert whole_until(in_order(burst), most) == end


def test_a_burst_of_which_one_asks_is_whole_in_the_queue_and_at_each_of_its_photos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redact.posts.bursts.APART_S", 120.0)  # the files are written as fast as the machine can
    desk = DeskRig(tmp_path, photos=4, work=clean_work)
    with desk.workspace.database.write() as connection:
        connection.execute(photos.update().where(photos.c.sha256 == sha(desk.oak[1])).values(asks=True))
    ids = [*map(sha, desk.oak)]
    page = queue.read_page(desk.workspace, Filter(Standing.TO_REVIEW, frozenset({"oak"})))
    assert [[each.sha256 for each in group] for group in page.groups] == [ids]
    for standing in (Standing.TO_REVIEW, Standing.ASKS):
        for photo in ids:
            one = queue.read_photo(desk.workspace, photo, None)
            assert one is not None
            around = queue.read_around(desk.workspace, one, Filter(standing, frozenset({"oak"})))
            assert [each.sha256 for each in around.burst] == ids
    asking = queue.read_page(desk.workspace, Filter(Standing.ASKS, None))
    assert [photo.sha256 for group in asking.groups for photo in group] == [ids[1]]


def test_the_search_takes_what_people_have_in_hand(desk: DeskRig) -> None:
    photo = queue.read_photo(desk.workspace, sha(desk.oak[0]), None)
    assert photo is not None
    name = str(photo.output_name).rpartition("/")[2]
    with desk.workspace.database.write() as connection:
        of = device_files.c.photo == photo.sha256
        tag = name_tag(desk.workspace.keys.tags, "IMG_0412 Thaddeus.jpg")
        connection.execute(device_files.update().where(of).values(name=tag))
        event = photo.event.removeprefix("event-")
        connection.execute(events.update().where(events.c.id == int(event)).values(label="Sports day"))

    def found(text: str, schools: frozenset[str] | None = None) -> list[str]:
        return [each.sha256 for each in queue.search_photos(desk.workspace, text, schools)]

    for text in (photo.sha256[:8], photo.sha256.upper(), name, f"for-use/{name}", "IMG_0412 Thaddeus.jpg"):
        assert found(text) == [photo.sha256], text
        assert found(text, frozenset({"elm"})) == [], text
    for text in ("Sports day", f"event {event}", "oak", NOON.strftime("%d/%m/%Y"), NOON.strftime("%Y-%m-%d")):
        assert photo.sha256 in found(text), text
        assert photo.sha256 not in found(text, frozenset({"elm"})), text
    assert found("Thaddeus") == found("") == found("3f9") == []
    for text, is_no_name in ((name, True), ("sports day", True), ("7/9/2026", True), ("IMG Thaddeus.jpg", False)):
        assert queue.is_no_name(desk.workspace, text, None) is is_no_name


def test_a_part_s_first_standing_is_where_its_photos_are(desk: DeskRig) -> None:
    photo = queue.read_photo(desk.workspace, sha(desk.oak[0]), None)
    assert photo is not None
    of_event = Filter(Standing.TO_REVIEW, None, events=(photo.event,))
    with desk.workspace.database.write() as connection:
        connection.execute(photos.update().where(photos.c.event == photo.event).values(review="fit"))
    assert queue.first_standing(desk.workspace, of_event) is Standing.FIT
    assert queue.first_standing(desk.workspace, replace(of_event, events=("event-999",))) is None
    page = desk.reviewer().get(f"/photos?event={photo.event}").text
    assert "Nothing here" not in page and photo.sha256 in page


def test_the_part_worth_keeping_is_placed_on_the_copy() -> None:
    little = replace(
        shot(1, 0), is_little_left=True, crop=Box(0, 20, 400, 300), source_size=(800, 600), size=(400, 300)
    )
    assert crop_of(little) == ((0, 10), (200, 10), (200, 150), (0, 150))
    for none in (replace(little, is_little_left=False), replace(little, crop=None), replace(little, source_size=None)):
        assert crop_of(none) == ()
