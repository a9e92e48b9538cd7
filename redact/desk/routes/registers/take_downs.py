"""The take-down list: who is in charge writes down who was told, the poster says that it is down."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from redact.audit.kinds import Role
from redact.desk import answers
from redact.desk.asked import check_looked, read_number
from redact.desk.pages.registers.seen import digest_of
from redact.desk.pages.registers.sites import name_sites
from redact.desk.pages.registers.take_downs import list_lines, show_take_down
from redact.desk.routes.posts.releasing import poster_of
from redact.desk.visit import Visit
from redact.errors import UsageError
from redact.posts.releasing.posted import attest_down
from redact.posts.take_downs.report import read_take_downs, write_who_was_told
from redact.posts.take_downs.reports import TOLD
from redact.reports.take_downs import list_ended
from redact.store.posts.sites import list_sites
from redact.store.posts.take_down_list import TakeDown, read_take_down
from redact.system.clock import print_moment


def show_take_downs(visit: Visit) -> Response:
    """Draw the list."""
    workspace, is_every = visit.desk.workspace, visit.query.get("all") == "yes"
    found = read_take_downs(workspace, visit.schools, is_every=is_every)
    lines = list_lines(found, _site_names(visit), print_moment(workspace.now()), workspace.settings.zone)
    ended = list_ended(workspace, visit.schools)
    return answers.page(visit, "take_downs.html", lines=lines, ended=ended, is_every=is_every)


def show_one(visit: Visit) -> Response:
    """Draw one take-down."""
    found = _find(visit)
    return answers.not_found(visit) if found is None else _one(visit, found)


def tell(visit: Visit) -> Response:
    """Write down that somebody was told, now."""
    found = _find(visit)
    if found is None:
        return answers.not_found(visit)
    if visit.form.get("who") not in TOLD:
        raise UsageError("Choose who was told. Nothing was changed.")
    write_who_was_told(visit.desk.workspace, _seen(visit, found), visit.form.get("who"))
    return answers.written_down(f"/take-downs/{found.id}")


def end(visit: Visit) -> Response:
    """Write down the poster's word that the post stands nowhere any more."""
    found = _find(visit)
    if found is None:
        return answers.not_found(visit)
    if found.closed_at is None:  # sent once more, its page says by whose word it is down
        check_looked(visit.form)
        attest_down(visit.desk.workspace, found.post, poster_of(visit), of=found)
    return answers.written_down(f"/take-downs/{found.id}")


def _find(visit: Visit) -> TakeDown | None:
    with visit.desk.workspace.database.read() as connection:
        return read_take_down(connection, read_number(visit.parts["number"]), visit.schools)


def _site_names(visit: Visit) -> Mapping[str, str]:
    with visit.desk.workspace.database.read() as connection:
        return name_sites(list_sites(connection))


def _seen(visit: Visit, take_down: TakeDown) -> TakeDown:
    if visit.form.get("seen") != digest_of(take_down):
        raise UsageError(f"Take-down {take_down.id} has changed meanwhile. Look at it again. Nothing was changed.")
    return take_down


def _one(visit: Visit, take_down: TakeDown) -> Response:
    workspace = visit.desk.workspace
    view = show_take_down(take_down, _site_names(visit), print_moment(workspace.now()), workspace.settings.zone)
    is_poster = visit.has_at(Role.POSTER, take_down.school)
    may_tell = is_poster or not visit.has(Role.COMMUNICATIONS)  # after it is down too: a parent wants to hear just that
    may_end = is_poster and view.is_open
    return answers.page(visit, "take_down.html", view=view, told=TOLD, may_end=may_end, may_tell=may_tell)
