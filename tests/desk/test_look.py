"""The pages in a real browser: by keyboard, on a PC and a phone, without scripts, and what axe finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from redact.posts import queue
from redact.posts.queue import Asked
from redact.redaction.plans import print_plan
from redact.redaction.values import Action, Kind, Region
from redact.store.reviewing.reviews import set_plan
from tests.rigs.browser import (
    PC,
    PHONE,
    Served,
    complaints,
    context_of,
    faults,
    look,
    serve_desk,
    sign_in,
)

pytestmark = pytest.mark.slow  # the default run has one walk of test_stories.py


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Served]:
    with serve_desk(tmp_path_factory.mktemp("look")) as desk:
        yield desk


@pytest.mark.slow
@pytest.mark.parametrize(("size", "colours"), [(PC, "light"), (PHONE, "dark")], ids=["pc-light", "phone-dark"])
def test_no_page_has_a_serious_fault_or_breaks_its_policy(
    size: dict[str, int], colours: str, served: Served, chromium: Browser
) -> None:
    context = context_of(chromium, size, color_scheme=colours)
    page = context.new_page()
    said = complaints(page)
    for path in ("/sign-in", "/first-sign-in"):
        page.goto(served.url + path)
        assert faults(page) == [], path
    sign_in(page, served.url)
    page.goto(f"{served.url}/photos")
    one = str(page.get_attribute(".card a", "href"))
    for path in (
        "/",
        "/photos",
        "/photos?standing=held",
        one,
        "/search",
        "/search?q=zz",
        "/account",
        "/events",
        "/photos/x",
    ):
        page.goto(served.url + path)
        assert faults(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"
    assert [each for each in said if "404" not in each] == []
    context.close()


@pytest.mark.slow
def test_a_wrong_password_is_told_at_the_top_and_at_the_field(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PC)
    page = context.new_page()
    page.goto(f"{served.url}/sign-in")
    page.fill("#login", "rae")
    page.click("button.main")
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_be_focused()
    assert page.title().startswith("Error: ") and faults(page) == []
    context.close()


def test_photos_are_walked_through_by_keys_and_each_picture_is_its_own(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PC)
    page = context.new_page()
    said = complaints(page)
    sign_in(page, served.url)
    page.goto(f"{served.url}/photos")
    number = page.locator(".card").count()
    page.click("text=Start here")
    page.wait_for_load_state()  # keys do something as soon as its scripts are there
    seen = []
    for _ in range(number):
        expect(page.locator("#copy")).to_have_js_property("complete", value=True)
        sha = page.get_attribute("#photo", "data-photo")
        assert page.title().startswith(f"Photo {str(sha)[:12]}") and str(sha) in page.url
        assert page.evaluate("document.getElementById('copy').naturalWidth") == 96
        assert page.locator("#outlines polygon.halo").count() == page.locator(".places li").count() > 0
        seen.append(sha)
        if len(seen) < number:
            page.keyboard.press("ArrowRight")
            expect(page.locator("#photo")).not_to_have_attribute("data-photo", str(sha))
    assert len(set(seen)) == number
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#photo")).to_have_attribute("data-photo", str(seen[-2]))
    page.keyboard.press("]")
    expect(page.locator(".places li").first).to_be_focused()
    page.keyboard.press("h")
    expect(page.locator("#outlines g").first).to_be_hidden()
    assert said == []
    context.close()


@pytest.mark.slow
def test_keys_that_are_switched_off_do_nothing(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PC)
    page = context.new_page()
    sign_in(page, served.url)
    page.goto(f"{served.url}/account")
    page.click("text=Switch keys off")
    expect(page.locator("text=Switch keys on")).to_be_visible()
    page.goto(f"{served.url}/photos/next")
    page.keyboard.press("h")
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)  # it would lead to the list
    expect(page.locator("#outlines g").first).to_be_visible()
    page.goto(f"{served.url}/account")
    page.click("text=Switch keys on")
    expect(page.locator("text=Switch keys off")).to_be_visible()
    context.close()


@pytest.mark.slow
def test_everything_is_there_without_scripts(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/photos")
    page.fill("#login", "rae")
    page.fill("#password", "correct horse battery")
    page.click("button.main")
    expect(page).to_have_url(f"{served.url}/photos")
    page.click(".card a >> nth=0")
    expect(page).to_have_url(re.compile("/photos/[0-9a-f]{64}"))
    first = page.url
    page.click("a[rel=next]")
    expect(page).to_have_url(re.compile(f"/photos/(?!{first.rpartition('/')[2][:64]})[0-9a-f]{{64}}"))
    page.click("text=Sign out")
    expect(page.locator("[name=password]")).to_be_visible()
    page.goto(first)
    expect(page).to_have_url(re.compile("/sign-in"))
    context.close()


@pytest.mark.slow
def test_what_is_touched_is_44_pixels_high(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PHONE)
    page = context.new_page()
    sign_in(page, served.url)
    page.goto(f"{served.url}/photos/next")
    for target in page.locator(".step a, .menu a, .me a, .me button").all():
        box = target.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44
    context.close()


def ask_about(served: Served, number: int) -> str:
    """Let `number` places of a photo ask, each over the one before it; return the photo's page."""
    photo = next(photo for photo, _ in queue.list_all(served.rig.workspace, Asked()) if photo.output)
    boxes = [(4 + i, 4 + i, 24 + i, 24 + i) for i in range(number)]
    regions = [
        Region(Kind.FACE, Action.MAYBE, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 0.2, "may be a face")
        for x0, y0, x1, y1 in boxes
    ]
    with served.rig.workspace.database.write() as connection:
        assert set_plan(connection, (photo.sha256, str(photo.output)), print_plan(regions), asks=True)
    return f"{served.url}/photos/{photo.sha256}"


