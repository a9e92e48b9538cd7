"""Journey 4 of the design in a real browser: a post is written on a PC and approved on a phone.

Once as a person would, once by the keyboard alone, once without scripts; what was done is read from the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from redact.audit.kinds import Role
from redact.posts.writing.questions import QUESTIONS, Applies
from redact.registers.consents import withdraw
from redact.store.posts.values import Post, PostState
from tests.rigs.browser import PC, PHONE, complaints, context_of, faults, sign_in
from tests.rigs.posting import Posting, actor_of, open_posting_desk
from tests.rigs.reviewing import PUPIL
from tests.rigs.working_desk import WorkingDesk
from tests.rigs.workspaces import sha

pytestmark = pytest.mark.slow
OFFICE = Role.COMMUNICATIONS
ASKED = [question for question in QUESTIONS if question.applies in {Applies.ALWAYS, Applies.WITH_PHOTOS}]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[WorkingDesk, Posting]]:
    with open_posting_desk(tmp_path_factory.mktemp("posting")) as found:
        found[1].add_pupil()
        found[1].pass_shown(2)
        found[1].pass_one(1)
        yield found


def page_of(chromium: Browser, desk: WorkingDesk, login: str, size: dict[str, int] = PC, **options: Any) -> Page:
    page = context_of(chromium, size, **options).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    sign_in(page, desk.url, login)
    return page


def newest(living: Posting) -> Post:
    with living.workspace.database.read() as connection:
        number = int(connection.exec_driver_sql("SELECT max(id) FROM posts").scalar_one())
    return living.post(number)


def fill(page: Page, url: str, post: int, caption: str) -> None:
    """Fill every part of a post, as the task list leads."""
    here = f"{url}/posts/{post}"
    page.click(".tasks >> text=Site")
    page.check("[name=site]")
    page.click("form button.main")
    page.click(".tasks >> text=Caption")
    page.fill("#caption", caption)
    page.click("form button.main")
    page.click(".tasks >> text=Alternative texts")
    expect(page.locator("textarea").first).to_be_visible()
    for field in page.locator("textarea").all():
        field.fill("Reeds by a pond")
    page.click("form button.main")
    page.click(".tasks >> text=Questions")
    for question in ASKED:
        page.check(f"[name=yes-{question.id}]")
        if question.words:
            page.fill(f"[name=words-{question.id}]", "We took the photos")
    page.click("form button.main")
    page.wait_for_url(here)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_post_is_written_on_a_pc_and_approved_on_a_phone(
    chromium: Browser, office: tuple[WorkingDesk, Posting], has_scripts: bool
) -> None:
    desk, living = office
    olive = page_of(chromium, desk, "olive", java_script_enabled=has_scripts)
    olive.goto(f"{desk.url}/photos?standing=fit")
    for box in olive.locator("[name=copy]").all():
        box.check()
    olive.click("text=Write a post with what is ticked")
    expect(olive.locator(".tasks")).to_be_visible()
    post = newest(living)
    assert post.state is PostState.DRAFT and len(post.photos) == 2
    fill(olive, desk.url, post.id, "A day with Thaddeus at the pond")
    expect(olive.locator(".found")).to_contain_text("This is a name of the roll")
    expect(olive.locator("text=Send to the headteacher")).to_have_count(0)
    olive.click(".tasks >> text=Caption")
    olive.fill("#caption", "A day at the pond.\n\nYear 3 counted newts.")
    olive.click("form button.main")
    olive.click("text=Send to the headteacher")
    expect(olive.locator(".pill")).to_have_text("Waits for approval")

    henry = page_of(chromium, desk, "henry", PHONE, java_script_enabled=has_scripts)
    henry.click("text=waits for your approval")  # one alone is opened at once
    page = henry.locator("main")
    expect(page).to_contain_text("Year 3 counted newts.")
    expect(page.locator(".shown-people")).to_contain_text("Thaddeus Wrenfield")
    expect(page.locator(".lifts .outline polygon:not(.halo)")).to_have_count(1)
    bar = henry.locator("button.main").bounding_box()
    assert bar is not None and bar["height"] >= 44 and bar["y"] + bar["height"] <= PHONE["height"]
    foot = henry.locator(".decide.two").bounding_box()
    assert foot is not None and foot["y"] + foot["height"] == pytest.approx(PHONE["height"], abs=0.6)  # no gap below it
    for picture, photo in zip(henry.locator(".as-it-stands a").all(), post.photos, strict=True):
        full = henry.request.get(desk.url + str(picture.get_attribute("href")))
        assert sha(full.body()) == photo.output  # exactly the bytes that will go out
        assert picture.locator("img").get_attribute("src") == picture.get_attribute("href")
    henry.click("button.main")
    expect(henry.locator(".pill")).to_have_text("Approved")
    assert living.post(post.id).state is PostState.APPROVED
    assert living.said_of(post)[-1][0] == "approval.given"
    olive.context.close()
    henry.context.close()


def test_by_the_keyboard_alone_a_post_is_refused_with_a_word_and_read_by_its_author(
    chromium: Browser, office: tuple[WorkingDesk, Posting]
) -> None:
    desk, living = office
    post = living.propose([living.pass_one(20)], who=actor_of(living, "olive", OFFICE))
    page = page_of(chromium, desk, "henry")
    page.goto(f"{desk.url}/posts/{post.id}")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.locator(f"{selector}:focus").count():
                return
            page.keyboard.press("Tab")
        pytest.fail(f"Tab never reaches {selector}")

    tab_to("a[href='#refuse']")
    page.keyboard.press("Enter")
    page.wait_for_url("**#refuse")
    tab_to("#cause-words")
    page.keyboard.press("Space")
    tab_to("#note")
    page.keyboard.type("Say which pond.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts?state=proposed")
    page.context.close()
    olive = page_of(chromium, desk, "olive", PHONE)
    olive.goto(f"{desk.url}/posts/{post.id}")
    expect(olive.locator(".notice", has_text="Say which pond.")).to_be_visible()
    assert living.post(post.id).cause == "words"
    olive.context.close()


def test_of_two_approvers_on_two_screens_the_second_is_told(
    chromium: Browser, office: tuple[WorkingDesk, Posting]
) -> None:
    desk, living = office
    post = living.propose([living.pass_one(30)], who=actor_of(living, "olive", OFFICE))
    henry, chloe = page_of(chromium, desk, "henry", PHONE), page_of(chromium, desk, "chloe")
    for page in (henry, chloe):
        page.goto(f"{desk.url}/posts/{post.id}")
    henry.click("button.main")
    expect(henry.locator(".pill")).to_have_text("Approved")
    chloe.click("button.main")
    expect(chloe.locator("#advice")).to_contain_text("was decided")
    assert [kind for kind, _ in living.said_of(post)].count("approval.given") == 1
    for page in (henry, chloe):
        page.context.close()


def test_a_withdrawal_while_the_page_is_open_leaves_nothing_to_approve(
    chromium: Browser, office: tuple[WorkingDesk, Posting]
) -> None:
    desk, living = office
    upn = "C123456789012"
    living.add_pupil(upn)
    post = living.propose([living.pass_shown(40, upn)], who=actor_of(living, "olive", OFFICE))
    page = page_of(chromium, desk, "henry", PHONE)
    page.goto(f"{desk.url}/posts/{post.id}")
    withdraw(living.workspace, OFFICE, upn, None)
    page.click("button.main")
    expect(page.locator("#advice")).to_contain_text("Nothing was approved")
    page.goto(f"{desk.url}/posts/{post.id}")
    expect(page.locator("h1")).to_have_text(f"Post {post.id} is a draft again")
    assert living.post(post.id).cause == "consent-ended" and upn != PUPIL
    page.context.close()


@pytest.mark.parametrize(("size", "colours"), [(PC, "light"), (PHONE, "dark")], ids=["pc-light", "phone-dark"])
def test_no_page_of_posts_has_a_serious_fault(
    chromium: Browser, office: tuple[WorkingDesk, Posting], size: dict[str, int], colours: str
) -> None:
    desk, living = office
    who = actor_of(living, "olive", OFFICE)
    seed = 50 + 2 * [(PC, "light"), (PC, "dark"), (PHONE, "light"), (PHONE, "dark")].index((size, colours))
    draft = living.draft([living.pass_one(seed)], "The Summer fair, 01788 222 060", who)
    proposed = living.propose([living.pass_one(seed + 1)], who=who)
    for login, paths in {
        "olive": ["/", "/posts", "/posts/new", f"/posts/new?post={draft.id}", f"/posts/{draft.id}",
                  *(f"/posts/{draft.id}/edit/{part}" for part in ("photos", "site", "caption", "alt", "questions")),
                  f"/posts/{proposed.id}", "/photos?standing=fit"],
        "henry": ["/", "/posts", f"/posts/{proposed.id}", f"/posts/{draft.id}"],
        "tess": ["/", "/posts", f"/posts/{proposed.id}"],
    }.items():  # fmt: skip
        page = page_of(chromium, desk, login, size, color_scheme=colours)
        said = complaints(page)
        for path in paths:
            page.goto(desk.url + path)
            assert faults(page) == [], (login, path)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (login, path, wide)
        assert [each for each in said if "404" not in each] == []
        page.context.close()
