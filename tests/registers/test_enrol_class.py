"""A class is enrolled pupil by pupil: who may not be, or cannot be, stops nobody else; a name finds a pupil."""

from __future__ import annotations

from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.pupils.consent import State
from redact.pupils.roll import Pupil, Roll, read_roll
from redact.registers import enrol_class as module
from redact.registers.act import ImportOrder
from redact.registers.consents import NewAnswer, set_answer
from redact.registers.enrol_class import Outcome, enrol_class
from redact.registers.find_pupil import fits
from redact.registers.roll import import_roll
from redact.store.pupils import templates
from redact.workers.photo_sets import SetPhoto
from redact.workspace.open import Workspace, open_workspace
from tests.redaction.test_enrol import PHOTO, Finder, Recogniser, face
from tests.rigs.living import copy_workspace

BY = Role.HEADTEACHER
A, B, C, D = "N999123425000", "C999123425001", "R999123425002", "F999123425003"


def photo(number: int, called: str, content: bytes = PHOTO) -> SetPhoto:
    return SetPhoto(number, called, lambda: content)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    copy_workspace(tmp_path / "w")
    opened = open_workspace(tmp_path / "w")
    roll = Roll(tuple(Pupil(upn, "Kit", "Young") for upn in (A, B, C)))
    import_roll(opened, BY, roll, ImportOrder("0" * 64))
    for upn in (A, B):
        for purpose in ("website", "social-media", "biometric"):
            set_answer(opened, BY, upn, NewAnswer(purpose, State.GIVEN))
    return opened


def test_each_pupil_has_a_row_and_none_stops_another(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "open_face_finder", lambda _: Finder())
    monkeypatch.setattr(module, "open_recogniser", lambda: Recogniser(face(0), face(0.1), face(0.05)))
    photos = [photo(1, A.lower()), photo(2, A), photo(3, B), photo(4, C), photo(5, D), photo(6, "Kit Young")]
    rows = {row.upn or "-": row for row in enrol_class(workspace, BY, photos)}
    assert {upn: row.outcome for upn, row in rows.items()} == {
        "-": Outcome.NO_NUMBER,
        A: Outcome.ENROLLED,
        B: Outcome.REFUSED,
        C: Outcome.NO_CONSENT,
        D: Outcome.NOT_ON_ROLL,
    }
    assert rows[A].templates == 2 and A in rows[B].why, "the face is like that of one who was enrolled a moment ago"
    with workspace.database.read() as connection:
        assert templates.count_templates(connection) == {A: 2}
    again = [row.outcome for row in enrol_class(workspace, BY, [photo(1, A)])]
    assert again == [Outcome.ALREADY], "a second run adds nothing"


def test_a_broken_photo_is_that_pupil_s_alone(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "open_face_finder", lambda _: Finder())
    monkeypatch.setattr(module, "open_recogniser", lambda: Recogniser(face(0)))
    rows = list(enrol_class(workspace, BY, [photo(1, A, b"no picture"), photo(2, B)]))
    assert [row.outcome for row in rows] == [Outcome.REFUSED, Outcome.ENROLLED]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("kit", True), ("sian llew", True), ("LLEWELYN s", True), ("o'n", True), ("ONeil", True), ("o neil", True),
        ("neil", True), ("elyn", False),
        ("kit jones", False), ("", False),
    ],
)  # fmt: skip
def test_a_name_finds_a_pupil_by_the_beginnings_of_its_words(words: str, is_found: bool) -> None:
    (pupil,) = read_roll("UPN,Forename,Surname,Known as\nN999123425000,Siân,O’Neil-Llewelyn,Kit\n".encode()).pupils
    assert fits(pupil, words) is is_found
