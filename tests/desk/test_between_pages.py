"""Between two photos, and between two sessions: what is on the screen while a decision is written, what was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from redact.posts.queue import Standing
from tests.desk.test_stories import drag, page_of
from tests.rigs.browser import faults, hold, look
from tests.rigs.desk import PASSWORD
from tests.rigs.working_desk import MISSED, SURE, WorkingDesk, open_working_desk

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingDesk]:
    with open_working_desk(tmp_path_factory.mktemp("between")) as found:
        yield found


def look_at_first_of_two(desk: WorkingDesk, chromium: Browser) -> tuple[Page, str, str]:
    """Return a page on which the first of two photos was looked at, and both photos; the next picture is there."""
    first, second = (desk.add(seed, SURE) for seed in (1, 2))
    page = page_of(chromium, desk)
    with page.expect_event("requestfinished", lambda request: f"/photos/{second}/copy/" in request.url):
        page.goto(f"{desk.url}/photos/next")
    look(page)
    return page, first, second


def decide_unheard(page: Page) -> list[Route]:
    """Press Enter, and return the decision that the desk does not hear of yet; the next photo is on the screen."""
    held = hold(page, "**/decision*")
    with page.expect_request("**/decision*"):
        page.keyboard.press("Enter")
    expect(page.locator("#photo.onward")).to_have_count(1)
    return held


def test_the_next_picture_is_there_while_a_decision_is_written_and_nothing_says_that_it_is(
    desk: WorkingDesk, chromium: Browser
) -> None:
    page, first, second = look_at_first_of_two(desk, chromium)
    held = decide_unheard(page)
    assert str(page.get_attribute("#copy", "src")).startswith("blob:")
    assert page.locator("#outlines").is_hidden() and page.locator(".did").count() == 0
    assert page.evaluate("document.querySelector('.side').inert") and desk.standing(first) is Standing.TO_REVIEW
    page.keyboard.press("Enter")  # on a picture that nobody can have looked at, of a page that is not there
    held[0].continue_()
    expect(page.locator(".did")).to_contain_text(first[:12])
    assert page.get_attribute("#photo", "data-photo") == second
    expect(page.locator("#alert")).to_contain_text("too soon")
    assert (desk.standing(first), desk.standing(second)) == (Standing.FIT, Standing.TO_REVIEW)


@pytest.mark.parametrize("answer", ["refused", "none"])
def test_a_decision_that_was_not_written_brings_its_photo_back(
    answer: str, desk: WorkingDesk, chromium: Browser
) -> None:
    page, first, _ = look_at_first_of_two(desk, chromium)
    shown, held = page.get_attribute("#copy", "src"), decide_unheard(page)
    if answer == "refused":
        held[0].fulfill(status=409, content_type="text/html", body="<p id=advice>Changed by somebody else.</p>")
    else:
        held[0].abort()
    expect(page.locator("#alert")).to_contain_text("Changed by" if answer == "refused" else "does not answer")
    assert str(page.evaluate("document.getElementById('copy').src")).endswith(str(shown))
    assert page.get_attribute("#photo", "data-photo") == first and page.locator("#outlines").is_visible()
    assert not page.evaluate("document.querySelector('.side').inert")


def test_a_decision_that_was_written_stays_so_where_the_page_behind_it_does_not_come(
    desk: WorkingDesk, chromium: Browser
) -> None:
    page, first, second = look_at_first_of_two(desk, chromium)
    draw = desk.desk.templates.get_template
    failures = iter([True])

    def fail_once(name: str, *others: Any) -> Any:
        if name == "photo.html" and next(failures, False):
            raise KeyError
        return draw(name, *others)

    desk.desk.templates.get_template = fail_once  # type: ignore[method-assign, assignment]
    page.keyboard.press("Enter")
    expect(page.locator(".did")).to_contain_text(first[:12])
    assert page.get_attribute("#photo", "data-photo") == second and desk.standing(first) is Standing.FIT


def test_nothing_is_decided_where_the_picture_does_not_come(desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(1, SURE), page_of(chromium, desk)
    page.route("**/copy/*.jpg", lambda route: route.abort())
    page.goto(f"{desk.url}/photos/{photo}")
    expect(page.locator("#alert")).to_contain_text("The picture did not come")
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    page.click("text=Looks right")
    expect(page.locator("#alert")).to_contain_text("nothing can be decided here")
    page.wait_for_timeout(300)
    assert desk.standing(photo) is Standing.TO_REVIEW


def sign_in_again(page: Page, login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/photos/*")


def draw_and_lose_the_session(page: Page, desk: WorkingDesk, photo: str) -> None:
    page.goto(f"{desk.url}/photos/{photo}")
    look(page)
    page.keyboard.press("c")
    drag(page, MISSED.x0, MISSED.y0, MISSED.x1, MISSED.y1)
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in*")


def test_what_was_drawn_outlives_a_session_and_is_sent_or_forgotten_before_a_decision(
    desk: WorkingDesk, chromium: Browser
) -> None:
    photo, page = desk.add(1, SURE), page_of(chromium, desk)
    draw_and_lose_the_session(page, desk, photo)
    before = desk.living.copy(photo).output
    sign_in_again(page, "rae")
    expect(page.locator("#unsent")).to_be_visible()
    assert faults(page) == []
    look(page)
    page.keyboard.press("Enter")
    expect(page.locator("#alert")).to_contain_text("was not sent")
    assert desk.standing(photo) is Standing.TO_REVIEW
    page.click("#unsent-take")
    expect(page.locator("#drawn polygon")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(f'#photo[data-output]:not([data-redraw]):not([data-output="{before}"])')).to_have_count(1)
    assert page.locator(".places li").count() == 2 and page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("how", ["another person", "signed out", "another copy", "forgotten"])
def test_what_was_drawn_is_nobody_elses(how: str, desk: WorkingDesk, chromium: Browser) -> None:
    photo, page = desk.add(1, SURE), page_of(chromium, desk)
    draw_and_lose_the_session(page, desk, photo)
    if how == "another copy":
        other = page_of(chromium, desk)
        other.goto(f"{desk.url}/photos/{photo}")
        other.keyboard.press("c")
        for key in ("ArrowRight", "Enter"):
            other.keyboard.press(key)
        expect(other.locator(".places li")).to_have_count(2)
    sign_in_again(page, "olive" if how == "another person" else "rae")
    if how == "forgotten":
        page.click("#unsent-drop")
    if how == "signed out":
        expect(page.locator("#unsent")).to_be_visible()
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in*")
    expect(page.locator("#unsent:visible")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0
