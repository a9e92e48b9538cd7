"""The register in a real database, with the real audit log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]  # ships no stubs
import pytest
from sqlalchemy import func, insert, select, update

from models.identity.templates import Template
from redact.audit.events import person_tag
from redact.audit.kinds import Kind
from redact.errors import UsageError
from redact.pupils.consent import BIOMETRIC, Consent, No, Register, State, Yes
from redact.pupils.consents.diff import diff
from redact.pupils.consents.importing import Wishes, read_consents
from redact.pupils.recognise import Gallery
from redact.pupils.roll import Pupil, Roll, read_roll
from redact.pupils.rolls.diff import diff_roll, roll_alarms
from redact.store.log.audit_log import Entries
from redact.store.photos import Shown, write_shown
from redact.store.photos.recalls import list_recalls
from redact.store.pupils import reading, register, templates
from redact.store.pupils.acts import Act, TakenDown
from redact.store.schema.tables import consents, photos, pupils
from tests.rigs.records import sha
from tests.rigs.records_workspace import RecordWorkspace

SAMPLES = Path(__file__).resolve().parents[3] / "sample_images"
KEY = str(pyrage.x25519.Identity.generate())
TAGS = bytes(32)
BOTH = ("website", "social-media")
ACT = Act("communications", "2026-03-02T10:00:00.000Z", date(2026, 3, 2), TAGS, BOTH)
DAY = ACT.day
FACE = Template((0.5,) * 128)
GRACE, KOFI = "M999123425007", "V999123425004"


class School:
    """A workspace with the sample's roll and consents."""

    def __init__(self, folder: Path) -> None:
        self.record = RecordWorkspace(folder)
        self.roll = read_roll((SAMPLES / "roll.csv").read_bytes())
        self.write(lambda entries: self.put_roll(entries, self.roll))
        self.content = (SAMPLES / "consents.csv").read_bytes()
        self.answers = read_consents(self.content, Wishes()).answers
        self.taken = self.put_consents(*self.answers)

    def write(self, act: object) -> TakenDown:
        assert callable(act)
        with self.record.audit_log().writing() as entries:
            result = act(entries)
        return result if isinstance(result, TakenDown) else TakenDown()

    def put_roll(self, entries: Entries, roll: Roll, *, marks_left: bool = False) -> TakenDown:
        found = diff_roll(reading.read_every_pupil(entries.connection), roll)
        return register.apply_roll(entries, ACT, found, sha("roll"), marks_left=marks_left)

    def put_consents(self, *answers: Consent) -> TakenDown:
        def act(entries: Entries) -> TakenDown:
            found = diff(reading.read_register(entries.connection, DAY), answers)
            return register.apply_import(entries, ACT, found, sha("consents"), len(answers))

        return self.write(act)

    def say(self, upn: str, purpose: str, state: State = State.GIVEN, act: Act = ACT) -> TakenDown:
        answer = Consent(upn, purpose, state, given_on=DAY, is_by_hand=True)
        return self.write(lambda entries: register.set_consent(entries, act, answer))

    def enrol(self, upn: str, *faces: Template) -> None:
        for purpose in (*BOTH, BIOMETRIC):
            self.say(upn, purpose)
        self.write(lambda entries: register.enrol(entries, ACT, KEY, upn, faces or (FACE,)))

    def show_on(self, *upns: str, photo: str = "a photo") -> None:
        row = {"sha256": sha(photo), "bytes": 1, "state": "stored", "arrived_at": ACT.at, "output_name": "3f9a.jpg"}
        with self.record.database.write() as connection:
            if not connection.execute(select(func.count()).where(photos.c.sha256 == sha(photo))).scalar():
                connection.execute(insert(photos), row)
            write_shown(connection, sha(photo), [Shown(upn, is_by_hand=False) for upn in upns], 1)

    def gallery(self, purposes: tuple[str, ...] = BOTH, on: date = DAY) -> Gallery:
        with self.record.database.read() as connection:
            return reading.read_gallery(connection, KEY, purposes, on)

    def now(self, on: date = DAY) -> Register:
        with self.record.database.read() as connection:
            return reading.read_register(connection, on)

    def entries(self) -> list[tuple[str, dict[str, object]]]:
        """Return kind and facts of every entry of the audit log."""
        from redact.audit.events import parse_body
        from redact.store.schema.tables import log_entries

        with self.record.database.read() as connection:
            rows = connection.execute(select(log_entries.c.body).order_by(log_entries.c.n)).scalars()
            events = [parse_body(bytes(body))[1] for body in rows]
        return [(event.kind.value, dict(event.facts)) for event in events]


