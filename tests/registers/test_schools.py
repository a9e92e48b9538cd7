"""Two schools in one workspace: an import is one school's, and says nothing of the other's pupils."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.events import Numbered
from redact.audit.filters import Filters
from redact.cli import app
from redact.errors import RedactError, UsageError
from redact.pupils.consent import Consent, PupilRecord, Register, State
from redact.pupils.consents.diff import diff
from redact.pupils.roll import Pupil, Roll
from redact.pupils.rolls.diff import diff_roll, roll_alarms
from redact.store.devices import read_devices
from redact.store.log.reader import read_entries
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_of_device, school_of_import, school_to_list
from tests.pupils.consents.test_diff import DAY
from tests.rigs.living import copy_workspace

A, B, C = "N999123425000", "C999123425001", "R999123425002"
BY = ("--by", "headteacher")


def pupil(upn: str, school: str, name: str = "Kit") -> Pupil:
    return Pupil(upn, name, "Young", school=school)


def known(*pupils: Pupil, left: bool = False) -> dict[str, tuple[Pupil, bool]]:
    return {one.upn: (one, left) for one in pupils}


# -- the rules as values --


def test_who_is_missing_is_asked_of_the_roll_s_own_school() -> None:
    """Oak's full roll says nothing of Elm's pupils, and its share of leavers is counted against Oak's."""
    register = known(pupil(A, "oak"), pupil(B, "elm"), pupil(C, ""))
    found = diff_roll(register, Roll(()), "oak")
    assert found.missing == (A,) and found.known == 1
    assert roll_alarms(found, is_full=True)


def test_a_true_upn_moves_to_the_school_that_lists_it() -> None:
    found = diff_roll(known(pupil(A, "elm")), Roll((pupil(A, ""),)), "oak")
    assert found.moved == (A,) and [one.school for one in found.altered] == ["oak"] and not found.elsewhere


def test_the_file_of_another_school_is_asked_about() -> None:
    """A slip in --school moves every pupil of the one to the other: it is confirmed as every large change is."""
    register = known(pupil(A, "oak"), pupil(B, "oak"), pupil(C, "elm"))
    slip = diff_roll(register, Roll((pupil(A, ""), pupil(B, ""))), "elm")
    assert "2 pupils come from another school" in roll_alarms(slip, is_full=False)[0]
    assert not roll_alarms(diff_roll(register, Roll((pupil(A, ""), pupil(B, ""))), "oak"), is_full=False)


@pytest.mark.parametrize("left", [False, True])
def test_another_number_of_two_schools_is_not_one_child(left: bool) -> None:
    """Both schools number from 1: the roll of the one must not rename the other's pupil."""
    found = diff_roll(known(pupil("000123", "elm", "Amelia"), left=left), Roll((pupil("000123", ""),)), "oak")
    assert found.elsewhere == (2,) and not (found.altered or found.new or found.returned)


def test_what_was_there_before_the_schools_is_taken_over() -> None:
    found = diff_roll(known(pupil("000123", "")), Roll((pupil("000123", ""),)), "oak")
    assert [one.school for one in found.altered] == ["oak"] and not (found.moved or found.elsewhere)


@pytest.mark.parametrize("left", [False, True])
def test_a_number_of_another_child_from_before_the_schools_is_not_taken_over(left: bool) -> None:
    """Both schools have a 101: with the number the one child would inherit the other's consents."""
    found = diff_roll(known(pupil("000101", "", "Amelia"), left=left), Roll((pupil("000101", ""),)), "elm")
    assert found.elsewhere == (2,) and not (found.altered or found.new or found.returned)


def test_consents_over_a_number_of_no_school_are_taken_for_a_true_upn_alone() -> None:
    """Elm's yes for its own 101 must not undo the no of Oak's, whose roll came before the schools."""
    answers = [Consent(upn, "website", State.GIVEN) for upn in (A, "101")]
    found = diff(Register(1, DAY, {upn: PupilRecord(upn) for upn in (A, "101")}), answers, school="elm")
    assert [change.after.upn for change in found.changes] == [A] and found.elsewhere == ("101",)


def test_consents_of_one_school_say_nothing_of_another_s_pupils() -> None:
    yes = {upn: (Consent(upn, "website", State.GIVEN),) for upn in (A, B)}
    register = Register(1, DAY, {A: PupilRecord(A, yes[A], school="oak"), B: PupilRecord(B, yes[B], school="elm")})
    answers = [Consent(B, "website", State.REFUSED), Consent(C, "website", State.GIVEN)]
    found = diff(register, answers, is_complete=True, school="oak")
    assert found.elsewhere == (B,) and found.strangers == (C,) and found.known == 1
    assert [change.after.upn for change in found.changes] == [A], "only Oak's yes is not mentioned"


