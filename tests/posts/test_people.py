"""Who may be given what by whom: rules of the act, and what stands in the audit log afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.events import person_tag
from redact.audit.kinds import Kind, Role
from redact.cli import app
from redact.errors import UsageError
from redact.posts.people import (
    NewPerson,
    add_person,
    change_email,
    change_roles,
    disable_person,
    read_people,
    reset_person,
)
from redact.store.people import HeldRole
from redact.store.schema.tables import log_entries
from redact.workspace.ids import Actor
from tests.rigs.workspaces import Rig

IT = HeldRole(Role.IT_SERVICES_MANAGER)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig(tmp_path)
    add_person(made.workspace, NewPerson("ivy", "Ivy", (IT,)), None, at_terminal=True)
    return made


def actor(rig: Rig, login: str = "ivy") -> Actor:
    return Actor(Role.IT_SERVICES_MANAGER.value, person_tag(rig.workspace.keys.tags, login))


def add(rig: Rig, login: str, *roles: HeldRole, at_terminal: bool = True) -> str:
    return add_person(rig.workspace, NewPerson(login, "", roles), actor(rig), at_terminal=at_terminal)


def test_the_first_person_is_the_manager_of_it_and_only_the_first_is_added_by_nobody(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    with pytest.raises(UsageError, match="The first person is the IT services manager"):
        add_person(rig.workspace, NewPerson("rae", "", (HeldRole(Role.REVIEWER),)), None, at_terminal=True)
    assert read_people(rig.workspace) == () and rig.entries() == []
    add_person(rig.workspace, NewPerson("ivy", "", (IT,)), None, at_terminal=True)
    with pytest.raises(UsageError, match="Say who does this"):
        add_person(rig.workspace, NewPerson("eve", "", (IT,)), None, at_terminal=True)


def test_nobody_changes_their_own_roles_or_access(rig: Rig) -> None:
    before = rig.entries()
    me, head = actor(rig), HeldRole(Role.HEADTEACHER)
    with pytest.raises(UsageError, match="Nobody changes their own"):
        change_roles(rig.workspace, "ivy", me, give=[head], at_terminal=True)
    with pytest.raises(UsageError, match="Nobody changes their own"):
        disable_person(rig.workspace, "ivy", me)
    with pytest.raises(UsageError, match="Nobody changes their own"):
        add_person(rig.workspace, NewPerson("ivy", "", (head,)), me, at_terminal=True)
    assert rig.entries() == before and read_people(rig.workspace)[0].roles == (IT,)


@pytest.mark.parametrize("role", [Role.HEADTEACHER, Role.CEO])
def test_who_approves_posts_is_made_at_the_terminal_alone(rig: Rig, role: Role) -> None:
    add(rig, "rae", HeldRole(Role.REVIEWER), at_terminal=False)
    for act in (
        lambda: add(rig, "head", HeldRole(role), at_terminal=False),
        lambda: change_roles(rig.workspace, "rae", actor(rig), give=[HeldRole(role)], at_terminal=False),
    ):
        with pytest.raises(UsageError, match="at the terminal"):
            act()
    add(rig, "head", HeldRole(role))


def test_the_programs_own_role_is_nobodys(rig: Rig) -> None:
    with pytest.raises(UsageError, match="the program's own"):
        add(rig, "rae", HeldRole(Role.SYSTEM))


@pytest.mark.parametrize("login", ["", "a", "-ab", "a b", "ä.b", "a" * 41, "a/b"])
def test_what_is_no_login_is_refused(rig: Rig, login: str) -> None:
    with pytest.raises(UsageError, match="A login is"):
        add(rig, login, HeldRole(Role.REVIEWER))


def test_a_login_is_taken_once_whatever_its_capitals(rig: Rig) -> None:
    add(rig, "rae", HeldRole(Role.REVIEWER))
    with pytest.raises(UsageError, match="is taken"):
        add(rig, " RAE", HeldRole(Role.REVIEWER))


def test_roles_are_given_and_taken_for_a_school(rig: Rig) -> None:
    oak, elm = HeldRole(Role.REVIEWER, "oak"), HeldRole(Role.REVIEWER, "elm", "2026-10-01T00:00:00.000Z")
    add(rig, "rae", oak)
    person = change_roles(rig.workspace, "rae", actor(rig), give=[elm], take=[oak], at_terminal=False)
    assert person.roles == (elm,)
    assert person.roles_at("2026-09-30T23:59:59.000Z") == (elm,) and person.roles_at("2026-10-01T00:00:00.000Z") == ()
    with pytest.raises(UsageError, match="does not have the role"):
        change_roles(rig.workspace, "rae", actor(rig), take=[oak], at_terminal=False)
    with pytest.raises(UsageError, match="A school's id"):
        add(rig, "ray", HeldRole(Role.REVIEWER, "Oak School"))


def test_a_deputy_has_the_role_from_one_day_to_another(rig: Rig) -> None:
    deputy = HeldRole(Role.HEADTEACHER, "oak", "2026-12-18T23:59:59.999Z", "2026-12-07T00:00:00.000Z")
    add(rig, "dee", HeldRole(Role.COMMUNICATIONS, "oak"))
    person = change_roles(rig.workspace, "dee", actor(rig), give=[deputy], at_terminal=True)
    office = HeldRole(Role.COMMUNICATIONS, "oak")
    assert person.roles_at("2026-12-06T23:59:59.999Z") == (office,)
    assert person.roles_at("2026-12-07T00:00:00.000Z") == (office, deputy)
    assert person.roles_at("2026-12-18T23:59:59.999Z") == (office,)
    given = [event for event in rig.events("person.changed") if event.fact("role") == "headteacher"]
    assert [(event.fact("since"), event.fact("until")) for event in given] == [(deputy.since, deputy.until)]
    turned = HeldRole(Role.HEADTEACHER, "oak", deputy.since, deputy.until)
    with pytest.raises(UsageError, match="end before it begins"):
        change_roles(rig.workspace, "dee", actor(rig), give=[turned], at_terminal=True)
    rig.check_record()


@pytest.mark.parametrize(
    "email",
    ["a", "a@b", "a b@oak.example", "a@oak.example\nBcc: x@evil.example", "<a@oak.example>", "a@oak.example,b@c.de"],
)
def test_what_is_no_address_is_refused(rig: Rig, email: str) -> None:
    with pytest.raises(UsageError, match="no e-mail address"):
        change_email(rig.workspace, "ivy", email)


def test_an_address_is_never_in_the_log(rig: Rig) -> None:
    assert change_email(rig.workspace, "ivy", " i.systems@oak.example ").email == "i.systems@oak.example"
    assert read_people(rig.workspace)[0].email == "i.systems@oak.example"
    assert change_email(rig.workspace, "ivy", "").email == ""
    with rig.workspace.database.read() as connection:
        assert all(b"oak.example" not in bytes(row.body) for row in connection.execute(log_entries.select()))


def test_every_change_is_logged_by_tags_and_the_log_is_whole(rig: Rig) -> None:
    code = add(rig, "rae", HeldRole(Role.REVIEWER, "oak"))
    reset_person(rig.workspace, "rae", actor(rig))
    disable_person(rig.workspace, "rae", actor(rig))
    kinds = [kind for kind, _ in rig.entries()][-4:]
    assert kinds == [Kind.PERSON_ADDED, Kind.PERSON_CHANGED, Kind.PERSON_CHANGED, Kind.PERSON_DISABLED]
    with rig.workspace.database.read() as connection:
        bodies = b"".join(bytes(row.body) for row in connection.execute(log_entries.select()))
    assert person_tag(rig.workspace.keys.tags, "rae").encode() in bodies
    assert b'"rae"' not in bodies and code.encode() not in bodies
    rig.check_record()


def test_who_is_disabled_is_so_for_good(rig: Rig) -> None:
    add(rig, "rae", HeldRole(Role.REVIEWER))
    disable_person(rig.workspace, "rae", actor(rig))
    for act in (reset_person, disable_person):
        with pytest.raises(UsageError, match="disabled for good"):
            act(rig.workspace, "rae", actor(rig))


def test_the_commands(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    run, at = CliRunner(), ["--workspace", str(rig.workspace.settings.folder)]
    by = ["--by", "it-services-manager", "--person", "ivy"]
    first = run.invoke(app, ["people", "add", "ivy", "--role", "it-services-manager", *at])
    assert first.exit_code == 0 and len(first.stdout.strip()) == 19 and "shown this once" in first.stderr
    at_oak = ["people", "add", "rae", "--role", "reviewer", "--school", "oak", *by, *at]
    unknown = run.invoke(app, at_oak).exception  # it would open the photos of nobody, and say nothing
    assert isinstance(unknown, UsageError) and "knows no schools" in str(unknown)
    with (rig.workspace.settings.folder / "redact.toml").open("a") as settings:
        settings.write('schools = ["oak"]\n')
    assert run.invoke(app, at_oak).exit_code == 0
    changed = run.invoke(app, ["people", "change", "rae", "--give", "headteacher", "--until", "31/08/2027", *by, *at])
    assert "headteacher until 31/08/2027, reviewer at oak" in changed.stdout
    deputy = ["--give", "ceo", "--from", "07/12/2026", "--until", "18/12/2026", "--email", "rae@oak.example"]
    changed = run.invoke(app, ["people", "change", "rae", *deputy, *by, *at])
    assert "ceo from 07/12/2026 until 18/12/2026" in changed.stdout and "; rae@oak.example" in changed.stdout
    assert isinstance(run.invoke(app, ["people", "change", "rae", *by, *at]).exception, UsageError)
    for login, role, email in (("ivy", "ceo", "ivy@oak.example"), ("rae", "poster", "oak")):
        refused = [login, "--give", role, "--email", email]
        error = run.invoke(app, ["people", "change", *refused, *by, *at]).exception
        assert isinstance(error, UsageError) and "Nothing was changed" in str(error)
    assert [person.email for person in read_people(rig.workspace)] == ["", "rae@oak.example"]
    assert "poster" not in run.invoke(app, ["people", "list", *at]).stdout
    assert run.invoke(app, ["people", "reset", "rae", *by, *at]).exit_code == 0
    assert "can no longer sign in" in run.invoke(app, ["people", "disable", "rae", *by, *at]).stdout
    listed = run.invoke(app, ["people", "list", *at]).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["ivy", "rae"] and "disabled" in listed[1]
