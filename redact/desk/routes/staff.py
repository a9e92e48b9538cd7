"""The policy, which everybody reads, and the register of who has, for those who answer for it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from redact.audit.kinds import ID
from redact.desk import answers
from redact.desk.asked import NUMBER
from redact.desk.pages.frame import DUTY_EDITORS, POST_HANDS
from redact.desk.pages.staff import is_of, show_duties, show_policy
from redact.desk.pages.staff import show_person as show_one
from redact.desk.visit import Visit
from redact.errors import UsageError
from redact.posts import duties
from redact.pupils.dates import read_day
from redact.store.people import Person, read_person
from redact.workspace.ids import Actor


def show_policy_page(visit: Visit) -> Response:
    """Draw where the policy is found, and whether one has read it."""
    workspace = visit.desk.workspace
    current, owed = duties.read_owed(workspace, visit.who)
    view = show_policy(current, owed, workspace.settings.policy_link, workspace.today())
    post, has_posts = _came_from(visit.query.get("post", "")), visit.has(*POST_HANDS)
    return answers.page(visit, "policy.html", view=view, post=post, has_posts=has_posts)


def say_read(visit: Visit) -> Response:
    """Write down that the person has read and understood the version that the page showed."""
    version = visit.form.get("version")
    if not ID.accepts(version) or not visit.roles:
        return answers.refuse(visit, "form")
    who = Actor(visit.roles[0].role.value, visit.who.tag)
    duties.say_policy_read(visit.desk.workspace, visit.who.login, version, who)
    post = _came_from(visit.form.get("post"))
    return RedirectResponse(f"/posts/{post}" if post else "/policy", 303)


def _came_from(text: str) -> str:
    """Return the number of the post that sent somebody to the policy, and that they go back to; "" where none did."""
    return text if NUMBER.fullmatch(text) else ""


def show_register(visit: Visit) -> Response:
    """Draw who has read the policy and who is to be trained, of the schools that one answers for."""
    workspace = visit.desk.workspace
    view = show_duties(duties.read_register(workspace), visit.schools, workspace.today())
    return answers.page(visit, "duties.html", view=view, may_write=visit.has(*DUTY_EDITORS))


def show_person(visit: Visit) -> Response:
    """Draw what one person owes, with the forms that write down what was done on paper."""
    person = _find(visit)
    return answers.not_found(visit) if person is None else _person(visit, person, {})


def write_read(visit: Visit) -> Response:
    """Write down that somebody has read and understood the policy, and signed that on paper."""
    person, version = _find(visit), visit.form.get("version")
    if person is None:
        return answers.not_found(visit)
    if not ID.accepts(version):
        return answers.refuse(visit, "form")
    _check_another(visit, person)
    duties.say_policy_read(visit.desk.workspace, person.login, version, visit.actor)
    return _here(person)


def write_trained(visit: Visit) -> Response:
    """Write down that somebody was trained today."""
    person = _find(visit)
    if person is None:
        return answers.not_found(visit)
    _check_another(visit, person)
    duties.say_trained(visit.desk.workspace, person.login, visit.actor)
    return _here(person)


def write_training(visit: Visit) -> Response:
    """Write down by when somebody is to be trained."""
    person, due = _find(visit), read_day(visit.form.get("due"))
    if person is None:
        return answers.not_found(visit)
    if due is None or due < visit.desk.workspace.today():
        return _person(visit, person, {"due": "Enter a day from today on, such as 31/08/2027."}, 422)
    duties.ask_for_training(visit.desk.workspace, person.login, due)
    return _here(person)


def _find(visit: Visit) -> Person | None:
    """Return the person of the address where they may sign in and are of this person's schools."""
    number = visit.parts["person"]
    if not NUMBER.fullmatch(number):
        return None
    with visit.desk.workspace.database.read() as connection:
        found = read_person(connection, int(number))
    return found if found is not None and found.disabled_at is None and is_of(found, visit.schools) else None


def _check_another(visit: Visit, person: Person) -> None:
    """Refuse to write down one's own: what was done is a colleague's word, or said under one's own name.

    Raises:
        UsageError: it is one's own.
    """
    if person.id == visit.who.id:
        raise UsageError("A colleague writes down what you did. That you read the policy you say yourself: /policy")


def _person(visit: Visit, person: Person, errors: dict[str, str], status: int = 200) -> Response:
    workspace = visit.desk.workspace
    policy, owed = duties.read_owed(workspace, person)
    view = show_one(policy, person, owed, visit.who, workspace.today())
    return answers.page(visit, "duty.html", status, view=view, errors=errors, asked=visit.form.get("due")[:20])


def _here(person: Person) -> Response:
    return answers.written_down(f"/duties/{person.id}")
