"""One turn of the messages: ask for what is due to be told, send what waits.

Threat: something is told twice, or never, because the program was killed between sending and writing it down; a mail
server that is away stops the photos.
Rule: a key is asked for once.  A message is taken (its time moves on) in one transaction, sent, and written down as
sent in another; two processes never take the same one.  A fault puts it off, longer each time, and stands in status
and doctor; nothing else waits for it.  What is not so any more is not sent; several of a kind to one person are one
mail.
Accepted residue: killed after the server took a message and before that was written down, the program sends it once
more; what the server did not take for three days is given up.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from redact.errors import UsageError
from redact.messages.due import due_messages
from redact.messages.gather import read_facts
from redact.messages.mail import MailFault, Post, Send
from redact.messages.values import Facts, Kind, Message
from redact.messages.words import Text, write
from redact.reports.health import read_health
from redact.store.people import find_person, read_person
from redact.store.staff import messages as rows
from redact.store.staff.messages import NEVER, Queued
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace
from redact.workspace.schools import place_name
from redact.workspace.settings import SettingsFault
from redact.workspace.settings.mail_server import server_of

TURN_S: Final = 60.0  # seconds between two turns
TAKEN_S: Final = 600.0  # seconds that a taken message is nobody else's: ten sessions
FIRST_PAUSE_S: Final = 60.0  # after the first fault; then twice as long each time
LONGEST_PAUSE_S: Final = 6 * 3600.0
GIVEN_UP: Final = timedelta(days=3)  # what a mail server itself tries for, about (RFC 5321, 4.5.4.1: 4 to 5 days)
KEPT: Final = timedelta(days=400)  # how long a key is known: beyond a school year
MOST: Final = 50  # messages of one turn

log = logging.getLogger("redact")


@dataclass(slots=True)
class Messages:
    """The messages of one workspace, for as long as a program runs; one turn at a time."""

    workspace: Workspace
    post: Post | None = None  # made at the first turn
    logged: str = ""  # the fault that was logged last: it is logged once

    def turn(self) -> None:
        """Ask and send; costs nothing where messages are off, and a fault of the mail server is no fault of a run.

        Raises:
            DatabaseFault: the rest is done later.
        """
        try:
            self._turn()
        except (MailFault, SettingsFault) as error:
            if str(error) != self.logged:
                log.warning("Messages to staff were not all sent. %s", error)
            self.logged = str(error)
        else:
            self.logged = ""

    def _turn(self) -> None:
        server = server_of(self.workspace.settings)
        if server is None:
            return
        if self.post is None:
            self.post = Post(server, self.workspace.now)
        facts = read_facts(self.workspace)
        _ask(self.workspace, due_messages(facts))
        _send_due(self.workspace, self.post, facts)

    def turn_unless_watched(self) -> None:
        """Do the same where no watcher lives that does: then somebody must hear of that.

        Raises:
            DatabaseFault: as for `turn`.
        """
        if self.workspace.settings.smtp_host is None:
            return
        if not any(each.is_fresh for each in read_health(self.workspace).watchers):
            self.turn()


def send_test(workspace: Workspace, login: str) -> str:
    """Send a test message to a person at once, and return the address it went to.

    Raises:
        UsageError: there is no such person, they have no address, or messages are off.
        SettingsFault: the settings of the mail server do not belong together.
        MailFault: the mail server did not take it.
    """
    server = server_of(workspace.settings)
    if server is None:
        raise UsageError("Messages are off: set smtp_host and smtp_from in redact.toml. Nothing was sent.")
    with workspace.database.read() as connection:
        person = find_person(connection, login.strip().lower())
    if person is None:
        raise UsageError("Nobody has that login. See: redact people list")
    if not person.email:
        raise UsageError(f"{person.login} has no address: redact people change {person.login} --email ADDRESS")
    text, to = _text(workspace, Kind.TEST, None, read_facts(workspace)), person.email
    assert text is not None
    Post(server, workspace.now).session(lambda send: send(to, text))
    return to


def pause_s(attempts: int) -> float:
    """Return the seconds until the next try, after so many."""
    return min(FIRST_PAUSE_S * 2.0 ** max(0, attempts - 1), LONGEST_PAUSE_S)


def _ask(workspace: Workspace, due: Sequence[Message]) -> None:
    """Put into the queue what was never asked for; where nothing is new, one query."""
    at, before = print_moment(workspace.now()), print_moment(workspace.now() - KEPT)
    keys = {message.key: message for message in due}
    with workspace.database.read() as connection:
        known = rows.known_keys(connection, keys)
    if known == keys.keys():
        return
    with workspace.database.write() as connection:
        known = rows.known_keys(connection, keys)  # another process may have asked meanwhile
        for key, message in keys.items():
            if key not in known:
                rows.add_message(connection, key, message.kind.value, message.person, message.about, at)
        rows.forget_old(connection, before)


def _send_due(workspace: Workspace, post: Post, facts: Facts) -> None:
    with workspace.database.read() as connection:
        waiting = rows.list_due(connection, facts.now, MOST)
    groups = [tuple(group) for _, group in groupby(sorted(waiting, key=_together), key=_together)]
    if not groups:
        return
    left = list(groups)

    def send_all(send: Send) -> None:
        while left:
            _send_one(workspace, send, left[0], facts)
            left.pop(0)

    try:
        post.session(send_all)
    except MailFault as error:
        for group in left:
            _put_off(workspace, group, str(error))
        raise


def _together(queued: Queued) -> tuple[int, str]:
    return queued.person, queued.kind


def _send_one(workspace: Workspace, send: Send, group: Sequence[Queued], facts: Facts) -> None:
    """Send the messages of one kind to one person as one mail.

    Raises:
        MailFault: of the server itself: none of the others would go either.
    """
    until = print_moment(workspace.now() + timedelta(seconds=TAKEN_S))
    with workspace.database.write() as connection:
        taken = [queued for queued in group if rows.take(connection, queued, until)]
        person = read_person(connection, group[0].person)
    to = person.email if person is not None and person.disabled_at is None else ""
    text = _text(workspace, Kind(group[0].kind), group[0].person, facts)
    if not taken:
        return
    if not to or text is None:
        _end(workspace, taken, "nothing to tell any more" if to else "no address any more")
        return
    try:
        send(to, text)
    except MailFault as error:
        if error.is_of_server:
            raise
        _put_off(workspace, taken, str(error))
        return
    _end(workspace, taken, None)


def _end(workspace: Workspace, group: Sequence[Queued], note: str | None) -> None:
    at = print_moment(workspace.now())
    with workspace.database.write() as connection:
        for queued in group:
            rows.end_message(connection, queued.id, at, note)


def _put_off(workspace: Workspace, group: Sequence[Queued], fault: str) -> None:
    now = workspace.now()
    with workspace.database.write() as connection:
        for queued in group:
            rows.put_off(connection, queued, _again_at(queued, now), fault)


def _again_at(queued: Queued, now: datetime) -> str:
    if now - parse_moment(queued.asked_at) >= GIVEN_UP:
        return NEVER
    return print_moment(now + timedelta(seconds=pause_s(queued.attempts + 1)))


def _text(workspace: Workspace, kind: Kind, person: int | None, facts: Facts) -> Text | None:
    each = next((found for found in facts.recipients if found.person == person), None)
    if person is not None and each is None:
        return None
    settings = workspace.settings
    return write(kind, each, facts, place_name(settings.origin), settings.desk_url)
