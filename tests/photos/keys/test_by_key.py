"""A private key is tried, and an original opened by the program itself, on record before it happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyrage  # type: ignore[import-untyped,unused-ignore]
import pytest
from typer.testing import CliRunner, Result

from redact.cli import app
from redact.errors import UsageError
from redact.store.vault import VaultFault
from tests.rigs.living import Living, open_living

WHO = ["--by", "headteacher", "--person", "staff-7"]


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def run(living: Living, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--workspace", str(living.workspace.settings.folder)])


def key_file(living: Living, name: str) -> Path:
    return living.workspace.settings.folder / "move-away" / f"{name}.key"


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    path = tmp_path / "stranger.key"
    path.touch(0o600)
    path.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    return path


@pytest.mark.parametrize("name", ["reviewer", "recovery"])
def test_a_key_is_tried_and_named(living: Living, name: str) -> None:
    done = run(living, "keys", "try", str(key_file(living, name)))
    assert done.exit_code == 0 and f"the {name} key" in done.stdout and "SECRET" not in done.output
    assert not living.events(), "no photo is opened for it"


def test_a_key_of_somebody_else_or_none_is_refused(living: Living, stranger: Path) -> None:
    assert isinstance(run(living, "keys", "try", str(stranger)).exception, UsageError)
    stranger.write_text("# nothing else\n")
    assert "is no key of ours" in str(run(living, "keys", "try", str(stranger)).exception)
    stranger.write_text("AGE-SECRET-KEY-1NONSENSE\n")
    caught = run(living, "keys", "try", str(stranger)).exception
    assert isinstance(caught, UsageError) and "NONSENSE" not in str(caught)


@pytest.mark.parametrize("name", ["reviewer", "recovery"])
def test_an_original_is_opened_on_record_into_a_file_of_its_owners(living: Living, tmp_path: Path, name: str) -> None:
    photo, out = living.store(living.add_device() / "a.jpg", b"a photo"), tmp_path / "out.jpg"
    asked = ["original", photo[:12], "--key", str(key_file(living, name)), "--out", str(out)]
    assert run(living, *asked).exit_code != 0, "somebody does it"
    assert run(living, *asked, *WHO).exit_code == 0
    assert out.read_bytes() == b"a photo" and not out.stat().st_mode & 0o077
    (event,) = living.events("original")
    assert (event.kind.value, event.fact("photo"), event.fact("by")) == ("original.opened", photo, "headteacher")
    assert isinstance(run(living, *asked, *WHO).exception, UsageError), "never over a file"
    assert len(living.events("original")) == 1


def test_a_key_that_does_not_fit_opens_nothing_and_the_try_is_on_record(
    living: Living, tmp_path: Path, stranger: Path
) -> None:
    photo, out = living.store(living.add_device() / "a.jpg", b"a photo"), tmp_path / "out.jpg"
    asked = ["original", photo[:12], "--key", str(stranger), "--out", str(out), *WHO]
    assert isinstance(run(living, *asked).exception, VaultFault)
    assert not out.exists() and len(living.events("original")) == 1
