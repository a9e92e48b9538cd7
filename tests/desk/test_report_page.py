"""The page of reports: which days and schools it takes, and that a role at one school sees no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.desk.pages.report import file_name, read_asked, show_form
from redact.store.people import HeldRole
from tests.rigs.desk import DeskRig

TODAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    return DeskRig(tmp_path_factory.mktemp("reports"))


def test_without_days_it_is_this_term_and_days_come_as_people_write_them() -> None:
    asked, errors = read_asked({}, TODAY, None)
    assert (asked.since, asked.until, asked.schools, errors) == (date(2026, 9, 1), TODAY, None, {})
    typed, errors = read_asked({"since": "07/09/2026", "until": "2026-10-01"}, TODAY, None)
    assert (typed.since, typed.until, errors) == (date(2026, 9, 7), date(2026, 10, 1), {})
    assert file_name(typed) == "report-2026-09-07-to-2026-10-01.html"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "31/02/2026"}, "until"),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "since"),
        ({"since": "0206-10-02"}, "since"),
    ],
)
def test_nonsense_is_told_at_its_field_and_this_term_is_shown(query: dict[str, str], field: str) -> None:
    asked, errors = read_asked(query, TODAY, None)
    assert [*errors] == [field] and (asked.since, asked.until) == (date(2026, 9, 1), TODAY)
    assert getattr(show_form(query, asked, errors, TODAY, ()), field) == query[field]


def test_a_role_at_one_school_cannot_ask_for_another() -> None:
    oak = frozenset({"oak"})
    for school in ("", "elm", "oak", "nowhere"):
        asked, _ = read_asked({"school": school}, TODAY, oak)
        assert asked.schools == ("oak",)
    assert read_asked({"school": "elm"}, TODAY, None)[0].schools == ("elm",)


def test_the_terms_before_are_one_press_away() -> None:
    asked, errors = read_asked({}, TODAY, None)
    terms = show_form({}, asked, errors, TODAY, ("elm", "oak")).terms
    assert [term.label for term in terms] == ["Autumn 2026", "Summer 2026", "Spring 2026", "Autumn 2025"]
    assert [term.is_here for term in terms] == [True, False, False, False]
    assert "since=2026-04-01&until=2026-08-31" in terms[1].href


def test_a_head_of_one_school_reads_its_figures_alone(desk: DeskRig) -> None:
    head = desk.signed_in("head", HeldRole(Role.HEADTEACHER, "elm"))
    page = head.get("/reports?since=2026-09-01&until=2026-12-31&school=oak")
    assert page.status == 200 and "1 photo came in" in page.text and "cam-oak" not in page.text
    everybody = desk.signed_in("tom", HeldRole(Role.TRUSTEE)).get("/reports?since=2026-09-01&until=2026-12-31").text
    assert "5 photos came in" in everybody and ">Elm<" in everybody and ">Oak<" in everybody


def test_the_file_is_the_same_report_to_keep(desk: DeskRig) -> None:
    browser = desk.signed_in("dev", HeldRole(Role.DATA_PROTECTION_OFFICER))
    answer = browser.get("/reports/file?since=2026-09-01&until=2026-12-31")
    assert answer.header("content-disposition") == 'attachment; filename="report-2026-09-01-to-2026-12-31.html"'
    assert "5 photos came in" in answer.text and "<style>" in answer.text and "Sign out" not in answer.text
    assert browser.get("/reports/file?since=nonsense").header("location") == "/reports"
    assert browser.get("/static/report.css").status == 200


def test_having_the_log_checked_stands_in_the_report_with_the_role(desk: DeskRig) -> None:
    browser = desk.signed_in("tess", HeldRole(Role.TRUSTEE))
    answer = browser.post("/reports/check")
    assert answer.status == 303 and answer.header("location") == "/reports?checked=yes"
    assert "A trustee had it checked on" in browser.get("/reports?checked=yes").text


def test_both_errors_are_tied_to_their_inputs(desk: DeskRig, tmp_path: Path) -> None:
    page = desk.signed_in("tim", HeldRole(Role.TRUSTEE)).get("/reports?since=x&until=y").text
    for field in ("since", "until"):
        assert f'id="{field}-error"' in page and f'aria-describedby="{field}-error"' in page
