"""The acts on the registers: what the commands and the demo share."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.pupils.consent import State
from redact.pupils.consents.importing import Wishes, read_consents
from redact.pupils.roll import read_roll
from redact.registers.act import ImportOrder
from redact.registers.consents import NewAnswer, forget, import_consents, preview_consents, set_answer, withdraw
from redact.registers.roll import import_roll, preview_roll
from redact.store.log.reader import read_every
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.living import copy_workspace

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
ROLL, CONSENTS = (SAMPLES / "roll.csv").read_bytes(), (SAMPLES / "consents.csv").read_bytes()
DIGEST = hashlib.sha256(CONSENTS).hexdigest()
GRACE = "M999123425007"
BY = Role.HEADTEACHER


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    copy_workspace(tmp_path / "workspace")
    workspace = open_workspace(tmp_path / "workspace")
    import_roll(workspace, BY, read_roll(ROLL), ImportOrder(hashlib.sha256(ROLL).hexdigest()))
    return workspace


def entries(workspace: Workspace) -> int:
    with workspace.database.read() as connection:
        return len(list(read_every(connection)))


def test_a_preview_writes_nothing_and_says_what_the_import_will(workspace: Workspace) -> None:
    before, export = entries(workspace), read_consents(CONSENTS, Wishes())
    shown = preview_consents(workspace, export)
    assert entries(workspace) == before and shown.changes
    written = import_consents(workspace, BY, export, ImportOrder(DIGEST, confirms_large=True))
    assert written.difference == shown and entries(workspace) > before
    again = import_consents(workspace, BY, export, ImportOrder(DIGEST))
    assert not again.difference.changes and not again.taken.recalls


def test_an_alarm_stops_an_import_until_it_is_confirmed(workspace: Workspace) -> None:
    before, export = entries(workspace), read_consents(CONSENTS, Wishes())
    with pytest.raises(UsageError, match="13 of 16 pupils change.*--confirm-large"):
        import_consents(workspace, BY, export, ImportOrder(DIGEST))
    assert entries(workspace) == before


def test_a_guessed_purpose_is_not_written_even_confirmed(workspace: Workspace) -> None:
    before = entries(workspace)
    export = read_consents(f"UPN,Photo in the Gazette press pack\n{GRACE},yes\n".encode(), Wishes())
    assert export.guesses and not export.answers
    import_consents(workspace, BY, export, ImportOrder(DIGEST, confirms_large=True))
    assert entries(workspace) == before


def test_a_roll_that_half_the_school_is_missing_from_stops_where_it_is_said_to_be_full(workspace: Workspace) -> None:
    half = read_roll(b"\n".join(ROLL.splitlines()[:6]))
    before, missing = entries(workspace), preview_roll(workspace, half).missing
    assert missing
    with pytest.raises(UsageError, match="pupils leave"):
        import_roll(workspace, BY, half, ImportOrder(DIGEST, is_whole=True))
    assert entries(workspace) == before
    confirmed = ImportOrder(DIGEST, is_whole=True, confirms_large=True)
    assert import_roll(workspace, BY, half, confirmed).difference.missing == missing


def test_an_answer_by_hand_names_a_known_purpose(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="That purpose is not known"):
        set_answer(workspace, BY, GRACE, NewAnswer("social-meda", State.REFUSED))
    done = set_answer(workspace, BY, GRACE.lower(), NewAnswer("Social Media", State.REFUSED))
    assert (done.answer.purpose, done.answer.given_on, done.answer.is_by_hand) == ("social-media", done.day, True)
    with pytest.raises(UsageError, match="That purpose is not known"):
        withdraw(workspace, BY, GRACE, "webiste")


def test_forgetting_asks_first_and_only_about_a_pupil_who_is_there(workspace: Workspace) -> None:
    before = entries(workspace)
    with pytest.raises(UsageError, match="There is no pupil"):
        forget(workspace, BY, "M999123425999", is_confirmed=False)
    with pytest.raises(UsageError, match="confirm it with --yes"):
        forget(workspace, BY, GRACE, is_confirmed=False)
    assert entries(workspace) == before


@pytest.mark.parametrize("by", [None, Role.SYSTEM])
def test_nobody_and_the_program_itself_change_no_register(workspace: Workspace, by: Role | None) -> None:
    with pytest.raises(UsageError):
        import_consents(workspace, by, read_consents(CONSENTS, Wishes()), ImportOrder(DIGEST, confirms_large=True))
    with pytest.raises(UsageError):
        import_roll(workspace, by, read_roll(ROLL), ImportOrder(DIGEST))
