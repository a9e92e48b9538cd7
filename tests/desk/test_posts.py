"""Posts at the desk: who sees what in which state, whose pictures are sent, and that a form is about what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.audit.roles import PERSON_ROLES
from redact.desk.address import Address
from redact.desk.app import make_app, make_desk
from redact.desk.pages.frame import POST_READERS
from redact.desk.routes.table import WAYS
from redact.posts.duties import adopt_policy
from redact.posts.people import NewPerson, add_person
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.writing import drafting
from redact.registers.consents import withdraw
from redact.store.people import HeldRole
from redact.store.posts.values import Post, PostState
from redact.store.schema.tables import photos
from redact.workspace.ids import Actor
from tests.rigs.desk import PASSWORD, URL, Browser, cheap_hashing
from tests.rigs.posting import HENRY, Posting, actor_of, open_posting
from tests.rigs.reviewing import OLIVE, PUPIL, RAE, calm_jpeg
from tests.rigs.workspaces import sha

NAME = "Wrenfield"  # of the pupil of the rig


@dataclass
class Office:
    """A desk over posts, and browsers for it."""

    living: Posting

    def __post_init__(self) -> None:
        with self.living.redrawer() as redrawer:
            self.desk = make_desk(self.living.workspace, Address(URL, "127.0.0.1", 8470), redrawer, cheap_hashing())
        self.app = make_app(self.desk)
        it = (HeldRole(Role.IT_SERVICES_MANAGER),)
        add_person(self.living.workspace, NewPerson("ivy", "Ivy", it), None, at_terminal=True)

    def signed_in(self, login: str, *roles: HeldRole) -> Browser:
        new, it = NewPerson(login, login.title(), roles), Actor(Role.IT_SERVICES_MANAGER.value, "9" * 64)
        code = add_person(self.living.workspace, new, it, at_terminal=True)
        browser = Browser(self.app)
        form = {"login": login, "code": code, "password": PASSWORD, "again": PASSWORD}
        assert browser.take_cookie(browser.post("/first-sign-in", form)).status == 303
        return browser

    def olive(self) -> tuple[Browser, Actor]:
        """Return an author's browser, and the author."""
        browser = self.signed_in("olive", HeldRole(Role.COMMUNICATIONS))
        return browser, actor_of(self.living, "olive", Role.COMMUNICATIONS)

    def henry(self) -> Browser:
        return self.signed_in("henry", HeldRole(Role.HEADTEACHER))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_posting(tmp_path) as living:
        yield Office(living)


def approval(post: Post, office: Office) -> dict[str, str]:
    seen = office.living.looked_at(post)
    return {"content": seen.content, "register": str(seen.register)}


def test_who_sees_a_post_in_which_state_and_who_reads_names(office: Office) -> None:
    office.living.add_pupil()
    draft = office.living.draft([office.living.pass_one(4)], "Draft words")
    post = office.living.propose([office.living.pass_shown()], "Proposed words")
    for role in PERSON_ROLES:
        browser = office.signed_in(f"only-{role.value}", HeldRole(role))
        page, picture = browser.get(f"/posts/{post.id}"), browser.get(f"/posts/{post.id}/photos/1.jpg")
        hidden = browser.get(f"/posts/{draft.id}/photos/1.jpg")
        if role not in POST_READERS:
            assert {page.status, picture.status, hidden.status} == {403} and b"\xff\xd8" not in picture.body, role
            continue
        assert page.status == picture.status == 200 and "Proposed words" in page.text, role
        assert sha(picture.body) == post.photos[0].output
        assert browser.get(f"/posts/{post.id}/photos/1/small.jpg").status == 200
        writes = role in {Role.COMMUNICATIONS, Role.HOLDER}
        assert hidden.status == (200 if writes else 404) == browser.get(f"/posts/{draft.id}").status, role
        listed = browser.get("/posts?state=draft").text + browser.get("/posts").text
        assert ("Draft words" in listed) is writes, role
        reads = role in {Role.HEADTEACHER, Role.CEO, Role.DATA_PROTECTION_OFFICER}
        assert (NAME in page.text) is reads, role
        assert ("Approve</button>" in page.text) is (role in {Role.HEADTEACHER, Role.CEO}), role


