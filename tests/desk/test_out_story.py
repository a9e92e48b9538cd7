"""Journey 5 of the design in a real browser: put out, posted, withdrawn, taken down; on a phone and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from redact.audit.kinds import Role
from redact.posts.releasing.sweep import tend_outbox
from redact.registers.consents import withdraw
from redact.store.posts.values import Post, PostState
from tests.rigs.browser import PC, PHONE, complaints, context_of, faults, sign_in
from tests.rigs.posting import Posting, open_posting_desk
from tests.rigs.reviewing import PUPIL
from tests.rigs.working_desk import WorkingDesk
from tests.rigs.workspaces import sha

pytestmark = pytest.mark.slow
LINK = "https://facebook.example/oakschool/posts/9"


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[WorkingDesk, Posting]]:
    with open_posting_desk(tmp_path_factory.mktemp("out")) as found:
        found[1].add_pupil()
        yield found


def approved(living: Posting) -> Post:
    return living.approve(living.propose([living.pass_shown(2), living.pass_one(1)], "Newts at the pond"))


def page_of(chromium: Browser, desk: WorkingDesk, login: str, size: dict[str, int] = PC, **options: Any) -> Page:
    page = context_of(chromium, size, accept_downloads=True, **options).new_page()
    sign_in(page, desk.url, login)
    return page


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_put_out_posted_withdrawn_taken_down(
    chromium: Browser, office: tuple[WorkingDesk, Posting], has_scripts: bool
) -> None:
    desk, living = office
    post = approved(living)
    pia = page_of(chromium, desk, "pia", PHONE, java_script_enabled=has_scripts)
    pia.click("text=Put posts out")
    expect(pia.locator("main")).to_contain_text("holds until")
    pia.click("button:has-text('Put it out')")
    for place, photo in enumerate(post.photos, 1):
        with pia.expect_download() as saved:
            pia.click(f"a[download='{place}.jpg']")
        assert saved.value.suggested_filename == f"{place}.jpg"
        assert sha(saved.value.path().read_bytes()) == photo.output
    assert pia.input_value("#copy-caption") == "Newts at the pond"
    expect(pia.locator("[data-copy=copy-caption]")).to_be_visible(visible=has_scripts)
    pia.fill("[name=link]", "facebook")
    pia.click("button:has-text('It stands there')")
    expect(pia.locator(".errors")).to_contain_text("begins with https://")
    pia.fill("[name=link]", LINK)
    pia.click("button:has-text('It stands there')")
    expect(pia.locator(".pill")).to_have_text("Posted")
    expect(pia.locator("main")).not_to_contain_text("holds until")  # what stands there is held by no approval
    tend_outbox(living.workspace)
    assert [path for path in living.workspace.settings.outbox.rglob("*") if path.is_file()] == []

    withdraw(living.workspace, Role.COMMUNICATIONS, PUPIL, None)
    pia.goto(f"{desk.url}/")
    pia.click("text=Take posts down")
    expect(pia.locator(f"a[href='{LINK}']")).to_be_visible()
    expect(pia.locator("main")).not_to_contain_text("Wrenfield")
    pia.select_option("#who", "platform")
    pia.click("button:has-text('Write it down')")
    expect(pia.locator(".points")).to_contain_text("The platform")  # the list of choices has these words always
    pia.click("button:has-text('It is down')")  # a tap alone says nothing
    assert living.post(post.id).state is PostState.POSTED
    pia.check("text=I looked, and it stands there no more")
    pia.click("button:has-text('It is down')")
    expect(pia.locator(".pill")).to_contain_text("Down")
    assert living.post(post.id).state is PostState.DOWN
    assert [kind for kind, _ in living.said_of(post)][-2:] == ["release.ended", "takedown.closed"]
    living.check_record()
    pia.context.close()


def test_by_the_keyboard_alone(chromium: Browser, office: tuple[WorkingDesk, Posting]) -> None:
    desk, living = office
    post = approved(living)
    pia = page_of(chromium, desk, "pia")
    pia.goto(f"{desk.url}/posts/{post.id}")
    pia.locator("button:has-text('Put it out')").focus()
    pia.keyboard.press("Enter")
    pia.locator("#link").focus()
    pia.keyboard.type("https://x.com/oak/1")
    pia.keyboard.press("Enter")
    expect(pia.locator(".errors")).to_be_focused()
    pia.locator("[name=sure]").focus()
    pia.keyboard.press("Space")
    pia.keyboard.press("Tab")
    pia.keyboard.press("Enter")
    expect(pia.locator(".pill")).to_have_text("Posted")
    summary = pia.locator("summary:has-text('Report this post')")
    summary.focus()
    pia.keyboard.press("Enter")
    pia.locator("#reason").focus()
    pia.keyboard.press("Space")
    pia.locator("button:has-text('Report it')").focus()
    pia.keyboard.press("Enter")
    expect(pia.locator("h1")).to_have_text(f"Take down post {post.id}")
    pia.context.close()


@pytest.mark.parametrize(("size", "colours"), [(PC, "light"), (PHONE, "dark")], ids=["pc-light", "phone-dark"])
def test_no_page_has_a_serious_fault(
    chromium: Browser, office: tuple[WorkingDesk, Posting], size: dict[str, int], colours: str
) -> None:
    desk, living = office
    post = approved(living)
    pia = page_of(chromium, desk, "pia", size, color_scheme=colours)
    said = complaints(pia)

    def look(path: str) -> None:
        pia.goto(desk.url + path)
        for details in pia.locator("details").all():
            details.evaluate("each => { each.open = true; }")
        assert faults(pia) == [], path
        wide = pia.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"

    for path in ("/", f"/posts/{post.id}", "/take-downs", "/sites", "/incidents/new"):
        look(path)
    pia.goto(f"{desk.url}/posts/{post.id}")
    expect(pia.locator("main")).to_contain_text("Put it out")
    pia.click("button:has-text('Put it out')")
    expect(pia.locator("[name=link]")).to_be_visible()
    look(f"/posts/{post.id}")
    pia.fill("[name=link]", LINK)
    pia.click("button:has-text('It stands there')")
    expect(pia.locator(".pill")).to_have_text("Posted")
    look(f"/posts/{post.id}")
    withdraw(living.workspace, Role.COMMUNICATIONS, PUPIL, None)
    for path in ("/", f"/posts/{post.id}", "/take-downs", "/take-downs/1", "/take-downs?all=yes"):
        look(path)
    assert said == []
    pia.context.close()
