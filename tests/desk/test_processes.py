"""The desk as a program of its own, beside a running watcher, through the browser: on SQLite and on PostgreSQL.

Two reviewers at once; the desk killed while it draws; an original looked at while every file that is opened is listed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from redact.posts.queue import Standing, read_photo, standing_of
from tests.rigs.browser import PC, context_of, look, sign_in
from tests.rigs.desk_process import Programs, open_programs
from tests.rigs.needs import need
from tests.rigs.postgres import Cluster, cluster
from tests.rigs.waiting import wait_until

__all__ = ["cluster"]

pytestmark = pytest.mark.slow
PORTRAIT = "01-portrait.jpg"


@pytest.fixture(params=["sqlite", "postgresql"])
def programs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Programs]:
    url = None
    if request.param == "postgresql":
        running: Cluster = request.getfixturevalue("cluster")
        url = running.url(running.make())
    with open_programs(tmp_path, url) as found:
        yield found


def page_of(browser: Browser, programs: Programs, login: str) -> Page:
    page = context_of(browser, PC).new_page()
    sign_in(page, programs.url, login)
    return page


def cover(page: Page) -> None:
    """Cover a box by keys alone."""
    page.keyboard.press("c")
    for key in ["ArrowRight"] * 3 + ["ArrowDown"] * 2:
        page.keyboard.press(key)
    page.keyboard.press("Enter")


def standing(programs: Programs, photo: str) -> Standing | None:
    with programs.opened() as workspace:
        found = read_photo(workspace, photo, None)
        assert found is not None
        return standing_of(found)


def for_use(programs: Programs) -> list[str]:
    return [path.name for path in (programs.workspace / "trust" / "for-use").rglob("*.jpg")]


def test_two_review_beside_the_watcher_and_the_desk_is_killed_while_it_draws(
    programs: Programs, chromium: Browser
) -> None:
    programs.put(PORTRAIT, "a.jpg")
    programs.start("watch")
    programs.start("desk")
    (first,) = programs.stored(1)
    rae, rob = page_of(chromium, programs, "rae"), page_of(chromium, programs, "rob")
    for page in (rae, rob):
        page.goto(f"{programs.url}/photos/{first.sha256}")
        look(page)
    places = rae.locator(".places li").count()
    # the desk dies while it draws what rae asked for; a photo comes in meanwhile
    cover(rae)
    expect(rae.locator(".working")).to_be_visible()
    programs.kill("desk")
    programs.put_plain("b.jpg")
    programs.start("desk")
    rae.goto(f"{programs.url}/photos/{first.sha256}")  # nobody signs in again
    expect(rae.locator(".places li").nth(places)).to_be_visible()  # it; the copy is read again, and may ask for more
    now = programs.photo(first.sha256)
    assert now.output != first.output and rae.get_attribute("#photo", "data-output") == now.output
    # rob has the page of before: nothing of it counts
    rob.keyboard.press("Enter")
    expect(rob.locator("#alert")).to_contain_text("changed by somebody else meanwhile")
    assert standing(programs, first.sha256) in {Standing.TO_REVIEW, Standing.ASKS}
    # both look at the same copy now, and one is first
    rob.goto(f"{programs.url}/photos/{first.sha256}")
    for page in (rae, rob):
        look(page)
    rae.keyboard.press("Enter")
    expect(rae.locator(".did")).to_contain_text(first.sha256[:12])
    rob.keyboard.press("Enter")
    expect(rob.locator("#alert")).to_contain_text("changed by somebody else meanwhile")
    assert standing(programs, first.sha256) is Standing.FIT
    wait_until(lambda: for_use(programs) == [str(now.output_name).rpartition("/")[2]])  # after the answer
    # what the watcher brought in meanwhile is there for both
    second = next(photo for photo in programs.stored(2) if photo.sha256 != first.sha256)
    rob.goto(f"{programs.url}/photos/{second.sha256}")
    expect(rob.locator("#copy")).to_be_visible()
    # recalled by hand: it leaves for-use at once
    rob.goto(f"{programs.url}/photos/{first.sha256}")
    rob.click("#recall summary")
    rob.check("[name=cause][value=objection]")
    rob.click("#recall button")
    expect(rob.locator(".no-picture")).to_contain_text("Recalled")
    assert standing(programs, first.sha256) is Standing.RECALLED and for_use(programs) == []
    for name in ("desk", "watch"):
        programs.stop(name)
    check_log(programs)


def check_log(programs: Programs) -> None:
    verify = [sys.executable, "-m", "redact", "audit", "verify", "--workspace", str(programs.workspace)]
    ended = subprocess.run(verify, capture_output=True, text=True, check=False, env=programs.environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr


IN_MEMORY = re.compile(r'(?:memfd_create\(|")(/dev/shm/[^"]+|"[^"]+)"')
OPENED = re.compile(r'(?:openat|open|creat)\([^"]*"([^"]+)", ([A-Z_|]+)')


def test_an_opened_original_is_in_no_file_that_anybody_opened(tmp_path: Path, chromium: Browser) -> None:
    tracer = need("strace")
    with open_programs(tmp_path) as programs:
        programs.put(PORTRAIT, "a.jpg")
        original = (programs.drop / "a.jpg").read_bytes()
        programs.start("watch")
        (photo,) = programs.stored(1)
        wait_until(lambda: not (programs.drop / "a.jpg").exists())  # from here on it is in the vault alone, sealed
        programs.stop("watch")
        trace = programs.folder / "trace.txt"
        calls = "trace=openat,open,creat,memfd_create,rename,renameat,renameat2,link,linkat"
        programs.start("desk", (tracer, "-f", "-qq", "-s", "300", "-e", calls, "-o", str(trace)))
        page = page_of(chromium, programs, "rae")
        page.goto(f"{programs.url}/photos/{photo.sha256}")
        page.keyboard.press("o")
        page.set_input_files("#original #key", programs.key_file)
        with page.expect_response(lambda answer: answer.url.endswith("/original")) as answer:
            page.click("#original button")
        assert answer.value.status == 200
        page.goto(f"{programs.url}/photos/{photo.sha256}/places/1")
        page.check("[value=not-a-person]")
        page.set_input_files("#key", programs.key_file)
        page.click("text=Lift this cover")
        expect(page.locator(".places .shown")).to_have_count(1)
        programs.stop("desk")
        check_files(programs, trace.read_text(), original)


def check_files(programs: Programs, trace: str, original: bytes) -> None:
    """Check that no file that was opened for writing holds a piece of the original, and none is of memory alone."""
    in_memory = {
        name for name in IN_MEMORY.findall(trace) if not name.startswith("/dev/shm/sem.")
    }  # locks have no bytes
    assert in_memory == set()
    written = {Path(path) for path, flags in OPENED.findall(trace) if "O_WRONLY" in flags or "O_RDWR" in flags}
    assert any("redact.db" in path.name for path in written), "the trace saw nothing"
    every = {path for path in programs.folder.rglob("*") if path.is_file() and path.name != "trace.txt"}
    pieces = [original[at : at + 64] for at in range(len(original) // 8, len(original) - 64, len(original) // 8)]
    for path in sorted(path for path in written | every if is_plain(path) and path.is_file()):
        content = path.read_bytes()
        assert not any(piece in content for piece in pieces), f"{path.name} holds a piece of the original"


def is_plain(path: Path) -> bool:
    return path.is_absolute() and not path.is_relative_to("/dev") and not path.is_relative_to("/proc")
