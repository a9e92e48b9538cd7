"""`redact report`: a file to print, days as people write them, and never a page over a log that is not intact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from redact.audit.kinds import Role
from redact.cli import app
from redact.devices.holds import add_hold
from redact.errors import UsageError
from tests.rigs.living import Living, open_living


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)
        yield found


def run(living: Living, *arguments: str | Path) -> Result:
    workspace = str(living.workspace.settings.folder)
    return CliRunner().invoke(app, ["report", *map(str, arguments), "--workspace", workspace])


def test_a_page_is_written_after_the_log_was_checked_and_never_over_another(living: Living, tmp_path: Path) -> None:
    page = tmp_path / "term.html"
    ended = run(living, "--from", "01/09/2026", "--until", "2026-12-31", "--out", page)
    assert ended.exit_code == 0 and "The audit log was checked: intact" in ended.stderr
    text = page.read_text("utf-8")
    assert "1 September 2026 to 31 December 2026" in text and "The program had it checked on" in text
    again = run(living, "--out", page)
    assert again.exit_code != 0 and page.read_text("utf-8") == text
    assert run(living, "--out", page, "--overwrite").exit_code == 0


def test_days_the_wrong_way_round_and_a_school_that_is_none_write_nothing(living: Living, tmp_path: Path) -> None:
    page = tmp_path / "term.html"
    for wrong in (("--from", "02/09/2026", "--until", "01/09/2026"), ("--school", "nowhere")):
        assert isinstance(run(living, *wrong, "--out", page).exception, UsageError)
    assert not page.exists()


def test_a_log_that_was_changed_is_told_and_the_command_fails(living: Living, tmp_path: Path) -> None:
    add_hold(living.workspace, Role.CEO, "staff-1", "The police asked.")
    with living.workspace.database.write() as connection:
        connection.exec_driver_sql("update log_entries set body = X'00' where n = 0")
    page = tmp_path / "term.html"
    ended = run(living, "--out", page)
    assert ended.exit_code == 1 and "redact audit verify" in ended.stderr
    assert "NOT shown to be what was written" in page.read_text("utf-8")
