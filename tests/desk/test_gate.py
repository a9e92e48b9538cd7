"""Who may open what: each route without a session, in each wrong role, of another school, without token, cross-site."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request

from redact.audit.kinds import Kind, Role
from redact.audit.roles import PERSON_ROLES
from redact.desk.app import _fail, make_app
from redact.desk.outer import CSP, FORM_BYTES
from redact.desk.routes.table import WAYS
from redact.desk.routes.way import Open, Way
from redact.desk.sign_in.sessions import FRESH as FRESH_FOR
from redact.photos.placing.events import read_events
from redact.photos.placing.for_use import update_for_use
from redact.posts.incidents.register import open_incident
from redact.posts.sites.register import add_site
from redact.redaction.values import Status
from redact.store.people import HeldRole, find_person
from redact.store.photos import State
from redact.store.posts.incidents import NewIncident
from redact.workers.program import stamp_program
from tests.rigs.desk import URL, Browser, DeskRig
from tests.rigs.publishing import FACEBOOK, SITE
from tests.rigs.workspaces import photo_bytes, sha, work_that

GUARDED = [way for way in WAYS if way.roles is not Open.TO_ANYBODY]
POSTS = [way for way in WAYS if way.method == "POST"]


def name_of(way: Way) -> str:
    return f"{way.method} {way.path}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    rig = DeskRig(tmp_path_factory.mktemp("desk"))
    for content in (rig.oak[0], rig.elm[0]):
        rig.ask_for_a_cover(content)
    add_site(rig.workspace, SITE, FACEBOOK)
    open_incident(rig.workspace, NewIncident("another", "", "2026-09-07", "2026-09-07T08:00:00.000Z"), rig.it)
    return rig


@pytest.fixture(scope="module")
def rae(desk: DeskRig) -> Browser:
    return desk.reviewer()


def path_of(way: Way, desk: DeskRig, content: bytes | None = None) -> str:
    photo = desk.rig.photos()[sha(content or desk.oak[0])]
    number = "2" if content in desk.elm and not way.path.startswith("/photos/{photo}/places") else "1"
    if way.path.startswith("/events"):
        device = "cam-elm" if content in desk.elm else "cam-oak"
        number = str(next(event.id for event in read_events(desk.workspace) if event.device == device))
    path = way.path.replace("{photo}", photo.sha256).replace("{output}", str(photo.output))
    path = path.replace("{post}", "1").replace("{place}", "1").replace("{part}", "caption")  # no post: test_posts.py
    path = path.replace("{number}", number).replace("{site}", SITE).replace("{person}", "1")
    assert "{" not in path, f"say here what {way.path} stands for, of one's own school and of another"
    return path


@pytest.mark.parametrize("way", GUARDED, ids=name_of)
def test_without_a_session_nothing_opens(way: Way, desk: DeskRig) -> None:
    for cookie in ("", "x" * 43):
        answer = Browser(desk.app, cookie=cookie).ask(way.method, path_of(way, desk))
        if way.method == "GET":
            assert answer.status == 303 and answer.header("location").startswith("/sign-in?then=/")
        else:
            assert answer.status == 401
        assert b"\xff\xd8" not in answer.body


@pytest.mark.parametrize("role", PERSON_ROLES)
def test_each_role_opens_its_routes_and_no_other(role: Role, desk: DeskRig) -> None:
    browser = desk.signed_in(f"only-{role.value}", HeldRole(role))
    for way in GUARDED:
        if isinstance(way.roles, frozenset) and role not in way.roles:
            answer = browser.ask(way.method, path_of(way, desk), {"token": browser.token})
            assert answer.status == 403, way
            assert b"\xff\xd8" not in answer.body
        elif way.method == "GET" and not way.path.startswith(("/posts/{post}", "/posts/passed", "/take-d")):
            assert browser.get(path_of(way, desk)).status in {200, 303}, way


def test_the_manager_of_it_sees_no_picture() -> None:
    for way in WAYS:
        if any(part in way.path for part in ("photo", "search", "redraw", "posts")):
            assert isinstance(way.roles, frozenset) and Role.IT_SERVICES_MANAGER not in way.roles


OF_PHOTOS = [way for way in WAYS if way.path.startswith("/photos/{photo}") or way.path.startswith("/redraws/")]


@pytest.mark.parametrize("way", OF_PHOTOS, ids=name_of)
def test_a_photo_of_another_school_is_not_there(way: Way, desk: DeskRig) -> None:
    browser = desk.signed_in(f"oak-{WAYS.index(way)}", HeldRole(Role.REVIEWER, "oak"))
    output = str(desk.rig.photos()[sha(desk.elm[0])].output)
    form = {"token": browser.token, "reason": "not-for-use", "output": output, "decision": "fit", "style": "solid"}
    before = desk.rig.entries()
    assert browser.ask(way.method, path_of(way, desk, desk.elm[0]), form).status == 404
    guessed = way.path.replace("{photo}", "f" * 64).replace("{output}", "e" * 64).replace("{number}", "999")
    assert browser.ask(way.method, guessed, form).status == 404
    assert desk.rig.entries() == before


OF_SCHOOLS = [way for way in GUARDED if "{" in way.path and way not in OF_PHOTOS and not way.path.startswith("/posts/")]


def test_nothing_that_has_a_number_or_a_name_is_there_for_another_school(desk: DeskRig) -> None:
    """Posts and their take-downs: test_posts.py, test_releasing_pages.py."""
    settings = replace(desk.workspace.settings, schools=("oak", "elm"))
    workspace = replace(desk.workspace, settings=settings)
    add_site(workspace, "facebook-elm", replace(FACEBOOK, school="elm"))
    open_incident(workspace, NewIncident("another", "elm", "2026-09-07", "2026-09-07T08:00:00.000Z"), desk.it)
    elm = desk.signed_in("hal-of-elm", HeldRole(Role.HEADTEACHER, "elm"))
    with workspace.database.read() as connection:
        person = find_person(connection, "hal-of-elm")
    (event,) = (event.id for event in read_events(workspace) if event.device == "cam-elm")
    assert person is not None and elm.get("/incidents/2").status == elm.get("/sites/facebook-elm").status == 200
    numbers = {"/events": event, "/incidents": 2, "/duties": person.id, "/sites": "facebook-elm", "/take-downs": 1}
    browsers: dict[Role, Browser] = {}
    before = desk.rig.entries()
    for way in OF_SCHOOLS:
        assert isinstance(way.roles, frozenset)
        role = min(way.roles)
        browser = browsers.get(role) or desk.signed_in(f"oak-{role.value}", HeldRole(role, "oak"))
        before = desk.rig.entries() if role not in browsers else before
        browsers[role] = browser
        start = f"/{way.path.split('/')[1]}"
        path = re.sub(r"\{\w+\}", str(numbers[start]), way.path)
        answer = browser.ask(way.method, path, {"token": browser.token, "label": "Sports day", "due": "2027-01-01"})
        assert answer.status == 404, (way, answer.status)
    assert desk.rig.entries() == before


def test_the_queue_and_the_search_show_ones_own_school_alone(desk: DeskRig) -> None:
    browser = desk.reviewer("elm")
    elm, oak = (sha(content)[:12] for content in (desk.elm[0], desk.oak[0]))
    pages = "".join(browser.get(f"/photos?standing={each}").text for each in ("to-review", "asks"))
    assert elm in pages and oak not in pages and "cam-oak" not in pages
    assert elm in browser.get(f"/search?q={elm}").text
    assert "Nothing found" in browser.get(f"/search?q={oak}").text
    assert oak not in browser.get("/photos?standing=to-review&school=oak").text


def test_who_sees_every_school_chooses_one_and_who_sees_one_has_no_choice(
    desk: DeskRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(desk.workspace.settings, schools=("oak", "elm"))
    of_two = replace(desk.desk, workspace=replace(desk.workspace, settings=settings))
    monkeypatch.setattr(desk, "app", make_app(of_two))
    every, one = desk.signed_in("ren", HeldRole(Role.REVIEWER)), desk.signed_in("roy", HeldRole(Role.REVIEWER, "oak"))
    assert '<select name="school">' in every.get("/photos").text
    assert '<select name="school">' not in one.get("/photos").text
    narrowed = every.get("/photos?school=elm").text
    assert sha(desk.elm[0])[:12] in narrowed and not any(sha(each)[:12] in narrowed for each in desk.oak)


def test_nothing_that_may_be_a_name_comes_into_an_address(desk: DeskRig) -> None:
    browser, photo = desk.signed_in("searching", HeldRole(Role.REVIEWER, "elm")), sha(desk.elm[0])
    by_id = browser.post("/search", {"q": photo[:12]})
    assert by_id.status == 303 and by_id.header("location") == f"/search?q={photo[:12]}"
    by_name = browser.post("/search", {"q": "Thaddeus.jpg"})
    assert by_name.status == 200 and not by_name.header("location") and "Nothing found" in by_name.text


def test_a_role_that_has_run_out_opens_nothing(desk: DeskRig) -> None:
    browser = desk.signed_in("deputy", HeldRole(Role.REVIEWER, "", "2026-09-07T12:00:00.000Z"))
    assert browser.get("/photos").status == 403


@pytest.mark.parametrize("way", POSTS, ids=name_of)
def test_a_form_of_another_site_does_nothing(way: Way, desk: DeskRig, rae: Browser) -> None:
    before = len(desk.rig.entries())
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
        {"sec-fetch-site": "", "origin": ""},
    ):
        answer = rae.ask("POST", path_of(way, desk), {"token": rae.token}, headers)
        assert answer.status == 403 and "set-cookie" not in dict(answer.headers)
    assert len(desk.rig.entries()) == before
    assert rae.get("/account").status == 200


def test_an_old_browser_is_judged_by_its_origin(desk: DeskRig, rae: Browser) -> None:
    answer = rae.post("/account/keys", {"keys": "on"}, sec_fetch_site="", origin=URL)
    assert answer.status == 303


@pytest.mark.parametrize("way", [way for way in POSTS if way.roles is not Open.TO_ANYBODY], ids=name_of)
def test_a_form_without_its_token_does_nothing(way: Way, desk: DeskRig, rae: Browser) -> None:
    other = desk.signed_in(f"other-{WAYS.index(way)}", HeldRole(Role.REVIEWER))
    before = len(desk.rig.entries())
    for token in ("", "0" * 64, other.token, "ü"):
        assert rae.post(path_of(way, desk), {"token": token}).status == 403
    assert len(desk.rig.entries()) == before and rae.get("/account").status == 200


FRESH = [way for way in WAYS if way.is_fresh and "{photo}" in way.path]


def test_originals_and_lifts_ask_for_a_password_of_the_last_quarter_of_an_hour(desk: DeskRig) -> None:
    assert {way.path.rpartition("{photo}")[2] for way in FRESH} == {
        "/sealed-header",
        "/original",
        "/places/{number}",
        "/answers/{number}",
    }
    browser = desk.signed_in("fresh", HeldRole(Role.REVIEWER))
    form = {"token": browser.token, "file_key": "0" * 32}
    try:
        desk.rig.clock.moment += FRESH_FOR
        before = desk.rig.entries()
        for way in FRESH:
            answer = browser.ask(way.method, path_of(way, desk), form)
            assert answer.status == 303 and answer.header("location").startswith("/confirm?then=/photos/"), way
            assert browser.get(answer.header("location").partition("=")[2]).status in {200, 303}, way
        assert desk.rig.entries() == before
    finally:
        desk.rig.clock.moment -= FRESH_FOR


def test_a_guessed_key_opens_nothing_and_that_somebody_tried_is_on_record(desk: DeskRig, rae: Browser) -> None:
    photo = sha(desk.oak[2])
    before = len(desk.rig.entries(Kind.ORIGINAL_OPENED))
    answer = rae.post(f"/photos/{photo}/original", {"file_key": "0" * 32})
    assert answer.status == 503 and b"\xff\xd8" not in answer.body
    assert len(desk.rig.entries(Kind.ORIGINAL_OPENED)) == before + 1
    for wrong in ("", "zz", "0" * 30, "0" * 34):
        assert rae.post(f"/photos/{photo}/original", {"file_key": wrong}).status == 409
    assert len(desk.rig.entries(Kind.ORIGINAL_OPENED)) == before + 1


def test_a_sealed_header_has_nothing_of_the_photo(desk: DeskRig, rae: Browser) -> None:
    answer = rae.get(f"/photos/{sha(desk.oak[2])}/sealed-header")
    assert answer.status == 200 and answer.header("content-type") == "application/octet-stream"
    assert answer.body.startswith(b"age-encryption.org/v1\n") and re.search(
        rb"\n--- [A-Za-z0-9+/]{43}\n\Z", answer.body
    )


def test_nothing_is_decided_of_another_copy_than_the_one_that_was_seen(desk: DeskRig, rae: Browser) -> None:
    photo = sha(desk.oak[3])
    before = desk.rig.entries()
    for output in ("", "x", "f" * 64):
        for form in ({"decision": "fit"}, {"reason": "not-for-use"}, {"style": "solid"}):
            path = {"decision": "decision", "reason": "set-aside", "style": "changes"}[next(iter(form))]
            assert rae.post(f"/photos/{photo}/{path}", {"output": output, **form}).status == 409
    assert rae.post(f"/photos/{photo}/decision", {"output": "f" * 64, "decision": "maybe"}).status == 400
    assert desk.rig.entries() == before


def test_every_answer_carries_the_headers_and_may_not_be_kept(desk: DeskRig, rae: Browser) -> None:
    photo = desk.rig.photos()[sha(desk.oak[0])]
    answers = [
        rae.get("/"),
        rae.get("/nowhere"),
        rae.get(f"/photos/{photo.sha256}/copy/{photo.output}.jpg"),
        Browser(desk.app).get("/"),
        rae.post("/sign-in", {"login": "x"}, sec_fetch_site="cross-site"),
        rae.get("/", host="evil.example"),
    ]
    for answer in answers:
        assert answer.header("content-security-policy") == CSP
        assert answer.header("cache-control") == "no-store"
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("referrer-policy") == "same-origin"
        assert answer.header("strict-transport-security").startswith("max-age=")
    assert Browser(desk.app).get("/static/desk.css").header("cache-control") != "no-store"


def test_the_pages_hold_nothing_that_their_policy_forbids() -> None:
    templates = Path(__file__).parents[2] / "redact/desk/templates"
    for path in templates.glob("*.html"):
        text = path.read_text()
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:|\|\s*safe", text), path.name
        assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", text)), path.name
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            assert "m.token(" in form or "m.seen(" in form or "frame.token" in form or "sign" in form, path.name


def test_what_must_leave_for_use_is_gone_with_the_answer_and_what_is_passed_follows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a copy's way into for-use; a recalled one that lies there while the page says so is a leak."""
    desk = DeskRig(tmp_path, 1)
    browser, photo = desk.reviewer(), desk.rig.photos()[sha(desk.oak[0])]
    trust, form = Path(desk.workspace.settings.trust), {"output": str(photo.output)}
    after: list[object] = []
    monkeypatch.setattr("redact.desk.gate.update_for_use", after.append)
    assert browser.post(f"/photos/{photo.sha256}/decision", {**form, "decision": "fit"}).status == 303
    assert len(after) == 1 and not [*(trust / "for-use").rglob("*.jpg")]
    assert update_for_use(desk.workspace) == 1 and [*(trust / "for-use").rglob("*.jpg")]
    assert browser.post(f"/photos/{photo.sha256}/recall", {**form, "cause": "objection"}).status == 303
    assert not [*(trust / "for-use").rglob("*.jpg")]


