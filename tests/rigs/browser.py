"""A desk that really listens, and the system's own Chromium to look at it with."""

from __future__ import annotations

import contextlib
import functools
import secrets
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright

from redact.audit.kinds import Role
from redact.desk.address import check_address
from redact.desk.app import make_desk
from redact.desk.serve import serve
from redact.store.people import HeldRole
from tests.rigs.desk import PASSWORD, DeskRig, cheap_hashing
from tests.rigs.needs import need
from tests.rigs.waiting import LONGEST_S

PC, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PATIENCE_MS = 120_000  # a page takes 0.2 s on a quiet core, and on one that eight others share as long as it takes
AXE = Path(__file__).parents[1] / "desk/vendored/axe.min.js"


@contextlib.contextmanager
def open_chromium() -> Iterator[Chromium]:
    """Give a browser; skip the test, or fail it where everything must be there, when the system has none."""
    program = need("chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=program, args=options, timeout=PATIENCE_MS)
        yield browser
        browser.close()


def hold(page: Page, pattern: str) -> list[Route]:
    """Keep back what the page asks for at such addresses, until a test lets it go."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


@dataclass(frozen=True)
class Served:
    """A desk that listens."""

    rig: DeskRig
    url: str


@contextlib.contextmanager
def serve_desk(folder: Path, photos: int = 4) -> Iterator[Served]:
    """Give a desk over a small workspace, served in a thread, with a reviewer `rae` who has a password."""
    rig, port = DeskRig(folder, photos), free_port()
    rig.signed_in("rae", HeldRole(Role.REVIEWER))
    desk = make_desk(
        rig.workspace, check_address(None, "127.0.0.1", port, None, None), rig.desk.redrawer, cheap_hashing()
    )
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=serve, args=(desk, ready.set, stop))
    thread.start()
    assert ready.wait(LONGEST_S)
    try:
        yield Served(rig, desk.address.url)
    finally:
        stop.set()
        thread.join(LONGEST_S)
    assert not thread.is_alive()


def sign_in(page: Page, url: str, login: str = "rae") -> None:
    """Sign in; each field is waited for, and no key is typed before the page has given it the focus."""
    page.goto(f"{url}/sign-in")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")


def look(page: Page) -> None:
    """Do as a person does who looks: a decision counts 0.7 s after the picture was painted.

    The page has run its scripts then, and drawn its picture: on a busy machine both take longer than the 0.7 s.
    """
    copy = page.locator("#copy")
    copy.wait_for()  # of a page that is being opened; from here on it is the one that is waited for
    page.wait_for_load_state()
    copy.evaluate("picture => picture.decode().then(() => new Promise(requestAnimationFrame))")
    page.wait_for_timeout(900)


def faults(page: Page) -> list[Any]:
    """Return what axe finds serious or critical on a page; the page's own policy stays in force."""
    found = page.evaluate(f"{_axe()}; axe.run({{resultTypes: ['violations']}})")
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


@functools.cache
def _axe() -> str:
    return AXE.read_text()


def complaints(page: Page) -> list[str]:
    """Return what the browser complains of from now on: a break of the policy, a fault of a script."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type in {"error", "warning"} else None)
    return found


def context_of(browser: Chromium, size: dict[str, int], **options: Any) -> BrowserContext:
    """Return a new window of a size, with nothing kept."""
    is_phone = size == PHONE
    context = browser.new_context(viewport=size, is_mobile=is_phone, has_touch=is_phone, **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    return context


def free_port() -> int:
    """Return a port that nobody listens at, and that no other test is given meanwhile.

    It is below those that the system deals out by itself: between the look and its use the browser opens connections.
    """
    while True:
        port = 12_000 + secrets.randbelow(20_000)  # `random` gives each of the test processes the same numbers
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
