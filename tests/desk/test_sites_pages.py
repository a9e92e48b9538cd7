"""The register of sites at the desk: who sees which site, and that a form changes what its page showed, or nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.posts.sites.register import add_site, check_site, known_site
from redact.posts.sites.safeguards import SAFEGUARDS
from redact.store.people import HeldRole
from redact.store.posts.sites import SiteState
from tests.rigs.desk import Answer, Browser, DeskRig
from tests.rigs.publishing import FACEBOOK, SITE, give_details


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskRig:
    rig = DeskRig(tmp_path, photos=1)
    give_details(rig.workspace)
    add_site(rig.workspace, SITE, FACEBOOK)
    return rig


def in_role(desk: DeskRig, role: Role, school: str = "") -> Browser:
    return desk.signed_in(f"{role.value[:8]}{school}", HeldRole(role, school))


def seen(answer: Answer) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.text)
    assert found
    return found.group(1)


def state(desk: DeskRig) -> SiteState:
    return known_site(desk.workspace, SITE).state


def test_it_writes_down_and_ticks_and_the_headteacher_approves(desk: DeskRig) -> None:
    it, head = in_role(desk, Role.IT_SERVICES_MANAGER), in_role(desk, Role.HEADTEACHER)
    form = {
        "id": "insta", "platform": "instagram", "handle": "@oak", "address": "https://www.instagram.com/oak",
        "owner": "poster", "school": "", "purpose": "social-media", "words": "", "characters": "2,200",
    }  # fmt: skip
    assert it.post("/sites", form).header("location") == "/sites/insta?done=yes"
    page = it.get("/sites/insta")
    assert "8 of 8 points open" in page.text and "At most 2,200 characters" in page.text
    ticked = {f"point-{point}": "so" for point in SAFEGUARDS} | {"seen": seen(page)}
    assert it.post("/sites/insta/checks", ticked).status == 303
    assert it.post("/sites/insta/approve", {"seen": seen(page)}).status == 403
    page = head.get("/sites/insta")
    assert page.text.count("seen by ") == len(SAFEGUARDS) and "IT services manager" in page.text
    assert "Waits for approval" in page.text and "Write down what I saw" not in page.text
    assert head.post("/sites/insta/approve", {"seen": seen(page), "until": "2027-08-31"}).status == 303
    assert "Approved until 31/08/2027" in head.get("/sites").text
    (entry,) = desk.rig.events(Kind.SITE_APPROVED.value)
    assert entry.fact("by") == "headteacher" and entry.fact("site") == "insta"


def test_a_form_of_an_older_page_changes_nothing(desk: DeskRig) -> None:
    it, head = in_role(desk, Role.IT_SERVICES_MANAGER), in_role(desk, Role.HEADTEACHER)
    check_site(desk.workspace, known_site(desk.workspace, SITE), dict.fromkeys(SAFEGUARDS, True), desk.it)
    old = seen(head.get(f"/sites/{SITE}"))
    page = it.get(f"/sites/{SITE}")
    changed = {"platform": "facebook", "address": "https://evil.example/", "owner": "poster", "purpose": "social-media"}
    assert it.post(f"/sites/{SITE}", {**changed, "seen": seen(page)}).status == 303
    answer = head.post(f"/sites/{SITE}/approve", {"seen": old, "until": "2027-08-31"})
    assert answer.status == 422 and "changed meanwhile" in answer.text and "evil.example" in answer.text
    for forged in ("", "0" * 64):
        assert head.post(f"/sites/{SITE}/approve", {"seen": forged, "until": "2027-08-31"}).status == 422
        assert head.post(f"/sites/{SITE}/retire", {"seen": forged, "sure": "yes"}).status == 409
        assert it.post(f"/sites/{SITE}/checks", {"seen": forged, "point-terms": "so"}).status == 409
    assert state(desk) is SiteState.ASKED and desk.rig.entries(Kind.SITE_APPROVED) == []


def test_what_is_wrong_is_said_beside_the_field(desk: DeskRig) -> None:
    it, head = in_role(desk, Role.IT_SERVICES_MANAGER), in_role(desk, Role.HEADTEACHER)
    answer = it.post("/sites", {"id": "Bad Id", "platform": "x", "address": "nowhere", "owner": "poster"})
    assert answer.status == 422 and "There is a problem" in answer.text and 'value="nowhere"' in answer.text
    assert {*re.findall(r'id="(\w+)-error"', answer.text)} == {"id", "address", "purpose"}  # all at once
    assert '<option value="social-media">Social media</option>' in answer.text and "Being recognised" not in answer.text
    wrong = {"platform": "x", "address": "http://x.com/oak", "owner": "poster", "purpose": "website", "words": "many"}
    answer = it.post(f"/sites/{SITE}", {**wrong, "seen": seen(it.get(f"/sites/{SITE}"))})
    assert answer.status == 422 and {*re.findall(r'id="(\w+)-error"', answer.text)} == {"address", "words"}
    assert 'id="edit" open' in answer.text and 'value="many"' in answer.text
    check_site(desk.workspace, known_site(desk.workspace, SITE), dict.fromkeys(SAFEGUARDS, True), desk.it)
    page = head.get(f"/sites/{SITE}")
    for until in ("", "31/02/2027", "2020-01-01", "2099-01-01"):
        answer = head.post(f"/sites/{SITE}/approve", {"seen": seen(page), "until": until})
        assert answer.status == 422 and 'id="until-error"' in answer.text
    assert it.post(f"/sites/{SITE}/retire", {"seen": seen(it.get(f"/sites/{SITE}"))}).status == 422
    assert it.post(f"/sites/{SITE}/checks", {"seen": "", "point-terms": "perhaps"}).status == 409
    answer = it.post(f"/sites/{SITE}/checks", {"seen": seen(it.get(f"/sites/{SITE}"))})  # it looked done
    assert answer.status == 422 and "Say of one point at least how it is." in answer.text
    assert state(desk) is SiteState.ASKED


def test_another_schools_site_is_not_there(desk: DeskRig, monkeypatch: pytest.MonkeyPatch) -> None:
    object.__setattr__(desk.workspace.settings, "schools", ("oak", "elm"))
    add_site(desk.workspace, "facebook-elm", replace(FACEBOOK, school="elm"))
    for role in (Role.IT_SERVICES_MANAGER, Role.HEADTEACHER, Role.POSTER):
        browser = in_role(desk, role, "oak")
        assert browser.get("/sites/facebook-elm").status == 404
        assert "facebook-elm" not in browser.get("/sites").text and SITE in browser.get("/sites").text
    it = desk.signed_in("itoak2", HeldRole(Role.IT_SERVICES_MANAGER, "oak"))
    assert it.post("/sites/facebook-elm/checks", {"point-terms": "so"}).status == 404
    mine = {"id": "x-elm", "platform": "x", "address": "https://x.com/elm", "owner": "poster", "purpose": "website"}
    assert it.post("/sites", {**mine, "school": "elm"}).status == 422
    assert it.post("/sites", {**mine, "school": "oak"}).status == 303
    head = desk.signed_in("headoak2", HeldRole(Role.HEADTEACHER, "oak"))
    check_site(desk.workspace, known_site(desk.workspace, SITE), dict.fromkeys(SAFEGUARDS, True), desk.it)
    page = head.get(
        f"/sites/{SITE}"
    )  # the trust's own is read, and approved by a headteacher of every school or the CEO
    assert "Last day of the approval" not in page.text
    assert known_site(desk.workspace, SITE).state is SiteState.ASKED


def test_a_site_is_shown_as_text_whatever_it_is_called(desk: DeskRig) -> None:
    add_site(desk.workspace, "odd", replace(FACEBOOK, handle="&lt;script&gt;{{7*7}}"))
    page = in_role(desk, Role.POSTER).get("/sites/odd").text
    assert "&amp;lt;script&amp;gt;{{7*7}}" in page and "Write down what I saw" not in page
