"""The limits of size: 400 lines a module, 40 a function's body, 12 files a package.  Who goes beyond is named here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("redact", "watcher", "models")
MOST_LINES, MOST_OF_A_BODY, MOST_FILES = 400, 40, 12
#: Handed out as one file, to people who have nothing of this program: its own head says so.
LONG_MODULES = {"redact/audit/verify/standalone.py"}
#: What a revision of the tables did is never touched again; a chain of them has as many files as it has revisions.
REVISIONS = "redact/store/schema/migrations/versions"


def sources() -> dict[str, str]:
    """Return the text of each module of the product, by its path."""
    found = (path for package in PRODUCT for path in (ROOT / package).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


SOURCES = sources()


#: A function with more lines than a body may have, heading and all: the few modules with one are parsed.
IS_WORTH_A_LOOK = re.compile(rf"^( *)(?:async )?def .*\n(?:\1 .*\n|\1\).*\n|\s*\n){{{MOST_OF_A_BODY},}}", re.MULTILINE)


def long_bodies(text: str) -> list[str]:
    """Return the functions of a module whose bodies are too long; what they say of themselves does not count."""
    if not IS_WORTH_A_LOOK.search(text):
        return []
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in functions if lines_of(node) > MOST_OF_A_BODY]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[ast.get_docstring(function, clean=False) is not None :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_module_is_longer_than_may_be() -> None:
    assert {path for path, text in SOURCES.items() if len(text.splitlines()) > MOST_LINES} == LONG_MODULES


def test_no_function_is_longer_than_may_be() -> None:
    assert [(path, name) for path, text in SOURCES.items() if REVISIONS not in path for name in long_bodies(text)] == []


@pytest.mark.parametrize(("lines", "found"), [(40, []), (41, ["judge"])])
def test_the_measure_counts_the_lines_of_a_body_and_nothing_above_it(lines: int, found: list[str]) -> None:
    head = '@cached\ndef judge(\n    photo: str,\n) -> None:\n    """Judge.\n\n    For long.\n    """\n'
    assert long_bodies(head + "    act()\n" * lines) == found


def test_no_package_has_more_files_than_may_be() -> None:
    """A file that says what is in a package is none of them."""
    files = Counter(path.rpartition("/")[0] for path in SOURCES if not path.endswith("/__init__.py"))
    assert {package for package, number in files.items() if number > MOST_FILES} == {REVISIONS}


def test_every_package_says_what_is_in_it_and_who_calls_it() -> None:
    """What it may not know, no test can read."""
    heads = {path: ast.get_docstring(ast.parse(text)) or "" for path, text in SOURCES.items() if "/__init__.py" in path}
    of_all = {f"{package}/__init__.py" for package in PRODUCT}  # the front doors of the three
    callers = re.compile("[Cc]alled |[Rr]un by | run it| uses it")
    assert [path for path, head in heads.items() if not head] == []
    assert [path for path in heads.keys() - of_all if not callers.search(heads[path])] == []
