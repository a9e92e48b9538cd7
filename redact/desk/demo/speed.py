"""How long the desk's pages take over HTTP in a large workspace: a temporary one, and `redact desk` in its process.

The rows of photos are made up (redact/trials/status_speed.py), pupils and posts too; a draft, a proposal, an approval
and a post that stands are written as people write them.  One client asks, one page after the other, with the
connection kept: what is measured is a page, not a queue.  Each page is asked for in its turn, so that nothing that the
program keeps from the last request is that page's own.  The workspace's rows lie in SQLite, or in an empty database
that is named.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, inspect, select, text, update

from redact.audit.events import person_tag
from redact.audit.kinds import Role
from redact.desk.sign_in.sessions import COOKIE, hash_cookie
from redact.errors import RedactError, UsageError, short_id
from redact.posts.changes import Seen
from redact.posts.people import NewPerson, add_person
from redact.posts.writing import drafting
from redact.posts.writing.drafting import is_passed_by_row
from redact.posts.writing.questions import QUESTIONS
from redact.store import people as rows_of_people
from redact.store.database import Database
from redact.store.people import HeldRole, Session
from redact.store.posts.posts import Draft, add_post
from redact.store.posts.values import Answer, PostPhoto, Teller
from redact.store.queue import find_queued
from redact.store.schema.tables import photos, post_photos, posts, pupils, register_versions, shown, sites
from redact.system.clock import print_moment
from redact.trials.status_speed import fill, note_sizes, spell
from redact.workspace.create import make_workspace
from redact.workspace.ids import Actor, acting
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.settings.file import parse_settings, print_settings

SITE: Final = "facebook-speed"
_CAPTION: Final = (
    "What a day at the pond: Year 4 found newts, water boatmen and a very large frog. Thank you to everybody who "
    "came along, and to the Friends of the school for the nets.\n\nThere is more to see on the school's own pages."
)
_ALT: Final = "Children with nets stand around a pond, seen from behind"
_COPIES: Final = 20  # that posts are made of
_OPEN_S: Final = 60.0  # seconds until the desk answers
#: Whose page it is, and where; {draft}, {proposed} stand for a post's number, {photo} for one that waits for a look.
_PAGES: Final[Mapping[str, tuple[Role, str]]] = {
    "tasks of a reviewer": (Role.REVIEWER, "/"),
    "photos": (Role.REVIEWER, "/photos"),
    "photos that are fit for use": (Role.REVIEWER, "/photos?standing=fit"),
    "photos of a school": (Role.REVIEWER, "/photos?school=oak"),
    "photos of an event": (Role.REVIEWER, "/photos?event=event-7"),
    "the next photo to look at": (Role.REVIEWER, "/photos/next"),
    "a photo": (Role.REVIEWER, "/photos/{photo}"),
    "a search": (Role.REVIEWER, "/search?q={digits}"),
    "events": (Role.COMMUNICATIONS, "/events"),
    "tasks of the office": (Role.COMMUNICATIONS, "/"),
    "drafts": (Role.COMMUNICATIONS, "/posts?state=draft"),
    "photos to choose": (Role.COMMUNICATIONS, "/posts/new"),
    "a draft": (Role.COMMUNICATIONS, "/posts/{draft}"),
    "its caption": (Role.COMMUNICATIONS, "/posts/{draft}/edit/caption"),
    "its alternative texts": (Role.COMMUNICATIONS, "/posts/{draft}/edit/alt"),
    "its questions": (Role.COMMUNICATIONS, "/posts/{draft}/edit/questions"),
    "tasks of a headteacher": (Role.HEADTEACHER, "/"),
    "posts to approve": (Role.HEADTEACHER, "/posts?state=proposed"),
    "a post to approve": (Role.HEADTEACHER, "/posts/{proposed}"),
    "posts that stand": (Role.POSTER, "/posts?state=posted"),
    "take-downs": (Role.POSTER, "/take-downs"),
    "sites": (Role.HEADTEACHER, "/sites"),
    "duties": (Role.HEADTEACHER, "/duties"),
    "incidents": (Role.HEADTEACHER, "/incidents"),
    "report": (Role.TRUSTEE, "/reports"),
}
_SPREAD: Final = (
    """update photos set school = case NUMBER % 3 when 0 then 'oak' when 1 then 'elm' else '' end,
    event = 'event-' || (NUMBER % 200 + 1), taken_on = substr(arrived_at, 1, 10) where review = 'open'""",
    """insert into events (device, place, label) with recursive c(i) as (select 1 union all select i + 1 from c
    where i < 200) select 'cam-' || (i % 20), HEX64[i], '' from c""",
)
_ROLES: Final = (Role.REVIEWER, Role.COMMUNICATIONS, Role.HEADTEACHER, Role.POSTER, Role.TRUSTEE)


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What one page took: milliseconds at the client, and of a core in the desk's process where that can be read."""

    page: str
    median_ms: float
    p95_ms: float
    core_ms: float | None


