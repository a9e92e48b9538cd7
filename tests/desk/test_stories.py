"""Journeys 1 to 3 of the design in a real browser: a clean photo, a missed face, a wrong cover; and what comes between.

Each is walked as a person would; what was done is then read from the database, not from the page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.exc import IntegrityError

from redact.errors import PictureHeld
from redact.posts import review
from redact.posts.queue import Standing
from redact.posts.review import Decision
from redact.redaction.values import Action
from tests.rigs.browser import PC, PHONE, context_of, faults, look, sign_in
from tests.rigs.reviewing import PUPIL, RAE, calm_jpeg
from tests.rigs.waiting import wait_until
from tests.rigs.working_desk import ALSO_DOUBTFUL, DOUBTFUL, MISSED, SURE, WorkingDesk, open_working_desk

ZOOMED = {"width": 640, "height": 400}  # a window of 1280 x 800 at 200 %
#: Puts a picture in the place of another that is larger than the window, as copies are.
LARGE = """picture => new Promise(done => {
  const large = document.createElement("canvas");
  [large.width, large.height] = [2048, 1536];
  picture.onload = done;
  picture.classList.remove("larger");
  large.toBlob(blob => { picture.src = URL.createObjectURL(blob); });
})"""
WHERE = """([x, y]) => {
  const at = new DOMPoint(x, y).matrixTransform(document.getElementById("outlines").getScreenCTM());
  return [at.x, at.y];
}"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[WorkingDesk]:
    with open_working_desk(tmp_path_factory.mktemp("stories")) as found:
        yield found


@pytest.fixture(autouse=True)
def _windows_are_closed(chromium: Browser) -> Iterator[None]:
    """Close after each story what it opened: a page that stays open keeps working, and the next story waits for it."""
    yield
    for context in chromium.contexts:
        context.close()


def page_of(browser: Browser, desk: WorkingDesk, size: dict[str, int] = PC, login: str = "rae", **options: Any) -> Page:
    page = context_of(browser, size, **options).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    sign_in(page, desk.url, login)
    return page


def open_photo(page: Page, desk: WorkingDesk, photo: str) -> None:
    page.goto(f"{desk.url}/photos/{photo}")
    look(page)


