"""Sealed originals: whole or not there, for two keys, provably destroyed."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.store.vault import MARKER_NAME, Sealed, Vault, VaultFault
from tests.rigs import saboteurs
from tests.rigs.needs import need
from watcher.fs.folders import HandleFolder

REVIEWER, RECOVERY, STRANGER = (pyrage.x25519.Identity.generate() for _ in range(3))
RECIPIENTS = [str(REVIEWER.to_public()), str(RECOVERY.to_public())]
PHOTO = bytes(range(256)) * 600  # 153,600 bytes: three chunks of age
ID = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return made(tmp_path / "vault")


def made(folder: Path) -> Vault:
    vault = Vault(folder, RECIPIENTS)
    vault.make()
    return vault


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "vault" / ID[:2] / f"{ID}.age"


def found_in(folder: Path) -> set[str]:
    """Return all files but the marker."""
    return {path.name for path in folder.rglob("*") if path.is_file() and path.name != MARKER_NAME}


def fault_of(call: Callable[[], object]) -> str | None:
    """Return what the vault says when it fails, None when it does not."""
    try:
        call()
    except VaultFault as fault:
        return str(fault)
    return None


def test_a_photo_is_sealed_and_either_key_opens_it(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal(ID, PHOTO)
    content = file_of(tmp_path).read_bytes()
    assert sealed == Sealed(hashlib.sha256(content).hexdigest(), len(content), 2)
    assert PHOTO[:64] not in content
    assert vault.unseal(ID, str(REVIEWER)) == vault.unseal(ID, f"# a key file\n\n{RECOVERY}\n") == PHOTO
    with pytest.raises(VaultFault, match="does not open"):
        vault.unseal(ID, str(STRANGER))


def test_the_age_command_opens_it(vault: Vault, tmp_path: Path) -> None:
    age = need("age")
    vault.seal(ID, PHOTO)
    key = tmp_path / "recovery.key"
    key.write_text(f"{RECOVERY}\n")
    opened = subprocess.run([age, "-d", "-i", key, file_of(tmp_path)], capture_output=True, check=True)
    assert opened.stdout == PHOTO


def test_only_the_owner_may_read(vault: Vault, tmp_path: Path) -> None:
    vault.seal(ID, PHOTO)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "vault", *(tmp_path / "vault").rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_twice_is_once(vault: Vault, tmp_path: Path) -> None:
    first = vault.seal(ID, PHOTO)
    before = file_of(tmp_path).stat()
    with saboteurs.failing_at(0, saboteurs.full) as calls:
        assert Vault(tmp_path / "vault", RECIPIENTS).seal(ID, PHOTO) == first
    assert not {"create", "write", "rename", "unlink"} & set(calls)
    after = file_of(tmp_path).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert found_in(tmp_path / "vault") == {f"{ID}.age"}


def test_two_threads_make_one_file(tmp_path: Path) -> None:
    for attempt in range(10):
        vault = made(tmp_path / str(attempt))
        with ThreadPoolExecutor(4) as pool:
            gate = threading.Barrier(4)
            results = set(pool.map(lambda _: (gate.wait(), vault.seal(ID, PHOTO))[1], range(4)))
        assert len(results) == 1
        assert found_in(tmp_path / str(attempt)) == {f"{ID}.age"}
        assert vault.holds(ID, results.pop().sha256)


@settings(max_examples=30)
@given(st.one_of(st.binary(max_size=200), st.sampled_from([65_535, 65_536, 65_537, 131_072]).map(bytes)))
def test_every_length_is_told_whole_and_a_byte_more_or_less_is_damaged(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        vault, sha256 = made(Path(name) / "vault"), hashlib.sha256(content).hexdigest()
        vault.seal(sha256, content)
        assert vault.unseal(sha256, str(REVIEWER)) == content
        path = Path(name) / "vault" / sha256[:2] / f"{sha256}.age"
        whole = path.read_bytes()
        for damaged in (whole[:-1], whole + b"x"):
            path.write_bytes(damaged)
            with pytest.raises(VaultFault, match="damaged"):
                vault.seal(sha256, content)


@pytest.mark.parametrize("damage", [b"", b"age-encryption.org/v1\n", bytes(154_000), PHOTO])
def test_a_damaged_file_is_neither_used_nor_replaced(vault: Vault, tmp_path: Path, damage: bytes) -> None:
    sealed = vault.seal(ID, PHOTO)
    file_of(tmp_path).write_bytes(damage)
    assert not vault.holds(ID, sealed.sha256)
    with pytest.raises(VaultFault, match="a person must look"):
        vault.seal(ID, PHOTO)
    with pytest.raises(VaultFault):
        vault.unseal(ID, str(REVIEWER))
    assert file_of(tmp_path).read_bytes() == damage


def test_a_file_sealed_to_one_key_is_no_sealed_original(vault: Vault, tmp_path: Path) -> None:
    vault.seal(ID, PHOTO)
    file_of(tmp_path).write_bytes(pyrage.encrypt(PHOTO, [STRANGER.to_public()]))
    with pytest.raises(VaultFault, match="a person must look"):
        vault.seal(ID, PHOTO)


def test_other_bytes_are_not_sealed(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(VaultFault, match="not the photo's"):
        vault.seal(ID, PHOTO + b"x")
    assert found_in(tmp_path / "vault") == set()


def test_another_photo_under_the_name_is_not_given_out(vault: Vault, tmp_path: Path) -> None:
    vault.seal(ID, PHOTO)
    file_of(tmp_path).write_bytes(pyrage.encrypt(b"another", [REVIEWER.to_public(), RECOVERY.to_public()]))
    with pytest.raises(VaultFault, match="another photo"):
        vault.unseal(ID, str(REVIEWER))


@pytest.mark.parametrize(
    "given_", [[], RECIPIENTS[:1], RECIPIENTS[:1] * 2, [RECIPIENTS[0], f" {RECIPIENTS[0].upper()} "]]
)
def test_fewer_than_two_keys_are_refused(tmp_path: Path, given_: list[str]) -> None:
    with pytest.raises(VaultFault, match="at least 2 keys"):
        Vault(tmp_path / "vault", given_)


def test_what_is_no_recipient_is_refused_and_a_secret_is_not_repeated(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(VaultFault, match="no age recipient"):
        Vault(tmp_path / "vault", [RECIPIENTS[0], "age1nonsense"])
    vault.seal(ID, PHOTO)
    with pytest.raises(VaultFault) as caught:
        vault.unseal(ID, "AGE-SECRET-KEY-1NONSENSE")
    assert "NONSENSE" not in str(caught.value) and caught.value.__suppress_context__


def test_holds_tells_this_file_from_another_and_from_none(vault: Vault) -> None:
    assert not vault.holds(ID, "0" * 64) and not vault.has(ID)
    sealed = vault.seal(ID, PHOTO)
    assert vault.holds(ID, sealed.sha256) and vault.has(ID)
    assert not vault.holds(ID, "0" * 64)


def test_destroyed_is_gone_and_twice_is_once(vault: Vault, tmp_path: Path) -> None:
    vault.destroy(ID)  # nothing there yet, not even the shelf
    vault.seal(ID, PHOTO)
    vault.destroy(ID)
    vault.destroy(ID)
    assert not vault.has(ID)
    assert found_in(tmp_path / "vault") == set()
    with pytest.raises(VaultFault, match="not there"):
        vault.unseal(ID, str(REVIEWER))


@pytest.mark.parametrize("name", ["", "..", "../" + ID, ID.upper(), ID[:-1], ID + "\n", f"{ID}/x"])
def test_no_path_comes_in_as_an_id(vault: Vault, name: str) -> None:
    for call in (vault.has, vault.destroy, lambda bad: vault.holds(bad, ID), lambda bad: vault.unseal(bad, "")):
        with pytest.raises(ValueError, match="64 lower-case"):
            call(name)


@pytest.mark.parametrize("way", ["no folder", "no marker", "a file", "another marker", "an endless marker"])
def test_a_vault_that_is_not_there_is_not_an_empty_one(tmp_path: Path, way: str) -> None:
    folder = tmp_path / "vault"
    if way == "a file":
        folder.write_bytes(b"")
    elif way != "no folder":
        folder.mkdir()
    if way == "another marker":
        (folder / MARKER_NAME).write_text("something else\n")
    elif way == "an endless marker":  # sparse: it takes no room, and an hour to read
        (folder / MARKER_NAME).touch()
        os.truncate(folder / MARKER_NAME, 1 << 40)
    vault = Vault(folder, RECIPIENTS)
    calls = (
        lambda: vault.seal(ID, PHOTO),
        lambda: vault.has(ID),
        lambda: vault.holds(ID, ID),
        lambda: vault.destroy(ID),
        vault.sweep,
    )
    for call in calls:
        with pytest.raises(VaultFault) as caught:
            call()
        assert str(folder) in str(caught.value)
    assert found_in(tmp_path) <= {"vault"}


def test_a_file_in_place_of_a_shelf_is_a_fault(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "vault" / ID[:2]).write_bytes(b"")
    with pytest.raises(VaultFault):
        vault.seal(ID, PHOTO)
    with pytest.raises(VaultFault):
        vault.has(ID)


def test_a_link_at_the_name_is_not_followed(vault: Vault, tmp_path: Path) -> None:
    shelf = tmp_path / "vault" / ID[:2]
    shelf.mkdir()
    (tmp_path / "mine").write_bytes(b"mine")
    (shelf / f"{ID}.age").symlink_to(tmp_path / "mine")
    with pytest.raises(VaultFault):
        vault.seal(ID, PHOTO)
    assert (tmp_path / "mine").read_bytes() == b"mine"


@pytest.mark.parametrize("after", [False, True])
def test_a_disk_that_is_full_at_any_call_leaves_it_whole_or_not_there(tmp_path: Path, after: bool) -> None:
    for turn in range(1, 100):
        folder = tmp_path / str(turn)
        vault = made(folder)
        with saboteurs.failing_at(turn, saboteurs.full, after=after) as calls:
            told = fault_of(lambda: vault.seal(ID, PHOTO))
        assert "the disk is full" in (told or "the disk is full")
        lies = {name for name in found_in(folder) if not name.endswith(".part")}
        assert lies <= {f"{ID}.age"}
        if lies:
            assert vault.unseal(ID, str(RECOVERY)) == PHOTO
        sealed = vault.seal(ID, PHOTO)  # and the retry goes through
        assert vault.holds(ID, sealed.sha256)
        vault.sweep()
        assert found_in(folder) == {f"{ID}.age"}
        if len(calls) < turn:
            break
    assert turn > 10  # the sabotage did reach in


def test_a_disk_that_fails_while_destroying_claims_nothing(tmp_path: Path) -> None:
    for turn in range(1, 100):
        vault = made(tmp_path / str(turn))
        vault.seal(ID, PHOTO)
        with saboteurs.failing_at(turn, saboteurs.full) as calls:
            told = fault_of(lambda: vault.destroy(ID))
        assert told is not None or not vault.has(ID)
        vault.destroy(ID)
        assert not vault.has(ID)
        if len(calls) < turn:
            break
    assert turn > 4


def test_a_deletion_that_is_said_and_not_done_is_noticed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.seal(ID, PHOTO)
    monkeypatch.setattr(HandleFolder, "unlink", lambda self, name: None)
    with pytest.raises(VaultFault, match="still there"):
        vault.destroy(ID)


def test_a_byte_that_turns_on_the_disk_is_noticed(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, view: real(handle, bytes(len(view))))
    with pytest.raises(VaultFault, match="read back"):
        vault.seal(ID, PHOTO)
    monkeypatch.undo()
    assert found_in(tmp_path / "vault") == set()


CRASH = """
import hashlib, pathlib, sys
from tests.rigs import saboteurs
PHOTO = bytes(range(256)) * 600
ID = hashlib.sha256(PHOTO).hexdigest()
from redact.store.vault import Vault
vault = Vault(pathlib.Path(sys.argv[1]) / str(TURN), sys.argv[2:4])
vault.make()
with saboteurs.failing_at(TURN, saboteurs.killed, after=bool(TURN % 2)):
    vault.seal(ID, PHOTO)
"""


@pytest.mark.slow
def test_a_killed_program_leaves_a_whole_file_or_temporaries(tmp_path: Path) -> None:
    ended = saboteurs.run_killed(CRASH, tmp_path, *RECIPIENTS)
    assert len(ended) > 8 and ended[-1] == 0
    swept = 0
    for turn in range(1, len(ended) + 1):
        folder = tmp_path / str(turn)
        vault = Vault(folder, RECIPIENTS)
        swept += vault.sweep()
        assert found_in(folder) <= {f"{ID}.age"}
        sealed = vault.seal(ID, PHOTO)
        assert vault.unseal(ID, str(REVIEWER)) == PHOTO and vault.holds(ID, sealed.sha256)
    assert swept > 2


def test_a_sweep_takes_nothing_but_temporaries(vault: Vault, tmp_path: Path) -> None:
    vault.seal(ID, PHOTO)
    shelf = tmp_path / "vault" / ID[:2]
    for name in ("0" * 32 + ".part", "1" * 32 + ".part", "mine.part", "0" * 32 + ".part2"):
        (shelf / name).write_bytes(b"x")
    assert vault.sweep() == 2
    assert found_in(tmp_path / "vault") == {f"{ID}.age", "mine.part", "0" * 32 + ".part2"}