def test_a_copy_is_sent_only_as_the_one_that_was_made(desk: DeskRig, rae: Browser) -> None:
    photo = desk.rig.photos()[sha(desk.oak[1])]
    copy = f"/photos/{photo.sha256}/copy/{photo.output}.jpg"
    assert sha(rae.get(copy).body) == photo.output
    small = rae.get(copy.replace("/copy/", "/small/"))
    assert small.status == 200 and small.body.startswith(b"\xff\xd8")
    other = desk.rig.photos()[sha(desk.oak[0])]
    assert rae.get(f"/photos/{photo.sha256}/copy/{other.output}.jpg").status == 404
    folder = desk.workspace.settings.trust_folder
    assert folder is not None and photo.output_name is not None
    kept = (folder / photo.output_name).read_bytes()
    (folder / photo.output_name).chmod(0o600)
    (folder / photo.output_name).write_bytes(kept[:-1] + b"!")
    assert rae.get(copy).status == 503 and b"\xff\xd8" not in rae.get(copy).body
    (folder / photo.output_name).write_bytes(kept)


def test_a_fault_after_an_update_says_that_the_desk_is_to_be_started_again() -> None:
    request = Request({"type": "http"})
    same, other = (asyncio.run(_fail(stamp, request, KeyError())) for stamp in (stamp_program(), "of another version"))
    assert (same.status_code, other.status_code) == (500, 503)
    assert b"updated while it ran" in other.body and b"updated" not in same.body


