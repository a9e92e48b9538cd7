"""Messages by a real mail server: encryption, refusals, a slow server, a kill in the middle, two processes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.kinds import Role
from redact.cli import app
from redact.errors import UsageError
from redact.messages import turn as turning
from redact.messages.beside import messages_beside
from redact.messages.mail import MailFault, Post
from redact.messages.turn import FIRST_PAUSE_S, GIVEN_UP, LONGEST_PAUSE_S, Messages, pause_s, send_test
from redact.messages.words import Text
from redact.posts.duties import adopt_policy
from redact.posts.people import NewPerson, add_person
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.status import read_status
from redact.store import machines as executors
from redact.store.people import HeldRole
from redact.store.staff.messages import NEVER, Queued, list_messages
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.settings import Settings, SettingsFault
from redact.workspace.settings.mail_server import PASSWORD, Server, server_of
from redact.workspace.settings.rules import SmtpSecurity
from tests.rigs.living import Living, open_living
from tests.rigs.mail import Mailbox, make_certificate, open_mailbox
from tests.rigs.waiting import wait_until

TO = "h.head@oak.example"
TEXT = Text("Photo desk: one post waits", "One post waits for your approval.\n\nhttps://desk.oak.example/\n")
NIGHT = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # no daily message
WHO = Actor(Role.IT_SERVICES_MANAGER.value, "0" * 64)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def settings_of(living: Living, port: int, **further: object) -> Settings:
    chosen = {"smtp_host": "localhost", "smtp_port": port, "smtp_from": "desk@oak.example"} | further
    return replace(living.workspace.settings, **{"smtp_security": SmtpSecurity.NONE, **chosen})  # type: ignore[arg-type]


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        found.clock.moment = NIGHT
        it = NewPerson("ivy", "Ivy", (HeldRole(Role.IT_SERVICES_MANAGER),), "ivy@oak.example")
        add_person(found.workspace, it, None, at_terminal=True)
        add_person(found.workspace, NewPerson("sam", "Sam", (HeldRole(Role.HOLDER),), TO), WHO, at_terminal=True)
        yield found


def opened(living: Living, mailbox: Mailbox) -> Workspace:
    return replace(living.workspace, settings=settings_of(living, mailbox.port))


def queue(living: Living) -> tuple[Queued, ...]:
    with living.workspace.database.read() as connection:
        return list_messages(connection, 100)


def hand_over(settings: Settings, environment: dict[str, str] | None = None, session_s: float = 60.0) -> None:
    server = server_of(settings, environment or {})
    assert isinstance(server, Server)
    Post(server, lambda: NIGHT, session_s).session(lambda send: send(TO, TEXT))


# -- the way to the server --


def test_a_message_is_plain_text_and_says_that_a_program_sent_it(living: Living) -> None:
    with open_mailbox() as mailbox:
        hand_over(settings_of(living, mailbox.port))
    (message,) = mailbox.taken
    assert message["To"] == TO and message["From"] == "desk@oak.example" and message["Subject"] == TEXT.subject
    assert message.get_content_type() == "text/plain" and message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 07 Sep 2026 02:00:00 +0000" and message["Message-ID"].endswith("@oak.example>")


def test_starttls_takes_no_certificate_that_this_machine_does_not_know(living: Living, certificate: Path) -> None:
    with open_mailbox(certificate, password="pass word") as mailbox:
        settings = settings_of(living, mailbox.port, smtp_security=SmtpSecurity.STARTTLS, smtp_user="desk")
        secret = {PASSWORD: "pass word"}
        with pytest.raises(MailFault, match="certificate that this machine does not trust"):
            hand_over(settings, secret)
        hand_over(replace(settings, smtp_ca=certificate), secret)
        assert mailbox.subjects == [TEXT.subject]
        with pytest.raises(MailFault, match=r"refuses smtp_user or REDACT_SMTP_PASSWORD \(answer 535\)"):
            hand_over(replace(settings, smtp_ca=certificate), {PASSWORD: "wrong"})
        with pytest.raises(MailFault, match="certificate that this machine does not trust"):  # another name
            hand_over(replace(settings, smtp_ca=certificate, smtp_host="127.0.0.1"), secret)
        assert len(mailbox.taken) == 1


def test_tls_from_the_beginning(living: Living, certificate: Path) -> None:
    with open_mailbox(certificate, is_tls=True) as mailbox:
        settings = settings_of(living, mailbox.port, smtp_security=SmtpSecurity.TLS)
        with pytest.raises(MailFault, match="does not trust"):
            hand_over(settings)
        hand_over(replace(settings, smtp_ca=certificate))
    assert mailbox.subjects == [TEXT.subject]


def test_a_server_without_encryption_gets_neither_message_nor_password(living: Living) -> None:
    with open_mailbox() as mailbox:
        settings = settings_of(living, mailbox.port, smtp_security=SmtpSecurity.STARTTLS, smtp_user="desk")
        with pytest.raises(MailFault, match="does not offer what is asked"):
            hand_over(settings, {PASSWORD: "x"})
    assert mailbox.taken == []


@pytest.mark.parametrize(
    ("further", "secret", "why"),
    [
        ({"smtp_host": "smtp.oak.example"}, "", '"none" is for a mail server on this machine alone'),
        ({"smtp_from": None}, "", "smtp_from is missing"),
        ({"smtp_user": "desk"}, "", "belong together"),
        ({}, "secret", "belong together"),
        ({"smtp_security": SmtpSecurity.TLS, "smtp_ca": Path("/nowhere.pem")}, "", "smtp_ca is not a file"),
    ],
)
def test_settings_that_do_not_belong_together_are_refused(
    living: Living, further: dict[str, object], secret: str, why: str
) -> None:
    with pytest.raises(SettingsFault, match=why):
        server_of(settings_of(living, 25, **further), {PASSWORD: secret})


def test_without_a_host_messages_are_off(living: Living) -> None:
    assert server_of(living.workspace.settings, {PASSWORD: "x"}) is None
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    Messages(living.workspace).turn()
    assert queue(living) == ()
    with pytest.raises(UsageError, match="Messages are off"):
        send_test(living.workspace, "ivy")


def test_a_slow_server_is_given_up_in_time(living: Living) -> None:
    with open_mailbox() as mailbox:
        mailbox.pause_s = 2.0
        with pytest.raises(MailFault, match="takes too long"):
            hand_over(settings_of(living, mailbox.port), session_s=0.3)


@pytest.mark.parametrize(
    ("rcpt", "answer", "is_of_server"),
    [
        ("550 No such mailbox h.head@oak.example", "250 OK", False),
        ("450 Try later", "250 OK", False),
        ("250 OK", "554 Refused: contains h.head", False),
        ("250 OK", "451 Try later", False),
        ("250 OK", "421 Closing", True),
    ],
)
def test_of_a_refusal_only_the_number_is_kept(living: Living, rcpt: str, answer: str, is_of_server: bool) -> None:
    with open_mailbox() as mailbox:
        mailbox.rcpt, mailbox.answer = rcpt, answer
        with pytest.raises(MailFault, match=r"answer \d\d\d") as met:
            hand_over(settings_of(living, mailbox.port))
    assert met.value.is_of_server is is_of_server and "head" not in str(met.value)


# -- the queue --


def test_each_person_is_told_once_whatever_is_restarted(living: Living) -> None:
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    with open_mailbox() as mailbox:
        for _ in range(3):
            Messages(opened(living, mailbox)).turn()  # a new process each
            living.clock.go(hours=1)
    assert sorted(str(message["To"]) for message in mailbox.taken) == [TO, "ivy@oak.example"]
    assert all(each.sent_at is not None and each.attempts == 1 for each in queue(living))
    assert "Please read the social media policy" in mailbox.subjects[0]


def test_a_server_that_is_away_puts_everything_off_and_loses_nothing(
    living: Living, caplog: pytest.LogCaptureFixture
) -> None:
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    with open_mailbox() as mailbox:
        port = mailbox.port
    away = Messages(replace(living.workspace, settings=settings_of(living, port)))
    with caplog.at_level(logging.WARNING, "redact"):
        for _ in range(3):
            away.turn()
            living.clock.go(minutes=10)
    assert [each.attempts for each in queue(living)] == [3, 3]
    assert len([record for record in caplog.records if "were not all sent" in record.message]) == 1  # said once
    (item,) = [item for item in read_status(living.workspace).for_person if item.id == "messages"]
    assert item.reason.startswith("2 messages to staff were not sent. The mail server localhost, port")
    with open_mailbox() as mailbox:
        living.clock.go(hours=1)
        Messages(opened(living, mailbox)).turn()
    assert len(mailbox.taken) == 2 and all(each.fault is None for each in queue(living))


def test_pauses_grow_to_six_hours_and_after_three_days_it_is_given_up(living: Living) -> None:
    assert [pause_s(attempts) for attempts in (1, 2, 3, 20)] == [FIRST_PAUSE_S, 120.0, 240.0, LONGEST_PAUSE_S]
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    with open_mailbox() as mailbox:
        mailbox.rcpt = "550 No"
        messages = Messages(opened(living, mailbox))
        messages.turn()
        living.clock.go(seconds=30)
        messages.turn()
        assert [each.attempts for each in queue(living)] == [1, 1]  # not before its pause is over
        living.clock.go(seconds=GIVEN_UP.total_seconds())
        messages.turn()
        assert [each.due_at for each in queue(living)] == [NEVER, NEVER]
        mailbox.rcpt = "250 OK"
        living.clock.go(days=1)
        messages.turn()
    assert mailbox.taken == []


def test_one_refused_address_holds_up_nobody_else(living: Living) -> None:
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    with open_mailbox() as mailbox:
        refuse = mailbox.handle_RCPT

        async def refuse_one(server: object, session: object, envelope: object, address: str, options: object) -> str:
            return "550 No" if address.startswith("ivy") else await refuse(server, session, envelope, address, options)

        mailbox.handle_RCPT = refuse_one  # type: ignore[method-assign]
        Messages(opened(living, mailbox)).turn()
    assert [str(message["To"]) for message in mailbox.taken] == [TO]
    assert sum(each.sent_at is None for each in queue(living)) == 1


class Killed(BaseException):
    """The process ends here."""


def test_killed_after_the_server_took_it_a_message_comes_twice_at_most(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)

    def die(*_: object) -> None:
        raise Killed

    with open_mailbox() as mailbox:
        with monkeypatch.context() as patched:
            patched.setattr(turning, "_end", die)
            with pytest.raises(Killed):
                Messages(opened(living, mailbox)).turn()
        assert len(mailbox.taken) == 1
        for _ in range(4):
            Messages(opened(living, mailbox)).turn()
            living.clock.go(minutes=6)
    assert len(mailbox.taken) == 3 and all(each.sent_at for each in queue(living))  # two people, one of them twice


def test_two_processes_send_a_message_once(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    with open_mailbox() as mailbox:
        other, is_other = Messages(opened(living, mailbox)), False
        take = turning._send_one

        def interfere(*arguments: object) -> None:
            nonlocal is_other
            if not is_other:
                is_other = True
                other.turn()  # the other process is quicker
            take(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(turning, "_send_one", interfere)
        Messages(opened(living, mailbox)).turn()
    assert len(mailbox.taken) == 2


def test_what_is_over_before_it_was_sent_is_not_sent(living: Living) -> None:
    with living.workspace.database.write() as connection:
        executors.beat(connection, living.workspace.executor, living.clock())
    living.clock.go(minutes=6)
    with open_mailbox() as mailbox:
        mailbox.answer = "451 Later"
        Messages(opened(living, mailbox)).turn()
        mailbox.answer = "250 OK"
        with living.workspace.database.write() as connection:
            executors.beat(connection, living.workspace.executor, living.clock() + timedelta(minutes=5))
        living.clock.go(minutes=5)
        Messages(opened(living, mailbox)).turn()
    (told,) = queue(living)
    assert mailbox.taken == [] and told.kind == "watcher-silent" and told.fault == "nothing to tell any more"


def test_the_desk_tells_of_a_dead_watcher_and_leaves_the_rest_to_a_living_one(living: Living) -> None:
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
    with living.workspace.database.write() as connection:
        executors.beat(connection, living.workspace.executor, living.clock())
    with open_mailbox() as mailbox:
        desk = Messages(opened(living, mailbox))
        desk.turn_unless_watched()
        assert mailbox.taken == []
        living.clock.go(minutes=6)
        with messages_beside(opened(living, mailbox), 0.05):
            wait_until(lambda: len(mailbox.taken) == 3)
    assert "Photo desk: The photo program has stopped" in mailbox.subjects


def test_a_digest_of_the_morning(living: Living) -> None:
    living.stop(living.add_device() / "a.jpg", b"photo a")
    add_person(
        living.workspace,
        NewPerson("olive", "", (HeldRole(Role.COMMUNICATIONS),), "o@oak.example"),
        WHO,
        at_terminal=True,
    )
    living.clock.moment = datetime(2026, 9, 8, 6, 5, tzinfo=UTC)  # 7:05 at the school
    with open_mailbox() as mailbox:
        for _ in range(3):
            Messages(opened(living, mailbox)).turn()
            living.clock.go(hours=1)
    mine = [message for message in mailbox.taken if message["To"] == "o@oak.example"]
    assert [message["Subject"] for message in mine] == ["Photo desk: what waits for you today"]
    assert "- 1 photo stopped and needs you" in str(mine[0].get_payload())


# -- commands and doctor --


def configured(living: Living, mailbox: Mailbox) -> list[str]:
    file = living.workspace.settings.folder / "redact.toml"
    lines = (
        f'smtp_host = "localhost"\nsmtp_port = {mailbox.port}\nsmtp_security = "none"\nsmtp_from = "d@oak.example"\n'
    )
    file.write_text(lines + file.read_text())
    return ["--workspace", str(living.workspace.settings.folder)]


def test_the_commands(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.workspace.open.system_now", living.clock)
    run = CliRunner()
    off = run.invoke(app, ["messages", "list", "--workspace", str(living.workspace.settings.folder)])
    assert "Messages are off" in off.stderr
    with open_mailbox() as mailbox:
        at = configured(living, mailbox)
        tried = run.invoke(app, ["messages", "test", "sam", *at])
        assert f"took a test message to {TO}" in tried.stdout
        adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), WHO)
        Messages(opened(living, mailbox)).turn()
        listed = run.invoke(app, ["messages", "list", *at]).stdout
    assert "Photo desk: A test message" in mailbox.subjects
    assert "policy-unread    sam" in listed and "sent 07/09/2026 03:00" in listed
    refused = run.invoke(app, ["messages", "test", "ivy", *at])
    assert isinstance(refused.exception, MailFault) and "cannot be reached" in str(refused.exception)


def test_doctor_says_who_would_hear_nothing(living: Living) -> None:
    folder = living.workspace.settings.folder

    def found() -> list[tuple[Grade, str]]:
        return [(each.grade, each.sentence) for each in examine(folder, living.clock) if each.check == "messages"]

    assert found() == [(Grade.OK, "No message is sent to anybody; smtp_host would name the trust's mail server.")]
    with open_mailbox() as mailbox:
        configured(living, mailbox)
    assert found() == [
        (Grade.WARN, "Nobody with the role headteacher has an address: they hear nothing."),
    ]
    file = folder / "redact.toml"
    file.write_text('smtp_user = "x"\n' + file.read_text())
    assert found()[0][0] is Grade.FAIL
