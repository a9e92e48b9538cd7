"""Adults stand in a register of their own kind: shown only with a permission in writing, and part of no roll."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from models.findings import Box, Face
from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.pupils.adults import AdultKind, is_adult
from redact.pupils.consent import State
from redact.pupils.consents.importing import Wishes, read_consents
from redact.pupils.recognise import Enrolled, Gallery, Nobody, narrow
from redact.pupils.roll import Pupil, Roll
from redact.redaction.decide import NO_CONSENT, NOT_RECOGNISED, decide
from redact.redaction.values import Findings
from redact.registers.act import ImportOrder
from redact.registers.adults import add_adult, list_adults, mark_left, permit
from redact.registers.consents import NewAnswer, import_consents, preview_consents
from redact.registers.roll import import_roll, preview_roll
from redact.store.log.check import check_workspace
from redact.store.pupils import reading, register
from redact.store.pupils.acts import Act
from redact.store.schema.tables import log_entries
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.snapshot import Snapshots
from tests.redaction.test_enrol import face
from tests.rigs.living import copy_workspace

BY = Role.HEADTEACHER
FORM = "form of 03/09/2026"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    copy_workspace(tmp_path / "w")
    return open_workspace(tmp_path / "w")


def enrolled(workspace: Workspace, number: str) -> None:
    with workspace.audit_log.writing() as entries:
        act = Act("headteacher", "2026-09-07T13:45:12.345Z", workspace.today(), workspace.keys.tags,
                           workspace.settings.purposes)  # fmt: skip
        register.enrol(entries, act, workspace.keys.templates, number, [face(0)])


def test_a_yes_of_an_adult_is_taken_only_in_writing(workspace: Workspace) -> None:
    adult = add_adult(workspace, BY, AdultKind.STAFF, "Jo", "Marlow")
    assert adult.number == "ADULT-1" and list_adults(workspace)[0].why_not_shown == "no consent on record"
    with pytest.raises(UsageError, match="in writing"):
        permit(workspace, BY, adult.number, NewAnswer("website", State.GIVEN))
    permit(workspace, BY, adult.number, NewAnswer("website", State.REFUSED))
    for purpose in workspace.settings.purposes:
        permit(workspace, BY, adult.number, NewAnswer(purpose, State.GIVEN, source=FORM))
    (view,) = list_adults(workspace)
    assert not view.why_not_shown and view.why_not_recognised, "being recognised is a permission of its own"
    with pytest.raises(UsageError, match="no adult"):
        permit(workspace, BY, "N999123425000", NewAnswer("website", State.GIVEN, source=FORM))


def test_an_adult_is_enrolled_recognised_and_leaves_under_the_rules_of_pupils(workspace: Workspace) -> None:
    number = add_adult(workspace, BY, AdultKind.GOVERNOR, "Jo", "Marlow").number
    permit(workspace, BY, number, NewAnswer("website", State.GIVEN, source=FORM))
    with pytest.raises(UsageError, match="in force for social-media, biometric. .* permit ADULT-1 social-media given"):
        enrolled(workspace, number)
    for purpose in (*workspace.settings.purposes, "biometric"):
        permit(workspace, BY, number, NewAnswer(purpose, State.GIVEN, source=FORM))
    enrolled(workspace, number)
    assert [view.templates for view in list_adults(workspace)] == [1]
    assert mark_left(workspace, BY, number).templates == 1
    assert list_adults(workspace)[0].why_not_shown == "has left"
    with workspace.database.read() as connection:
        kinds = connection.execute(select(log_entries.c.kind).order_by(log_entries.c.n)).scalars().all()
    assert kinds[0] == "adult.added" and kinds.count("adult.changed") == 4 and "adult.left" in kinds
    report = check_workspace(workspace.database, workspace.settings.origin, [], [workspace.keys.log_key])
    assert not report.faults


def test_a_roll_and_an_export_say_nothing_of_adults(workspace: Workspace) -> None:
    """A full roll marks no adult as left, looks for no adult's name, and neither file writes for an adult's number."""
    number = add_adult(workspace, BY, AdultKind.STAFF, "Jo", "Marlow").number
    roll = Roll((Pupil("N999123425000", "Kit", "Young"), Pupil(number, "Jo", "Marlow")))
    assert preview_roll(workspace, roll).missing == () and preview_roll(workspace, roll).unnumbered == (3,)
    import_roll(workspace, BY, roll, ImportOrder("0" * 64, is_whole=True))
    assert not list_adults(workspace)[0].adult.has_left
    with workspace.database.read() as connection:
        assert [pupil.legal_forename for pupil in reading.read_roll(connection).pupils] == ["Kit"]
    export = read_consents(f"UPN,Website\n{number},Yes\n".encode(), Wishes())
    assert preview_consents(workspace, export).elsewhere == (number,)
    import_consents(workspace, BY, export, ImportOrder("0" * 64))
    assert not list_adults(workspace)[0].record.consents


def test_names_of_adults_are_looked_for_until_they_may_be_named(workspace: Workspace) -> None:
    number = add_adult(workspace, BY, AdultKind.STAFF, "Jo", "Marlow").number
    names = Snapshots(workspace)

    def known() -> tuple[list[str], list[str]]:
        roll = names.read()[1].roll
        return ([], []) if roll is None else ([a.upn for a in roll.adults], [a.upn for a in roll.permitted])

    assert known() == ([number], [])
    for purpose in workspace.settings.purposes:
        permit(workspace, BY, number, NewAnswer(purpose, State.GIVEN, source=FORM))
    assert known() == ([], [number])
    permit(workspace, BY, number, NewAnswer(workspace.settings.purposes[0], State.WITHDRAWN))
    assert known() == ([number], [])
    mark_left(workspace, BY, number)
    assert known() == ([], [])


def test_numbers_of_adults_are_of_their_own_kind() -> None:
    assert is_adult("ADULT-7") and not any(map(is_adult, ("ADULT-0", "ADULT-", "adult-7", "N999123425000", "000123")))


def test_a_class_s_gallery_keeps_the_adults() -> None:
    gallery = Gallery((Enrolled("A1", (face(0),), "3", "3K"), Enrolled("B1", (face(1),), "4", "4K"),
                       Enrolled("ADULT-1", (face(2),), "", "")))  # fmt: skip
    assert [one.upn for one in narrow(gallery, ("Year 3",)).pupils] == ["A1", "ADULT-1"]


def test_the_reason_says_no_more_than_is_known() -> None:
    """Where somebody is enrolled, a face that is not recognised may be a pupil with consent: "nobody enrolled"."""
    found = Findings(faces=(Face(Box(10, 10, 60, 60), 0.9, "fake"),))
    assert [region.reason for region in decide(found, None, (200, 200)).regions] == [NO_CONSENT]
    assert [region.reason for region in decide(found, None, (200, 200), (Nobody(),)).regions] == [NOT_RECOGNISED]