def has_focus(page: Page) -> bool:
    """Say whether something of the page has the focus: where nothing has, a screen reader begins at the top."""
    return bool(page.evaluate("document.activeElement !== document.body && document.activeElement.isConnected"))


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a pixel of the copy is on the screen."""
    found = page.evaluate(WHERE, [x, y])
    return found[0], found[1]


def drag(page: Page, x0: float, y0: float, x1: float, y1: float) -> None:
    page.mouse.move(*at(page, x0, y0))
    page.mouse.down()
    page.mouse.move(*at(page, x1, y1), steps=4)
    page.mouse.up()


@contextlib.contextmanager
def redrawn(page: Page, desk: WorkingDesk, photo: str, places: int) -> Iterator[None]:
    """Wait until what is done in it has made another copy, and see that picture, outlines and list are of that one.

    The copy of before is asked for first: it may have as many places, and its page too waits for no redraw.
    """
    before = desk.living.copy(photo).output
    yield
    expect(page.locator(f'#photo[data-output]:not([data-redraw]):not([data-output="{before}"])')).to_have_count(1)
    expect(page.locator(".places li")).to_have_count(places)
    output = desk.living.copy(photo).output
    assert page.get_attribute("#photo", "data-output") == output
    assert page.get_attribute("#copy", "src") == f"/photos/{photo}/copy/{output}.jpg"
    assert page.locator("#outlines .outline").count() == places


# -- journey 1: a clean photo --


def test_clean_photos_take_one_key_each(desk: WorkingDesk, chromium: Browser) -> None:
    photos = [desk.add(seed, SURE) for seed in (1, 2)]
    page = page_of(chromium, desk)
    page.goto(f"{desk.url}/photos/next")
    for photo in photos:
        expect(page.locator("#photo")).to_have_attribute("data-photo", photo)
        look(page)
        page.keyboard.press("Enter")
        expect(page.locator(".did")).to_contain_text(photo[:12])
        assert desk.standing(photo) is Standing.FIT
    expect(page.locator("h1")).to_have_text("To review")
    page.click(".did a")
    look(page)
    page.keyboard.press("u")
    expect(page.locator("[data-key=Enter]")).to_be_visible()
    assert desk.standing(photos[1]) is Standing.TO_REVIEW and has_focus(page)


@pytest.mark.slow
def test_a_decision_counts_only_when_somebody_can_have_looked(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(3, SURE), page_of(chromium, desk)
    page.add_init_script("const now = performance.now.bind(performance); performance.now = () => now() / 1e6")
    page.goto(f"{desk.url}/photos/{photo}")  # here a thousand seconds are a millisecond
    expect(page.locator("#photo")).to_have_attribute("data-photo", photo)
    look(page)
    for way in ("key", "mouse"):
        page.evaluate("document.getElementById('alert').textContent = ''")
        page.keyboard.press("Enter") if way == "key" else page.click("text=Looks right")
        expect(page.locator("#alert")).to_contain_text("too soon after the picture, so nothing was done")
    assert desk.standing(photo) is Standing.TO_REVIEW


@pytest.mark.slow
def test_where_nothing_was_found_enter_only_asks(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(10), page_of(chromium, desk)
    open_photo(page, desk, photo)
    page.keyboard.press("Enter")
    expect(page.locator("#alert")).to_contain_text("press N")
    expect(page.locator("#alert")).to_be_focused()
    assert desk.standing(photo) is Standing.TO_REVIEW
    page.keyboard.press("n")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    assert desk.standing(photo) is Standing.FIT


@pytest.mark.slow
def test_places_in_doubt_are_decided_first(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(11, DOUBTFUL, ALSO_DOUBTFUL), page_of(chromium, desk)
    open_photo(page, desk, photo)
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#alert")).to_contain_text("Y covers it")
    assert desk.standing(photo) is Standing.ASKS
    with redrawn(page, desk, photo, 2):
        page.keyboard.press("y")
        page.keyboard.press("n")
    expect(page.locator(".places .shown")).to_have_count(1)
    assert sorted(region.action for region in desk.living.copy(photo).plan) == [Action.COVERED, Action.SHOWN]
    assert desk.standing(photo) is Standing.TO_REVIEW and has_focus(page)
    look(page)
    page.keyboard.press("Enter")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    assert desk.standing(photo) is Standing.FIT


@pytest.mark.slow
def test_the_next_picture_is_there_before_it_is_asked_for(desk: WorkingDesk, chromium: Browser) -> None:
    photos = [desk.add(seed, SURE) for seed in (12, 13, 14)]
    page = page_of(chromium, desk)
    open_photo(page, desk, photos[0])
    page.wait_for_timeout(500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for photo in photos[1:]:
        page.keyboard.press("ArrowRight")
        expect(page.locator("#photo")).to_have_attribute("data-photo", photo)
        expect(page.locator("#copy")).to_have_js_property("naturalWidth", value=320)
        copy = f"/photos/{photo}/copy/"
        assert not [url for url in asked if copy in url], "fetched when it was wanted, not before"


@pytest.mark.slow
def test_of_a_burst_one_is_kept_by_one_key(
    desk: WorkingDesk, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redact.posts.bursts.APART_S", 120.0)  # the files are written as fast as the machine can
    first, kept, *others = [desk.add(seed, SURE, name=f"IMG_{seed:04}.jpg") for seed in range(21, 26)]
    page = page_of(chromium, desk)
    open_photo(page, desk, kept)
    assert page.locator(".burst a").count() == 5
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})  # the strip is wider than a phone, and the page is not
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.keyboard.press("k")
    expect(page.locator(".burst")).to_have_count(0)  # it is alone now
    expect(page.locator("#photo")).to_have_attribute("data-photo", kept)
    assert desk.standing(kept) is Standing.TO_REVIEW
    assert {desk.standing(photo) for photo in (first, *others)} == {Standing.UNFIT}


@pytest.mark.slow
def test_whoever_comes_second_is_told_and_changes_nothing(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(30, SURE), page_of(chromium, desk)
    open_photo(page, desk, photo)
    review.decide(desk.living.workspace, desk.living.seen(photo), Decision.UNFIT, RAE, cause="not-for-use")
    page.keyboard.press("Enter")
    expect(page.locator("#alert")).to_contain_text("changed by somebody else meanwhile")
    expect(page.locator("#alert")).to_be_focused()
    assert desk.standing(photo) is Standing.UNFIT


@pytest.mark.slow
def test_a_photo_is_set_aside_by_keys_alone(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(31, SURE), page_of(chromium, desk)
    open_photo(page, desk, photo)
    page.keyboard.press("x")
    expect(page.locator("#set-aside [type=radio]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".did")).to_contain_text(f"Set aside: photo {photo[:12]}")
    assert desk.standing(photo) is Standing.UNFIT
    assert desk.living.events("review")[-1].fact("cause") == "not-suitable"


@pytest.mark.slow
def test_zoomed_in_outlines_stay_on_the_picture_and_nothing_else_moves(desk: WorkingDesk, chromium: Browser) -> None:
    photo = desk.add(32, SURE, SURE.__class__(ALSO_DOUBTFUL.box, 0.9, "fixed"))
    page = page_of(chromium, desk, {"width": 1280, "height": 300})  # so low that the list of places scrolls
    open_photo(page, desk, photo)
    page.locator("#copy").evaluate(LARGE)
    page.keyboard.press("z")
    copy, outlines = (page.locator(each).bounding_box() for each in ("#copy", "#outlines"))
    assert copy == outlines and copy is not None and copy["width"] >= 2048
    button = page.locator("#zoom")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#say")).to_have_text("The whole picture")
    page.locator("#copy").click(position={"x": 5, "y": 150})
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("z")
    page.keyboard.press("]")
    page.keyboard.press("]")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollY === 0")


@pytest.mark.slow
def test_whoever_reads_the_keys_or_closes_a_panel_goes_on_where_they_were(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(33, SURE), page_of(chromium, desk)
    open_photo(page, desk, photo)
    page.keyboard.press("x")
    expect(page.locator("#set-aside [type=radio]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#set-aside [type=radio]").first).to_be_hidden()
    expect(page.locator("#photo")).to_have_attribute("data-photo", photo)
    page.keyboard.press("?")
    expect(page.locator(".keys p").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    assert desk.standing(photo) is Standing.FIT


# -- journey 2: a missed face --


@pytest.mark.slow
def test_a_missed_face_is_covered_by_a_drag_and_uncovered_by_undo(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(40, SURE), page_of(chromium, desk)
    open_photo(page, desk, photo)
    page.keyboard.press("c")
    assert faults(page) == []
    drag(page, MISSED.x0, MISSED.y0, MISSED.x1, MISSED.y1)
    with redrawn(page, desk, photo, 2):
        page.keyboard.press("Enter")
    assert desk.standing(photo) is Standing.TO_REVIEW
    assert has_focus(page) and faults(page) == []
    expect(page.locator("[data-key=u]").first).to_be_visible()
    with redrawn(page, desk, photo, 1):
        page.keyboard.press("u")


@pytest.mark.slow
def test_a_missed_face_is_covered_by_keys_alone(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(41, SURE), page_of(chromium, desk)
    open_photo(page, desk, photo)
    page.keyboard.press("c")
    page.keyboard.press("Enter")  # before anything was marked: nothing is covered
    expect(page.locator("#draw-hint")).to_contain_text("Nothing is marked yet")
    for key in ["ArrowRight"] * 5 + ["ArrowDown"] * 3 + ["Shift+ArrowRight"] * 4:
        page.keyboard.press(key)
    with redrawn(page, desk, photo, 2):
        page.keyboard.press("Enter")
    cover = desk.living.copy(photo).plan[-1]
    xs = [x for x, _ in cover.polygon]
    assert cover.is_by_hand and max(xs) - min(xs) == pytest.approx(240 / 6 + 4 * 3.2, abs=0.5)
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(page.locator("#draw")).to_be_hidden()
    expect(page.locator("[data-draw=box]")).to_be_focused()


@pytest.mark.slow
def test_a_polygon_is_closed_at_its_first_corner(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(42, SURE), page_of(chromium, desk)
    open_photo(page, desk, photo)
    page.keyboard.press("p")
    for corner in ((240, 150), (290, 160), (270, 210), (240, 150)):
        page.mouse.click(*at(page, *corner))
    page.get_by_label("Name or thing").check()
    with redrawn(page, desk, photo, 2):
        page.click("#draw-set")
    assert len(desk.living.copy(photo).plan[-1].polygon) == 3


@pytest.mark.slow
def test_a_missed_face_is_covered_by_two_taps_on_a_phone(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(43, SURE), page_of(chromium, desk, PHONE)
    open_photo(page, desk, photo)
    page.tap("[data-draw=box]")
    page.evaluate("scrollTo(0, 0)")
    page.touchscreen.tap(*at(page, MISSED.x0, MISSED.y0))
    page.touchscreen.tap(*at(page, MISSED.x1, MISSED.y1))
    assert faults(page) == []
    with redrawn(page, desk, photo, 2):
        page.tap("#draw-set")
    look(page)
    page.tap(".decide button")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    assert desk.standing(photo) is Standing.FIT


@pytest.mark.slow
def test_without_scripts_two_clicks_on_the_picture_do_it(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(44, SURE), page_of(chromium, desk, PC, java_script_enabled=False)
    page.goto(f"{desk.url}/photos/{photo}")
    page.click("[data-draw=box]")
    expect(page.locator("input[type=image]")).to_have_count(1)
    scale = page.locator("input[type=image]").bounding_box()["width"] / 320  # type: ignore[index]
    page.click("input[type=image]", position={"x": scale * MISSED.x0, "y": scale * MISSED.y0})
    expect(page.locator(".mark circle")).to_have_count(1)
    page.click("input[type=image]", position={"x": scale * MISSED.x1, "y": scale * MISSED.y1})
    expect(page.locator(".places li")).to_have_count(2)  # the page asks for itself again until it is drawn
    xs = [x for x, _ in desk.living.copy(photo).plan[-1].polygon]
    assert min(xs) == pytest.approx(MISSED.x0, abs=1) and max(xs) == pytest.approx(MISSED.x1, abs=1)
    page.click("text=Looks right")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    assert desk.standing(photo) is Standing.FIT


@pytest.mark.slow
def test_a_style_and_a_crop_are_of_this_photo_alone(desk: WorkingDesk, chromium: Browser) -> None:
    photo, other, page = desk.add(45, SURE), desk.add(46, SURE), page_of(chromium, desk)
    before = desk.living.copy(other).output
    open_photo(page, desk, photo)
    page.click("text=Style and crop")
    page.select_option("#style", "solid")
    page.click("#looks button")
    expect(page.locator(".said")).to_contain_text("Style: flat colour")
    expect(page.locator("[data-draw=crop]")).to_be_hidden()  # a new page: its panels are closed
    expect(page.locator(".working")).to_have_count(0)
    look(page)  # the new copy takes its place on the screen as it comes: nobody draws on it before
    page.click("text=Style and crop")
    assert page.input_value("#style") == "solid"
    page.click("[data-draw=crop]")
    drag(page, 20, 10, 220, 200)
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text("Cropped")
    expect(page.locator("#copy")).to_have_js_property("naturalWidth", value=200)
    assert desk.living.copy(other).output == before


@pytest.mark.slow
def test_a_change_that_cannot_be_drawn_is_told_and_tried_again(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(47, SURE), page_of(chromium, desk)

    def fail(job: object) -> None:
        raise PictureHeld("The worker was stopped by the test.")

    desk.living.pool.before = fail
    try:
        open_photo(page, desk, photo)
        page.keyboard.press("c")
        drag(page, MISSED.x0, MISSED.y0, MISSED.x1, MISSED.y1)
        page.keyboard.press("Enter")
        expect(page.locator(".side")).to_contain_text("the copy is as it was")
        assert page.locator("[data-key=Enter]").count() == 0 and faults(page) == []
    finally:
        desk.living.pool.before = lambda job: None
    with redrawn(page, desk, photo, 2):
        page.click("text=Try again")


# -- journey 3: a wrong cover --


@pytest.mark.slow
def test_a_wrong_cover_is_lifted_with_a_key_that_never_leaves_the_browser(desk: WorkingDesk, chromium: Browser) -> None:
    desk.living.add_pupil()
    photo, page = desk.add(50, SURE), page_of(chromium, desk)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    open_photo(page, desk, photo)
    page.keyboard.press("o")
    expect(page.locator("#key")).to_be_focused()
    page.set_input_files("#key", desk.key_file)
    page.click("text=Show the original")
    expect(page.locator("#bare")).to_have_js_property("complete", value=True)
    assert str(page.get_attribute("#bare", "src")).startswith("blob:") and faults(page) == []
    assert [event.fact("photo") for event in desk.living.events("original")] == [photo]
    assert not desk.files_with(calm_jpeg(50)), "an original is in no file of the workspace"
    page.keyboard.press("]")
    page.keyboard.press("l")
    expect(page.locator("h1")).to_have_text("Lift cover 1")
    assert faults(page) == []
    expect(page.locator("#key-field")).to_be_hidden()  # the tab still has it
    page.check("[value=consent]")
    page.select_option("#pupil", PUPIL)
    with redrawn(page, desk, photo, 1):
        page.click("text=Lift this cover")
    expect(page.locator(".said")).to_contain_text("a pupil who may be shown")
    expect(page.locator(".places .shown")).to_have_count(1)
    assert desk.living.copy(photo).plan[0].pupil == PUPIL and has_focus(page)
    page.click("#original summary")  # a telephone has no keys: the button alone shows and hides
    expect(page.locator("#key-field")).to_be_hidden()
    page.click("text=Show the original")
    expect(page.locator("#bare")).to_have_count(1)
    page.click("text=Hide the original")
    expect(page.locator("#bare")).to_have_count(0)
    expect(page.locator("text=Show the original")).to_be_visible()
    secret = next(line for line in desk.key_file.read_text().splitlines() if line.startswith("AGE-SECRET"))
    assert any("file_key=" in body for body in sent) and not any(secret[15:] in body for body in sent)
    page.keyboard.press("u")
    expect(page.locator(".places .shown")).to_have_count(0)


@pytest.mark.slow
def test_a_wrong_key_file_opens_nothing_and_is_told(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(51, SURE), page_of(chromium, desk)
    before = len(desk.living.events("original"))
    open_photo(page, desk, photo)
    for wrong, sentence in ((b"no key", "no key file"), (_stranger().encode(), "does not open this original")):
        page.goto(f"{desk.url}/photos/{photo}/places/1")
        page.set_input_files("#key", {"name": "x.key", "mimeType": "text/plain", "buffer": wrong})
        page.check("[value=not-a-person]")
        page.click("text=Lift this cover")
        expect(page.locator("#alert")).to_contain_text(sentence)
    assert len(desk.living.events("original")) == before


@pytest.mark.slow
def test_without_scripts_the_key_file_goes_with_the_form(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(52, SURE), page_of(chromium, desk, PHONE, java_script_enabled=False)
    page.goto(f"{desk.url}/photos/{photo}")
    page.click(".places .lift")
    page.check("[value=not-a-person]")
    page.set_input_files("#key", desk.key_file)
    page.click("text=Lift this cover")
    expect(page.locator(".places .shown")).to_have_count(1)
    page.click("#original summary")
    page.set_input_files("#key", desk.key_file)
    with page.expect_response(lambda answer: answer.url.endswith("/original")) as answer:
        page.click("text=Show the original")
    assert answer.value.header_value("content-type") == "image/jpeg"
    assert answer.value.header_value("cache-control") == "no-store"


@pytest.mark.slow
@pytest.mark.parametrize("way", ["keys", "touch"])
def test_a_wrong_cover_is_lifted_by_keys_alone_and_by_touch(way: str, desk: WorkingDesk, chromium: Browser) -> None:
    """Choosing a file is the system's own window: what the person chose there is handed to the field."""
    photo = desk.add(53 if way == "keys" else 54, SURE)
    page = page_of(chromium, desk, PC if way == "keys" else PHONE)
    open_photo(page, desk, photo)
    if way == "keys":
        page.keyboard.press("]")
        page.keyboard.press("l")
    else:
        page.tap(".places .lift")
    expect(page.locator("[value=not-a-person]")).to_be_visible()
    assert faults(page) == [] and has_focus(page)
    page.set_input_files("#key", desk.key_file)
    with redrawn(page, desk, photo, 1):
        if way == "keys":
            page.focus("[value=not-a-person]")
            page.keyboard.press("Space")
            page.focus("text=Lift this cover")
            page.keyboard.press("Enter")
        else:
            page.tap("[value=not-a-person]")
            page.tap("text=Lift this cover")
    assert [region.action for region in desk.living.copy(photo).plan] == [Action.SHOWN] and has_focus(page)
    look(page)
    page.keyboard.press("Enter") if way == "keys" else page.tap(".decide button")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    assert desk.standing(photo) is Standing.FIT


