"""Putting out, the link back, reports and take-downs at the desk: journey 5, and forms that lie."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.posts.releasing.sweep import tend_outbox
from redact.posts.writing import drafting
from redact.registers.consents import withdraw
from redact.store.people import HeldRole
from redact.store.posts.values import Post, PostState
from tests.desk.test_posts import Office
from tests.rigs.desk import Answer, Browser
from tests.rigs.posting import open_posting
from tests.rigs.reviewing import OLIVE, PUPIL
from tests.rigs.workspaces import sha

LOOKED = {"looked": "yes"}
LINK = "https://facebook.example/oakschool/posts/7"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_posting(tmp_path) as living:
        yield Office(living)


def approved(office: Office, *, shows: bool = False) -> Post:
    living = office.living
    if shows:
        living.add_pupil()
    return living.approve(living.propose([living.pass_shown() if shows else living.pass_one(), living.pass_one(7)]))


def poster(office: Office, school: str = "") -> Browser:
    return office.signed_in(f"pia{school}", HeldRole(Role.POSTER, school))


def seen(answer: Answer) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.text
    return found.group(1)


def test_a_post_is_put_out_saved_posted_and_its_link_comes_back(office: Office) -> None:
    post, pia = approved(office), poster(office)
    assert "Put it out" in pia.get(f"/posts/{post.id}").text
    content = {"content": str(post.content)}
    assert pia.post(f"/posts/{post.id}/release", content).status == 303
    page = pia.get(f"/posts/{post.id}").text
    assert "A day at the pond" in page and 'download="2.jpg"' in page and "Pond and reeds" in page
    for place, photo in enumerate(post.photos, 1):
        file = pia.get(f"/posts/{post.id}/files/{place}.jpg")
        assert sha(file.body) == photo.output
        assert file.header("content-disposition") == f'attachment; filename="{place}.jpg"'
    archive = zipfile.ZipFile(io.BytesIO(pia.get(f"/posts/{post.id}/files.zip").body))
    assert archive.namelist() == [f"post-{post.id}/{name}" for name in ("1.jpg", "2.jpg", "post.txt")]
    assert sha(archive.read(f"post-{post.id}/1.jpg")) == post.photos[0].output
    for wrong in ("", "facebook.example/x", "http://facebook.example/x", "javascript:alert(1)", "https://x.com/oak/1"):
        answer = pia.post(f"/posts/{post.id}/posted", {**content, "link": wrong})
        assert answer.status == 422 and 'id="link-error"' in answer.text
    assert pia.post(f"/posts/{post.id}/posted", {**content, "link": LINK}).status == 303
    before = len(office.living.events())
    assert pia.post(f"/posts/{post.id}/posted", {**content, "link": f" {LINK}"}).status == 303  # pressed twice
    assert pia.post(f"/posts/{post.id}/posted", {**content, "link": f"{LINK}/2"}).status == 409
    assert len(office.living.events()) == before
    page = pia.get(f"/posts/{post.id}").text
    assert LINK in page and "It is down" in page
    assert pia.get(f"/posts/{post.id}/files.zip").status == pia.get(f"/posts/{post.id}/files/1.jpg").status == 404
    untold = pia.post(f"/posts/{post.id}/down")
    assert untold.status == 409 and "tick that it stands there no more" in untold.text
    assert office.living.post(post.id).state is PostState.POSTED
    assert pia.post(f"/posts/{post.id}/down", LOOKED).status == 303
    assert office.living.post(post.id).state is PostState.DOWN


def test_files_are_there_for_the_poster_of_a_released_post_alone(office: Office) -> None:
    post, pia = approved(office), poster(office)
    paths = (f"/posts/{post.id}/files.zip", f"/posts/{post.id}/files/1.jpg")
    assert [pia.get(path).status for path in paths] == [404, 404]
    pia.post(f"/posts/{post.id}/release", {"content": str(post.content)})
    for role in (Role.HEADTEACHER, Role.COMMUNICATIONS, Role.TRUSTEE, Role.IT_SERVICES_MANAGER):
        other = office.signed_in(f"no-{role.value[:6]}", HeldRole(role))
        assert [other.get(path).status for path in paths] == [403, 403]
        for act in ("release", "posted", "down"):
            assert other.post(f"/posts/{post.id}/{act}", {"content": str(post.content), "link": LINK}).status == 403
    elm = poster(office, "elm")
    assert [elm.get(path).status for path in paths] == [404, 404]
    for odd in ("0", "99", "1.5", "-1", "²", "post.txt", "..%2f1"):
        assert pia.get(f"/posts/{post.id}/files/{odd}.jpg").status == 404
    assert office.living.post(post.id).state is PostState.RELEASED


def test_a_form_of_another_content_releases_nothing(office: Office) -> None:
    post, pia = approved(office), poster(office)
    for content in ("", "x", "f" * 64):
        answer = pia.post(f"/posts/{post.id}/release", {"content": content})
        assert answer.status == 409 and "changed since you opened it" in answer.text
        assert pia.post(f"/posts/{post.id}/posted", {"content": content, "link": LINK}).status == 409
    assert office.living.events("release.") == []


def test_a_withdrawal_takes_a_post_down_without_a_click(office: Office) -> None:
    living = office.living
    post, pia, head = approved(office, shows=True), poster(office), office.henry()
    pia.post(f"/posts/{post.id}/release", {"content": str(post.content)})
    pia.post(f"/posts/{post.id}/posted", {"content": str(post.content), "link": LINK})
    withdraw(living.workspace, Role.COMMUNICATIONS, PUPIL, None)
    assert "Take posts down" in pia.get("/").text
    page = pia.get("/take-downs/1")
    assert LINK in page.text and "A consent for a face or name that is shown has gone." in page.text
    assert "Wrenfield" not in page.text and "withdrawn" not in page.text
    assert '<option value="" selected>' in head.get("/take-downs/1").text  # nobody is chosen beforehand
    unsaid = head.post("/take-downs/1/told", {"seen": seen(head.get("/take-downs/1")), "who": ""})
    assert unsaid.status == 409 and "Choose who was told" in unsaid.text
    assert head.post("/take-downs/1/told", {"seen": seen(head.get("/take-downs/1")), "who": "parent"}).status == 303
    assert head.post("/take-downs/1/down").status == 403
    living.clock.go(hours=25)
    again = again_signed_in(pia)
    assert "Overdue since" in again.get("/take-downs").text
    for form in ({}, {"looked": ""}, {"looked": "no"}):
        untold = again.post("/take-downs/1/down", form)
        assert untold.status == 409 and "tick that it stands there no more" in untold.text
    assert living.post(post.id).state is PostState.POSTED
    assert again.post("/take-downs/1/down", LOOKED).status == 303
    kinds = [kind for kind, _ in living.said_of(post)][-2:]
    assert kinds == [Kind.RELEASE_ENDED.value, Kind.TAKEDOWN_CLOSED.value]
    assert living.post(post.id).state is PostState.DOWN
    before = len(living.events())
    there = again.post("/take-downs/1/down", LOOKED).header("location")
    assert there == "/take-downs/1?done=yes" and len(living.events()) == before


def again_signed_in(browser: Browser) -> Browser:
    """Sign in again: sessions end after half an hour."""
    form = {"login": "pia", "password": "correct horse battery"}
    browser.token = ""
    browser.take_cookie(browser.post("/sign-in", form))
    return browser


def test_a_withdrawal_while_it_lies_in_the_outbox_empties_it_and_asks_the_poster(office: Office) -> None:
    living = office.living
    post, pia = approved(office, shows=True), poster(office)
    pia.post(f"/posts/{post.id}/release", {"content": str(post.content)})
    withdraw(living.workspace, Role.COMMUNICATIONS, PUPIL, None)
    assert pia.get(f"/posts/{post.id}/files/1.jpg").status == 404
    tend_outbox(living.workspace)
    assert [path for path in living.workspace.settings.outbox.rglob("*") if path.is_file()] == []
    late = pia.post(f"/posts/{post.id}/posted", {"content": str(post.content), "link": LINK})
    assert late.status == 409 and "taken back" in late.text
    assert LINK in pia.get("/take-downs/1").text
    assert len(living.events(Kind.TAKEDOWN_OPENED.value)) == 1


def test_a_post_that_is_to_come_down_is_not_offered_again_until_it_is_down(office: Office) -> None:
    living, post, pia = office.living, approved(office), poster(office)
    content = {"content": str(post.content)}
    pia.post(f"/posts/{post.id}/release", content)
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post, caption="Another day"), OLIVE)
    assert pia.post(f"/posts/{post.id}/posted", {**content, "link": LINK}).status == 409
    drafting.propose(living.workspace, post.id, living.post(post.id).edition, OLIVE)
    again = living.approve(living.post(post.id))
    page = pia.get(f"/posts/{post.id}").text
    assert "Put it out" not in page and "to be taken down by" in page and "It stands at" in page
    assert pia.post(f"/posts/{post.id}/release", {"content": str(again.content)}).status == 409
    assert pia.post("/take-downs/1/down", LOOKED).status == 303
    page = pia.get(f"/posts/{post.id}").text
    assert "Put it out" in page and "It stood at" in page


def test_anybody_who_sees_a_post_reports_it_once(office: Office) -> None:
    living = office.living
    post, pia = approved(office), poster(office)
    staff = office.signed_in("sam", HeldRole(Role.HOLDER))
    assert staff.post(f"/posts/{post.id}/report", {"reason": "offends"}).status == 422  # it is not out
    pia.post(f"/posts/{post.id}/release", {"content": str(post.content)})
    pia.post(f"/posts/{post.id}/posted", {"content": str(post.content), "link": LINK})
    assert "Report this post" in staff.get(f"/posts/{post.id}").text
    for wrong in ({}, {"reason": "weather"}, {"reason": "offends", "report-note": "x" * 1001}):
        assert staff.post(f"/posts/{post.id}/report", wrong).status == 422
    assert staff.post(f"/posts/{post.id}/report", {"reason": "offends", "report-note": "A joke."}).status == 303
    (entry,) = living.events(Kind.TAKEDOWN_OPENED.value)
    assert entry.fact("cause") == "offends" and entry.fact("by") == "holder"
    assert staff.post(f"/posts/{post.id}/report", {"reason": "offends"}).status == 422
    assert "It offends, harasses or bullies somebody" in pia.get("/take-downs/1").text


def test_another_schools_take_down_is_not_there(office: Office) -> None:
    post, pia = approved(office), poster(office)
    pia.post(f"/posts/{post.id}/release", {"content": str(post.content)})
    pia.post(f"/posts/{post.id}/report", {"reason": "another"})
    elm = poster(office, "elm")
    assert elm.get("/take-downs/1").status == 404 and "/take-downs/1" not in elm.get("/take-downs").text
    assert elm.post("/take-downs/1/down").status == elm.post("/take-downs/1/told", {"who": "ceo"}).status == 404
    for form in ({"who": "ceo"}, {"who": "ceo", "seen": "0" * 64}, {"who": "everybody"}):
        assert pia.post("/take-downs/1/told", form).status == 409


def test_the_page_of_a_recalled_photo_leads_to_its_post_and_take_down_and_speaks_of_no_more_covers(
    office: Office,
) -> None:
    post, pia = approved(office), poster(office)
    pia.post(f"/posts/{post.id}/release", {"content": str(post.content)})
    pia.post(f"/posts/{post.id}/posted", {"content": str(post.content), "link": LINK})
    olive, photo = office.signed_in("olga", HeldRole(Role.COMMUNICATIONS)), post.photos[0]
    page = olive.get(f"/photos/{photo.photo}").text
    assert f'<a href="/posts/{post.id}">' in page and "Covering more" in page and "/take-downs/1" not in page
    form = {"output": photo.output, "cause": "objection"}
    assert olive.post(f"/photos/{photo.photo}/recall", form).status == 303
    page = olive.get(f"/photos/{photo.photo}").text
    assert f'<a href="/posts/{post.id}">' in page and '<a href="/take-downs/1">' in page
    assert "Covering more" not in page
    assert 'value="not-suitable"' in page and 'value="no-picture"' not in page  # a copy was made of it
    wrong = {"output": photo.output, "reason": "no-picture"}
    assert olive.post(f"/photos/{photo.photo}/set-aside", wrong).status == 400
    rae = office.signed_in("rea", HeldRole(Role.REVIEWER)).get(f"/photos/{photo.photo}").text
    assert f"post {post.id}" in rae and 'href="/posts/' not in rae and 'href="/take-downs/' not in rae  # theirs not