def test_another_host_is_answered_by_a_refusal(desk: DeskRig) -> None:
    for host in ("evil.example", "desk.oak.example.evil.example", "desk.oak.example:443", "", "127.0.0.1"):
        assert Browser(desk.app).get("/sign-in", host=host).status == 421


def test_more_than_a_form_is_refused_however_it_is_announced(desk: DeskRig) -> None:
    big = {"login": "a" * (FORM_BYTES + 1)}
    assert Browser(desk.app).post("/sign-in", big).status == 413
    assert Browser(desk.app).post("/sign-in", big, content_length="10").status == 413
    assert Browser(desk.app).post("/sign-in", big, content_length="").status == 413
    assert Browser(desk.app).post("/sign-in", {}, content_length="-1").status == 413


def test_what_is_no_form_is_refused(desk: DeskRig) -> None:
    for kind in ("application/json", "text/plain", ""):
        assert Browser(desk.app).post("/sign-in", {"login": "x"}, content_type=kind).status == 415
    broken = Browser(desk.app).post("/sign-in", {"login": "x"}, content_type="multipart/form-data; boundary=")
    assert broken.status in {400, 415, 422}
    many = Browser(desk.app).post("/sign-in", {f"f{number}": "" for number in range(300)})
    assert many.status in {400, 422}


