"""Duties, messages and health once more where the database is a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.messages.turn import Messages
from redact.posts.duties import adopt_policy, ask_for_training, read_register, say_policy_read, say_trained
from redact.posts.people import NewPerson, add_person
from redact.reports.health import read_health
from redact.service.log_check import check_daily
from redact.store.people import HeldRole
from redact.store.staff.messages import list_messages
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.settings.rules import SmtpSecurity
from tests.rigs.mail import open_mailbox
from tests.rigs.postgres import cluster
from tests.store.test_postgres import Ready, ready

__all__ = ["cluster", "ready"]
IT = Actor(Role.IT_SERVICES_MANAGER.value, "0" * 64)


@pytest.fixture
def workspace(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:  # noqa: F811
    with ready.opened(tmp_path) as (found, _):
        yield found


@pytest.mark.slow
def test_staff_are_told_once_and_say_that_they_read(workspace: Workspace) -> None:
    ivy = NewPerson("ivy", "Ivy", (HeldRole(Role.IT_SERVICES_MANAGER),), "ivy@oak.example")
    add_person(workspace, ivy, None, at_terminal=True)
    deputy = HeldRole(Role.HEADTEACHER, "", "2026-12-18T23:59:59.999Z", "2026-09-01T00:00:00.000Z")
    add_person(workspace, NewPerson("dee", "", (deputy,), "dee@oak.example"), IT, at_terminal=True)
    adopt_policy(workspace, "2026-09", date(2029, 9, 1), IT)
    ask_for_training(workspace, "dee", date(2026, 9, 10))
    with open_mailbox() as mailbox:
        there = {"smtp_host": "localhost", "smtp_port": mailbox.port, "smtp_from": "desk@oak.example"}
        settings = replace(workspace.settings, **there, smtp_security=SmtpSecurity.NONE)  # type: ignore[arg-type]
        for _ in range(2):
            Messages(replace(workspace, settings=settings)).turn()
    kinds = sorted((str(message["To"]), str(message["Subject"])[12:27]) for message in mailbox.taken)
    read = ("Please read the", "Your training o")
    policy = [each for each in kinds if each[1] in read]
    assert policy == [("dee@oak.example", read[0]), ("dee@oak.example", read[1]), ("ivy@oak.example", read[0])]
    with workspace.database.read() as connection:
        assert all(each.sent_at is not None for each in list_messages(connection, 10))
    assert say_policy_read(workspace, "dee", "2026-09", IT)
    say_trained(workspace, "dee", IT)
    owed = {person.login: owed for person, owed in read_register(workspace).people}
    assert not owed["dee"].is_open and owed["ivy"].is_unread
    check_daily(workspace)
    assert read_health(workspace).log.is_intact
