"""`redact demo --desk`: the walk that it prints is walked to its end, in a real browser, exactly as printed.

With six of the samples: what becomes of all of them is shown without the desk (test_demo.py).
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from redact.audit.events import Numbered
from redact.audit.kinds import Kind
from redact.store.log.reader import read_every
from redact.workspace.open import open_workspace
from tests.rigs.browser import PC, PHONE, context_of, look, open_chromium
from tests.rigs.program import run_program
from tests.rigs.waiting import LONGEST_S, wait_until

DEMO_S = 1500.0  # six photos on a core that others share
FEW = """
import runpy
from redact.trials import samples
every = samples.sample_pictures
samples.sample_pictures = lambda folder: every(folder)[:6]
runpy.run_module("redact", run_name="__main__", alter_sys=True)
"""


@dataclass
class Opened:
    """A demo whose desk is open."""

    process: subprocess.Popen[str]
    said: str
    home: Path

    @property
    def url(self) -> str:
        return self.find(r"^The desk is open: (\S+)$")

    @property
    def workspace(self) -> Path:
        return Path(self.command(7)[-1])

    @property
    def password(self) -> str:
        return self.find(r"^Password: (\S+)$")

    def find(self, pattern: str) -> str:
        found = re.search(pattern, self.said, re.MULTILINE)
        assert found is not None, pattern
        return found.group(1)

    def command(self, number: int) -> list[str]:
        """Return the command that a step prints, without `redact`."""
        return shlex.split(self.find(rf"^{number}\. .+: redact (.+)$"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    home = tmp_path_factory.mktemp("demo")
    log = home / "said.txt"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", FEW, "demo", "--desk", "--jobs", "1", "--out", str(home / "demo")],
            stdout=out, stderr=subprocess.STDOUT, text=True, cwd=home,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(home)},
        )  # fmt: skip
        try:
            wait_until(lambda: "\n7. " in log.read_text() or process.poll() is not None, DEMO_S)
            said = log.read_text()
            assert process.poll() is None, said[-2000:]
            yield Opened(process, said, home)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(LONGEST_S)
    assert process.returncode == 0, log.read_text()[-2000:]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


def sign_in(browser: Browser, opened: Opened, login: str, size: dict[str, int] = PC) -> Page:
    page = context_of(browser, size, accept_downloads=True).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{opened.url}/sign-in")
    page.get_by_label("Login").fill(login)
    page.locator("[name=password]").fill(opened.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{opened.url}/")
    return page


def read_policy(page: Page) -> None:
    page.get_by_role("link", name="Read the policy").click()
    page.get_by_role("button", name=re.compile("I have read and understood")).click()
    expect(page.get_by_text("You said on")).to_be_visible()


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_a_newcomer_walks_the_whole_story(opened: Opened, chromium: Browser) -> None:
    # 1 a photo is reviewed
    page = sign_in(chromium, opened, "reviewer")
    page.get_by_role("link", name="Review photos").click()
    look(page)
    passed = str(page.get_attribute("#photo", "data-photo"))
    page.get_by_role("button", name="Looks right").click()
    expect(page.locator(".did")).to_contain_text(passed[:12])
    # 2 the draft is sent
    page = sign_in(chromium, opened, "communications")
    read_policy(page)
    page.get_by_role("link", name="Posts", exact=True).click()
    page.locator(".posts a").first.click()
    page.get_by_role("button", name="Send to the headteacher").click()
    expect(page.locator(".pill")).to_have_text("Waits for approval")
    # 3 it is approved, on a phone
    page = sign_in(chromium, opened, "headteacher", PHONE)
    page.get_by_role("link", name=re.compile("post waits for your approval")).click()  # one alone is opened at once
    expect(page.get_by_text("Who is shown")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("link", name="Read the policy").click()
    page.get_by_role("button", name=re.compile("I have read and understood")).click()  # back to the post
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".pill")).to_have_text("Approved")
    # 4 it is put out
    page = sign_in(chromium, opened, "poster")
    read_policy(page)
    page.get_by_role("link", name="Posts", exact=True).click()
    page.locator(".posts a").first.click()
    page.get_by_role("button", name="Put it out").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="1.jpg").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\xff\xd8")
    page.get_by_label("Link").fill(opened.find(r"where it stands: (\S+)$"))
    page.get_by_role("button", name="It stands there").click()
    expect(page.get_by_text("It stands at")).to_be_visible()
    # 5 a parent takes the consent back
    withdrawn = run_program(*opened.command(5), home=opened.home)
    assert withdrawn.returncode == 0, withdrawn.stderr
    # 6 it comes down
    page.goto(f"{opened.url}/")
    page.get_by_role("link", name=re.compile("taken down|Take-downs", re.IGNORECASE)).first.click()
    page.locator(".tasks a").first.click()
    page.get_by_label("I looked, and it stands there no more").check()
    page.get_by_role("button", name="It is down").click()
    expect(page.locator(".pill")).to_contain_text("Down")
    # 7 all of it is on record
    verified = run_program(*opened.command(7), home=opened.home)
    assert verified.returncode in {0, 3}, verified.stdout + verified.stderr  # 3: the mirror lies beside the workspace
    with open_workspace(opened.workspace) as workspace, workspace.database.read() as connection:
        kinds = [entry.reading.event.kind for entry in read_every(connection) if isinstance(entry.reading, Numbered)]
    story = [
        Kind.POLICY_ADOPTED, Kind.SITE_APPROVED, Kind.COVER_LIFTED, Kind.DUTY_DONE, Kind.POST_PROPOSED,
        Kind.APPROVAL_GIVEN, Kind.RELEASE_MADE, Kind.RELEASE_POSTED, Kind.TAKEDOWN_OPENED, Kind.TAKEDOWN_CLOSED,
    ]  # fmt: skip
    places = [kinds.index(kind) for kind in story]
    assert places == sorted(places)
    assert Kind.CONSENT_CHANGED in kinds[kinds.index(Kind.RELEASE_POSTED) :]