@pytest.fixture
def workspace(tmp_path: Path) -> School:
    return School(tmp_path)


# -- reading --


def test_sample_register(workspace: School) -> None:
    """The samples' decisions, as domain.md reads them, on a day on which they are in force."""
    now = workspace.now()
    assert now.version == 2 and len(now.pupils) == 16
    allowed = {upn for upn in now.pupils if isinstance(now.may_show(upn, BOTH), Yes)}
    assert allowed == {GRACE, "C999123425001"}
    assert now.may_show("R999123425002", ("social-media",)) == No("the consent has expired")
    assert now.may_show("B999123425010", ("social-media",)) == No("the pupil does not want to be shown")
    assert workspace.now(date(2026, 9, 1)).may_show(GRACE, BOTH) == No("the consent has expired")


def test_roll_is_read_back(workspace: School) -> None:
    with workspace.record.database.read() as connection:
        roll = reading.read_roll(connection)
    assert {*roll.pupils} == {*workspace.roll.pupils}


def test_answers_are_appended(workspace: School) -> None:
    workspace.say(GRACE, "website", State.REFUSED)
    workspace.say(GRACE, "website", State.GIVEN)
    with workspace.record.database.read() as connection:
        history = reading.read_history(connection, GRACE)
        record = reading.read_pupil(connection, GRACE)
    website = [(answer.state, version) for answer, version, _ in history if answer.purpose == "website"]
    assert website == [(State.GIVEN, 2), (State.REFUSED, 3), (State.GIVEN, 4)]
    (answer,) = record.answers("website")
    assert answer.state is State.GIVEN and answer.is_by_hand and not history[0][0].is_by_hand


def test_every_change_is_a_version_with_entries(workspace: School) -> None:
    """The audit log says what changed, by tag; no UPN and no name is in it."""
    told = workspace.entries()
    assert [kind for kind, _ in told[:2]] == [Kind.ROLL_IMPORTED.value, Kind.CONSENT_IMPORTED.value]
    assert (told[0][1]["rows"], told[0][1]["left"]) == (16, 0)
    assert told[1][1]["changed"] == 13 and len(told) == 2 + 19
    workspace.say(KOFI, "press")
    kind, facts = workspace.entries()[-1]
    assert kind == Kind.CONSENT_CHANGED.value and facts["register"] == workspace.now().version == 3
    assert (facts["pupil"], facts["purpose"], facts["state"]) == (person_tag(TAGS, KOFI), "press", "given")
    text = repr(workspace.entries())
    assert not any(word in text for pupil in workspace.roll.pupils for word in (pupil.upn, pupil.legal_surname))
    assert workspace.record.check().faults == ()


def test_failed_import_writes_nothing(workspace: School) -> None:
    before = workspace.now()

    def fail(entries: Entries) -> None:
        register.set_consent(entries, ACT, Consent(GRACE, "press", State.GIVEN))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        workspace.write(fail)
    assert workspace.now() == before and len(workspace.entries()) == 21


def test_unknown_pupil(workspace: School) -> None:
    with pytest.raises(UsageError, match="Z99"):
        workspace.say("Z99", "website")


# -- what a change takes down --


