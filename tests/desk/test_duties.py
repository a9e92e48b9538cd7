"""The policy and the register of duties at the desk."""

from __future__ import annotations

from datetime import date

import pytest

from redact.audit.kinds import Kind, Role
from redact.posts.duties import adopt_policy, ask_for_training
from redact.store.people import HeldRole
from tests.rigs.desk import DeskRig


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    return DeskRig(tmp_path_factory.mktemp("desk"), photos=1)


def test_each_person_is_asked_once_per_version(desk: DeskRig) -> None:
    sam = desk.signed_in("sam", HeldRole(Role.HOLDER, "oak"))
    assert "put in force here yet" in sam.get("/policy").text and "Read the policy" not in sam.get("/").text
    adopt_policy(desk.workspace, "2026-09", date(2029, 9, 1), desk.it)
    assert "Read the policy" in sam.get("/").text
    page = sam.get("/policy").text
    assert "I have read and understood the policy, version 2026-09" in page
    assert sam.post("/policy", {"version": "2023"}).status == 409
    assert sam.post("/policy", {"version": "2026 09"}).status == 400
    assert sam.post("/policy", {"version": "2026-09"}).status == 303
    assert "You said on 07/09/2026" in sam.get("/policy").text and "Read the policy" not in sam.get("/").text
    assert sam.post("/policy", {"version": "2026-09"}).status == 303
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