def test_an_address_that_is_none_is_answered_by_a_page_that_leads_back(desk: DeskRig) -> None:
    """Whoever mistypes an address, or meets a fault, is in the desk still: a title, a language, a way on."""
    none, large = (
        Browser(desk.app).get("/no-such-page"),
        Browser(desk.app).post("/sign-in", {"a": "a" * (FORM_BYTES + 1)}),
    )
    elsewhere = Browser(desk.app).get("/sign-in", host="<evil>.example")
    failed = asyncio.run(_fail(stamp_program(), Request({"type": "http"}), KeyError()))
    for text in (none.text, large.text, elsewhere.text, bytes(failed.body).decode()):
        assert '<html lang="en-GB">' in text and "<title>" in text and 'id="advice"' in text and "<evil>" not in text
    assert none.status == 404 and 'href="/"' in none.text and f'href="{URL}/"' in elsewhere.text


def test_going_on_leads_nowhere_else(desk: DeskRig) -> None:
    for there in ("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/a\nb", "sign-in"):
        browser = Browser(desk.app)
        answer = browser.post("/sign-in", {"login": "nobody", "password": "x", "then": there})
        assert 'name="then" value="/"' in answer.text
    assert 'value="/photos?standing=asks"' in browser.get("/sign-in?then=/photos%3Fstanding=asks").text


