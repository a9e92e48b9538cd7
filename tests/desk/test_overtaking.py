"""What comes late on a slow line: a picture, a page, an original of a photo that is left by now; a second press."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from redact.posts.queue import Standing
from tests.desk.test_stories import drag, open_photo, page_of
from tests.rigs.browser import hold, look
from tests.rigs.waiting import wait_until
from tests.rigs.working_desk import MISSED, SURE, WorkingDesk, open_working_desk

pytestmark = pytest.mark.slow
LATE_MS = 300  # what is put on the screen wrongly is there by then; where it comes later still, nothing is seen to fail


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingDesk]:
    with open_working_desk(tmp_path_factory.mktemp("overtaking")) as found:
        yield found


def let_go(page: Page, held: list[Route]) -> None:
    """Let go what is held, and give the page time to do something about it."""
    for route in held:
        with page.expect_event("requestfinished", lambda request, url=route.request.url: request.url == url):
            route.continue_()
    page.wait_for_timeout(LATE_MS)


def wait_for(page: Page, held: list[Route]) -> None:
    """Wait until something is held; the page's events come while it is asked for something."""
    wait_until(lambda: page.evaluate("1") and held)


def photo_on(page: Page) -> str | None:
    return page.get_attribute("#photo", "data-photo")


def test_a_picture_that_comes_late_does_not_let_the_next_photo_be_decided_unseen(
    desk: WorkingDesk, chromium: Browser
) -> None:
    first, second = (desk.add(seed, SURE) for seed in (1, 2))
    page = page_of(chromium, desk)
    held_first, held_second = (hold(page, f"**/photos/{photo}/copy/*") for photo in (first, second))
    page.goto(f"{desk.url}/photos/{first}", wait_until="domcontentloaded")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#photo")).to_have_attribute("data-photo", second)
    wait_for(page, held_second)
    let_go(page, held_first)
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    expect(page.locator("#alert")).to_contain_text("too soon after the picture")
    assert photo_on(page) == second and desk.standing(second) is Standing.TO_REVIEW


def test_of_two_pages_the_one_that_was_asked_for_later_is_shown(desk: WorkingDesk, chromium: Browser) -> None:
    first, second, third = (desk.add(seed, SURE) for seed in (1, 2, 3))
    page = page_of(chromium, desk)
    open_photo(page, desk, second)
    held = hold(page, f"**/photos/{third}?*")
    page.keyboard.press("ArrowRight")
    wait_for(page, held)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#photo")).to_have_attribute("data-photo", first)
    let_go(page, held)
    assert photo_on(page) == first and first in page.url


@pytest.mark.parametrize("late", ["the copy that was drawn again", "the next photo"])
def test_whoever_goes_on_while_a_copy_is_drawn_again_is_not_brought_back(
    late: str, desk: WorkingDesk, chromium: Browser
) -> None:
    first, second = (desk.add(seed, SURE) for seed in (1, 2))
    page = page_of(chromium, desk)
    open_photo(page, desk, first)
    before = desk.living.copy(first).output
    held = hold(page, f"**/photos/{first if late.startswith('the copy') else second}?*")
    page.goto(f"{desk.url}/photos/{first}")
    look(page)
    page.keyboard.press("c")
    drag(page, MISSED.x0, MISSED.y0, MISSED.x1, MISSED.y1)
    with page.expect_request("**/redraws/*"):
        page.keyboard.press("Enter")
    if late == "the next photo":
        page.keyboard.press("ArrowRight")
        wait_for(page, held)
        wait_until(lambda: desk.living.copy(first).output != before)
        with page.expect_response("**/redraws/*"):
            pass
    else:
        wait_for(page, held)
        page.keyboard.press("ArrowRight")
        expect(page.locator("#photo")).to_have_attribute("data-photo", second)
    let_go(page, held)
    expect(page.locator("#photo")).to_have_attribute("data-photo", second)


def test_a_second_enter_while_the_next_picture_comes_decides_nothing(desk: WorkingDesk, chromium: Browser) -> None:
    first, second = (desk.add(seed, SURE) for seed in (1, 2))
    page = page_of(chromium, desk)
    held = hold(page, f"**/photos/{second}/copy/*")
    open_photo(page, desk, first)
    wait_for(page, held)  # it is fetched before it is asked for
    decided: list[str] = []
    page.on("request", lambda request: decided.append(request.url) if request.method == "POST" else None)
    with page.expect_event("requestfinished", lambda request: f"/photos/{second}?" in request.url):
        page.keyboard.press("Enter")
    page.wait_for_timeout(LATE_MS)
    page.keyboard.press("Enter")
    let_go(page, held)
    expect(page.locator("#photo")).to_have_attribute("data-photo", second)
    expect(page.locator("#alert")).to_contain_text("too soon after the picture")
    assert len(decided) == 1 and (desk.standing(first), desk.standing(second)) == (Standing.FIT, Standing.TO_REVIEW)


def with_key(page: Page, desk: WorkingDesk, photo: str) -> None:
    """Open an original once and hide it again: from here on the tab has the key."""
    open_photo(page, desk, photo)
    page.keyboard.press("o")
    page.set_input_files("#key", desk.key_file)
    page.click("text=Show the original")
    expect(page.locator("#bare")).to_have_count(1)
    page.keyboard.press("o")
    expect(page.locator("#bare")).to_have_count(0)


def test_a_key_that_is_pressed_twice_opens_an_original_once(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(1, SURE), page_of(chromium, desk)
    with_key(page, desk, photo)
    page.keyboard.press("o")
    page.keyboard.press("o")
    expect(page.locator("#bare")).to_have_count(1)
    page.wait_for_timeout(LATE_MS)
    assert page.locator("#bare").count() == 1 and len(desk.living.events("original")) == 2
    page.keyboard.press("o")
    expect(page.locator("#bare")).to_have_count(0)


#: The next picture that is no copy is decoded when a test says so.
DECODED_LATE = """() => {
  const decode = HTMLImageElement.prototype.decode;
  HTMLImageElement.prototype.decode = function () {
    if (this.id !== "bare") return decode.call(this);
    return new Promise(done => { document.body.dataset.waits = "yes"; window.letGo = done; });
  };
}"""


def test_an_original_that_comes_late_is_not_shown_on_another_photo(desk: WorkingDesk, chromium: Browser) -> None:
    first, second = (desk.add(seed, SURE) for seed in (1, 2))
    page = page_of(chromium, desk)
    with_key(page, desk, first)
    page.evaluate(DECODED_LATE)
    page.keyboard.press("o")
    expect(page.locator("body[data-waits]")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#photo")).to_have_attribute("data-photo", second)
    page.evaluate("window.letGo()")
    page.wait_for_timeout(LATE_MS)
    assert page.locator("#bare").count() == 0 and page.locator("#picture.original").count() == 0


def test_a_cover_is_lifted_once_by_a_double_click(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(1, SURE), page_of(chromium, desk)
    page.goto(f"{desk.url}/photos/{photo}/places/1")
    page.set_input_files("#key", desk.key_file)
    page.check("[value=not-a-person]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.dblclick("text=Lift this cover")
    expect(page.locator(".places .shown")).to_have_count(1)
    assert len(sent) == 1
