"""Incidents at the desk: everybody writes one down, who is in charge sees to it, in their own school."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.desk.pages.registers.incidents import show_incident
from redact.posts.incidents.register import known_incident, open_incident, read_incidents
from redact.store.people import HeldRole
from redact.store.posts.incidents import IncidentState, NewIncident
from tests.rigs.desk import Answer, Browser, DeskRig

FORM = {"cause": "face-missed", "school": "", "happened_on": "2026-09-06", "aware_on": "2026-09-06", "is_breach": "yes"}


@pytest.fixture
def desk(tmp_path: Path) -> DeskRig:
    return DeskRig(tmp_path, photos=1)


def in_role(desk: DeskRig, role: Role, school: str = "") -> Browser:
    return desk.signed_in(f"{role.value[:8]}{school}", HeldRole(role, school))


def seen(answer: Answer) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.text
    return found.group(1)


def test_staff_report_and_the_headteacher_sees_to_it(desk: DeskRig) -> None:
    staff, head = in_role(desk, Role.HOLDER), in_role(desk, Role.HEADTEACHER)
    there = staff.post("/incidents", FORM).header("location")
    assert there == "/incidents/new?done=1" and "Incident 1 is written down" in staff.get(there).text
    assert staff.get("/incidents").status == staff.get("/incidents/1").status == 403
    page = head.get("/incidents/1")
    assert "Tell the ICO by 09/09/2026 00:00" in page.text
    form = {"seen": seen(page), "reported_to": "headteacher", "measure": "taken-down", "is_breach": "yes", "notice": ""}
    assert head.post("/incidents/1", {**form, "note": "All copies are gone."}).status == 303
    page = head.get("/incidents/1")
    assert "Commissioner was told" in page.text and head.post("/incidents/1/close", {"seen": seen(page)}).status == 422
    form = {"seen": seen(page), "is_breach": "yes", "notice": "not-needed", "note": "All copies are gone."}
    assert head.post("/incidents/1", form).header("location") == "/incidents/1?done=yes"
    assert head.post("/incidents/1/close", {"seen": seen(head.get("/incidents/1"))}).status == 303
    assert known_incident(desk.workspace, 1).state is IncidentState.CLOSED
    assert "It is written down." in head.get("/incidents?done=yes").text
    assert "No incident is open" in head.get("/incidents").text and "Closed" in head.get("/incidents?all=yes").text
    assert [entry.kind for entry in desk.rig.events("incident.")] == [
        Kind.INCIDENT_OPENED, Kind.INCIDENT_CHANGED, Kind.INCIDENT_CHANGED, Kind.INCIDENT_CLOSED,
    ]  # fmt: skip


def test_an_incident_leads_to_the_photo_and_the_post_that_it_is_of(desk: DeskRig) -> None:
    photo = min(desk.rig.photos())
    about = NewIncident("face-missed", "", "2026-09-06", "2026-09-06T08:00:00.000Z", photo=photo, is_breach=True)
    open_incident(desk.workspace, about, desk.it)
    page = in_role(desk, Role.HEADTEACHER).get("/incidents/1").text
    assert f'<a href="/photos/{photo}">' in page and "/posts/" not in page.partition('<dl class="facts">')[2]
    of_a_post = dataclasses.replace(known_incident(desk.workspace, 1), post=3)
    facts = show_incident(of_a_post, desk.workspace.now(), UTC).facts
    assert [fact.href for fact in facts if fact.href] == [f"/photos/{photo}", "/posts/3"]


def test_an_old_page_and_a_forged_one_change_nothing(desk: DeskRig) -> None:
    head = in_role(desk, Role.HEADTEACHER)
    head.post("/incidents", FORM)
    old = seen(head.get("/incidents/1"))
    head.post("/incidents/1", {"seen": old, "measure": "deleted", "is_breach": "yes"})
    before = desk.rig.events()
    for token in (old, "", "0" * 64):
        answer = head.post("/incidents/1", {"seen": token, "measure": "corrected", "is_breach": "yes"})
        assert answer.status == 422 and "changed meanwhile" in answer.text
        assert head.post("/incidents/1/close", {"seen": token}).status == 422
    now = seen(head.get("/incidents/1"))
    for wrong in ({"reported_to": "poster"}, {"is_breach": "perhaps"}, {"measure": "weather"}, {"notice": "later"}):
        assert head.post("/incidents/1", {"seen": now, "is_breach": "yes", **wrong}).status in {409, 422}
    assert desk.rig.events() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"cause": ""},
        {"cause": "weather"},
        {"happened_on": "31/02/2026"},
        {"happened_on": "2026-09-08"},
        {"aware_on": ""},
        {"aware_on": "2027-01-01"},
        {"school": "elm"},
        {"post": "12"},
        {"post": "-1"},
        {"note": "x" * 2001},
        {"is_breach": ""},  # taken for a no, nobody would count the 72 hours
    ],
)
def test_a_form_that_says_nonsense_is_not_written_down(desk: DeskRig, wrong: dict[str, str]) -> None:
    answer = in_role(desk, Role.HOLDER, "oak").post("/incidents", {**FORM, "school": "oak", **wrong})
    assert answer.status in {409, 422}
    assert read_incidents(desk.workspace, is_every=True) == ()


def test_another_schools_incident_is_not_there(desk: DeskRig) -> None:
    object.__setattr__(desk.workspace.settings, "schools", ("oak", "elm"))
    elm = in_role(desk, Role.HEADTEACHER, "elm")
    assert elm.post("/incidents", {**FORM, "school": "elm"}).header("location") == "/incidents/1"
    oak = in_role(desk, Role.HEADTEACHER, "oak")
    assert oak.get("/incidents/1").status == 404 and "/incidents/1" not in oak.get("/incidents").text
    assert oak.post("/incidents/1", {"seen": seen(elm.get("/incidents/1")), "measure": "deleted"}).status == 404
    assert known_incident(desk.workspace, 1).measure is None
