"""A consent ends with its last day at the school, which in summer is over an hour before the day of UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from redact.audit.kinds import Kind, Role
from redact.photos import steps
from redact.pupils.consent import BIOMETRIC, Consent, State
from redact.pupils.roll import Roll, read_roll
from redact.pupils.rolls.diff import diff_roll
from redact.registers.act import act_of
from redact.store.photos import Shown
from redact.store.photos import State as PhotoState
from redact.store.pupils import reading, register
from redact.store.pupils.acts import Act
from redact.workspace.may_show import may_be_shown
from tests.photos.test_steps import showing, take_in
from tests.rigs.workspaces import Rig, photo_bytes, redacted, sha

PUPIL, LAST_DAY, PHOTO = "M999123425007", date(2027, 6, 30), photo_bytes()
SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    settings = rig.workspace.settings
    act = Act("ceo", "2026-09-07T12:00:00.000Z", date(2026, 9, 7), bytes(32), settings.purposes)
    with rig.workspace.audit_log.writing() as entries:
        roll = diff_roll({}, read_roll((SAMPLES / "roll.csv").read_bytes()))
        register.apply_roll(entries, act, roll, sha(b"roll"), marks_left=False)
        for purpose in (*settings.purposes, BIOMETRIC):
            register.set_consent(entries, act, Consent(PUPIL, purpose, State.GIVEN, act.day, LAST_DAY))
    return rig


@pytest.mark.parametrize(
    ("moment", "is_shown"),
    [
        (datetime(2027, 6, 30, 22, 59, 59, tzinfo=UTC), True),  # 23:59:59 at the school
        (datetime(2027, 6, 30, 23, 0, 0, tzinfo=UTC), False),  # midnight there, and still 30 June in UTC
    ],
)
def test_a_face_is_shown_until_midnight_at_the_school_and_no_longer(rig: Rig, moment: datetime, is_shown: bool) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    steps.seal(rig.workspace, sha(PHOTO))
    rig.clock.moment = moment
    if is_shown:
        steps.redact_and_verify(rig.workspace, sha(PHOTO), showing(PUPIL))
    else:
        with pytest.raises(steps.ConsentWent):
            steps.redact_and_verify(rig.workspace, sha(PHOTO), showing(PUPIL))
    assert len(rig.entries(Kind.PHOTO_REDACTED)) == is_shown


# -- between the redaction and the storing: trust storage was away --


def wait_for_storage(rig: Rig) -> None:
    """Bring a photo that shows the pupil to where it waits for trust storage."""
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    steps.seal(rig.workspace, sha(PHOTO))
    steps.redact_and_verify(rig.workspace, sha(PHOTO), showing(PUPIL))


def change(rig: Rig, **settings: Any) -> None:
    """Open the workspace with other settings, as a start of the watcher does."""
    rig.workspace = replace(rig.workspace, settings=replace(rig.workspace.settings, **settings))


def run_out(rig: Rig) -> None:
    rig.clock.moment = datetime(2027, 6, 30, 23, 0, 0, tzinfo=UTC)


def leave(rig: Rig) -> None:
    act = Act("ceo", "2026-09-07T12:00:00.000Z", date(2026, 9, 7), bytes(32), rig.workspace.settings.purposes)
    with rig.workspace.audit_log.writing() as entries:
        gone = diff_roll(reading.read_every_pupil(entries.connection), Roll(()))
        register.apply_roll(entries, act, gone, sha(b"rest"), marks_left=True)


def widen(rig: Rig) -> None:
    change(rig, purposes=(*rig.workspace.settings.purposes, "press"))


def show_nobody(rig: Rig) -> None:
    change(rig, shows_faces=False)


ENDINGS = [run_out, leave, widen, show_nobody]


def check_made_again(rig: Rig) -> None:
    assert not rig.stored() and not rig.entries(Kind.PHOTO_STORED)
    assert rig.photos()[sha(PHOTO)].state is PhotoState.SEALED


@pytest.mark.parametrize("end", ENDINGS)
@pytest.mark.parametrize("is_left_by_a_crash", [False, True])
def test_a_copy_whose_consent_ended_while_it_waited_is_not_stored(
    rig: Rig, end: Callable[[Rig], None], is_left_by_a_crash: bool
) -> None:
    wait_for_storage(rig)
    if is_left_by_a_crash:
        rig.workspace.trust.put(str(rig.photos()[sha(PHOTO)].output_name), redacted(PHOTO))
    end(rig)
    with pytest.raises(steps.ConsentWent):
        steps.store(rig.workspace, sha(PHOTO))
    check_made_again(rig)


@pytest.mark.parametrize("end", [run_out, leave])
def test_a_consent_that_ends_during_the_storing_takes_the_copy_back(
    rig: Rig, end: Callable[[Rig], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_storage(rig)
    put = rig.workspace.trust.put

    def put_slowly(name: str, content: bytes) -> None:
        put(name, content)
        end(rig)

    monkeypatch.setattr(rig.workspace.trust, "put", put_slowly)
    with pytest.raises(steps.ConsentWent):
        steps.store(rig.workspace, sha(PHOTO))
    check_made_again(rig)


def test_nobody_is_shown_where_faces_are_switched_off_while_the_photo_is_with_the_worker(rig: Rig) -> None:
    show_nobody(rig)
    with pytest.raises(steps.ConsentWent):
        wait_for_storage(rig)
    assert not rig.entries(Kind.PHOTO_REDACTED)


def set_back(rig: Rig) -> None:
    """The consent runs out, something is logged on that day, and then the clock is set back by a year."""
    run_out(rig)
    with rig.workspace.audit_log.writing() as entries:
        entries.add(Kind.STORAGE_CHECKED, checked=1, missing=0, differs=0)
    rig.clock.go(days=-365)


def test_a_clock_set_back_brings_no_ended_consent_back(rig: Rig) -> None:
    wait_for_storage(rig)
    set_back(rig)
    with pytest.raises(steps.ConsentWent):
        steps.store(rig.workspace, sha(PHOTO))
    check_made_again(rig)


def test_an_answer_is_asked_by_the_day_of_the_log_wherever_it_is_asked(rig: Rig) -> None:
    set_back(rig)
    with rig.workspace.database.read() as connection:
        assert rig.workspace.today(connection) == rig.workspace.today() == LAST_DAY + timedelta(days=1)
        assert not may_be_shown(rig.workspace, connection, (Shown(PUPIL, is_by_hand=True),))
    assert act_of(rig.workspace, Role.CEO).day > LAST_DAY


def test_a_copy_whose_consent_stands_is_stored(rig: Rig) -> None:
    wait_for_storage(rig)
    assert steps.store(rig.workspace, sha(PHOTO)) is PhotoState.STORED and rig.stored()


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/London", date(2027, 7, 1)), ("America/New_York", date(2027, 6, 30))]
)
def test_the_workspace_says_what_day_it_is_by_its_setting(rig: Rig, zone: str, day: date) -> None:
    rig.workspace.close()
    file = rig.workspace.settings.folder / "redact.toml"
    file.write_text(file.read_text("utf-8") + f"timezone = '{zone}'\n", "utf-8")
    rig.clock.moment = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    from redact.workspace.open import open_workspace

    with open_workspace(rig.workspace.settings.folder, rig.clock) as workspace:
        assert workspace.today() == day
