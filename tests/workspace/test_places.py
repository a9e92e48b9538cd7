"""Awkward folders and everybody's umask: the workspace works there, and its files are its owner's alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.store.database import open_engine
from redact.store.log.reader import read_every
from redact.workspace.create import make_workspace
from redact.workspace.keys import KEY_FILES, KeyFault
from redact.workspace.open import open_workspace
from tests.rigs.workspaces import Rig, photo_bytes


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize("name", ["what? now", "100%41 % done", "a#b;c&d", "?"])
def test_signs_that_addresses_give_a_meaning_are_parts_of_a_path(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "workspace"
    make_workspace(folder, "Oak School")
    assert (folder / "redact.db").stat().st_size
    with open_workspace(folder) as workspace, workspace.database.read() as connection:
        assert not list(read_every(connection))
    assert {path.name for path in tmp_path.iterdir()} == {name}


@pytest.mark.skipif(sys.platform == "win32", reason="no umask")
@pytest.mark.usefixtures("_open_umask")
def test_every_file_of_a_workspace_is_its_owners_alone(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "what? 41%")
    (rig.add() / "a.jpg").write_bytes(photo_bytes(1))
    rig.run()
    settings = rig.workspace.settings
    engine = open_engine(settings.engine_url, forgives_power_loss=True)
    with engine.connect() as connection:
        connection.exec_driver_sql("create table t (a integer)")
    engine.dispose()
    rig.workspace.close()
    trust = settings.trust_folder
    assert trust is not None and (settings.folder / "engine.db").exists()
    for path in settings.folder.rglob("*"):
        if path.is_symlink() or trust in (path, *path.parents):
            continue
        assert not path.stat().st_mode & 0o077, path.relative_to(settings.folder)
    assert [path.stat().st_mode & 0o777 for path in trust.rglob("*.jpg")] in ([0o640], [])


def test_keys_that_are_missing_are_named_all_at_once(tmp_path: Path) -> None:
    make_workspace(tmp_path / "workspace", "Oak School")
    keys = tmp_path / "workspace" / "keys"
    for name in KEY_FILES[:3]:
        (keys / name).unlink()
    with pytest.raises(KeyFault) as caught:
        open_workspace(tmp_path / "workspace")
    assert all(name in str(caught.value) for name in KEY_FILES[:3])
