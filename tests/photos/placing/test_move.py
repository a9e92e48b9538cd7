"""A store moves whole or not at all: it is proved in the new place before the settings name that, or the old goes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.errors import UsageError
from redact.photos.placing.for_use import update_for_use
from redact.photos.placing.move import NotAllThere, StillRunning, move_storage
from redact.posts import review
from redact.posts.redraws.redrawing import LOCK_FILE as REDRAW_LOCK
from redact.posts.review import Decision
from redact.service.run import LOCK_FILE as WATCH_LOCK
from redact.store.trust.folder import LocalTrust
from redact.system.lock import hold_lock
from redact.workspace.open import open_workspace
from redact.workspace.settings.file import read_settings
from tests.rigs.living import copies_in
from tests.rigs.reviewing import RAE, Reviewing, calm_jpeg, open_reviewing


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        for seed in range(1, 4):
            seen = found.store_one(calm_jpeg(seed), f"{seed}.jpg")
        review.decide(found.workspace, seen, Decision.FIT, RAE)
        update_for_use(found.workspace)
        yield found


def files_of(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def old_of(living: Reviewing) -> Path:
    folder = living.workspace.settings.trust_folder
    assert folder is not None
    return folder


def trust_in_file(living: Reviewing) -> str:
    return read_settings(living.workspace.settings.folder).trust


def move(living: Reviewing, new: Path, *, removes_old: bool = False) -> tuple[int, int]:
    moved = move_storage(living.workspace, str(new), lambda _: None, removes_old=removes_old)
    return moved.files, moved.removed


@pytest.mark.parametrize("removes_old", [False, True])
def test_every_file_lies_in_the_new_place_and_the_settings_name_it(
    living: Reviewing, tmp_path: Path, removes_old: bool
) -> None:
    before, new, text = files_of(old_of(living)), tmp_path / "new", (living.workspace.settings.folder / "redact.toml")
    lines = text.read_text().splitlines()
    assert move(living, new, removes_old=removes_old) == (4, 4 if removes_old else 0)
    assert files_of(new) == before and len(before) == 4
    assert files_of(old_of(living)) == ({} if removes_old else before)
    assert trust_in_file(living) == str(new)
    assert [a for a, b in zip(lines, text.read_text().splitlines(), strict=True) if a != b] == ['#trust = "trust"']
    with open_workspace(living.workspace.settings.folder) as again:
        for name, path in copies_in(new).items():
            assert again.trust.read(name) == path.read_bytes()
    assert living.events("storage.checked")[-1].fact("checked") == 4
    living.check_record()


@pytest.mark.parametrize("lock", [WATCH_LOCK, REDRAW_LOCK])
def test_while_somebody_works_nothing_is_switched(living: Reviewing, tmp_path: Path, lock: str) -> None:
    before, new = trust_in_file(living), tmp_path / "new"
    with hold_lock(living.workspace.settings.folder / lock), pytest.raises(StillRunning):
        move(living, new, removes_old=True)
    assert trust_in_file(living) == before and files_of(new) == files_of(old_of(living))
    later = living.store_one(calm_jpeg(9), "later.jpg")
    assert move(living, new) == (5, 0) and living.copy(later.photo).name in files_of(new)


@pytest.mark.parametrize("way", ["missing", "changed"])
def test_a_copy_that_is_lost_or_changed_stops_it(living: Reviewing, tmp_path: Path, way: str) -> None:
    before, path = trust_in_file(living), next(iter(copies_in(old_of(living)).values()))
    path.unlink() if way == "missing" else path.write_bytes(b"another picture")
    with pytest.raises(NotAllThere, match="1 photo"):
        move(living, tmp_path / "new", removes_old=True)
    assert trust_in_file(living) == before and len(files_of(old_of(living))) >= 3
    assert b"another picture" not in files_of(tmp_path / "new").values()


def test_a_move_that_is_cut_off_at_any_file_goes_on(
    living: Reviewing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old, new = files_of(old_of(living)), trust_in_file(living), tmp_path / "new"
    real = LocalTrust.put
    for turn in range(3):

        def cut(self: LocalTrust, name: str, content: bytes, turn: int = turn) -> None:
            if len(files_of(new)) > turn:
                raise KeyboardInterrupt
            real(self, name, content)

        with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
            patched.setattr(LocalTrust, "put", cut)
            move(living, new, removes_old=True)
        assert trust_in_file(living) == old and files_of(old_of(living)) == before
    assert move(living, new, removes_old=True) == (4, 4) and files_of(new) == before


def test_other_bytes_in_the_new_place_stop_it(living: Reviewing, tmp_path: Path) -> None:
    before, new = trust_in_file(living), tmp_path / "new"
    name = next(iter(copies_in(old_of(living))))
    (new / name).parent.mkdir(parents=True)
    (new / name).write_bytes(b"mine")
    with pytest.raises(Exception, match="other bytes lie there"):
        move(living, new)
    assert trust_in_file(living) == before and (new / name).read_bytes() == b"mine"


def test_the_place_must_be_another_and_outside_of_the_workspaces_folders(living: Reviewing) -> None:
    folder = living.workspace.settings.folder
    with pytest.raises(UsageError, match="there already"):
        move(living, old_of(living))
    with pytest.raises(UsageError):
        move(living, folder / "vault")
    assert trust_in_file(living) == str(old_of(living))