def test_a_post_of_another_school_is_not_there(office: Office) -> None:
    seen = office.living.pass_one()
    with office.living.workspace.database.write() as connection:
        connection.execute(photos.update().values(school="elm"))
    post = office.living.propose([seen], "Elm words")
    assert post.school == "elm"
    form = approval(post, office) | {"cause": "words"}
    before = len(office.living.events())
    for number, roles in enumerate(([HeldRole(Role.HEADTEACHER, "oak")], [HeldRole(Role.COMMUNICATIONS, "oak")])):
        browser = office.signed_in(f"oak-{number}", *roles)
        before = len(office.living.events())
        assert "Elm words" not in browser.get("/posts?state=proposed").text
        for way in WAYS:
            if "{post}" in way.path and isinstance(way.roles, frozenset) and roles[0].role in way.roles:
                path = way.path.replace("{post}", str(post.id)).replace("{place}", "1").replace("{part}", "caption")
                answer = browser.ask(way.method, path, {"token": browser.token, "edition": "1", **form})
                assert answer.status == 404 and b"\xff\xd8" not in answer.body, way
        assert len(office.living.events()) == before
    assert office.signed_in("elm", HeldRole(Role.HEADTEACHER, "elm")).get(f"/posts/{post.id}").status == 200


def test_a_headteacher_approves_in_two_steps_what_the_page_showed(office: Office) -> None:
    _, olive = office.olive()
    post, henry = office.living.propose([office.living.pass_one()], who=olive), office.henry()
    assert "1 post waits for your approval" in henry.get("/").text
    page = henry.get(f"/posts/{post.id}").text
    assert f'name="content" value="{post.content}"' in page
    for content in ("", "x", "f" * 64):
        form = approval(post, office) | {"content": content}
        assert henry.post(f"/posts/{post.id}/approve", form).status == 409
    assert henry.post(f"/posts/{post.id}/approve", approval(post, office)).status == 303
    assert office.living.post(post.id).state is PostState.APPROVED
    before = len(office.living.events())
    again = henry.post(f"/posts/{post.id}/approve", approval(post, office))  # a second tap is told no untruth
    assert again.status == 303 and len(office.living.events()) == before
    late = office.signed_in("chloe", HeldRole(Role.CEO)).post(f"/posts/{post.id}/approve", approval(post, office))
    assert late.status == 409 and "was decided" in late.text
    assert "waits for your approval" not in henry.get("/").text


def test_a_refusal_needs_a_cause_and_comes_back_to_the_author(office: Office) -> None:
    browser, olive = office.olive()
    post, henry = office.living.propose([office.living.pass_one()], who=olive), office.henry()
    without = henry.post(f"/posts/{post.id}/refuse", approval(post, office))
    assert without.status == 422 and "There is a problem" in without.text
    assert office.living.post(post.id).state is PostState.PROPOSED
    form = approval(post, office) | {"cause": "words", "note": "Shorter <b>please</b>"}
    assert henry.post(f"/posts/{post.id}/refuse", form).status == 303
    page = browser.get(f"/posts/{post.id}").text
    assert "Shorter &lt;b&gt;please&lt;/b&gt;" in page and "The words need another look" in page
    assert "1 post came back to you" in browser.get("/").text


def test_an_author_who_is_a_headteacher_too_does_not_approve_their_own(office: Office) -> None:
    browser = office.signed_in("both", HeldRole(Role.COMMUNICATIONS), HeldRole(Role.HEADTEACHER))
    both = actor_of(office.living, "both", Role.COMMUNICATIONS)
    post = office.living.propose([office.living.pass_one()], who=both)
    page = browser.get(f"/posts/{post.id}").text
    assert "Approve</button>" not in page and "You wrote this post" in page
    answer = browser.post(f"/posts/{post.id}/approve", approval(post, office))
    assert answer.status == 409 and office.living.post(post.id).state is PostState.PROPOSED


def test_an_approver_is_told_on_top_what_stands_between_them_and_a_yes(office: Office) -> None:
    post, head = office.living.propose([office.living.pass_one()], f"{NAME} Lane in the sun"), office.henry()
    adopt_policy(office.living.workspace, "2026-09", date(2029, 9, 1), OLIVE)
    page = head.get(f"/posts/{post.id}").text
    way = f'href="/policy?post={post.id}"'
    assert way in page and "Approve</button>" not in page
    answer = head.post(f"/posts/{post.id}/approve", approval(post, office))
    assert answer.status == 409 and f"/policy?post={post.id}" in answer.text
    office.living.add_pupil()  # of that name
    head.post("/policy", {"version": "2026-09", "post": str(post.id)})
    page = head.get(f"/posts/{post.id}").text
    told = page.index("It cannot be approved as it is worded")
    assert told < page.index("As it will stand") and "name of the roll" in page
    assert "Approve</button>" not in page and "Send it back" in page and way not in page


