"""Every page by somebody who may open it, on a PC, a phone and at twice the size: axe, never too wide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import insert

from redact.audit.kinds import Role
from redact.audit.roles import PERSON_ROLES
from redact.desk.routes.table import WAYS
from redact.posts.duties import adopt_policy
from redact.posts.incidents.register import open_incident
from redact.posts.writing.values import Part
from redact.store.posts.incidents import NewIncident
from redact.store.posts.take_downs import Opener, open_take_down
from redact.store.posts.values import PostState
from redact.store.schema.tables import left_items
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from tests.rigs.browser import PC, PHONE, context_of, faults, sign_in
from tests.rigs.posting import SITE, Posting, actor_of, open_posting
from tests.rigs.working_desk import WorkingDesk, serve_working

pytestmark = pytest.mark.slow  # two dozen pages, nine roles, three sizes: minutes

#: WCAG 1.4.4 and 1.4.10: at 200 % a PC's window is as wide as half of it.
TWICE = {"width": PC["width"] // 2, "height": PC["height"] // 2}
HEAD_OF_SCHOOL = Actor(Role.HEADTEACHER.value, "ab" * 32)
IT = Actor(Role.IT_SERVICES_MANAGER.value, "cd" * 32)
#: Pictures, files, redirects and what needs an opened original are no pages.
NO_PAGE = (
    "jpg",
    "zip",
    "sealed-header",
    "/healthz",
    "/reports/file",
    "/photos/next",
    "/redraws/",
    "/places/",
    "/answers/",
)


@dataclass(frozen=True)
class Whole:
    """A desk over a workspace that has one of everything."""

    desk: WorkingDesk
    photo: str


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Whole]:
    people = tuple((role.value, role) for role in PERSON_ROLES)
    with open_posting(tmp_path_factory.mktemp("whole")) as living, serve_working(living, people) as desk:
        yield Whole(desk, fill(living))


def fill(living: Posting) -> str:
    """Write one of everything, and return a photo that waits for a review."""
    living.add_pupil()
    living.approve(living.propose([living.pass_shown(2)]))
    living.propose([living.pass_one(3)], "Two words")
    living.draft([living.pass_one(4)], who=actor_of(living, Role.COMMUNICATIONS.value, Role.COMMUNICATIONS))
    out = living.approve(living.propose([living.pass_one(5)], "Out"))
    now = print_moment(living.workspace.now())
    out = living.move(out, PostState.POSTED, posted_at=now, link="https://www.facebook.com/oak/1")
    with living.workspace.audit_log.writing() as entries:
        open_take_down(entries, out, "consent-gone", Opener("system", None, 24.0))
    incident = NewIncident("device-lost", "", "2026-09-01", "2026-09-01T10:00:00.000Z", is_breach=True, note="A card")
    open_incident(living.workspace, incident, HEAD_OF_SCHOOL)
    adopt_policy(living.workspace, "2026-09", date(2029, 9, 1), IT)
    left = {"device": "cam-office", "place": "a" * 64, "parts": "[]", "why": "A film; take it off by hand."}
    times = {"first_seen_at": "2026-08-01T10:00:00.000Z", "last_seen_at": "2026-09-01T10:00:00.000Z"}
    with living.workspace.database.write() as connection:
        connection.execute(insert(left_items), left | times)
    return living.store_one(name="waits.jpg").photo


def pages_of(role: Role, photo: str) -> list[str]:
    """Return the pages that a role opens; what belongs to somebody else is not found there, and looks like nothing."""
    found = []
    for way in WAYS:
        is_open = not isinstance(way.roles, frozenset) or role in way.roles
        if way.method == "GET" and is_open and not any(part in way.path for part in NO_PAGE):
            path = way.path.replace("{photo}", photo).replace("{site}", SITE).replace("{number}", "1")
            path = path.replace("{person}", "1")
            found += [path.replace("{post}", post).replace("{part}", part) for post, part in parts_of(path)]
    return found


def seen_by(role: Role, photo: str, *, is_all: bool) -> list[str]:
    """Return the pages to look at as a role: all of its own, or those that no role before it opens."""
    earlier = PERSON_ROLES[: PERSON_ROLES.index(role)]
    known = set() if is_all else {path for other in earlier for path in pages_of(other, photo)}
    return [path for path in pages_of(role, photo) if path not in known]


def parts_of(path: str) -> tuple[tuple[str, str], ...]:
    """Return (post, part) of the posts that a page is looked at with: approved, proposed, draft, posted."""
    if "{part}" in path:
        return tuple(("3", part.value) for part in Part)
    return tuple((post, "") for post in "1234") if "{post}" in path else (("", ""),)


def too_wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def too_small(page: Page) -> list[str]:
    """Return what is to be pressed and is smaller than 24 px (WCAG 2.5.8); a label is part of its input."""
    script = """[...document.querySelectorAll('button, input:not([type=hidden]), select, .button, nav a')]
      .filter(each => each.checkVisibility() && !each.closest('.visually-hidden, .skip'))
      .map(each => [[each, each.closest('label') ?? each].map(one => one.getBoundingClientRect()), each.outerHTML])
      .filter(([boxes]) => boxes[0].width > 1 && boxes.every(box => box.height < 24 || box.width < 24))
      .map(([, html]) => html.slice(0, 80))"""
    return list(page.evaluate(script))


def _is_complaint(message: ConsoleMessage) -> bool:
    """Return whether the browser complains of more than a page that is somebody else's."""
    return message.type in {"error", "warning"} and "404" not in message.text


@pytest.mark.parametrize("size", [PC, PHONE, TWICE], ids=["pc", "phone", "twice"])
@pytest.mark.parametrize("role", PERSON_ROLES)
def test_no_page_has_a_fault(role: Role, size: dict[str, int], whole: Whole, chromium: Browser) -> None:
    context = context_of(chromium, size)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_complaint(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, whole.desk.url, role.value)
    found: list[object] = []
    for path in seen_by(role, whole.photo, is_all=size is PHONE and role is Role.HEADTEACHER):
        answer = page.goto(whole.desk.url + path)
        status = 0 if answer is None else answer.status
        found += [(path, status)] if status >= 400 and status != 404 else []
        found += [(path, fault) for fault in faults(page)]
        found += [(path, "too small", small) for small in too_small(page)]
        wide = too_wide(page)
        found += [(path, f"{wide} px too wide")] if wide > 0 else []
    context.close()
    if found + said:
        pytest.fail("\n".join(map(str, found + said)), pytrace=False)