def test_the_office_sets_no_copy_aside_that_a_reviewer_decides_on(desk: DeskRig) -> None:
    photo = desk.rig.photos()[sha(desk.oak[3])]
    olive = desk.signed_in("olive", HeldRole(Role.COMMUNICATIONS))
    form = {"reason": "not-for-use", "output": str(photo.output)}
    assert olive.post(f"/photos/{photo.sha256}/set-aside", form).status == 403
    mixed = desk.signed_in("mixed", HeldRole(Role.COMMUNICATIONS), HeldRole(Role.REVIEWER, "elm"))
    assert mixed.post(f"/photos/{photo.sha256}/set-aside", form).status == 403
    assert "Looks right" not in mixed.get(f"/photos/{photo.sha256}").text
    assert desk.rig.entries(Kind.REVIEW_DECIDED) == []


def test_a_stopped_photo_is_set_aside_with_a_reason_of_the_list(tmp_path: Path) -> None:
    desk = DeskRig(tmp_path, photos=1)
    desk.rig.work = work_that(Status.HELD, "The picture is too dark to be sure.")
    (desk.rig.drop("cam-oak") / "IMG_0900.jpg").write_bytes(photo_bytes(900))
    desk.rig.run(8)
    browser, photo = desk.reviewer("oak"), sha(photo_bytes(900))
    page = browser.get(f"/photos/{photo}").text
    assert "too dark" in page and "Set aside" in page and "<img id" not in page
    assert browser.post(f"/photos/{photo}/set-aside", {"reason": "because"}).status == 400
    assert browser.post(f"/photos/{photo}/again").status == 303
    assert desk.rig.photos()[photo].state is State.WANTED
    assert "Try again" in browser.get(f"/photos/{photo}").text
    assert browser.post(f"/photos/{photo}/set-aside", {"reason": "not-for-use"}).status == 303
    assert desk.rig.entries(Kind.PHOTO_SET_ASIDE) == [("photo.set-aside", photo)]
    assert browser.post(f"/photos/{photo}/set-aside", {"reason": "not-for-use"}).status == 409
