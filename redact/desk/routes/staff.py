"""The policy, which everybody reads, and the register of who has, for those who answer for it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from redact.audit.kinds import ID
from redact.desk import answers
from redact.desk.pages.staff import show_duties, show_policy
from redact.desk.visit import Visit
from redact.posts import duties
from redact.workspace.ids import Actor


def show_policy_page(visit: Visit) -> Response:
    """Draw where the policy is found, and whether one has read it."""
    workspace = visit.desk.workspace
    current, owed = duties.read_owed(workspace, visit.who)
    view = show_policy(current, owed, workspace.settings.policy_link, workspace.today())
    return answers.page(visit, "policy.html", view=view)


def say_read(visit: Visit) -> Response:
    """Write down that the person has read and understood the version that the page showed."""
    version = visit.form.get("version")
    if not ID.accepts(version) or not visit.roles:
        return answers.refuse(visit, "form")
    who = Actor(visit.roles[0].role.value, visit.who.tag)
    duties.say_policy_read(visit.desk.workspace, visit.who.login, version, who)
    return RedirectResponse("/policy", 303)


def show_register(visit: Visit) -> Response:
    """Draw who has read the policy and who is to be trained, of the schools that one answers for."""
    workspace = visit.desk.workspace
    view = show_duties(duties.read_register(workspace), visit.schools, workspace.today())
    return answers.page(visit, "duties.html", view=view)
