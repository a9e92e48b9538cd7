"""Staff duties: who has read which version, who may post, what the audit log keeps, what the pages show."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.events import person_tag
from redact.audit.kinds import Kind, Role
from redact.cli import app
from redact.errors import UsageError
from redact.posts.approving.approve import find_hindrance
from redact.posts.approving.rules import Approver
from redact.posts.duties import (
    READ_DAYS,
    Owed,
    PolicyUnread,
    adopt_policy,
    ask_for_training,
    check_policy_read,
    has_read_policy,
    owed_by,
    read_owed,
    read_register,
    review_day,
    say_policy_read,
    say_trained,
)
from redact.posts.people import NewPerson, add_person, disable_person, read_people
from redact.posts.releasing.release import Poster, release
from redact.store.people import HeldRole
from redact.store.posts.values import PostState
from redact.store.schema.tables import log_entries
from redact.store.staff.duties import POLICY_READ, TRAINING, DutyRow, PolicyVersion
from redact.workspace.ids import Actor
from tests.rigs.living import Living, open_living
from tests.rigs.posting import actor_of, open_posting

POLICY = PolicyVersion("2026-09", "2026-09-01", "2029-09-01")
REVIEW = date(2029, 9, 1)


def read(version: str, done_on: str | None = "2026-09-03") -> DutyRow:
    return DutyRow(1, 1, POLICY_READ, version, "2026-10-01", done_on)


def test_only_the_version_in_force_counts_and_only_when_it_was_read() -> None:
    assert has_read_policy(POLICY, [read("2026-09")], asks=True)
    assert not has_read_policy(POLICY, [read("2023-09")], asks=True)
    assert not has_read_policy(POLICY, [read("2026-09", None)], asks=True)
    assert not has_read_policy(POLICY, [DutyRow(1, 1, TRAINING, "2026-09", "2026-09-01", "2026-09-01")], asks=True)
    assert not has_read_policy(POLICY, [], asks=True)
    assert has_read_policy(POLICY, [], asks=False)
    assert has_read_policy(None, [], asks=True)


def test_who_comes_later_has_the_same_days_to_read() -> None:
    assert owed_by(POLICY, date(2026, 1, 1), []).read_by == "2026-10-01"
    assert owed_by(POLICY, date(2026, 12, 1), []).read_by == "2026-12-31"
    assert READ_DAYS == 30
    assert owed_by(None, date(2026, 1, 1), []) == Owed(None, None, None, None)


def test_late_is_after_the_day_and_not_on_it() -> None:
    unread = Owed(None, "2026-10-01", None, None)
    assert not unread.is_late("2026-10-01") and unread.is_late("2026-10-02")
    assert not Owed("2026-09-30", "2026-10-01", None, None).is_late("2026-12-01")
    assert Owed("2026-09-30", "2026-10-01", "2026-11-01", None).is_late("2026-11-02")


def test_the_review_is_three_years_on() -> None:
    assert review_day(date(2026, 9, 7)) == date(2029, 9, 7)
    assert review_day(date(2028, 2, 29)) == date(2031, 2, 28)


@pytest.fixture
def living(tmp_path: Path) -> Living:
    with open_living(tmp_path) as found:
        it = HeldRole(Role.IT_SERVICES_MANAGER)
        add_person(found.workspace, NewPerson("ivy", "Ivy", (it,)), None, at_terminal=True)
        for login, role in (("olive", Role.COMMUNICATIONS), ("pia", Role.POSTER)):
            add_person(found.workspace, NewPerson(login, "", (HeldRole(role),)), actor(found), at_terminal=True)
        return found


def actor(living: Living, login: str = "ivy", role: Role = Role.IT_SERVICES_MANAGER) -> Actor:
    return Actor(role.value, person_tag(living.workspace.keys.tags, login))


def check(living: Living, login: str) -> None:
    with living.workspace.database.read() as connection:
        check_policy_read(connection, living.workspace, actor(living, login).tag)


def test_nobody_posts_without_having_read_what_is_in_force(living: Living) -> None:
    workspace = living.workspace
    check(living, "olive")
    check(living, "a-stranger")
    adopt_policy(workspace, "2026-09", REVIEW, actor(living))
    for login in ("olive", "a-stranger"):
        with pytest.raises(PolicyUnread, match="2026-09"):
            check(living, login)
    assert say_policy_read(workspace, "olive", "2026-09", actor(living, "olive", Role.COMMUNICATIONS))
    check(living, "olive")
    with pytest.raises(PolicyUnread):
        check(living, "pia")
    living.clock.go(days=1)
    adopt_policy(workspace, "2027-01", REVIEW, actor(living))
    with pytest.raises(PolicyUnread, match="2027-01"):
        check(living, "olive")
    with pytest.raises(UsageError, match="version 2027-01 is"):
        say_policy_read(workspace, "olive", "2026-09", actor(living))


def test_it_is_written_down_once_and_by_tags(living: Living) -> None:
    workspace = living.workspace
    adopt_policy(workspace, "2026-09", REVIEW, actor(living))
    assert say_policy_read(workspace, "olive", "2026-09", actor(living))
    assert not say_policy_read(workspace, "olive", "2026-09", actor(living))
    (done,), (adopted,) = living.events(Kind.DUTY_DONE), living.events(Kind.POLICY_ADOPTED)
    assert done.fact("who") == person_tag(workspace.keys.tags, "olive") and done.fact("policy") == "2026-09"
    assert adopted.fact("until") == "2029-09-01T22:59:59.999Z"  # the end of the school's day
    with workspace.database.read() as connection:
        assert all(b"olive" not in bytes(row.body) for row in connection.execute(log_entries.select()))
    living.check_record()


def test_a_version_is_adopted_once_and_its_review_lies_ahead(living: Living) -> None:
    adopt_policy(living.workspace, "2026-09", REVIEW, actor(living))
    for version, day in (("2026-09", REVIEW), ("Policy of 2026", REVIEW), ("2027", date(2026, 9, 7))):
        with pytest.raises(UsageError):
            adopt_policy(living.workspace, version, day, actor(living))
    assert [event.fact("policy") for event in living.events(Kind.POLICY_ADOPTED)] == ["2026-09"]


def test_training_is_asked_for_moved_and_done(living: Living) -> None:
    workspace = living.workspace
    olive = next(person for person in read_people(workspace) if person.login == "olive")
    ask_for_training(workspace, "olive", date(2026, 10, 1))
    ask_for_training(workspace, "olive", date(2026, 11, 1))
    assert read_owed(workspace, olive)[1].training_due == "2026-11-01"
    say_trained(workspace, "olive", actor(living))
    say_trained(workspace, "pia", actor(living))
    assert read_owed(workspace, olive)[1] == Owed(None, None, None, "2026-09-07")
    assert [event.fact("duty") for event in living.events(Kind.DUTY_DONE)] == [TRAINING, TRAINING]
    with pytest.raises(UsageError, match="Nobody who may sign in"):
        ask_for_training(workspace, "nobody", date(2026, 10, 1))


def test_who_left_owes_nothing(living: Living) -> None:
    adopt_policy(living.workspace, "2026-09", REVIEW, actor(living))
    disable_person(living.workspace, "pia", actor(living))
    assert [person.login for person, _ in read_register(living.workspace).people] == ["ivy", "olive"]


def test_the_commands(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.workspace.open.system_now", living.clock)
    run, at = CliRunner(), ["--workspace", str(living.workspace.settings.folder)]
    by = ["--by", "headteacher", "--person", "head"]
    adopted = run.invoke(app, ["policy", "adopt", "2026-09", *by, *at])
    assert "to be reviewed by 07/09/2029" in adopted.stdout and "policy_link" in adopted.stderr
    listed = run.invoke(app, ["policy", "list", *at]).stdout
    assert "2026-09" in listed and "in force" in listed
    assert run.invoke(app, ["duties", "done", "olive", "--policy", "2026-09", *by, *at]).exit_code == 0
    assert run.invoke(app, ["duties", "training", "olive", "--due", "01/10/2026", *at]).exit_code == 0
    shown = run.invoke(app, ["duties", "list", *at])
    assert shown.exit_code == 0 and "read 07/09/2026" in shown.stdout and "TRAINING due 01/10/2026" in shown.stdout
    living.clock.go(days=31)
    late = run.invoke(app, ["duties", "list", "--due", *at])
    assert late.exit_code == 3 and "NOT READ, due 07/10/2026 (late)" in late.stdout
    assert isinstance(run.invoke(app, ["duties", "done", "olive", *by, *at]).exception, UsageError)


def test_a_proposal_an_approval_and_a_release_ask_whether_the_policy_was_read(tmp_path: Path) -> None:
    with open_posting(tmp_path) as posting:
        workspace, it = posting.workspace, Actor(Role.IT_SERVICES_MANAGER.value, "0" * 64)
        add_person(workspace, NewPerson("ivy", "", (HeldRole(Role.IT_SERVICES_MANAGER),)), None, at_terminal=True)
        heads = HeldRole(Role.HEADTEACHER)
        for login, held in (("olive", HeldRole(Role.COMMUNICATIONS)), ("hal", heads), ("pia", HeldRole(Role.POSTER))):
            add_person(workspace, NewPerson(login, "", (held,)), it, at_terminal=True)
        hal = Approver(actor_of(posting, "hal", Role.HEADTEACHER).tag, (heads,))
        olive, pia = actor_of(posting, "olive", Role.COMMUNICATIONS), actor_of(posting, "pia", Role.POSTER)
        adopt_policy(workspace, "2026-09", REVIEW, it)
        with pytest.raises(PolicyUnread):
            posting.propose(who=olive)
        say_policy_read(workspace, "olive", "2026-09", olive)
        post = posting.propose(who=olive)
        with pytest.raises(PolicyUnread):
            posting.approve(post, hal)
        assert find_hindrance(workspace, post, hal).unread == "2026-09"
        say_policy_read(workspace, "hal", "2026-09", Actor(Role.HEADTEACHER.value, hal.tag))
        assert not find_hindrance(workspace, post, hal).is_any
        post = posting.approve(post, hal)
        with pytest.raises(PolicyUnread):
            release(workspace, post.id, str(post.content), Poster(pia, None))
        assert posting.post(post.id).state is PostState.APPROVED and not any(workspace.settings.outbox.rglob("*.txt"))
        say_policy_read(workspace, "pia", "2026-09", pia)
        assert release(workspace, post.id, str(post.content), Poster(pia, None)).state is PostState.RELEASED
        posting.check_record()