def test_a_post_is_written_part_by_part_and_nobody_else_writes_it(office: Office) -> None:
    browser, _ = office.olive()
    first, second = office.living.pass_one(1), office.living.pass_one(2)
    listed = browser.get("/photos?standing=fit").text
    assert f'value="{first.photo}-{first.output}"' in listed and "Put into a post" in listed
    begun = browser.post("/posts", {"copy": f"{first.photo}-{first.output}"})
    here = begun.header("location")
    assert begun.status == 303 and here == "/posts/1"

    def write(part: str, **fields: str) -> int:
        edition = office.living.post(1).edition
        return browser.post(f"{here}/edit/{part}", {"edition": str(edition), **fields}).status

    assert browser.post(f"{here}/add", {"copy": f"{second.photo}-{second.output}"}).status == 303
    assert write("photos", **{f"place-{first.photo}": "2", f"place-{second.photo}": "1"}) == 303
    assert [photo.photo for photo in office.living.post(1).photos] == [second.photo, first.photo]
    assert write("photos", out=first.photo) == 303
    assert write("site", site="facebook-oak") == 303
    assert write("site", site="nowhere") == 409
    assert write("caption", caption="Ring 01788 222 060\r\nor come\u00a0by") == 303
    assert office.living.post(1).caption == "Ring 01788 222 060\nor come by"
    assert write("alt", **{f"alt-{second.photo}": "A pond"}) == 303
    page = browser.get(here).text
    assert "01788 222 060" in page and "It is all right" in page and "Send to the headteacher" not in page
    key = page.split('name="key" value="')[1].split('"')[0]
    edition = str(office.living.post(1).edition)
    assert browser.post(f"{here}/confirm", {"edition": edition, "key": "confirm-0000000000000000"}).status == 409
    assert browser.post(f"{here}/confirm", {"edition": edition, "key": key}).status == 303
    asked = ("positive", "permission", "identity", "copyright", "contact", "topics")
    answers = {f"asked-{each}": "1" for each in asked} | {f"yes-{each}": "yes" for each in asked}
    assert write("questions", **answers) == 303
    assert "5 of 6" in browser.get(here).text  # a tick without its words: the form says what is missing
    assert "a yes without it counts as not answered" in browser.get(f"{here}/edit/questions").text
    assert write("questions", **answers, **{"words-copyright": "Ours"}) == 303
    assert "Send to the headteacher" in browser.get(here).text
    stale = {"edition": "1", "caption": "An old tab"}
    answer = browser.post(f"{here}/edit/caption", stale)
    assert answer.status == 409 and ">An old tab</textarea>" in answer.text  # what was typed is not lost
    assert office.living.post(1).caption == "Ring 01788 222 060\nor come by"
    other = office.signed_in("oscar", HeldRole(Role.COMMUNICATIONS))
    edition = str(office.living.post(1).edition)
    for path in ("edit/caption", "propose", "withdraw", "add", "confirm"):
        assert other.post(f"{here}/{path}", {"edition": edition, "caption": "Mine now"}).status == 404
    assert other.get(f"{here}/edit/caption").status == 404
    assert browser.post(f"{here}/propose", {"edition": edition}).status == 303
    before = len(office.living.events())
    assert browser.post(f"{here}/propose", {"edition": edition}).status == 303  # pressed twice
    assert browser.post(f"{here}/propose", {"edition": "1"}).status == 409 and len(office.living.events()) == before
    assert "Facebook oakschool" in browser.get("/posts?state=proposed").text
    assert office.living.post(1).state is PostState.PROPOSED
    assert browser.post(f"{here}/withdraw", {"edition": edition}).status == 303
    assert office.living.post(1).state is PostState.DRAFT