def test_withdrawal(workspace: School) -> None:
    """Templates go at once, copies are listed, and the pupil is not recognised any more."""
    workspace.enrol(GRACE)
    workspace.show_on(GRACE, KOFI)
    workspace.show_on(KOFI, photo="another")
    assert len(workspace.gallery()) == 1
    taken = workspace.write(lambda entries: register.withdraw(entries, ACT, GRACE, ("website",), "e-mail"))
    assert taken.templates == 1 and [(r.photo, r.copy) for r in taken.recalls] == [(sha("a photo"), "3f9a.jpg")]
    assert len(workspace.gallery()) == 0 and workspace.now().may_show(GRACE, BOTH) == No("consent was withdrawn")
    with workspace.record.database.read() as connection:
        assert [found.photo for found in list_recalls(connection)] == [sha("a photo")]
    workspace.show_on(KOFI)  # the copy was made again without her
    with workspace.record.database.read() as connection:
        assert list_recalls(connection) == ()


def test_withdrawing_everything(workspace: School) -> None:
    workspace.enrol(GRACE)
    workspace.write(lambda entries: register.withdraw(entries, ACT, GRACE, None, ""))
    states = {answer.purpose: answer.state for answer in workspace.now().pupils[GRACE].consents}
    assert set(states.values()) == {State.WITHDRAWN} and {*BOTH, BIOMETRIC, "prospectus"} <= states.keys()


def test_withdrawal_for_another_purpose_takes_nothing_down(workspace: School) -> None:
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    taken = workspace.write(lambda entries: register.withdraw(entries, ACT, GRACE, ("prospectus",), ""))
    assert taken == TakenDown() and len(workspace.gallery()) == 1


def test_withdrawal_does_not_replace_the_pupils_own_no(workspace: School) -> None:
    workspace.say(GRACE, "website", State.OBJECTED)
    workspace.write(lambda entries: register.withdraw(entries, ACT, GRACE, None, ""))
    record = workspace.now().pupils[GRACE]
    answer = record.answer("website")
    assert answer is not None and answer.state is State.OBJECTED


@pytest.mark.parametrize("state", [State.REFUSED, State.OBJECTED, State.PENDING])
@pytest.mark.parametrize("purpose", ["website", BIOMETRIC])
def test_every_loss_takes_down(workspace: School, purpose: str, state: State) -> None:
    """Not only a withdrawal by its name."""
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    taken = workspace.say(GRACE, purpose, state)
    assert taken.templates == 1 and len(taken.recalls) == 1


def test_import_that_says_no_takes_down(workspace: School) -> None:
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    taken = workspace.put_consents(Consent(GRACE, "website", State.REFUSED))
    assert taken.templates == 1 and len(taken.recalls) == 1


PAST, TO_COME = DAY - timedelta(days=30), DAY + timedelta(days=30)


@pytest.mark.parametrize("purpose", ["website", BIOMETRIC])
@pytest.mark.parametrize("by_import", [False, True])
@pytest.mark.parametrize(
    ("given_on", "expires_on", "is_lost"),
    [
        (None, PAST, True),  # "given, until a past day"
        (DAY, DAY - timedelta(days=1), True),
        (DAY, DAY, False),  # it counts until tonight, and runs out by itself
        (TO_COME, None, True),
        (DAY, TO_COME, False),
    ],
)
def test_a_corrected_consent_recalls(
    workspace: School, purpose: str, by_import: bool, given_on: date | None, expires_on: date | None, is_lost: bool
) -> None:
    """The answer is a yes still, and copies were made under it on days on which it was none."""
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    answer = Consent(GRACE, purpose, State.GIVEN, given_on, expires_on, is_by_hand=True)
    if by_import:
        taken = workspace.put_consents(answer)
    else:
        taken = workspace.write(lambda entries: register.set_consent(entries, ACT, answer))
    assert (taken.templates, len(taken.recalls)) == ((1, 1) if is_lost else (0, 0))


def test_a_consent_that_ran_out_by_itself_and_is_renewed_recalls_nothing(workspace: School) -> None:
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    later = replace(ACT, day=date(2027, 3, 2))
    ended = Consent(GRACE, "website", State.GIVEN, DAY, date(2026, 8, 31), is_by_hand=True)
    workspace.write(lambda entries: register.set_consent(entries, ACT, ended))
    renewed = Consent(GRACE, "website", State.GIVEN, later.day, is_by_hand=True)
    assert workspace.write(lambda entries: register.set_consent(entries, later, renewed)).recalls == ()