# -- for use, recalls and events --


@pytest.mark.slow
@pytest.mark.parametrize("size", [PC, PHONE], ids=["pc", "phone"])
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "none"])
def test_a_passed_copy_is_for_use_until_it_is_recalled(
    size: dict[str, int], has_scripts: bool, desk: WorkingDesk, chromium: Browser
) -> None:
    photo = desk.add(300 + size["width"] + has_scripts, SURE)
    page = page_of(chromium, desk, size, java_script_enabled=has_scripts)
    page.goto(f"{desk.url}/photos/{photo}")
    if has_scripts:
        look(page)
    page.click("text=Looks right")
    expect(page.locator(".did")).to_contain_text(photo[:12])
    trust = Path(desk.living.workspace.settings.trust)
    name = desk.living.copy(photo).name
    wait_until(lambda: [*(trust / "for-use").rglob(name.rpartition("/")[2])])  # it is put there after the answer
    (found,) = (trust / "for-use").rglob(name.rpartition("/")[2])
    assert found.read_bytes() == (trust / name).read_bytes()
    page.goto(f"{desk.url}/photos/{photo}")
    page.click("#recall summary")
    if has_scripts:
        assert faults(page) == []
    page.check("#recall [value=objection]")
    page.click("#recall button")
    expect(page.locator(".no-picture")).to_contain_text("Recalled")
    assert desk.standing(photo) is Standing.RECALLED and not found.exists()
    assert desk.living.events("copy.recalled")[-1].fact("cause") == "objection"