def test_no_page_offers_or_takes_what_is_not_passed(office: Office) -> None:
    browser, _ = office.olive()
    passed, waiting = office.living.pass_one(1), office.living.store_one(calm_jpeg(8), "b.jpg")
    assert browser.get(f"/posts/passed/{passed.photo}/{passed.output}.jpg").status == 200
    for photo, output in ((waiting.photo, waiting.output), (passed.photo, waiting.output), ("f" * 64, passed.output)):
        assert browser.get(f"/posts/passed/{photo}/{output}.jpg").status == 404
        assert browser.post("/posts", {"copy": f"{photo}-{output}"}).status == 409
    assert waiting.photo not in browser.get("/posts/new").text
    assert browser.post("/posts", {"copy": "nonsense"}).status == 409


def test_a_picture_is_sent_as_the_copy_that_was_made_or_not_at_all(office: Office) -> None:
    seen = office.living.pass_one()
    post, henry = office.living.propose([seen]), office.henry()
    picture = f"/posts/{post.id}/photos/1.jpg"
    for path in (f"/posts/{post.id}/photos/2.jpg", f"/posts/{post.id}/photos/0.jpg", "/posts/99/photos/1.jpg",
                 "/posts/x/photos/1.jpg", "/posts/99999999999999999999/photos/1.jpg"):  # fmt: skip
        assert henry.get(path).status == 404, path
    [name] = office.living.stored()
    folder = office.living.workspace.settings.trust_folder
    assert folder is not None
    kept = (folder / name).read_bytes()
    (folder / name).chmod(0o600)
    (folder / name).write_bytes(kept[:-1] + b"!")
    assert henry.get(picture).status == 503
    (folder / name).write_bytes(kept)
    assert sha(henry.get(picture).body) == seen.output
    recall_copy(office.living.workspace, seen, RAE, RecallCause.OBJECTION)
    assert henry.get(picture).status == 404 and office.living.post(post.id).state is PostState.DRAFT


def test_what_ended_meanwhile_is_found_when_the_page_is_opened_or_the_button_pressed(office: Office) -> None:
    office.living.add_pupil()
    post, henry = office.living.propose([office.living.pass_shown()]), office.henry()
    form = approval(post, office)
    withdraw(office.living.workspace, Role.COMMUNICATIONS, PUPIL, None)
    assert henry.post(f"/posts/{post.id}/approve", form).status == 409
    gone = henry.get(f"/posts/{post.id}")  # a draft is its author's; a mailed link says what became of it
    assert gone.status == 404 and "is a draft again" in gone.text and "has ended" in gone.text
    assert "A day at the pond" not in gone.text
    plain = office.living.approve(office.living.propose([office.living.pass_one(7)]), HENRY)
    office.living.clock.go(days=20)
    henry = office.signed_in("hetty", HeldRole(Role.HEADTEACHER))
    assert henry.get(f"/posts/{plain.id}").status == 404
    assert office.living.post(plain.id).cause == "approval-expired"


def test_an_edit_of_an_approved_post_at_the_desk_voids_it(office: Office) -> None:
    browser, olive = office.olive()
    post = office.living.approve(office.living.propose([office.living.pass_one()], who=olive))
    fields = {"edition": str(post.edition), "caption": "Another caption"}
    assert browser.post(f"/posts/{post.id}/edit/caption", fields).status == 303
    changed = office.living.post(post.id)
    assert (changed.state, changed.cause, changed.caption) == (PostState.DRAFT, "edited", "Another caption")
    drafting.edit(office.living.workspace, post.id, changed.edition, office.living.edited(changed), olive)
    assert office.living.post(post.id).edition == changed.edition  # nothing was changed
    assert OLIVE.tag != olive.tag


def test_what_was_typed_comes_back_where_the_session_has_ended_and_never_to_another_site(office: Office) -> None:
    browser, form = Browser(office.app), {"caption": "<b>Ten minutes</b> of work", "token": "x"}
    answer = browser.post("/posts/1/edit/caption", form)
    assert answer.status == 401 and 'href="/sign-in?then=/posts/1/edit/caption"' in answer.text
    assert "&lt;b&gt;Ten minutes&lt;/b&gt; of work</textarea>" in answer.text and "Copy what you typed" in answer.text
    far = browser.post("/posts/1/edit/caption", form, sec_fetch_site="cross-site")
    assert far.status == 403 and "Ten minutes" not in far.text
    assert "Ten minutes" not in browser.post("/sign-in", form).text
