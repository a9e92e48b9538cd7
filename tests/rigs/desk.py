"""A desk over a small workspace, and a browser for it that sends exactly what a test says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from argon2 import PasswordHasher

from redact.audit.kinds import Role
from redact.desk.address import Address
from redact.desk.app import make_app, make_desk
from redact.desk.sign_in.hashing import Hashing
from redact.desk.sign_in.sessions import COOKIE
from redact.photos.steps import Worked
from redact.posts import redraw
from redact.posts.changes import Changes, HandCover, Seen
from redact.posts.people import NewPerson, add_person
from redact.posts.redraws.redrawing import Redrawer
from redact.redaction.values import Action, Kind, Outcome, Region, Status, Verdict
from redact.store.people import HeldRole
from redact.store.schema.tables import devices
from redact.workers.job import WorkerSetup
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from tests.rigs.made import noisy_jpeg
from tests.rigs.workspaces import MODELS, Rig, photo_bytes, sha

URL = "https://desk.oak.example"
HOST = "desk.oak.example"
PASSWORD = "correct horse battery"
SIZE = (96, 64)


def cheap_hashing() -> Hashing:
    """Return the real hashing with the least cost: a test signs in a hundred times."""
    return Hashing(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.text)
        return found.group(1) if found else ""


@dataclass
class Browser:
    """One browser; its cookie and token are a test's to change."""

    app: Any
    cookie: str = ""
    token: str = ""
    client: str = "192.0.2.7"

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"host": HOST} | ({"sec-fetch-site": "same-origin", "origin": URL} if method == "POST" else {})
        sent |= {"cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        body = urlencode(form or {}).encode()
        if method == "POST":
            sent |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
        sent |= dict(headers or {})
        called = self._call(method, path, {name: text for name, text in sent.items() if text}, body)
        with ThreadPoolExecutor(1) as thread:  # playwright has a loop of its own in the main one
            return thread.submit(asyncio.run, called).result()

    async def _call(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        where, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": where,
            "raw_path": where.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "https",
            "headers": [(name.encode(), text.encode("latin-1")) for name, text in headers.items()],
            "client": (self.client, 50000),
            "server": (HOST, 443),
        }
        sent: list[Any] = []
        pieces = [body[at : at + 20_000] for at in range(0, len(body), 20_000)] or [b""]

        async def receive() -> dict[str, Any]:
            if not pieces:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start = next(message for message in sent if message["type"] == "http.response.start")
        content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
        return Answer(start["status"], [(key.decode(), value.decode()) for key, value in start["headers"]], content)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, {name.replace("_", "-"): text for name, text in headers.items()})

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        with_token = {"token": self.token, **(form or {})}
        return self.ask("POST", path, with_token, {name.replace("_", "-"): text for name, text in headers.items()})

    def take_cookie(self, answer: Answer) -> Answer:
        """Take over the cookie that an answer sets, and the token of the pages behind it."""
        found = re.match(rf"{COOKIE}=([^;]*);", answer.header("set-cookie"))
        if found:
            self.cookie = found.group(1)
            self.token = self.get("/account").token if self.cookie else ""
        return answer


def work(path: Path, tags: tuple[str, ...]) -> Worked:
    """Do what a worker does, on a made-up picture: a face is covered; in every other photo a text asks."""
    content = path.read_bytes()
    face = Region(Kind.FACE, Action.COVERED, ((10, 10), (40, 10), (40, 50), (10, 50)), 0.9, "no consent for this face")
    text = Region(Kind.TEXT, Action.ASK, ((60, 10), (90, 10), (90, 20), (60, 20)), 0.4, "could not be read")
    regions = (face, text) if sha(content)[-1] in "02468ace" else (face,)
    verdict = Verdict(passed=True, checks=("looked at nothing",))
    output = noisy_jpeg(*SIZE, seed=int(sha(content)[:6], 16))
    made = Outcome(
        Status.REDACTED,
        sha(content),
        output=output,
        verdict=verdict,
        regions=regions,
        source_size=(192, 128),
        output_size=SIZE,
    )
    return Worked(made, None, MODELS)


def clean_work(path: Path, tags: tuple[str, ...]) -> Worked:
    """Do the same, and nothing asks."""
    made = work(path, tags)
    return replace(made, outcome=replace(made.outcome, regions=made.outcome.regions[:1]))


@dataclass
class DeskRig:
    """A workspace with photos of two schools, and a desk over it."""

    folder: Path
    photos: int = 4  # of oak; one of elm
    work: Callable[[Path, tuple[str, ...]], Worked] = work
    rig: Rig = field(init=False)

    def __post_init__(self) -> None:
        self.rig = Rig(self.folder, self.work)
        for device, school in (("cam-oak", "oak"), ("cam-elm", "elm")):
            self.rig.add(device)
            with self.workspace.database.write() as connection:
                connection.execute(devices.update().where(devices.c.id == device).values(school=school))
        self.oak = [photo_bytes(number) for number in range(1, self.photos + 1)]
        self.elm = [photo_bytes(100)]
        for number, content in enumerate(self.oak, 1):
            (self.rig.drop("cam-oak") / f"IMG_{number:04}.jpg").write_bytes(content)
        (self.rig.drop("cam-elm") / "IMG_0001.jpg").write_bytes(self.elm[0])
        self.rig.run(8)
        redrawer = Redrawer(self.workspace, WorkerSetup(Path()))  # never opened: what is asked for waits
        self.desk = make_desk(self.workspace, Address(URL, "127.0.0.1", 8470), redrawer, cheap_hashing())
        self.app = make_app(self.desk)
        self.it = Actor(Role.IT_SERVICES_MANAGER.value, sha(b"it"))
        add_person(
            self.workspace, NewPerson("it", "Ivy", (HeldRole(Role.IT_SERVICES_MANAGER),)), None, at_terminal=True
        )

    @property
    def workspace(self) -> Workspace:
        return self.rig.workspace

    def ask_for_a_cover(self, content: bytes) -> int:
        """Ask for a redraw that nobody carries out, and return its number."""
        photo = self.rig.photos()[sha(content)]
        changes = Changes(covers=(HandCover(((5.0, 5.0), (20.0, 5.0), (20.0, 20.0), (5.0, 20.0))),))
        return redraw.ask(self.workspace, Seen(photo.sha256, str(photo.output)), changes, self.it)

    def add(self, login: str, *roles: HeldRole) -> str:
        """Add a person and return their code."""
        return add_person(self.workspace, NewPerson(login, login.title(), roles), self.it, at_terminal=True)

    def signed_in(self, login: str, *roles: HeldRole) -> Browser:
        """Add a person and return their browser, signed in."""
        browser, code = Browser(self.app), self.add(login, *roles)
        form = {"login": login, "code": code, "password": PASSWORD, "again": PASSWORD}
        assert browser.take_cookie(browser.post("/first-sign-in", form)).status == 303
        return browser

    def reviewer(self, school: str = "") -> Browser:
        return self.signed_in(f"rae{school}", HeldRole(Role.REVIEWER, school))
