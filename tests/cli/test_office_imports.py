"""What the import commands say of an office's own tables, and what to type next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_consent import BY, CONSENTS, GRACE, KOFI, ROLL, Office
from tests.rigs.living import copy_workspace
from tests.rigs.workbooks import workbook


@pytest.fixture
def office(tmp_path: Path) -> Office:
    copy_workspace(tmp_path / "workspace")
    return Office(tmp_path / "workspace")


def test_one_sheet_of_several_is_never_the_whole_roll(office: Office, tmp_path: Path) -> None:
    """Whoever stands on the other sheet would have left, and the name would be looked for no more."""
    assert office.run("roll", "import", ROLL, "--yes", *BY).code == 0
    heading = ["UPN", "Forename", "Surname"]
    book = tmp_path / "r.xlsx"
    book.write_bytes(workbook(("5", [heading, [GRACE, "Grace", "Lee"]]), ("6", [heading, [KOFI, "Kofi", "B"]])))
    refused = office.run("roll", "import", book, "--full", "--yes", "--confirm-large", *BY)
    assert refused.code == 2 and "leave --full out" in refused.said
    assert office.run("roll", "list").out.count("\n") == 16
    told = office.run("roll", "import", book)
    assert told.code == 3 and "the sheet '6' of the workbook was not read" in told.said


def test_a_list_of_staff_is_told_to_have_no_numbers_of_pupils(office: Office) -> None:
    staff = office.written("staff.csv", "Staff Code,Forename,Surname", "ADU,Ada,Dunmore")
    ran = office.run("roll", "import", staff)
    assert ran.code == 3 and '--map "HEADING=upn"' in ran.said and "new: 0" in ran.out


def test_an_x_that_is_not_understood_is_named_with_what_to_type(office: Office) -> None:
    assert office.run("roll", "import", ROLL, "--yes", *BY).code == 0
    table = office.written("x.csv", "UPN,Website", f"{GRACE},x", f"{KOFI},Ask Mrs Dunmore")
    ran = office.run("consent", "import", table)
    assert ran.code == 3 and '--answer "x=yes" (or no, or pending)' in ran.said and "Dunmore" not in ran.said + ran.out


def test_a_guess_that_refuses_is_shown_as_one(office: Office) -> None:
    office.import_all()
    table = office.written("blur.csv", "UPN,Blur face on website", f"{GRACE},Yes")
    ran = office.run("consent", "import", table)
    assert ran.code == 3 and "guessed, so only a yes below it is taken, as a no" in ran.out
    assert CONSENTS.exists() and "website: 1 becomes refused" in ran.out