def test_never_show(workspace: School) -> None:
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    taken = workspace.write(lambda entries: register.set_never_show(entries, ACT, GRACE, is_never_shown=True))
    assert taken.templates == 1 and len(taken.recalls) == 1
    for purpose in (*BOTH, BIOMETRIC):
        workspace.say(GRACE, purpose)
    assert workspace.now().may_show(GRACE, BOTH) == No("no consent on record")
    with pytest.raises(UsageError, match="no consent on record"):
        workspace.write(lambda entries: register.enrol(entries, ACT, KEY, GRACE, (FACE,)))
    workspace.write(lambda entries: register.set_never_show(entries, ACT, GRACE, is_never_shown=False))
    assert workspace.now().may_show(GRACE, BOTH) == Yes() and len(workspace.gallery()) == 0
    told = [(kind, facts.get("state")) for kind, facts in workspace.entries() if facts.get("purpose") is None]
    assert told[2:] == [  # after the roll and the consents
        ("pupil.enrolled", None),
        ("pupil.never-show", "on"),
        ("pupil.unenrolled", None),
        ("copy.recalled", None),
        ("pupil.never-show", "off"),
    ]
    (recalled,) = [facts for kind, facts in workspace.entries() if kind == "copy.recalled"]
    assert "pupil" not in recalled, "which photos show whom stands in no entry"


def test_forget(workspace: School) -> None:
    """Names and sources are blank, in the rows and in the file; answers, tags and the tree stay."""
    workspace.say(GRACE, "website")
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    taken = workspace.write(lambda entries: register.forget(entries, ACT, GRACE))
    assert taken.templates == 1 and len(taken.recalls) == 1
    assert State.GIVEN not in {consent.state for consent in workspace.now().pupils[GRACE].consents}
    with workspace.record.database.read() as connection:
        row = connection.execute(select(pupils).where(pupils.c.upn == GRACE)).one()
        sources = connection.execute(select(consents.c.source).where(consents.c.upn == GRACE)).scalars().all()
        assert GRACE not in {pupil.upn for pupil in reading.read_roll(connection).pupils}
    assert not any((row.legal_forename, row.legal_surname, row.year, row.reg, *sources)) and row.left_at
    assert workspace.record.check().faults == ()


def test_no_old_yes_comes_back_with_a_forgotten_pupil(workspace: School) -> None:
    """Who stands on the next roll again is asked again; a no stays a no, and a new yes counts."""
    workspace.enrol(GRACE)
    workspace.say(GRACE, "press", State.REFUSED)
    workspace.write(lambda entries: register.forget(entries, ACT, GRACE))
    workspace.write(lambda entries: workspace.put_roll(entries, workspace.roll))
    record = workspace.now().pupils[GRACE]
    assert not record.has_left and workspace.now().may_show(GRACE, BOTH) == No("no consent on record")
    assert {consent.state for consent in record.consents} == {State.PENDING, State.REFUSED}
    with pytest.raises(UsageError, match="no consent on record"):
        workspace.write(lambda entries: register.enrol(entries, ACT, KEY, GRACE, (FACE,)))
    workspace.put_consents(*(Consent(GRACE, purpose, State.GIVEN, DAY) for purpose in BOTH))
    assert workspace.now().may_show(GRACE, BOTH) == Yes()


def test_no_old_yes_comes_back_with_a_pupil_whom_an_earlier_version_forgot(workspace: School) -> None:
    """It left the answers as they were."""
    blank = dict.fromkeys(("legal_forename", "legal_surname", "preferred_forename", "preferred_surname"), "")
    with workspace.record.database.write() as connection:
        connection.execute(update(pupils).where(pupils.c.upn == GRACE).values(**blank, left_at=ACT.at))
    workspace.write(lambda entries: workspace.put_roll(entries, workspace.roll))
    assert not workspace.now().pupils[GRACE].has_left
    assert workspace.now().may_show(GRACE, BOTH) == No("no consent on record")