def test_places_in_doubt_are_answered_by_keys_and_nobody_is_said_only_of_what_was_in_sight(
    served: Served, chromium: Browser
) -> None:
    context = context_of(chromium, PC)
    page = context.new_page()
    said = complaints(page)
    sign_in(page, served.url)
    page.goto(ask_about(served, 24))
    expect(page.locator(".crops fieldset")).to_have_count(24)
    look(page)  # what is in sight has been looked at
    page.keyboard.press("n")
    page.keyboard.press("y")
    expect(page.locator("[data-left]")).to_have_text("22 of 24 left")
    page.keyboard.press("u")
    expect(page.locator("[data-left]")).to_have_text("23 of 24 left")
    page.reload()  # as after a session that ended: what was answered and not sent is there
    expect(page.locator("[data-left]")).to_have_text("23 of 24 left")
    expect(page.locator(".crops fieldset.lit .badge")).to_have_text("2")
    look(page)
    page.keyboard.press("r")  # the last of them were never in sight
    expect(page.locator("#alert")).to_contain_text("was not in sight long enough")
    expect(page.locator("[data-left]")).to_have_text("23 of 24 left")
    assert faults(page) == [] and said == []
    for _ in range(24):  # each press that does nothing brings the next ones into sight
        look(page)
        page.keyboard.press("r")
        if page.locator(".crops").count() == 0 or page.locator("body.busy").count():
            break
    expect(page.locator(".said")).to_contain_text("nobody at 24 places")  # those that overlap too
    assert faults(page) == []
    look(page)
    page.keyboard.press("u")
    expect(page.locator(".crops fieldset")).to_have_count(24)
    expect(page.locator("[data-left]")).to_have_text("24 places")  # asked anew: nothing is answered beforehand
    context.close()


def test_a_nobody_that_is_refused_takes_the_answer_before_it_away_and_undo_goes_on(
    served: Served, chromium: Browser
) -> None:
    context = context_of(chromium, PC)
    page = context.new_page()
    said = complaints(page)
    sign_in(page, served.url)
    page.goto(ask_about(served, 24))
    first, last = page.locator(".crops fieldset").first, page.locator(".crops fieldset").last
    first.locator("[value=cover]").check()
    last.evaluate("place => place.querySelector('[value=cover]').click()")  # out of sight: to cover asks no look
    last.evaluate("place => place.querySelector('[value=nobody]').click()")
    expect(page.locator("#alert")).to_contain_text("was not in sight long enough")
    expect(page.locator("[data-left]")).to_have_text("23 of 24 left")
    page.keyboard.press("u")  # of what stands: the first
    expect(page.locator("[data-left]")).to_have_text("24 places")
    page.reload()
    expect(page.locator("[data-left]")).to_have_text("24 places")
    assert said == []
    context.close()


def test_places_in_doubt_are_answered_without_scripts(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/sign-in")
    page.fill("#login", "rae")
    page.fill("#password", "correct horse battery")
    page.click("button.main")
    page.goto(ask_about(served, 2))
    expect(page.locator("[data-rest]")).to_be_hidden()  # nobody can say of it whether it was looked at
    for place in page.locator(".crops fieldset").all():
        place.locator("label", has_text="Nobody").click()
    page.click("text=Send the answers")
    expect(page.locator(".said")).to_contain_text("nobody at 2 places")
    context.close()


# where the corners of the copy's pixels and of the picture that is drawn are, on the screen: outlines lie on it
_CORNERS = """() => {
  const copy = document.getElementById("copy"), svg = document.getElementById("outlines");
  const box = copy.getBoundingClientRect();
  const [width, height] = [copy.naturalWidth, copy.naturalHeight];
  const by = Math.min(box.width / width, box.height / height), to = svg.getScreenCTM();
  const point = (x, y) => { const found = new DOMPoint(x, y).matrixTransform(to); return [found.x, found.y]; };
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  const corner = (side) => [middle[0] + side * by * width / 2, middle[1] + side * by * height / 2];
  return {by, drawn: [corner(-1), corner(1)],
          outlines: [point(0, 0), point(width, height)]};
}"""


@pytest.mark.parametrize(
    ("size", "times"), [(PC, 3), ({"width": 1280, "height": 300}, 2), (PHONE, 3)], ids=["pc", "low", "phone"]
)
def test_a_small_copy_is_drawn_larger_with_its_outlines_on_it(
    size: dict[str, int], times: float, served: Served, chromium: Browser
) -> None:
    context = context_of(chromium, size)
    page = context.new_page()
    sign_in(page, served.url)
    page.goto(f"{served.url}/photos/next")
    for _ in range(2):  # as the page comes, and put in its place by the key that goes on
        expect(page.locator("#copy")).to_have_js_property("complete", value=True)
        found = page.evaluate(_CORNERS)
        assert found["by"] == pytest.approx(times, abs=0.3)
        for drawn, outlined in zip(found["drawn"], found["outlines"], strict=True):
            assert outlined == pytest.approx(drawn, abs=0.6)
        sha = str(page.get_attribute("#photo", "data-photo"))
        page.keyboard.press("ArrowRight")
        expect(page.locator("#photo")).not_to_have_attribute("data-photo", sha)
    context.close()


@pytest.mark.slow
def test_on_a_phone_nothing_shows_below_the_bar_of_the_decision(served: Served, chromium: Browser) -> None:
    context = context_of(chromium, PHONE)
    page = context.new_page()
    sign_in(page, served.url)
    page.goto(f"{served.url}/photos/next")
    box = page.locator(".side .decide").bounding_box()
    assert box is not None and box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=0.6)
    context.close()
