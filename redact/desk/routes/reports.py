"""The report to trustees: on the page, as a file to hand on, and a check of the audit log that it rests on."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.pages.report import file_name, read_asked, show_form, title_of
from redact.desk.visit import Visit
from redact.reports.log_checks import check_and_note
from redact.reports.term.page import print_body, print_file
from redact.reports.term.read import read_term


def show_report(visit: Visit) -> Response:
    """Draw the report of a period, of the schools that the person's roles open."""
    workspace = visit.desk.workspace
    today, known = workspace.today(), workspace.settings.schools
    asked, errors = read_asked(visit.query, today, visit.schools)
    schools = [school for school in known if visit.schools is None or school in visit.schools]
    form = show_form(visit.query, asked, errors, today, schools)
    body = print_body(read_term(workspace, asked), workspace.settings.zone)
    has_checked = visit.query.get("checked", "") == "yes"
    return answers.page(
        visit, "reports.html", form=form, body=body, title=title_of(asked), errors=errors, has_checked=has_checked
    )


def send_file(visit: Visit) -> Response:
    """Send the report as one file that needs nothing else: to keep, to mail, to print."""
    workspace = visit.desk.workspace
    asked, errors = read_asked(visit.query, workspace.today(), visit.schools)
    if errors:
        return RedirectResponse("/reports", 303)
    page = print_file(read_term(workspace, asked), workspace.settings.zone)
    headers = {"content-disposition": f'attachment; filename="{file_name(asked)}"'}
    return Response(page, media_type="text/html", headers=headers)


def check_log(visit: Visit) -> Response:
    """Check the whole audit log, and keep that this role had it checked."""
    check_and_note(visit.desk.workspace, visit.role)
    return RedirectResponse("/reports?checked=yes", 303)
