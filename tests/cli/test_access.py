"""`redact access-request` without a key: the list, what was not looked at, and on record who asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner, Result

from redact.cli import app
from redact.errors import UsageError
from redact.store.schema import tables
from tests.rigs.reviewing import PUPIL, Reviewing, open_reviewing

DPO = ("--by", "data-protection-officer", "--person", "dpo-1")
AT = "2026-09-07T12:00:00.000Z"
LINK = "https://example.org/thaddeus-wrenfield"


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)
        found.add_pupil()
        yield found


def run(living: Reviewing, *arguments: str | Path) -> Result:
    workspace = str(living.workspace.settings.folder)
    return CliRunner().invoke(app, ["access-request", *map(str, arguments), "--workspace", workspace])


def test_the_list_says_what_was_not_looked_at_and_names_nobody(living: Reviewing) -> None:
    photo = living.store_one().photo
    with living.workspace.database.write() as connection:
        connection.execute(insert(tables.shown), {"photo": photo, "pupil": PUPIL, "register": 1, "by_hand": True})
        post = {"state": "posted", "author": "a" * 64, "author_role": "communications", "written_at": AT}
        connection.execute(insert(tables.posts), post | {"posted_at": AT, "link": LINK})
        connection.execute(insert(tables.post_shown), {"post": 1, "photo": photo, "pupil": PUPIL})
    ended = run(living, PUPIL, *DPO)
    assert ended.exit_code == 0 and photo[:12] in ended.stdout and "original is sealed" in ended.stdout
    assert "post 1" in ended.stdout and LINK not in ended.stdout  # a pipe may end in a log
    assert "No original was opened. 1 sealed original could be opened" in ended.stderr
    assert "The child is not enrolled" in ended.stderr
    with living.workspace.database.read() as connection:
        kinds = list(connection.execute(tables.log_entries.select()))
    assert [row.kind for row in kinds][-1] == "access.answered"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--by", "reviewer", "--person", "r"),
        ("--by", "trustee", "--person", "t"),
        ("--by", "headteacher", "--person", "h", "--unredacted"),
        (*DPO, "--yes"),
        (*DPO, "--yes", "--out", "somewhere"),
    ],
)
def test_what_may_not_be_asked_is_refused_before_a_look(living: Reviewing, wrong: tuple[str, ...]) -> None:
    assert isinstance(run(living, PUPIL, *wrong).exception, UsageError)
    with living.workspace.database.read() as connection:
        assert "access.answered" not in [row.kind for row in connection.execute(tables.log_entries.select())]