# -- which school is meant --


def made(folder: Path, *schools: str) -> Path:
    copy_workspace(folder)
    path = folder / "redact.toml"
    path.write_text(path.read_text() + (f"\nschools = {list(schools)}\n".replace("'", '"') if schools else ""))
    return folder


def test_where_there_are_two_schools_an_import_names_one(tmp_path: Path) -> None:
    with open_workspace(made(tmp_path / "two", "oak", "elm")) as two:
        assert (
            school_of_import(two, "elm") == "elm"
            and school_of_device(two, None) == ""
            and school_to_list(two, None) is None
        )
        for named in (None, "ash"):
            with pytest.raises(UsageError, match="oak, elm"):
                school_of_import(two, named)
    with open_workspace(made(tmp_path / "one", "oak")) as one:
        assert school_of_import(one, None) == school_of_device(one, None) == "oak"
    with open_workspace(made(tmp_path / "none")) as none:
        assert school_of_import(none, None) == ""
        with pytest.raises(UsageError, match="schools ="):
            school_to_list(none, "oak")


def test_two_rolls_stand_side_by_side_and_lists_are_of_one_school(tmp_path: Path) -> None:
    folder = made(tmp_path / "two", "oak", "elm")

    def run(*arguments: str | Path) -> str:
        result = CliRunner().invoke(app, [*map(str, arguments), "--workspace", str(folder)])
        if isinstance(result.exception, RedactError):
            return f"error: {result.exception}"
        return result.stdout + result.stderr

    for school, upn, name in (("oak", A, "Kit"), ("elm", B, "Amelia")):
        roll = tmp_path / f"{school}.csv"
        roll.write_text(f"UPN,Forename,Surname\n{upn},{name},Young\n")
        assert "--school" in run("roll", "import", roll, "--full", "--yes", *BY)
        assert "0 left" in run("roll", "import", roll, "--full", "--school", school, "--yes", *BY)
    assert "Kit" in run("roll", "list", "--school", "oak") and "Amelia" not in run("roll", "list", "--school", "oak")
    assert "2 pupils" in run("roll", "list") and B in run("consent", "list", "--school", "elm")
    consents = tmp_path / "consents.csv"
    consents.write_text(f"UPN,Website\n{A},Yes\n{B},Yes\n")
    done = run("consent", "import", consents, "--school", "oak", "--yes", "--confirm-large", *BY)
    assert "of another school, so not taken: 1 pupil" in done and "written: 1 answer" in done
    own, large = tmp_path / "own.csv", "--confirm-large"
    own.write_text(f"UPN,Pictures for the world\n{A},Yes\n")
    run("consent", "import", own, "--school", "oak", "--map", "Pictures for the world=press", "--yes", large, *BY)
    assert "oak: Pictures for the world -> press" in run("consent", "mappings")  # a list without a school is of all
    assert "-> press" not in run("consent", "mappings", "--school", "elm")
    for device, school in (("cam-oak", "oak"), ("cam-elm", "elm"), ("cam-trust", "")):
        (tmp_path / device).mkdir()
        whose = ("--school", school) if school else ()
        said = run("devices", "add", device, "--folder", tmp_path / device, "--approved-by", "ceo", *whose)
        assert ("belongs to no school" in said) is not bool(school)
        assert ("redact devices renew cam-trust --school ID --approved-by ROLE" in said) is not bool(school)
    assert "cam-oak" in run("devices", "list", "--school", "oak") and "cam-elm" not in run(
        "devices", "list", "--school", "oak"
    )
    assert "cam-elm" in run("status", "--school", "elm") and "cam-oak" not in run("status", "--school", "elm")
    with open_workspace(folder) as opened, opened.database.read() as connection:
        assert [device.school for device in read_devices(connection)] == ["elm", "oak", ""]
    assert "(none)" in run("devices", "list")
    renewed = run("devices", "renew", "cam-trust", "--approved-by", "ceo", "--school", "elm")
    assert "of elm from now on" in renewed and "cam-trust" in run("devices", "list", "--school", "elm")
    assert "error" in run("devices", "renew", "cam-trust", "--approved-by", "ceo", "--school", "ash")
    run("devices", "renew", "cam-oak", "--approved-by", "ceo")  # nobody named a school: it stays
    with open_workspace(folder) as opened, opened.database.read() as connection:
        assert [device.school for device in read_devices(connection)] == ["elm", "oak", "elm"]
        read = [entry.reading for entry in read_entries(connection, Filters(kind="device.renewed"))]
    told = [(each.event.fact("device"), each.event.fact("school")) for each in read if isinstance(each, Numbered)]
    assert told == [("cam-trust", "elm"), ("cam-oak", None)]
