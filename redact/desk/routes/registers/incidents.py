"""The register of incidents: everybody writes one down; headteacher, CEO and data protection officer see to it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.audit.kinds import Role
from redact.desk import answers
from redact.desk.asked import FormFault, read_number
from redact.desk.pages.frame import INCIDENT_EDITORS, INCIDENT_READERS
from redact.desk.pages.registers.incidents import list_lines, show_incident
from redact.desk.pages.registers.seen import digest_of
from redact.desk.pages.words import ROLES
from redact.desk.visit import Visit
from redact.errors import UsageError
from redact.posts.incidents import register
from redact.posts.incidents.kinds import CAUSES, MEASURES, NOTICES, REPORTED_TO
from redact.posts.incidents.register import IncidentChanged, Progress
from redact.pupils.dates import read_day
from redact.store.posts.incidents import Incident, NewIncident, read_incident
from redact.system.clock import print_moment

_FIELDS: Final = ("cause", "school", "happened_on", "aware_on", "is_breach", "note", "post")
_YES: Final = {"yes": True, "no": False}


def show_incidents(visit: Visit) -> Response:
    """Draw the register."""
    workspace, is_every = visit.desk.workspace, visit.query.get("all") == "yes"
    found = register.read_incidents(workspace, visit.schools, is_every=is_every)
    lines = list_lines(found, workspace.now(), workspace.settings.zone)
    return answers.page(visit, "incidents.html", lines=lines, is_every=is_every)


def show_new(visit: Visit) -> Response:
    """Draw the form on which something that went wrong is written down."""
    today = visit.desk.workspace.today().isoformat()
    return _new(visit, {"happened_on": today, "aware_on": today}, {})


def add(visit: Visit) -> Response:
    """Write down that something went wrong; who may not read the register is told that it is there."""
    asked, errors = {name: visit.form.get(name).strip() for name in _FIELDS}, {}
    happened, aware = read_day(asked["happened_on"]), read_day(asked["aware_on"])
    if asked["cause"] not in CAUSES:
        errors["cause"] = "Choose what went wrong"
    if happened is None:
        errors["happened_on"] = "Enter the day on which it happened, such as 31/08/2026"
    if aware is None:
        errors["aware_on"] = "Enter the day on which the school learnt of it, such as 31/08/2026"
    if asked["is_breach"] not in _YES:  # taken for a no, the 72 hours would not be counted
        errors["is_breach"] = "Say whether it is a breach; if you do not know, choose yes"
    if errors or happened is None or aware is None:
        return _new(visit, asked, errors, 422)
    _check_school(visit, asked["school"])
    post = read_number(asked["post"]) if asked["post"] else None
    new = NewIncident(
        asked["cause"], asked["school"], happened.isoformat(), print_moment(_learnt(visit, aware)), None, None, post,
        is_breach=asked["is_breach"] == "yes", note=asked["note"],
    )  # fmt: skip
    try:
        number = register.open_incident(visit.desk.workspace, new, visit.actor)
    except UsageError as error:
        return _new(visit, asked, {"note": str(error)}, 422)
    may_read = visit.has(*INCIDENT_READERS)
    return RedirectResponse(f"/incidents/{number}" if may_read else f"/incidents/new?done={number}", 303)


def show_one(visit: Visit) -> Response:
    """Draw one incident."""
    incident = _find(visit)
    return answers.not_found(visit) if incident is None else _one(visit, incident, {})


def change(visit: Visit) -> Response:
    """Write down what somebody says of an incident."""
    incident = _find(visit)
    if incident is None:
        return answers.not_found(visit)
    try:
        register.change_incident(visit.desk.workspace, _seen(visit, incident), _progress(visit, incident), visit.actor)
    except UsageError as error:
        return _one(visit, incident, {"change": str(error)}, 422)
    return answers.written_down(f"/incidents/{incident.id}")


def close(visit: Visit) -> Response:
    """Close an incident."""
    incident = _find(visit)
    if incident is None:
        return answers.not_found(visit)
    try:
        register.close_incident(visit.desk.workspace, _seen(visit, incident), visit.actor)
    except UsageError as error:
        return _one(visit, incident, {"close": str(error)}, 422)
    return answers.written_down("/incidents")


def _progress(visit: Visit, incident: Incident) -> Progress:
    """Return what a form says that is not so already.

    Raises:
        FormFault: it says what no page of the desk says.
    """
    form = visit.form
    reported, breach, note = form.get("reported_to"), form.get("is_breach"), form.get("note").strip()
    if (reported and reported not in {role.value for role in REPORTED_TO}) or (breach and breach not in _YES):
        raise FormFault
    is_breach = _YES.get(breach, incident.is_breach)
    return Progress(
        Role(reported) if reported and reported != incident.reported_to else None,
        is_breach if is_breach != incident.is_breach else None,
        _new_word(form.get("notice"), incident.notice),
        _new_word(form.get("measure"), incident.measure),
        note if note != incident.note.strip() else None,
    )


def _new_word(asked: str, known: str | None) -> str | None:
    return asked if asked and asked != known else None


def _learnt(visit: Visit, aware: date) -> datetime:
    """Return when the school learnt of it: now where it is today, else the first moment of that day."""
    workspace = visit.desk.workspace
    if aware == workspace.today():
        return workspace.now()
    return datetime.combine(aware, time.min, workspace.settings.zone)


def _check_school(visit: Visit, school: str) -> None:
    if visit.schools is not None and school not in visit.schools:
        raise FormFault


def _find(visit: Visit) -> Incident | None:
    with visit.desk.workspace.database.read() as connection:
        return read_incident(connection, read_number(visit.parts["number"]), visit.schools)


def _seen(visit: Visit, incident: Incident) -> Incident:
    if visit.form.get("seen") != digest_of(incident):
        raise IncidentChanged(incident)
    return incident


def _one(visit: Visit, incident: Incident, errors: dict[str, str], status: int = 200) -> Response:
    workspace = visit.desk.workspace
    view = show_incident(incident, workspace.now(), workspace.settings.zone)
    return answers.page(
        visit,
        "incident.html",
        status,
        view=view,
        errors=errors,
        measures=MEASURES,
        notices=NOTICES,
        reported_to={role.value: ROLES[role] for role in REPORTED_TO},
        may_change=visit.has(*INCIDENT_EDITORS) and view.is_open,
    )


def _new(visit: Visit, asked: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    every, mine = visit.desk.workspace.settings.schools, visit.schools
    schools = every if mine is None else tuple(sorted(mine))
    done = visit.query.get("done", "")
    return answers.page(
        visit,
        "incident_new.html",
        status,
        form={**dict.fromkeys(_FIELDS, ""), "post": visit.query.get("post", ""), **asked},
        errors=errors,
        causes=CAUSES,
        schools=schools,
        is_trust_wide=mine is None,
        done=done if done.isascii() and done.isdecimal() and len(done) < 9 else "",
    )
