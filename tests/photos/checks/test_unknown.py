"""After a backup of the database was put in place: originals that it does not know are told, and can be had again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete
from typer.testing import CliRunner

from redact.cli import app
from redact.photos.checks.unknown import look_for_unknown
from redact.reports.status import read_status
from redact.store.photos import State
from redact.store.schema.tables import device_files, photos
from tests.rigs.living import Living, open_living


def told(living: Living) -> list[str]:
    return [item.reason for item in read_status(living.workspace).for_person if item.what == "originals unknown"]


def forget(living: Living, photo: str) -> None:
    """Have the rows be as in a backup of before the photo came."""
    with living.workspace.database.write() as connection:
        connection.execute(delete(device_files).where(device_files.c.photo == photo))
        connection.execute(delete(photos).where(photos.c.sha256 == photo))


def test_what_came_in_after_the_backup_is_told_and_taken_in_again(tmp_path: Path) -> None:
    with open_living(tmp_path) as living:
        root = living.add_device()
        living.store(root / "a.jpg", b"known")
        photo = living.store(root / "b.jpg", b"from after the backup")
        living.clear()
        look_for_unknown(living.workspace)
        assert not told(living)
        forget(living, photo)
        look_for_unknown(living.workspace)
        (reason,) = told(living)
        assert "1 sealed original lies in the vault that this database does not know" in reason and photo[:12] in reason
        key, out = living.workspace.settings.folder / "move-away/reviewer.key", tmp_path / "out.jpg"
        words = ["original", photo[:12], "--key", str(key), "--out", str(out), "--by", "reviewer", "--person", "st-7"]
        done = CliRunner().invoke(app, [*words, "--workspace", str(living.workspace.settings.folder)])
        assert done.exit_code == 0 and out.read_bytes() == b"from after the backup"
        assert [event.fact("photo") for event in living.events("original.opened")] == [photo]
        assert living.store(root / "b.jpg", out.read_bytes()) == photo
        look_for_unknown(living.workspace)
        assert not told(living) and living.photo(photo).state is State.STORED and living.clear() == {"gone": 1}


@pytest.mark.parametrize("words", ["0" * 12, "ab"])
def test_only_what_the_vault_has_is_opened(tmp_path: Path, words: str) -> None:
    with open_living(tmp_path) as living:
        living.add_device()
        key = living.workspace.settings.folder / "move-away/reviewer.key"
        asked = [
            "original",
            words,
            "--key",
            str(key),
            "--out",
            str(tmp_path / "o"),
            "--by",
            "reviewer",
            "--person",
            "s",
        ]
        done = CliRunner().invoke(app, [*asked, "--workspace", str(living.workspace.settings.folder)])
        assert done.exit_code != 0 and not (tmp_path / "o").exists()
