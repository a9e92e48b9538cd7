"""The database: what is committed is on the disk, and a damaged file is a sentence that says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.errors import RedactError
from redact.reports.status import read_status
from redact.store.database import Database, DatabaseDamaged, DatabaseFault, open_engine, sqlite_url
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.program import run_program

FULL, NORMAL = 2, 1  # sqlite.org, "PRAGMA synchronous"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "workspace"
    make_workspace(folder, "Oak School")
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(Path(shutil.copytree(made, tmp_path / "workspace"))) as opened:
        yield opened


def test_every_commit_of_the_workspace_is_brought_to_the_disk(workspace: Workspace) -> None:
    """The intent of a deletion must outlive a power loss that the file does not: it is committed before the unlink."""
    database = workspace.database
    with database.write() as writer, database.read() as reader, database.read() as other:
        for connection in (writer, reader, other):
            assert connection.exec_driver_sql("pragma synchronous").scalar() == FULL


def test_only_what_nothing_rests_on_may_lose_its_last_commits(workspace: Workspace) -> None:
    engine = open_engine(workspace.settings.engine_url, forgives_power_loss=True)
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("pragma journal_mode").scalar()
        assert connection.exec_driver_sql("pragma synchronous").scalar() == (NORMAL if mode == "wal" else FULL)
    engine.dispose()


@pytest.mark.parametrize("content", [b"no database at all" * 1000, b"SQLite format 3\0" + b"\xff" * 8000])
def test_what_is_no_database_is_reported_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.db").write_bytes(content)
    database = Database(sqlite_url(tmp_path / "a.db"))
    for opened in (database.read, database.write):
        with pytest.raises(DatabaseDamaged, match=r"is damaged\..*from the backup: see docs/running.md"), opened():
            pass
    assert issubclass(DatabaseDamaged, DatabaseFault)
    database.close()


def test_a_page_that_was_overwritten_is_reported_with_what_to_do(workspace: Workspace) -> None:
    file = workspace.settings.database_file
    assert file is not None
    workspace.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(DatabaseDamaged):
        read_status(workspace)


def test_an_empty_file_is_no_new_database(workspace: Workspace) -> None:
    file, folder = workspace.settings.database_file, workspace.settings.folder
    assert file is not None
    workspace.close()
    file.write_bytes(b"")
    for act in (lambda: open_workspace(folder).close(), lambda: make_workspace(folder, "Oak School")):
        with pytest.raises(RedactError, match="is empty, and with it the audit log"):
            act()
    assert not file.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("words", [("status",), ("watch", "--once"), ("audit", "verify")])
def test_every_command_says_of_a_damaged_database_what_to_do(made: Path, tmp_path: Path, words: tuple[str]) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "workspace"))
    (folder / "redact.db").write_bytes(b"no database at all" * 1000)
    ended = run_program(*words, "--workspace", folder, home=tmp_path / "home")
    assert ended.returncode == 1
    assert "The database is damaged." in ended.stderr and "docs/running.md, Backup" in ended.stderr
