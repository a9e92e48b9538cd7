"""Making and opening a workspace: nothing overwritten, nothing lost hidden, nothing where it must not lie."""

from __future__ import annotations

import os
import shutil
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.checkpoint import is_origin
from redact.audit.kinds import Kind
from redact.errors import RedactError, UsageError
from redact.store.database import DatabaseFault
from redact.store.trust.storage import TrustFault
from redact.store.vault import VaultFault
from redact.system.files import CannotWrite
from redact.workspace.create import make_workspace, origin_of
from redact.workspace.keys import KeyFault
from redact.workspace.open import open_workspace

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in whose record one entry stands."""
    folder = tmp_path_factory.mktemp("made") / "workspace"
    make_workspace(folder, "St Mary's")
    work_in(folder)
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "workspace"))


def work_in(folder: Path) -> None:
    with open_workspace(folder, lambda: NOON) as workspace, workspace.audit_log.writing() as entries:
        entries.add(Kind.DEVICE_RETIRED, device="cam", by="ceo", reason="It broke.")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_made_workspace_opens_and_writes_its_record_and_its_copy(made: Path) -> None:
    (copy,) = (made / "checkpoints").iterdir()
    assert copy.name == "checkpoints-2026-09-07.txt"
    assert copy.read_text("utf-8").startswith("redact/st-marys\n1\n")


def test_every_folder_is_its_owners_alone(made: Path) -> None:
    folders = [made, *(path for path in made.rglob("*") if path.is_dir())]
    assert {oct(folder.stat().st_mode & 0o777) for folder in folders} == {"0o700"}
    assert {oct((made / name).stat().st_mode & 0o777) for name in ("redact.db", "redact.toml")} == {"0o600"}


def test_an_empty_folder_that_is_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir(mode=0o755)
    make_workspace(tmp_path / "workspace", "X")
    assert (tmp_path / "workspace").stat().st_mode & 0o077 == 0


def test_init_of_a_workspace_again_changes_nothing(workspace: Path) -> None:
    before = tree(workspace)
    made = make_workspace(workspace, "Another name", {"trust": "elsewhere"})
    assert not made.is_new
    assert made.settings.origin == "redact/st-marys"
    after = tree(workspace)
    for changing in ("redact.db", "redact.db-wal", "redact.db-shm"):
        before.pop(changing, None), after.pop(changing, None)
    assert after == before


def test_init_of_a_workspace_with_a_former_name_in_its_settings_says_so_and_works_with_it(workspace: Path) -> None:
    settings = workspace / "redact.toml"
    settings.write_text(settings.read_text("utf-8") + "copies = ['checkpoints']\n", "utf-8")
    (warning,) = make_workspace(workspace, "X").warnings
    assert "copies is now called checkpoint_mirrors" in warning
    with open_workspace(workspace) as opened:
        assert opened.settings.checkpoint_mirrors == (workspace / "checkpoints",)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_folder_with_something_else_in_it_is_refused_untouched(tmp_path: Path, what: str) -> None:
    other = tmp_path / "other"
    if what == "file":
        other.write_text("mine")
    else:
        other.mkdir()
        (other / "mine").write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        make_workspace(other, "X")
    assert [path.name for path in tmp_path.rglob("*")] in (["other"], ["other", "mine"])


@pytest.mark.parametrize("lost", ["keys", "keys/signing.key", "keys/tags.key", "redact.db"])
def test_what_was_lost_is_never_made_again(workspace: Path, lost: str) -> None:
    path = workspace / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    for attempt in (lambda: open_workspace(workspace).close(), lambda: make_workspace(workspace, "X")):
        with pytest.raises(RedactError, match="missing.*backup"):
            attempt()
        assert not path.exists()


def test_a_vault_or_trust_storage_whose_volume_is_out_is_not_taken_for_empty(workspace: Path) -> None:
    for name in ("vault", "trust"):
        shutil.rmtree(workspace / name)
        (workspace / name).mkdir()
    make_workspace(workspace, "X")
    with open_workspace(workspace) as opened:
        with pytest.raises(VaultFault, match="marker is missing"):
            opened.vault.has("0" * 64)
        with pytest.raises(TrustFault, match="marker is missing"):
            opened.trust.holds("0" * 32 + ".jpg", "0" * 64)


def test_an_interrupted_making_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redact.workspace import keys

    def full(folder: Path, *_: object) -> None:
        raise CannotWrite(folder, OSError(28, "No space left on device"))

    folder = tmp_path / "workspace"
    with monkeypatch.context() as patched:
        patched.setattr(keys, "_write_together", full)
        with pytest.raises(CannotWrite):
            make_workspace(folder, "X")
    with pytest.raises(KeyFault):
        open_workspace(folder)
    make_workspace(folder, "X")
    work_in(folder)


def test_a_workspace_that_is_none_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no workspace.*redact init"):
        open_workspace(tmp_path)


def test_an_older_database_is_not_opened(workspace: Path) -> None:
    with open_workspace(workspace) as opened, opened.database.write() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0037'")
    with pytest.raises(RedactError, match="earlier version.*redact init"):
        open_workspace(workspace)


def test_a_synced_folder_is_refused_unless_waived(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive - Trust" / "workspace"
    with pytest.raises(UsageError, match="OneDrive.*--allow-synced"):
        make_workspace(folder, "X")
    assert not folder.parent.exists()
    made = make_workspace(folder, "X", allow_synced=True)
    assert made.waived is not None and "OneDrive" in made.waived
    work_in(folder)
    text = (folder / "redact.toml").read_text("utf-8")
    assert "\nallow_synced = true\n" in text
    (folder / "redact.toml").write_text(text.replace("\nallow_synced = true\n", "\n"), "utf-8")
    for attempt in (lambda: open_workspace(folder).close(), lambda: make_workspace(folder, "X", allow_synced=True)):
        with pytest.raises(UsageError, match="OneDrive.*set allow_synced = true in redact.toml"):
            attempt()


def test_a_workspace_outside_every_synced_folder_says_nothing_of_them(workspace: Path) -> None:
    assert "\n#allow_synced = false\n" in (workspace / "redact.toml").read_text("utf-8")
    made = make_workspace(workspace, "X")
    assert (made.waived, made.warnings) == (None, ())


@pytest.mark.parametrize("what", ["quarantine", "vault", "keys", "database_url", "engine_url"])
def test_what_holds_originals_keys_or_names_does_not_open_in_a_synced_folder(workspace: Path, what: str) -> None:
    """One edited line must not send originals to a cloud: `redact watch` does not start."""
    synced = workspace.parent / "Dropbox" / "x"
    shutil.copytree(workspace, synced)
    name = {"database_url": "redact.db", "engine_url": "engine.db"}.get(what, what)
    settings = workspace / "redact.toml"
    settings.write_text(settings.read_text("utf-8") + f"{what} = '{synced / name}'\n", "utf-8")
    with pytest.raises(UsageError, match=f"{synced}.*Dropbox.*allow_synced"):
        open_workspace(workspace)
    settings.write_text(settings.read_text("utf-8") + "allow_synced = true\n", "utf-8")
    open_workspace(workspace).close()


def test_copies_and_mirrors_in_a_synced_folder_are_reported(tmp_path: Path) -> None:
    trust, copy = tmp_path / "Dropbox" / "t", tmp_path / "OneDrive" / "cp"
    made = make_workspace(tmp_path / "workspace", "X", {"trust": str(trust), "checkpoint_mirrors": [str(copy)]})
    about_trust, about_copy = made.warnings
    assert str(trust) in about_trust and "Dropbox" in about_trust and "leave the trust's machines" in about_trust
    assert str(copy) in about_copy and "OneDrive" in about_copy
    work_in(tmp_path / "workspace")


def test_a_workspace_whose_copies_would_lie_among_its_originals_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"trust .* is the same as vault"):
        make_workspace(tmp_path / "workspace", "X", {"trust": str(tmp_path / "workspace" / "vault")})
    assert not (tmp_path / "workspace").exists()


def test_an_sqlite_workspace_on_a_network_is_refused_even_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redact.workspace import synced as places

    monkeypatch.setattr(places, "_network_of", lambda _: "nfs4")
    with pytest.raises(UsageError, match="nfs4.*PostgreSQL"):
        make_workspace(tmp_path / "workspace", "X", allow_synced=True)


@pytest.mark.parametrize(
    ("name", "origin"),
    [("St Mary's C. of E. Primary", "st-marys-c-of-e-primary"), ("École Ÿ", "ecole-y"), ("A" * 99, "a" * 60)],
)
def test_the_log_is_called_by_the_school(name: str, origin: str) -> None:
    assert origin_of(name) == f"redact/{origin}"


@given(st.text())
def test_any_school_has_a_record_that_can_be_signed_or_is_reported(name: str) -> None:
    try:
        assert is_origin(origin_of(name))
    except UsageError:
        letters = [sign for sign in unicodedata.normalize("NFKD", name) if sign.isalnum()]
        assert not letters or sum(sign.isascii() for sign in letters) < len(letters) / 2


@pytest.mark.parametrize(
    ("name", "left"), [("é€ 学校", "only 'e' is left"), ("学校", "nothing is left"), ("", "nothing")]
)
def test_a_name_of_which_too_little_would_be_left_is_refused(tmp_path: Path, name: str, left: str) -> None:
    """The audit log is called by it for ever."""
    with pytest.raises(UsageError, match=f"{left}.*--name"):
        make_workspace(tmp_path / "workspace", name)
    assert not (tmp_path / "workspace").exists()


@pytest.mark.parametrize("fault", [DatabaseFault("why"), VaultFault(Path("v"), "why"), TrustFault("t", "why")])
def test_a_passing_fault_is_reported_in_words_that_are_true_of_every_command(fault: RedactError) -> None:
    """`redact hold add` ends with it and tries nothing again; only the watcher does."""
    assert "is tried again" not in str(fault)
    assert "Try again in a moment (the watcher does so by itself)" in str(fault)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(CannotWrite):
        make_workspace(tmp_path / "closed" / "workspace", "X")
