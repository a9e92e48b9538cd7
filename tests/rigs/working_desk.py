"""A desk that listens, over photos that are really redacted and redrawn, by finders that see what a test says."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.findings import Box, Face
from redact.audit.events import person_tag
from redact.audit.kinds import Role
from redact.desk.address import check_address
from redact.desk.app import make_desk
from redact.desk.serve import serve
from redact.desk.sign_in.signin import SignedIn, use_code
from redact.desk.visit import Desk
from redact.posts.people import NewPerson, add_person
from redact.posts.queue import Standing, read_photo, standing_of
from redact.store.people import HeldRole
from redact.workspace.ids import Actor
from redact.workspace.keys import AWAY_FOLDER
from tests.rigs.browser import free_port
from tests.rigs.desk import PASSWORD, cheap_hashing
from tests.rigs.reviewing import HEAD, OTHER_HEAD, Reviewing, Seeing, calm_jpeg, open_reviewing
from tests.rigs.waiting import LONGEST_S

SURE, DOUBTFUL = Face(HEAD, 0.9, "fixed"), Face(HEAD, 0.2, "fixed", is_sure=False)
ALSO_DOUBTFUL = Face(OTHER_HEAD, 0.2, "fixed", is_sure=False)
PEOPLE = (("rae", Role.REVIEWER), ("olive", Role.COMMUNICATIONS))
MISSED = Box(240, 150, 290, 210)  # a place of the picture where nothing is found


@dataclass(frozen=True)
class WorkingDesk:
    """A desk with a reviewer `rae` and an office `olive`."""

    living: Reviewing
    desk: Desk
    url: str

    @property
    def key_file(self) -> Path:
        """The reviewer's key."""
        return self.living.workspace.settings.folder / AWAY_FOLDER / "reviewer.key"

    def add(self, seed: int, *faces: Face, name: str = "") -> str:
        """Take a photo in on which the finders see these faces, and return its id."""
        self.living.seeing.faces = faces
        self.living.clock.go(seconds=60)
        return self.living.store_one(calm_jpeg(seed), name or f"made-{seed}.jpg").photo

    def standing(self, photo: str) -> Standing | None:
        """Return where a photo stands in the database."""
        found = read_photo(self.living.workspace, photo, None)
        return None if found is None else standing_of(found)

    def files_with(self, content: bytes) -> list[Path]:
        """Return the files of the workspace in which these bytes are."""
        found = list[Path]()
        for path in self.living.workspace.settings.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # the desk goes on meanwhile, and removes what it is done with
                if path.is_file() and content in path.read_bytes():
                    found.append(path)
        return found


@contextlib.contextmanager
def open_working_desk(folder: Path) -> Iterator[WorkingDesk]:
    """Serve a desk in a thread, with its redrawer; it has no photos yet."""
    with open_reviewing(folder, Seeing()) as living, serve_working(living, PEOPLE) as desk:
        yield desk


@contextlib.contextmanager
def serve_working(living: Reviewing, people: tuple[tuple[str, Role], ...]) -> Iterator[WorkingDesk]:
    """Serve a desk over a workspace, for people who have passwords."""
    with living.redrawer() as redrawer:
        address = check_address(None, "127.0.0.1", free_port(), None, None)
        desk = make_desk(living.workspace, address, redrawer, cheap_hashing())
        _add_people(desk, people)
        ready, stop = threading.Event(), threading.Event()
        thread = threading.Thread(target=serve, args=(desk, ready.set, stop))
        thread.start()
        assert ready.wait(LONGEST_S)
        try:
            yield WorkingDesk(living, desk, address.url)
        finally:
            stop.set()
            thread.join(LONGEST_S)
        assert not thread.is_alive()


def _add_people(desk: Desk, people: tuple[tuple[str, Role], ...]) -> None:
    workspace = desk.workspace
    it = HeldRole(Role.IT_SERVICES_MANAGER)
    add_person(workspace, NewPerson("ivy", "Ivy", (it,)), None, at_terminal=True)
    ivy = Actor(Role.IT_SERVICES_MANAGER.value, person_tag(workspace.keys.tags, "ivy"))
    for login, role in people:
        code = add_person(workspace, NewPerson(login, login.title(), (HeldRole(role),)), ivy, at_terminal=True)
        signed = use_code(workspace, desk.hashing, login, code, (PASSWORD, PASSWORD), "here", "")
        assert isinstance(signed, SignedIn)