@pytest.mark.slow
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "none"])
def test_an_event_is_named_and_a_pupils_name_is_refused(
    has_scripts: bool, desk: WorkingDesk, chromium: Browser
) -> None:
    desk.add(900 + 10 * has_scripts, SURE)
    with contextlib.suppress(IntegrityError):  # the desk is one for all of these
        desk.living.add_pupil()
    page = page_of(chromium, desk, login="olive", java_script_enabled=has_scripts)
    page.click("text=Events")
    page.fill("#event-1", "For Thaddeus")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_contain_text("Thaddeus is on the roll")
    if has_scripts:
        expect(page.locator("#event-1")).to_be_focused()
        assert faults(page) == []
    assert page.input_value("#event-1") == "For Thaddeus"
    page.fill("#event-1", "Sports day")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status].good")).to_contain_text("It is called Sports day now.")
    assert "/sports-day/" in desk.living.copy(desk.add(901 + 10 * has_scripts, SURE)).name


# -- everywhere --


@pytest.mark.slow
def test_the_office_covers_more_and_decides_nothing(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(60, SURE), page_of(chromium, desk, login="olive")
    open_photo(page, desk, photo)
    assert page.locator(".decide, .lift, #original, #set-aside").count() == 0
    page.keyboard.press("c")
    drag(page, MISSED.x0, MISSED.y0, MISSED.x1, MISSED.y1)
    with redrawn(page, desk, photo, 2):
        page.keyboard.press("Enter")


@pytest.mark.slow
@pytest.mark.parametrize("size", [ZOOMED, PHONE], ids=["200 %", "phone"])
def test_at_twice_the_size_nothing_is_cut_off_or_out_of_reach(
    size: dict[str, int], desk: WorkingDesk, chromium: Browser
) -> None:
    photo = desk.add(61 + size["width"], SURE, DOUBTFUL.__class__(ALSO_DOUBTFUL.box, 0.2, "fixed", is_sure=False))
    page = page_of(chromium, desk, size)
    for path in ("", "/mark", "/places/1"):
        page.goto(f"{desk.url}/photos/{photo}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the window"
        assert faults(page) == [], path
        for target in page.locator("button:visible, a.button:visible, summary:visible").all():
            target.scroll_into_view_if_needed()
            box = target.bounding_box()
            assert box is not None and box["height"] >= 24 and box["x"] >= 0, target


def _stranger() -> str:
    from pyrage import x25519  # type: ignore[import-untyped,unused-ignore]

    return str(x25519.Identity.generate())