def bench_desk(
    photo_count: int, pupil_count: int, post_count: int, rounds: int, database: str | None = None
) -> tuple[PageFigures, ...]:
    """Fill a temporary workspace, serve it, and time each page.

    Args:
        photo_count: photos whose rows are written.
        pupil_count: on the roll.
        post_count: posts beside those that the pages are of.
        rounds: how often each page is asked for.
        database: the address of an empty PostgreSQL database, as the setting `database_url` has it; it is worth nothing
            afterwards.  None: SQLite in a temporary folder.

    Raises:
        UsageError: the database has tables.
        DatabaseFault: the database does not answer.
        RedactError: the desk did not open, or refused a page.
    """
    with tempfile.TemporaryDirectory(prefix="redact-speed-") as temporary:
        folder = Path(temporary) / "workspace"
        port = _free_port()
        chosen: dict[str, object] = {"desk_port": port, "allow_synced": True}
        chosen |= {} if database is None else {"database_url": database}
        _check_unused(folder, chosen)
        make_workspace(folder, "Speed", chosen, allow_synced=True)
        with open_workspace(folder) as workspace:
            fill(workspace, photo_count)
            _add_pupils(workspace, pupil_count)
            cookies = {role: _sign_in(workspace, role) for role in (Role.IT_SERVICES_MANAGER, *_ROLES)}
            meant = {**_write_posts(workspace, post_count), **_spread(workspace)}
            note_sizes(workspace)
        with _served(folder, port) as process:
            return _time_pages(port, process, cookies, meant, rounds)


def _check_unused(folder: Path, chosen: Mapping[str, object]) -> None:
    """Refuse a database that has tables: it may be somebody's, and rows that are made up are written into this one."""
    settings = parse_settings(folder, print_settings({"origin": "redact/speed", **chosen}))
    if settings.database_file is not None:
        return
    with closing(Database(settings.database_url)) as database, database.read() as connection:
        if inspect(connection).get_table_names():
            raise UsageError("The database has tables. Make an empty one: it is worth nothing after the bench.")


def _time_pages(
    port: int, process: int, cookies: Mapping[Role, str], meant: Mapping[str, object], rounds: int
) -> tuple[PageFigures, ...]:
    with closing(http.client.HTTPConnection("localhost", port, timeout=_OPEN_S)) as client:
        return _time_with(client, process, cookies, meant, rounds)


def _time_with(
    client: http.client.HTTPConnection,
    process: int,
    cookies: Mapping[Role, str],
    meant: Mapping[str, object],
    rounds: int,
) -> tuple[PageFigures, ...]:
    took: dict[str, list[float]] = {name: [] for name in _PAGES}
    core: dict[str, float] = dict.fromkeys(_PAGES, 0.0)
    for turn in range(rounds + 1):  # the first is not counted: modules and templates are loaded
        for name, (role, path) in _PAGES.items():
            before, start = _core_s(process), time.perf_counter()
            client.request("GET", path.format(**meant), headers={"Cookie": f"{COOKIE}={cookies[role]}"})
            answer = client.getresponse()
            answer.read()
            spent_ms = (time.perf_counter() - start) * 1000
            if answer.status not in {http.client.OK, http.client.SEE_OTHER}:  # to the next photo
                raise RedactError(f"The page {path} was answered with {answer.status}. Please report this.")
            if turn:
                took[name].append(spent_ms)
                core[name] += _core_s(process) - before
    has_core = any(core.values())
    return tuple(
        PageFigures(
            name,
            round(statistics.median(each), 1),
            round(statistics.quantiles(each, n=20, method="inclusive")[-1], 1),
            round(core[name] * 1000 / rounds, 1) if has_core else None,
        )
        for name, each in took.items()
    )


