"""The policy and the register of duties at the desk."""

from __future__ import annotations

from datetime import date

import pytest

from redact.audit.kinds import Kind, Role
from redact.posts.duties import adopt_policy, ask_for_training
from redact.store.people import HeldRole, find_person
from tests.rigs.desk import DeskRig


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    return DeskRig(tmp_path_factory.mktemp("desk"), photos=1)


def test_each_person_is_asked_once_per_version(desk: DeskRig) -> None:
    sam = desk.signed_in("sam", HeldRole(Role.HOLDER, "oak"))
    assert "put in force here yet" in sam.get("/policy").text and "Read the policy" not in sam.get("/").text
    adopt_policy(desk.workspace, "2026-09", date(2029, 9, 1), desk.it)
    assert "Read the policy" in sam.get("/").text
    page, tess = sam.get("/policy").text, desk.signed_in("tess", HeldRole(Role.TRUSTEE))
    for address in ("/", "/policy"):  # who has nothing to do with posts is not threatened with them
        assert "Until then" in sam.get(address).text and "Until then" not in tess.get(address).text
    assert "I have read and understood the policy, version 2026-09" in page
    assert sam.post("/policy", {"version": "2023"}).status == 409
    assert sam.post("/policy", {"version": "2026 09"}).status == 400
    assert sam.post("/policy", {"version": "2026-09"}).status == 303
    assert "You said on 07/09/2026" in sam.get("/policy").text and "Read the policy" not in sam.get("/").text
    for post, back in (("", "/policy"), ("12", "/posts/12"), ("//evil.example", "/policy")):
        assert sam.post("/policy", {"version": "2026-09", "post": post}).header("location") == back
    assert len(desk.rig.events(Kind.DUTY_DONE)) == 1


def test_the_head_sees_who_is_due_at_their_own_school(desk: DeskRig) -> None:
    for login, school in (("ann-of-oak", "oak"), ("bea-of-elm", "elm")):
        desk.add(login, HeldRole(Role.HOLDER, school))
    ask_for_training(desk.workspace, "ann-of-oak", date(2026, 10, 1))
    head = desk.signed_in("head", HeldRole(Role.HEADTEACHER, "oak"))
    page = head.get("/duties").text
    assert "Ann-Of-Oak" in page and "Due 01/10/2026" in page and "Bea-Of-Elm" not in page
    assert '<a href="/duties"' in head.get("/").text
    assert "Bea-Of-Elm" in desk.signed_in("ceo", HeldRole(Role.CEO)).get("/duties").text
    assert desk.reviewer().get("/duties").status == 403


def test_the_office_writes_down_what_was_signed_on_paper_and_trainings_never_its_own(desk: DeskRig) -> None:
    for login, school in (("pat-of-oak", "oak"), ("gus-of-elm", "elm")):
        desk.add(login, HeldRole(Role.HOLDER, school))
    with desk.workspace.database.read() as connection:
        pat, gus = find_person(connection, "pat-of-oak"), find_person(connection, "gus-of-elm")
    assert pat is not None and gus is not None
    office = desk.signed_in("olive", HeldRole(Role.COMMUNICATIONS, "oak"))
    here = f"/duties/{pat.id}"
    assert f'href="{here}"' in office.get("/duties").text
    assert "has read and understood version 2026-09" in office.get(here).text
    before = len(desk.rig.events(Kind.DUTY_DONE))
    assert office.post(f"{here}/read", {"version": "2026-09"}).header("location") == f"{here}?done=yes"
    entry = desk.rig.events(Kind.DUTY_DONE)[-1]
    assert (entry.fact("who"), entry.fact("by"), entry.fact("policy")) == (pat.tag, "communications", "2026-09")
    assert entry.fact("person") != pat.tag
    assert "Read 07/09/2026" in office.get(here).text and "has read and understood" not in office.get(here).text

    for due in ("", "31/02/2027", "06/09/2026"):
        page = office.post(f"{here}/training", {"due": due})
        assert page.status == 422 and 'id="due-error"' in page.text
    assert office.post(f"{here}/training", {"due": "2026-10-01"}).status == 303
    assert "Due 01/10/2026" in office.get(here).text
    assert office.post(f"{here}/trained").status == 303
    assert "Done 07/09/2026" in office.get(here).text
    assert len(desk.rig.events(Kind.DUTY_DONE)) == before + 2

    assert office.get(f"/duties/{gus.id}").status == 404
    assert office.post(f"/duties/{gus.id}/trained").status == 404
    with desk.workspace.database.read() as connection:
        own = find_person(connection, "olive")
    assert own is not None
    mine = f"/duties/{own.id}"
    assert "These are your own" in office.get(mine).text
    assert (
        office.post(f"{mine}/trained").status == 409
        and office.post(f"{mine}/read", {"version": "2026-09"}).status == 409
    )
    it = desk.signed_in("it-too", HeldRole(Role.IT_SERVICES_MANAGER))
    assert it.get("/duties").status == 200 and it.get(here).status == 403
    assert len(desk.rig.events(Kind.DUTY_DONE)) == before + 2