def test_further_names_are_kept_looked_for_and_forgotten(workspace: School) -> None:
    """Chosen, middle and former names come back from the database as they went in, and go with the pupil."""
    more = Pupil(GRACE, "Grace", "Thompson", more_forenames=("Kit", "Rose Ann"), more_surnames=("Marlow",))
    workspace.write(lambda entries: workspace.put_roll(entries, Roll((more,))))
    with workspace.record.database.read() as connection:
        assert more in reading.read_roll(connection).pupils
    workspace.write(lambda entries: register.forget(entries, ACT, GRACE))
    with workspace.record.database.read() as connection:
        row = connection.execute(select(pupils).where(pupils.c.upn == GRACE)).one()
    assert (row.more_forenames, row.more_surnames) == ("", "")


# -- the gallery --


def test_gallery_is_checked_at_the_moment_of_reading(workspace: School) -> None:
    workspace.enrol(GRACE)
    (enrolled,) = workspace.gallery().pupils
    assert (enrolled.upn, enrolled.templates, enrolled.year, enrolled.reg) == (GRACE, (FACE,), "4", "4K")
    assert len(workspace.gallery((*BOTH, "press"))) == 0
    assert len(workspace.gallery(())) == 0
    workspace.say(GRACE, "website")
    assert len(workspace.gallery(on=date(2026, 3, 1))) == 0  # given on the 2nd
    assert len(workspace.gallery(on=date(2036, 3, 1))) == 1


def test_enrolling_needs_both_consents(workspace: School) -> None:
    def enrol(upn: str) -> None:
        workspace.write(lambda entries: register.enrol(entries, ACT, KEY, upn, (FACE,)))

    with pytest.raises(UsageError, match="biometric"):
        enrol(GRACE)  # may be shown, and nothing more
    workspace.say(KOFI, BIOMETRIC)
    with pytest.raises(UsageError, match="withdrawn"):
        enrol(KOFI)
    with workspace.record.database.read() as connection:
        assert templates.count_templates(connection) == {}
    workspace.say(GRACE, BIOMETRIC)
    enrol(GRACE)
    assert len(workspace.gallery()) == 1


# -- the roll --


def test_leavers_only_when_told(workspace: School) -> None:
    """A part of the roll takes nobody off it; a full one does, and then they are covered and forgotten by face."""
    workspace.enrol(GRACE)
    workspace.show_on(GRACE)
    rest = Roll(tuple(pupil for pupil in workspace.roll.pupils if pupil.upn != GRACE))
    workspace.write(lambda entries: workspace.put_roll(entries, rest))
    assert len(workspace.gallery()) == 1
    taken = workspace.write(lambda entries: workspace.put_roll(entries, rest, marks_left=True))
    assert taken == TakenDown(1) and len(workspace.gallery()) == 0  # what was published stays published
    assert workspace.now().may_show(GRACE, BOTH) == No("the pupil has left the school")
    workspace.write(lambda entries: workspace.put_roll(entries, workspace.roll))
    assert workspace.now().may_show(GRACE, BOTH) == Yes() and len(workspace.gallery()) == 0


def test_roll_difference(workspace: School) -> None:
    first, second, *_ = workspace.roll.pupils
    rows = (replace(first, preferred_forename="Nia"), replace(second, year="3"), Pupil("A1", "New", "Pupil"),
            Pupil("", "No", "Number"), replace(first, legal_surname="Other"))  # fmt: skip
    with workspace.record.database.read() as connection:
        found = diff_roll(reading.read_every_pupil(connection), Roll(rows))
    assert [len(part) for part in (found.new, found.altered, found.returned, found.missing)] == [1, 2, 0, 14]
    assert (found.named, found.renamed) == ((first.upn,), ())
    assert (found.unnumbered, found.repeated, found.unchecked) == ((5,), (6,), (4,))
    assert roll_alarms(found, is_full=False) == () and "14 pupils leave" in roll_alarms(found, is_full=True)[0]


def test_never_shown_stays_so_through_a_roll(workspace: School) -> None:
    workspace.write(lambda entries: register.set_never_show(entries, ACT, GRACE, is_never_shown=True))
    changed = Roll(tuple(replace(pupil, year="9") for pupil in workspace.roll.pupils))
    workspace.write(lambda entries: workspace.put_roll(entries, changed))
    assert workspace.now().may_show(GRACE, BOTH) == No("no consent on record")