@contextlib.contextmanager
def _served(folder: Path, port: int) -> Iterator[int]:
    command = [sys.executable, "-m", "redact", "desk", "--workspace", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as desk:  # noqa: S603
        try:
            _wait_until_open(port, desk)
            yield desk.pid
        finally:
            desk.terminate()


def _wait_until_open(port: int, desk: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _OPEN_S
    while time.monotonic() < until and desk.poll() is None:
        client = http.client.HTTPConnection("localhost", port, timeout=1.0)
        with contextlib.suppress(OSError):
            client.request("GET", "/sign-in")
            if client.getresponse().status == http.client.OK:
                client.close()
                return
        client.close()
        time.sleep(0.2)
    raise RedactError("The desk did not open. See: redact doctor")


def _core_s(process: int) -> float:
    """Return the seconds of a core that a process has taken; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime, stime: proc(5)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# -- what the workspace is filled with --


def _add_pupils(workspace: Workspace, count: int) -> None:
    """Put made-up pupils on the roll: 60 forenames and as many surnames as there are pupils, none an ordinary word."""
    begin = ("Al", "Bren", "Cor", "Dan", "El", "Fal", "Gar", "Hal", "Ing", "Jor", "Kel", "Lor")
    middle, end = ("a", "e", "i", "o", "u"), ("dric", "wyn", "bert", "ston", "field", "mere", "combe", "thwaite")
    names = [f"{first}{vowel}{last}" for first in begin for vowel in middle for last in end]
    rows = [
        {
            "upn": f"A{number:012}", "legal_forename": names[number * 7 % 60], "kind": "pupil", "is_never_shown": False,
            "legal_surname": f"{names[number % len(names)]}{middle[number // len(names) % 5]}", "year": "4",
        }
        for number in range(count)
    ]  # fmt: skip
    with workspace.database.write() as connection:
        if rows:
            connection.execute(insert(pupils), rows)
        at = print_moment(workspace.now())
        connection.execute(
            insert(register_versions), {"version": 1, "at": at, "by": "communications", "changed": count}
        )


def _sign_in(workspace: Workspace, role: Role) -> str:
    """Add somebody with a role, and open a session; return its cookie."""
    first = Role.IT_SERVICES_MANAGER
    who = None if role is first else acting(workspace, first, first.value)
    add_person(workspace, NewPerson(role.value, role.value, (HeldRole(role),)), who, at_terminal=True)
    cookie, at = f"speed-{role.value}", print_moment(workspace.now())
    with workspace.database.write() as connection:
        person = rows_of_people.find_person(connection, role.value)
        assert person is not None
        rows_of_people.add_session(connection, Session(hash_cookie(cookie), f"s-{role.value}", person.id, at, at, at))
    return cookie


def _write_posts(workspace: Workspace, count: int) -> dict[str, int]:
    """Write posts, and return the numbers of a whole draft and of one that waits for approval."""
    office = Actor(Role.COMMUNICATIONS.value, person_tag(workspace.keys.tags, Role.COMMUNICATIONS.value))
    at = print_moment(workspace.now())
    with workspace.database.write() as connection:
        _add_site(workspace, connection)
        _run(connection, "update photos set review = 'fit' where NUMBER % 2 = 0 and state = 'stored' and not asks")
        passed = (
            select(photos.c.sha256)
            .where(photos.c.review == "fit", photos.c.sha256.not_in(select(shown.c.photo)))
            .limit(_COPIES)
        )
        queued = [find_queued(connection, photo, None) for photo in connection.execute(passed).scalars()]
        copies = [Seen(each.sha256, str(each.output)) for each in queued if each is not None and is_passed_by_row(each)]
        for number in range(count):
            seen = copies[number % len(copies)]
            post = add_post(connection, "", Teller(office.role, office.tag), [PostPhoto(seen.photo, seen.output)], at)
            state = ("draft", "posted", "posted", "posted", "down")[number % 5]
            moment = print_moment(workspace.now() - timedelta(hours=number + 1))
            columns = {"state": state, "caption": _CAPTION, "site": SITE}
            columns |= {} if state == "draft" else {"posted_at": moment, "content": f"{number:064x}"}
            connection.execute(update(posts).where(posts.c.id == post).values(**columns))
        connection.execute(post_photos.update().values(alt=_ALT))
    return {"draft": _draft(workspace, copies[:4], office), "proposed": _propose(workspace, copies[:4], office)}


def _spread(workspace: Workspace) -> dict[str, str]:
    """Give the photos three schools and 200 events; return one that waits for a look, and the digits of its id."""
    with workspace.database.write() as connection:
        for statement in _SPREAD:
            _run(connection, statement)
        waits = select(photos.c.sha256).where(photos.c.review == "open", photos.c.state == "stored").limit(1)
        photo = str(connection.execute(waits).scalar_one())
    return {"photo": photo, "digits": short_id(photo)}


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(spell(statement, connection.dialect.name)))


def _draft(workspace: Workspace, copies: list[Seen], who: Actor) -> int:
    number = drafting.start(workspace, copies, "", who)
    answers = tuple((each.id, Answer(is_yes=True, words="Ours" if each.words else "")) for each in QUESTIONS)
    photos_of = tuple(PostPhoto(seen.photo, seen.output, _ALT) for seen in copies)
    drafting.edit(workspace, number, 1, Draft(SITE, _CAPTION, answers, photos_of), who)
    return number


def _propose(workspace: Workspace, copies: list[Seen], who: Actor) -> int:
    number = _draft(workspace, copies, who)
    drafting.propose(workspace, number, 2, who)
    return number


def _add_site(workspace: Workspace, connection: Connection) -> None:
    at, until = workspace.now(), workspace.now() + timedelta(days=300)
    row = {
        "id": SITE, "platform": "facebook", "handle": "@speed", "address": "https://www.facebook.com/speed",
        "owner": Role.POSTER.value, "school": "", "purpose": "social-media", "safeguards": "{}", "state": "approved",
        "added_at": print_moment(at), "until": print_moment(until),
    }  # fmt: skip
    connection.execute(insert(sites), row)
