"""The keys of a workspace: whole, private, never overwritten, and the private halves elsewhere."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]
import pytest

from redact.audit.checkpoint import parse_key
from redact.system.files import CannotWrite
from redact.workspace.keys import (
    AWAY_FILES,
    KEY_FILES,
    SIGNING,
    TAGS,
    TEMPLATES,
    VERIFIER,
    KeyFault,
    make_keys,
    read_keys,
)

ORIGIN = "redact/st-marys"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    make_keys(folder / "keys", ORIGIN)
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "workspace")
    return tmp_path / "workspace"


def test_what_was_made_is_what_is_read(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "keys", ORIGIN)
    found = read_keys(tmp_path / "keys", ORIGIN)
    assert found.signing.private_bytes_raw() == made.signing.private_bytes_raw()
    assert (found.log_key, found.tags, found.recipients, found.templates) == (
        made.log_key, made.tags, made.recipients, made.templates,
    )  # fmt: skip
    assert len(found.tags) == 32
    assert parse_key((tmp_path / "keys" / VERIFIER).read_text().strip()) == found.log_key


def test_only_the_owner_may_read_keys_and_private_halves(workspace: Path) -> None:
    files = [
        *(workspace / "keys" / name for name in KEY_FILES),
        *(workspace / "move-away" / name for name in AWAY_FILES),
    ]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    assert {oct((workspace / name).stat().st_mode & 0o777) for name in ("keys", "move-away")} == {"0o700"}


def test_each_private_half_opens_what_is_sealed_and_none_lies_among_the_keys(workspace: Path) -> None:
    keys = read_keys(workspace / "keys", ORIGIN)
    sealed = pyrage.encrypt(b"photo", [pyrage.x25519.Recipient.from_str(key) for key in keys.recipients])
    for name in AWAY_FILES:
        text = (workspace / "move-away" / name).read_text()
        secret = next(line for line in text.splitlines() if not line.startswith("#"))
        assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(secret)]) == b"photo"
        assert not any(secret in path.read_text() for path in (workspace / "keys").iterdir())
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(keys.templates)])


def test_printing_keys_shows_no_secret(workspace: Path) -> None:
    keys = read_keys(workspace / "keys", ORIGIN)
    assert "SECRET" not in repr(keys)
    assert repr(keys.tags) not in repr(keys)


@pytest.mark.parametrize("name", KEY_FILES)
def test_a_missing_key_is_told_by_its_name_and_not_made_again(workspace: Path, name: str) -> None:
    (workspace / "keys" / name).unlink()
    with pytest.raises(KeyFault, match=rf"{name} is missing.*backup"):
        read_keys(workspace / "keys", ORIGIN)
    with pytest.raises(KeyFault, match="never overwritten"):
        make_keys(workspace / "keys", ORIGIN)
    assert not (workspace / "keys" / name).exists()


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"# a comment\n", b"AGE-SECRET-KEY-1QQ\n", b"c2hvcnQ=\n"])
@pytest.mark.parametrize("name", KEY_FILES)
def test_a_damaged_key_is_reported_without_quoting_it(workspace: Path, name: str, content: bytes) -> None:
    (workspace / "keys" / name).write_bytes(content)
    with pytest.raises(KeyFault, match=name) as caught:
        read_keys(workspace / "keys", ORIGIN)
    assert "AGE-SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions in lists that are not read")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
@pytest.mark.parametrize("name", [SIGNING, TAGS, TEMPLATES])
def test_a_key_that_others_may_read_or_write_is_refused(workspace: Path, name: str, mode: int) -> None:
    (workspace / "keys" / name).chmod(mode)
    with pytest.raises(KeyFault, match="may be read by others.*chmod 600"):
        read_keys(workspace / "keys", ORIGIN)


def test_keys_of_another_record_are_refused(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match="not the public half"):
        read_keys(workspace / "keys", "redact/another")
    make_keys(tmp_path / "other/keys", ORIGIN)
    shutil.copy(tmp_path / "other/keys" / SIGNING, workspace / "keys" / SIGNING)
    with pytest.raises(KeyFault, match="not the public half"):
        read_keys(workspace / "keys", ORIGIN)


def test_one_recipient_twice_is_refused(workspace: Path) -> None:
    path = workspace / "keys/recipients.txt"
    first = read_keys(workspace / "keys", ORIGIN).recipients[0]
    path.write_text(f"{first}\n{first}\n")
    with pytest.raises(KeyFault, match="damaged"):
        read_keys(workspace / "keys", ORIGIN)


def test_an_interrupted_making_leaves_no_keys_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redact.workspace import keys

    def full(path: Path, data: bytes) -> None:
        if path.name == TEMPLATES:
            raise CannotWrite(path.parent, OSError(28, "No space left on device"))
        path.write_bytes(data)
        path.chmod(0o600)

    with monkeypatch.context() as patched:
        patched.setattr(keys, "write_whole", full)
        with pytest.raises(CannotWrite):
            make_keys(tmp_path / "keys", ORIGIN)
    assert not (tmp_path / "keys").exists()
    private = {name: (tmp_path / "move-away" / name).read_bytes() for name in AWAY_FILES}
    make_keys(tmp_path / "keys", ORIGIN)
    read_keys(tmp_path / "keys", ORIGIN)
    assert private == {name: (tmp_path / "move-away" / name).read_bytes() for name in AWAY_FILES}
    assert {path.name for path in tmp_path.iterdir()} == {"keys", "move-away"}
