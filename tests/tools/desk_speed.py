"""`python -m tests.tools.desk_speed [--photos N] [--times N]`: how long the desk's pages take in a large workspace.

A developer's script.  A temporary workspace is filled with rows by SQL (redact/trials/status_speed.py; no picture is in
it), `redact desk` is started over it as its own program, and each page is asked for over HTTP on this machine, one at a
time, by somebody who is signed in with every role.  Printed are the median and the 95th percentile of each page from
the request to its last byte, in milliseconds, and the memory of the desk's own process.  SQLite; Linux, for the memory.
"""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Annotated

import typer
from sqlalchemy import text

from redact.audit.kinds import Role
from redact.desk.sign_in.sessions import COOKIE
from redact.desk.sign_in.signin import SignedIn, use_code
from redact.posts.people import NewPerson, add_person
from redact.store.people import HeldRole
from redact.trials.status_speed import fill
from redact.workspace.ids import acting
from redact.workspace.open import Workspace
from tests.rigs.desk import PASSWORD, cheap_hashing
from tests.rigs.desk_process import open_programs

WARM_UP = 3  # requests of each page that are not counted: templates are read, caches filled
ROLES = (
    Role.REVIEWER, Role.COMMUNICATIONS, Role.HEADTEACHER, Role.POSTER, Role.IT_SERVICES_MANAGER, Role.TRUSTEE,
    Role.DATA_PROTECTION_OFFICER, Role.CEO,
)  # fmt: skip
PAGES = (
    "/", "/photos", "/photos?state=passed", "/photos?school=oak", "/photos?event=event-7", "/photos/next",
    "/photos/{photo}", "/search?q={short}", "/events", "/posts", "/posts/new", "/take-downs", "/incidents", "/sites",
    "/duties", "/policy", "/reports", "/account", "/healthz",
)  # fmt: skip
_SPREAD = (  # over three schools, 200 events; half is passed
    """update photos set school = case rowid % 3 when 0 then 'oak' when 1 then 'elm' else 'ash' end,
    event = 'event-' || (rowid % 200 + 1), taken_on = substr(arrived_at, 1, 10)""",
    """update photos set review = 'fit', for_use = 'for-use/' || output_name, for_use_at = stored_at
    where rowid % 2 and output is not null""",
    """insert into events (device, place, label) with recursive c(i) as (select 1 union all select i + 1 from c
    where i < 200) select 'cam-' || (i % 20), printf('%064x', i), '' from c""",
)


def measure(
    photos: Annotated[int, typer.Option(help="In the workspace.")] = 50_000,
    times: Annotated[int, typer.Option(help="Requests of each page that are counted.")] = 60,
) -> None:
    """Measure and print, a line a page."""
    with tempfile.TemporaryDirectory(prefix="redact-desk-speed-") as folder, open_programs(Path(folder)) as programs:
        with programs.opened() as workspace:
            photo, cookie = _furnish(workspace, photos)
        programs.start("desk")
        typer.echo(f"{photos} photos, {times} requests of each page; milliseconds: median, 95th percentile")
        pages = [page.format(photo=photo, short=photo[:12]) for page in PAGES]
        for page, taken in zip(pages, _ask(programs.port, cookie, pages, times), strict=True):
            shown = page.replace(photo, "PHOTO").replace(photo[:12], "ID")
            typer.echo(f"{shown:24} {median(taken):7.1f} {quantiles(taken, n=20)[-1]:7.1f}")
        typer.echo(f"memory of the desk's process: {_resident_mb(programs.running['desk'].pid):.0f} MB")


def _furnish(workspace: Workspace, photos: int) -> tuple[str, str]:
    """Fill the workspace and sign somebody in; return a photo that waits for a look, and the cookie."""
    new = NewPerson("olu", "Olu", tuple(HeldRole(role) for role in ROLES))
    code = add_person(workspace, new, acting(workspace, Role.IT_SERVICES_MANAGER, "ivy"), at_terminal=True)
    signed = use_code(workspace, cheap_hashing(), "olu", code, (PASSWORD, PASSWORD), "here", "")
    assert isinstance(signed, SignedIn)
    fill(workspace, photos)
    with workspace.database.write() as connection:
        for statement in _SPREAD:
            connection.execute(text(statement))
        waiting = "select sha256 from photos where review = 'open' and state = 'stored' limit 1"
        return str(connection.execute(text(waiting)).scalar_one()), signed.cookie


def _ask(port: int, cookie: str, pages: Sequence[str], times: int) -> list[list[float]]:
    """Return what each request of each page took, in milliseconds; the pages take turns, so that noise is shared."""
    taken: list[list[float]] = [[] for _ in pages]
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    for turn in range(WARM_UP + times):
        for number, page in enumerate(pages):
            begun = perf_counter()
            connection.request("GET", page, headers={"Cookie": f"{COOKIE}={cookie}"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status in ((503,) if page == "/healthz" else (200, 303)), (
                f"{page}: {answer.status}"
            )  # no watcher
            if turn >= WARM_UP:
                taken[number].append(1000 * (perf_counter() - begun))
    return taken


def _resident_mb(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    typer.run(measure)
