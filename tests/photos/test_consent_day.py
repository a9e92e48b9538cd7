"""A consent ends with its last day at the school, which in summer is over an hour before the day of UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from redact.audit.kinds import Kind
from redact.photos import steps
from redact.pupils.consent import BIOMETRIC, Consent, State
from redact.pupils.roll import read_roll
from redact.pupils.roll_diff import diff_roll
from redact.store import pupils as register
from tests.photos.test_steps import showing, take_in
from tests.rigs.workspaces import Rig, photo_bytes, sha

PUPIL, LAST_DAY, PHOTO = "M999123425007", date(2027, 6, 30), photo_bytes()
SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    settings = rig.workspace.settings
    act = register.Act("ceo", "2026-09-07T12:00:00.000Z", date(2026, 9, 7), bytes(32), settings.purposes)
    with rig.workspace.ledger.writing() as entries:
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
