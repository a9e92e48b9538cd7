"""Words of the release before work for one more, warn on standard error, and stand in no help."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from redact.cli import app
from redact.cli.commands import COMMANDS
from redact.cli.old_words import take_over_variables
from tests.rigs.living import copy_workspace


@pytest.fixture
def folder(tmp_path: Path) -> str:
    copy_workspace(tmp_path / "workspace")
    return str(tmp_path / "workspace")


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, [*arguments], env=dict(environment))


@pytest.mark.parametrize("spelled", ["--house {}", "--house={}"])
def test_the_old_option_names_the_workspace_and_warns(folder: str, spelled: str) -> None:
    ended = run("status", "--json", *spelled.format(folder).split())
    assert ended.exit_code == 0 and ended.stdout.startswith("{")
    assert ended.stderr == "warning: --house is now --workspace; the old word goes with the next release.\n"


@pytest.mark.parametrize("variable", ["REDACT_HOUSE", "REDACT_STATUS_HOUSE"])
def test_the_old_variable_names_the_workspace_and_warns(folder: str, variable: str) -> None:
    ended = run("status", "--json", **{variable: folder})
    assert ended.exit_code == 0 and ended.stdout.startswith("{")
    assert f"warning: {variable} is now {variable.replace('HOUSE', 'WORKSPACE')};" in ended.stderr


def test_the_new_variable_counts_where_both_are_set() -> None:
    environment = {"REDACT_HOUSE": "old", "REDACT_WORKSPACE": "new", "REDACT_SETTLE_BY": "ceo"}
    take_over_variables(environment)
    assert environment["REDACT_WORKSPACE"] == "new" and environment["REDACT_SET_ASIDE_BY"] == "ceo"


def test_old_commands_run_as_the_new_ones_and_warn(folder: str) -> None:
    settled = run("settle", "abcdef", "--by", "ceo", "--person", "7", "--reason", "Blurred.", "--workspace", folder)
    assert "warning: settle is now set-aside;" in settled.stderr
    assert "No photo of this workspace" in str(settled.exception)
    bench = run("bench", "corridor", "--photos", "0")
    assert "warning: corridor is now pipeline;" in bench.stderr and "--photos" in bench.stderr
    hold = run("hold", "add", "--house-wide", "--by", "ceo", "--person", "7", "--reason", "Asked.", "--house", folder)
    assert hold.exit_code == 0 and hold.stdout == "hold-1\n"


@pytest.mark.parametrize("words", ["", "hold", "bench", *COMMANDS])
def test_no_help_names_an_old_word(words: str) -> None:
    ended = run(*words.split(), "--help")
    assert "old word" not in ended.output
    assert not {"house", "settle", "corridor", "--second-place"} & set(ended.output.split())


def test_an_old_word_as_a_value_is_left_as_it_is(folder: str) -> None:
    ended = run(
        "hold", "add", "--photo", "house", "--by", "ceo", "--person", "7", "--reason", "x", "--workspace", folder
    )
    assert "warning" not in ended.stderr
