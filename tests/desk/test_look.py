"""The pages in a real browser: by keyboard, on a PC and a phone, without scripts, and what axe finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.rigs.browser import PC, PHONE, Served, complaints, context_of, faults, open_chromium, serve_desk, sign_in

pytestmark = pytest.mark.slow  # the default run has one walk of test_stories.py


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


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
