"""Every command's help says what its exit status means, and the table names no command that is none."""

from __future__ import annotations

import re
import sys
from types import ModuleType

import pytest
from typer.testing import CliRunner

from redact import cli
from redact.__main__ import main
from redact.cli import app
from redact.cli.commands import COMMANDS
from redact.cli.exits import EXITS


def test_the_table_knows_commands_only() -> None:
    assert set(EXITS) <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_says_what_the_exit_status_means(command: str) -> None:
    said = " ".join(CliRunner().invoke(app, [*command.split(), "--help"], terminal_width=200).stdout.split())
    assert said.count("Exit status: 0 ") == 1
    assert not re.search(r"[{}]|\[\[|list\[|<str>|<int", said.split("Exit status:")[0]), "words of the library"
    assert ("3 some photos held or refused" in said) is (command in {"photo", "check"})
    is_three_possible = ", 3 " in said.split("Exit status:")[1]
    assert is_three_possible is (command in EXITS and EXITS[command].held is not None)


def test_a_word_that_is_none_of_a_list_is_told_by_our_sentence_alone() -> None:
    """The library that checks it puts the class of its fault before the sentence."""
    ended = CliRunner().invoke(app, ["roll", "import", "roll.csv", "--yes", "--by", "office"])
    assert ended.exit_code == 2
    assert "Value error" not in ended.output
    assert "'office' is not one of 'ceo', 'headteacher'" in ended.output


def test_ctrl_c_is_answered_with_what_became_of_the_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped() -> None:
        raise SystemExit(130)  # what the library makes of it

    monkeypatch.setattr(cli, "app", stopped)
    with pytest.raises(SystemExit):
        cli.main()
    assert "What was finished until then stays" in capsys.readouterr().err


def test_ctrl_c_while_the_program_is_still_being_imported_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(ModuleType):
        def __getattr__(self, _: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "redact.cli", Interrupted("redact.cli"))
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "Stopped.\n")
