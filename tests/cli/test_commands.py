"""The table of commands: each entry leads to a function, its line is that function's, and help imports none of them."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from typer.testing import CliRunner

import redact.cli
from redact.cli import app
from redact.cli.commands import COMMANDS, GROUPS
from tests.rigs.waiting import LONGEST_S

HEAVY = ("numpy", "cv2", "onnxruntime", "PIL", "dlib", "rich", "zxingcpp", "pebble", "sqlalchemy", "dbos")
CLI = Path(redact.cli.__file__).parent


@pytest.mark.parametrize("words", COMMANDS)
def test_a_line_of_the_table_is_the_first_of_the_help(words: str) -> None:
    module, name = COMMANDS[words].place.split(":")
    help_of = inspect.getdoc(getattr(import_module(f"redact.cli.{module}"), name))
    assert help_of is not None
    assert help_of.split("\n\n")[0].replace("\n", " ") == COMMANDS[words].line


def test_every_argument_and_option_of_a_command_says_what_it_is() -> None:
    """`Annotated[X, option(...)] | None` loses the option: its help, its parser, its metavar."""
    bare = []
    for words, command in COMMANDS.items():
        module, name = command.place.split(":")
        function = getattr(import_module(f"redact.cli.{module}"), name)
        for called, hint in get_type_hints(function, include_extras=True).items():
            notes = getattr(hint, "__metadata__", ())
            if called != "return" and not any(getattr(note, "help", None) for note in notes):
                bare.append((words, called))
    assert bare == []


def test_a_command_that_a_sentence_tells_to_give_is_one() -> None:
    """ "See: redact show {id}" and its like, in sentences, help and pages; whoever follows one must not be refused."""
    told = re.compile(r"(?:[Ss]ee|[Rr]un|[Tt]ry|with|then|first|or):? `?redact ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
    sources = [path.read_text() for kind in ("*.py", "*.html") for path in CLI.parent.rglob(kind)]
    found = [match.groups() for source in sources for match in told.finditer(source)]
    assert len(found) > 100
    assert [(one, two) for one, two in found if one not in COMMANDS and f"{one} {two}" not in COMMANDS] == []


def test_every_group_has_commands_and_a_line() -> None:
    assert {words.split()[0] for words in COMMANDS if " " in words} == set(GROUPS)


@pytest.fixture(scope="module")
def helped() -> dict[str, tuple[str, str]]:
    """Return what the help of each group prints, and what heavy module or command it loaded; one process asks for all.

    What an earlier group loaded is there still: the first that loads something is named.
    """
    script = (
        "import contextlib, io, json, sys\nfrom redact.cli import app\nfound = {}\n"
        f"for group in {['', *GROUPS]!r}:\n"
        "  with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):\n"
        "    app([*group.split(), '--help'])\n"
        f"  loaded = set({HEAVY}) & set(sys.modules)\n"
        "  loaded |= {name for name in sys.modules if name.startswith('redact.cli.') and name.count('.') > 2}\n"
        "  found[group] = (said.getvalue(), ' '.join(loaded))\n"
        "print(json.dumps(found))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=CLI.parents[1],
        timeout=LONGEST_S,
    )
    return {group: (said, loaded) for group, (said, loaded) in json.loads(ended.stdout).items()}


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_the_help_of_a_group_lists_its_commands_and_imports_none_of_them(
    group: str, helped: dict[str, tuple[str, str]]
) -> None:
    said, loaded = helped[group]
    assert loaded == ""
    listed = said.split("Commands:")[1]
    below = [words.removeprefix(f"{group} ") for words in COMMANDS if not group or words.startswith(f"{group} ")]
    for words in below:
        assert f"\n  {words.split()[0]} " in listed


def test_a_slip_in_a_command_is_answered_with_the_right_one() -> None:
    ended = CliRunner().invoke(app, ["setaside"])
    assert ended.exit_code == 2 and "Did you mean 'set-aside'?" in ended.output


def test_an_option_has_its_twin_in_the_environment_below_a_group_too(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["hold", "list"], env={"REDACT_HOLD_LIST_WORKSPACE": str(tmp_path)})
    assert str(tmp_path) in str(ended.exception)


def test_all_that_is_missing_is_told_at_once_and_one_thing_with_its_choices() -> None:
    ended = CliRunner().invoke(app, ["audit", "accept-loss", "mirror-1"])
    assert ended.exit_code == 2 and "Missing --by ROLE, --person ID, --reason SENTENCE." in ended.stderr
    ended = CliRunner().invoke(app, ["devices", "add", "cam-1"])
    assert ended.exit_code == 2 and "Missing option '--approved-by'. Choose from" in ended.stderr


def test_no_file_of_the_command_line_is_over_400_lines_and_no_package_over_12_files() -> None:
    for folder in (CLI, *(path for path in CLI.iterdir() if path.is_dir() and path.name != "__pycache__")):
        files = list(folder.glob("*.py"))
        assert len(files) <= 12, folder
        assert not [path for path in files if len(path.read_text().splitlines()) > 400]


HEAVY_EVERYWHERE = ("numpy", "rich", "alembic", "cv2", "onnxruntime", "starlette", "dbos", "rapidfuzz",
                    "sqlalchemy.dialects.postgresql", "redact.redaction.names.free_text")  # fmt: skip
OF_STATUS = (*HEAVY_EVERYWHERE, "redact.pupils.roll", "redact.pupils.consent", "redact.store.posts.posts")
OF_PHOTO = (*HEAVY_EVERYWHERE, "sqlalchemy", "pydantic", "urllib.request")


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("redact.cli.daily.status", OF_STATUS),
        ("redact.cli.reports.doctor", (*HEAVY_EVERYWHERE, "redact.pupils.roll")),
        ("redact.cli.pictures.photo", OF_PHOTO),
    ],
)
def test_what_a_working_day_begins_with_loads_no_more_than_it_needs(module: str, heavy: tuple[str, ...]) -> None:
    """Importing is most of what a person waits for: docs/benchmarks.md."""
    asked = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
