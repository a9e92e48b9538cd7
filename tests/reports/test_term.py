"""The report to trustees: every figure from rows that a test knows, what is open is said, and nobody is named."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from redact.audit.kinds import Role
from redact.devices.untouched import Count
from redact.posts.duties import Owed, Register
from redact.pupils.consent import Consent, PupilRecord, State
from redact.redaction.values import Action, Kind, Outcome, Region, Status
from redact.reports.log_checks import check_and_note
from redact.reports.term.charts import draw_missed, draw_weeks
from redact.reports.term.page import print_body, print_file
from redact.reports.term.read import read_term, term_of
from redact.reports.term.standing import count_late_duties, purposes_of
from redact.reports.term.values import Asked, Matter, SchoolFigures, TermReport
from redact.reports.term.words import describe_incidents, describe_take_downs, format_hours, open_of_all, summarise
from redact.store.figures.period import IncidentCount, TakeDownCount
from redact.store.people import HeldRole, Person
from redact.store.photos.copies import copy_columns
from redact.store.reviewing.answers import ASKED
from redact.store.schema import tables
from redact.store.staff.duties import PolicyVersion
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from tests.rigs.desk import DeskRig
from tests.rigs.workspaces import sha

AUTUMN = Asked(date(2026, 9, 1), date(2026, 12, 31))
AT, LATER = "2026-09-07T12:00:00.000Z", "2026-09-08T12:00:00.000Z"
TAG = "a" * 64


@pytest.fixture
def desk(tmp_path: Path) -> DeskRig:
    return DeskRig(tmp_path)


def add(workspace: Workspace, table: Table, **row: Any) -> None:
    with workspace.database.write() as connection:
        connection.execute(insert(table), row)


def add_post(workspace: Workspace, school: str, **more: Any) -> int:
    row = {"state": "posted", "school": school, "author": TAG, "author_role": "communications", "written_at": AT}
    with workspace.database.write() as connection:
        return int(connection.execute(insert(tables.posts), row | more).inserted_primary_key[0])  # type: ignore[index]


def add_take_down(workspace: Workspace, post: int, due_at: str, closed_at: str | None) -> None:
    row = {"cause": "consent-gone", "opened_at": AT, "opened_by": "system", "site": "facebook-oak", "content": TAG}
    add(workspace, tables.take_downs, post=post, due_at=due_at, closed_at=closed_at, **row)


def of(report: TermReport, school: str) -> SchoolFigures:
    return next(one for one in report.schools if one.school == school)


def points(report: TermReport) -> dict[Matter, int]:
    return {point.matter: point.count for point in open_of_all(report)}


def test_photos_faces_and_devices_are_counted_by_school(desk: DeskRig) -> None:
    report = read_term(desk.workspace, AUTUMN)
    assert [one.school for one in report.schools] == ["elm", "oak"]
    oak, elm = of(report, "oak"), of(report, "elm")
    assert (oak.photos_in, elm.photos_in, report.total.photos_in) == (4, 1, 5)
    assert (oak.faces_covered, oak.faces_shown, report.total.faces_covered) == (4, 0, 5)
    assert oak.files_cleared == 4 and oak.median_hours is not None and 0 <= oak.median_hours < 1
    assert points(report)[Matter.NOT_REVIEWED] == 5
    assert sum(week.photos for week in report.weeks) == 5 and report.weeks[0].start == AUTUMN.since


def test_a_day_outside_counts_nothing_and_a_school_sees_its_own(desk: DeskRig) -> None:
    before = read_term(desk.workspace, Asked(date(2026, 8, 1), date(2026, 9, 6)))
    assert before.total.photos_in == before.total.files_cleared == 0
    assert next(iter(summarise(before))) == "No photo came in in this period."
    elm = read_term(desk.workspace, Asked(AUTUMN.since, AUTUMN.until, ("elm",)))
    assert [one.school for one in elm.schools] == ["elm"] and elm.total.photos_in == 1
    assert points(elm)[Matter.NOT_REVIEWED] == 1
    page, zone = print_file(elm, desk.workspace.settings.zone), desk.workspace.settings.zone
    assert "oak" not in page.lower().replace(elm.place.lower(), "")
    assert "of the schools in it alone" in page
    assert "of the schools in it alone" not in print_file(read_term(desk.workspace, AUTUMN), zone)


def test_a_face_covered_by_hand_is_a_missed_one_until_it_is_undone(desk: DeskRig) -> None:
    content = desk.oak[0]
    desk.ask_for_a_cover(content)  # of another kind than a face
    assert of(read_term(desk.workspace, AUTUMN), "oak").faces_added == 0
    with desk.workspace.database.write() as connection:
        connection.execute(update(tables.answers).values(kind="face"))
    oak = of(read_term(desk.workspace, AUTUMN), "oak")
    assert oak.faces_added == 1 and oak.missed_per_thousand == 250.0
    with desk.workspace.database.write() as connection:
        connection.execute(update(tables.answers).values(word=ASKED))
    assert of(read_term(desk.workspace, AUTUMN), "oak").faces_added == 0  # the program had asked: it missed none
    with desk.workspace.database.write() as connection:
        connection.execute(update(tables.answers).values(word="", undone_at=AT))
    assert of(read_term(desk.workspace, AUTUMN), "oak").missed_per_thousand == 0.0


def test_take_downs_are_in_time_late_under_way_or_overdue(desk: DeskRig) -> None:
    post = add_post(desk.workspace, "oak", posted_at=AT)
    for due_at, closed_at in (
        (LATER, AT),
        (AT, LATER),
        ("2026-12-31T00:00:00.000Z", None),
        ("2026-09-07T11:59:00.000Z", None),
    ):
        add_take_down(desk.workspace, post, due_at, closed_at)
    report = read_term(desk.workspace, AUTUMN)
    assert of(report, "oak").take_downs == TakeDownCount(1, 1, 1, 1) and of(report, "elm").take_downs == TakeDownCount()
    assert describe_take_downs(of(report, "oak")) == "1 in time, 1 late, 1 under way, 1 not done and overdue"
    assert of(report, "oak").posts == 1 and of(report, "elm").posts == 0
    assert points(report)[Matter.TAKE_DOWN_LATE] == points(report)[Matter.TAKE_DOWN] == 1


def test_a_recalled_copy_and_a_breach_are_late_only_after_their_hours(desk: DeskRig) -> None:
    workspace, incident = desk.workspace, {"cause": "wrong-photo", "happened_on": "2026-09-07", "opened_by": "ceo"}
    photo = sha(desk.oak[0])
    now = workspace.now()
    told = incident | {"state": "open", "school": "oak", "opener": TAG, "opened_at": AT}
    recalled = {"photo": photo, "register": 1, "by_hand": True}

    def before(hours: float) -> str:
        return print_moment(now - timedelta(hours=hours))

    allowed = workspace.settings.take_down_hours
    add(workspace, tables.shown, pupil="", recalled_at=before(allowed - 1), **recalled)
    add(workspace, tables.incidents, aware_at=before(71), is_breach=True, **told)
    add(workspace, tables.incidents, aware_at=before(73), is_breach=False, **told)
    found = points(read_term(workspace, AUTUMN))
    assert found[Matter.RECALLED] == 1 and found[Matter.INCIDENT] == 2
    assert not found.keys() & {Matter.RECALLED_LATE, Matter.INCIDENT_LATE}
    assert not Matter.RECALLED.is_late and not Matter.INCIDENT.is_late
    add(workspace, tables.shown, pupil="U1", recalled_at=before(allowed + 1), **recalled)  # the earlier one counts
    add(workspace, tables.incidents, aware_at=before(73), is_breach=True, **told)
    found = points(read_term(workspace, AUTUMN))
    assert (found[Matter.RECALLED_LATE], found[Matter.INCIDENT_LATE], found[Matter.INCIDENT]) == (1, 1, 2)
    assert Matter.RECALLED not in found


def test_everything_that_is_open_is_said(desk: DeskRig) -> None:
    workspace, passed = desk.workspace, "2026-09-01T00:00:00.000Z"
    add_post(workspace, "oak", state="approved", until=passed)
    add_post(workspace, "oak", state="draft", cause="approval-expired", back_at=AT)  # what the clock makes of it
    add_post(workspace, "oak", state="draft", cause="edited", back_at=AT)
    site = {"platform": "facebook", "owner": "headteacher", "purpose": "social-media", "added_at": AT}
    add(workspace, tables.sites, id="facebook-oak", school="oak", state="approved", until=passed, **site)
    incident = {"cause": "wrong-photo", "happened_on": "2026-09-07", "opened_by": "headteacher", "opener": TAG}
    told = {"state": "open", "school": "elm", "opened_at": AT, "aware_at": AT, "is_breach": True}
    add(workspace, tables.incidents, **incident, **told)
    add(workspace, tables.duties, person=1, duty="training", due_on="2026-09-01", at=AT)
    left = {"place": TAG, "parts": "[]", "why": "A film.", "first_seen_at": AT, "last_seen_at": AT}
    add(workspace, tables.left_items, device="cam-oak", **left)
    whole = left | {"place": "b" * 64, "why": f"{Count(11, 1).describe()}: the device is expired.", "files": 12}
    add(workspace, tables.left_items, device="cam-oak", **whole)
    with workspace.database.write() as connection:
        connection.execute(update(tables.device_files).values(state="kept", cleared_at=None))
        connection.execute(update(tables.devices).where(tables.devices.c.id == "cam-elm").values(until=passed))
    report = read_term(workspace, AUTUMN)
    found = points(report)
    assert found[Matter.APPROVAL_RAN_OUT] == 2
    assert found[Matter.SITE_ENDED] == found[Matter.INCIDENT] == 1
    assert found[Matter.DUTY_LATE] == 1
    assert found[Matter.DELETION_FAILED] == 5
    assert found[Matter.DEVICE_EXPIRED] == 1
    assert describe_incidents(of(report, "elm")).endswith(
        "1 breach of personal data (0 reported to the Information Commissioner)"
    )
    page = print_file(report, workspace.settings.zone)
    for words in ("device whose approval has ended: nothing is taken from it", "staff duty past its day"):
        assert f"<b>1</b> <span>{words} " in page
    assert "<b>1</b> <span>open incident</span>" in page  # the 72 hours of its breach are not over: it is not late
    assert "<b>5</b> <span>files whose deletion failed or was not ended " in page
    assert '<td>12</td><td class="prose">11 photos and 1 other file lie there' in page
    assert "A film." in page and "late" in page and "lies untouched" in page
    assert of(report, "oak").files_cleared == 0 and "–" in format_hours(of(report, "oak").median_hours)


def test_what_was_set_aside_and_lies_on_its_device_still_is_told(desk: DeskRig) -> None:
    files, photos = tables.device_files, tables.photos
    with desk.workspace.database.write() as connection:
        photo = connection.execute(select(files.c.photo).where(files.c.device == "cam-oak")).scalars().first()
        connection.execute(update(files).where(files.c.photo == photo).values(state="taken", cleared_at=None))
        connection.execute(update(photos).where(photos.c.sha256 == photo).values(state="set-aside"))
    report = read_term(desk.workspace, AUTUMN)
    lines = {one.school: [(line.device, line.count) for line in one.untouched] for one in report.standings}
    assert lines["oak"] == [("cam-oak", 1)] and not lines["elm"]
    assert "set aside" in print_file(report, desk.workspace.settings.zone)


def test_each_duty_past_its_day_is_counted_once_a_policy_that_nobody_says_to_have_read_too() -> None:
    def person(login: str, *schools: str) -> Person:
        roles = tuple(HeldRole(Role.HOLDER, school) for school in schools)
        return Person(1, login, "", TAG, True, None, True, AT, None, roles)

    both = Owed(None, "2026-09-07", "2026-09-07", None)
    unread, read = Owed(None, "2026-09-07", None, None), Owed("2026-09-01", "2026-09-07", "2026-09-08", None)
    owed = [(person("a", "oak", "elm"), both), (person("b", "oak"), unread), (person("c", "oak"), read)]
    register = Register(PolicyVersion("2026-09", "2026-08-08", "2029-09-01"), tuple(owed))
    assert +count_late_duties(register, AT, "2026-09-07") == {}
    assert +count_late_duties(register, AT, "2026-09-08") == {"elm": 2, "oak": 1}


def test_the_page_says_who_had_the_log_checked_or_that_nobody_had(desk: DeskRig) -> None:
    zone = desk.workspace.settings.zone
    assert "Nobody has had the audit log checked yet." in print_body(read_term(desk.workspace, AUTUMN), zone).html
    check_and_note(desk.workspace, Role.TRUSTEE)
    report = read_term(desk.workspace, AUTUMN)
    assert [check.by for check in report.checks] == ["trustee"] and report.checks[0].entries == report.entries > 0
    assert "A trustee had it checked on 07/09/2026" in print_body(report, zone).html
    with desk.workspace.database.write() as connection:
        connection.exec_driver_sql("update log_entries set body = X'00' where n = 1")
    check_and_note(desk.workspace, Role.SYSTEM)
    assert "NOT shown to be what was written" in print_body(read_term(desk.workspace, AUTUMN), zone).html


def test_the_file_fetches_nothing_and_the_body_has_no_style_in_it(desk: DeskRig) -> None:
    report = read_term(desk.workspace, AUTUMN)
    body, page = print_body(report, desk.workspace.settings.zone).html, print_file(report, desk.workspace.settings.zone)
    assert not re.search(r"style=|<style|<script|\son\w+=|javascript:", body)
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", page) and "<svg" in page and "@page" in page


def test_faces_of_a_copy_are_counted_where_its_plan_is_written() -> None:
    place = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))
    faces = [Region(Kind.FACE, action, place, 0.9, "no") for action in Action]
    others = (
        Region(Kind.NAME, Action.COVERED, place, 0.9, "no"),
        Region(Kind.FACE, Action.SHOWN, place, 0.9, "no person", is_by_hand=True),  # no consent made it so
    )
    columns = copy_columns(Outcome(Status.REDACTED, regions=(*faces, *others)))
    assert (columns["faces_covered"], columns["faces_shown"]) == (2, 1)  # covered and ask; a maybe is neither


def test_never_shown_pupils_stand_among_those_of_whom_nothing_is_on_record() -> None:
    def pupil(upn: str, state: State, *, is_never_shown: bool = False) -> PupilRecord:
        return PupilRecord(upn, (Consent(upn, "website", state),), is_never_shown)

    pupils = [
        pupil("a", State.GIVEN),
        pupil("b", State.REFUSED),
        pupil("c", State.REFUSED, is_never_shown=True),
        pupil("d", State.GIVEN, is_never_shown=True),
        pupil("e", State.PENDING),
        PupilRecord("f"),
    ]
    (line,) = purposes_of(pupils, date(2026, 9, 7))
    assert (line.purpose, line.yes, line.no, line.unanswered) == ("website", 1, 1, 4)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-09-01", "2026-09-01", "2026-12-31"),
        ("2026-12-31", "2026-09-01", "2026-12-31"),
        ("2027-03-31", "2027-01-01", "2027-03-31"),
        ("2027-08-31", "2027-04-01", "2027-08-31"),
    ],
)
def test_a_term_is_a_third_of_the_year(day: str, first: str, last: str) -> None:
    assert tuple(map(date.isoformat, term_of(date.fromisoformat(day)))) == (first, last)


def test_charts_stay_in_their_box_and_words_fit_the_numbers() -> None:
    schools = [
        SchoolFigures("oak", "Oak", faces_covered=1000, faces_added=3),
        SchoolFigures("elm", "Elm", faces_covered=500),
        SchoolFigures("ash", "Ash"),
    ]
    bars = draw_missed(schools)
    assert [(bar.label, bar.width) for bar in bars] == [("Oak", 400.0), ("Elm", 0.0)]  # of Ash nothing is known
    nothing = TermReport("Oak", AUTUMN, AT, (), SchoolFigures("", "All"), (), ())
    assert draw_weeks(nothing) is None
    assert [format_hours(hours) for hours in (0.25, 3.55, 50.0)] == ["15 minutes", "3.5 hours", "2.1 days"]
    assert describe_incidents(SchoolFigures("", "", incidents=IncidentCount(2))) == "2"
