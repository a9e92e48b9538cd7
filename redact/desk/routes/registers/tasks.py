"""What waits for this person about sites, posting, take-downs and incidents."""

from __future__ import annotations

from redact.desk.pages.frame import INCIDENT_EDITORS, POSTERS, SITE_APPROVING, SITE_EDITORS, TAKE_DOWN_EDITORS
from redact.desk.pages.home import Lot, Task
from redact.desk.pages.registers.tasks import Waiting, list_lines
from redact.desk.routes.posts.reading import lot_of
from redact.desk.visit import Visit
from redact.posts.incidents.register import notification_due
from redact.posts.sites.safeguards import missing
from redact.store.posts.incidents import list_incidents
from redact.store.posts.posts import Wanted
from redact.store.posts.sites import Site, SiteState, list_sites
from redact.store.posts.take_down_list import list_take_downs
from redact.store.posts.values import PostState
from redact.system.clock import print_moment


def list_tasks(visit: Visit) -> tuple[Task, ...]:
    """Return the task list's lines for this person's roles."""
    at = print_moment(visit.desk.workspace.now())
    to_release = to_link = take_downs = to_check = to_approve = incidents = None
    overdue = breaches = 0
    with visit.desk.workspace.database.read() as connection:
        if visit.has(*POSTERS):
            of = visit.schools_of(POSTERS)
            to_release = lot_of(connection, Wanted((PostState.APPROVED,), of))
            to_link = lot_of(connection, Wanted((PostState.RELEASED,), of))
        if visit.has(*TAKE_DOWN_EDITORS):
            asked = list_take_downs(connection, visit.schools_of(TAKE_DOWN_EDITORS))
            take_downs = Lot.of([f"/take-downs/{each.id}" for each in asked])
            overdue = sum(each.is_overdue_at(at) for each in asked)
        if visit.has(*SITE_EDITORS):
            sites = list_sites(connection, visit.schools_of(SITE_EDITORS))
            to_check = Lot.of([f"/sites/{site.id}" for site in sites if _is_to_be_checked(site, at)])
        if visit.has(*SITE_APPROVING):
            mine = (each for each in list_sites(connection) if _may_approve(visit, each))
            to_approve = Lot.of([f"/sites/{site.id}" for site in mine if _waits_for_yes(site, at)])
        if visit.has(*INCIDENT_EDITORS):
            opened = list_incidents(connection, visit.schools_of(INCIDENT_EDITORS))
            incidents = Lot.of([f"/incidents/{each.id}" for each in opened])
            breaches = sum(notification_due(each) is not None for each in opened)
    return list_lines(Waiting(to_release, to_link, take_downs, overdue, to_check, to_approve, incidents, breaches))


def _is_to_be_checked(site: Site, at: str) -> bool:
    is_asked = site.state is SiteState.ASKED and bool(missing(site.checked))
    return is_asked or site.is_overdue_at(at)


def _waits_for_yes(site: Site, at: str) -> bool:
    return not missing(site.checked) and (site.state is SiteState.ASKED or site.is_overdue_at(at))


def _may_approve(visit: Visit, site: Site) -> bool:
    return any(visit.has_at(role, site.school) for role in SITE_APPROVING)
