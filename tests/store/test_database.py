"""The database: what is committed is on the disk, and a damaged file is a sentence that says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.errors import RedactError
from redact.reports.status import read_status
from redact.store.database import Database, DatabaseDamaged, DatabaseFault, open_engine, sqlite_url
from redact.workspace.workspace import House, make_house, open_house
from tests.rigs.program import run_program

FULL, NORMAL = 2, 1  # sqlite.org, "PRAGMA synchronous"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "house"
    make_house(folder, "Oak School")
    return folder


@pytest.fixture
def house(made: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(Path(shutil.copytree(made, tmp_path / "house"))) as opened:
        yield opened


def test_every_commit_of_the_house_is_brought_to_the_disk(house: House) -> None:
    """The intent of a deletion must outlive a power loss that the file does not: it is committed before the unlink."""
    database = house.database
    with database.write() as writer, database.read() as reader, database.read() as other:
        for connection in (writer, reader, other):
            assert connection.exec_driver_sql("pragma synchronous").scalar() == FULL


def test_only_what_nothing_rests_on_may_lose_its_last_commits(house: House) -> None:
    engine = open_engine(house.settings.engine_url, forgives_power_loss=True)
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("pragma journal_mode").scalar()
        assert connection.exec_driver_sql("pragma synchronous").scalar() == (NORMAL if mode == "wal" else FULL)
    engine.dispose()


@pytest.mark.parametrize("content", [b"no database at all" * 1000, b"SQLite format 3\0" + b"\xff" * 8000])
def test_what_is_no_database_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.db").write_bytes(content)
    database = Database(sqlite_url(tmp_path / "a.db"))
    for opened in (database.read, database.write):
        with pytest.raises(DatabaseDamaged, match=r"is damaged\..*from the backup: see docs/running.md"), opened():
            pass
    assert issubclass(DatabaseDamaged, DatabaseFault)
    database.close()


def test_a_page_that_was_overwritten_is_told_with_what_to_do(house: House) -> None:
    file = house.settings.database_file
    assert file is not None
    house.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(DatabaseDamaged):
        read_status(house)


def test_an_empty_file_is_no_new_database(house: House) -> None:
    file, folder = house.settings.database_file, house.settings.folder
    assert file is not None
    house.close()
    file.write_bytes(b"")
    for act in (lambda: open_house(folder).close(), lambda: make_house(folder, "Oak School")):
        with pytest.raises(RedactError, match="is empty, and with it the record"):
            act()
    assert not file.read_bytes()


@pytest.mark.parametrize("words", [("status",), ("watch", "--once"), ("audit", "verify")])
def test_every_command_says_of_a_damaged_database_what_to_do(made: Path, tmp_path: Path, words: tuple[str]) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "house"))
    (folder / "redact.db").write_bytes(b"no database at all" * 1000)
    ended = run_program(*words, "--house", folder, home=tmp_path / "home")
    assert ended.returncode == 1
    assert "The database is damaged." in ended.stderr and "docs/running.md, Backup" in ended.stderr
