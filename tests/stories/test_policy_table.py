"""docs/policy.md names commands, pages and tests: each is there, and each section of the policy has its rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redact.cli.commands import COMMANDS
from redact.desk.routes.table import WAYS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/policy.md").read_text("utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("|") and not line.startswith(("|---", "| rule"))]
QUOTED = re.findall(r"`([^`]+)`", TEXT)
LOOKED_UP = ("redact ", "/", "tests/")
COLUMNS = 5


def test_every_row_has_its_five_columns_and_says_what_is_left_to_people() -> None:
    assert len(ROWS) > 40
    for row in ROWS:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == COLUMNS, row
        rule, does, where, proof, left = cells
        assert rule and does and left, row
        assert does == "nothing" or (where and proof), row


@pytest.mark.parametrize("section", ["1", "4", "5", "7", "8"])
def test_each_section_has_its_table(section: str) -> None:
    part = TEXT.split(f"\n## {section}. ")[1].split("\n## ")[0]
    assert part.count("\n| ") > 5


def test_every_command_that_is_named_exists() -> None:
    named = {quoted.removeprefix("redact ") for quoted in QUOTED if quoted.startswith("redact ")}
    assert len(named) > 15
    assert {name for name in named if name not in COMMANDS} == set()


def test_every_page_that_is_named_exists() -> None:
    named = {quoted for quoted in QUOTED if quoted.startswith("/")}
    assert len(named) > 8
    assert named - {way.path for way in WAYS if way.method == "GET"} == set()


def test_every_test_that_is_named_exists() -> None:
    named = {quoted for quoted in QUOTED if quoted.startswith("tests/")}
    assert len(named) > 30
    for name in sorted(named):
        file, _, function = name.partition("::")
        text = (ROOT / file).read_text("utf-8")
        assert not function or f"def {function}(" in text, name


def test_whatever_else_is_quoted_is_no_command_page_or_test() -> None:
    others = {quoted for quoted in QUOTED if not quoted.startswith(LOOKED_UP)}
    assert others == {"company_details"}
