"""The commands on roll and register, in a real workspace."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from typer.testing import CliRunner

from redact.cli import app
from redact.errors import RedactError
from redact.store.log.check import check_workspace
from redact.store.photos import Shown, write_shown
from redact.store.pupils import reading
from redact.store.schema.tables import consents, log_entries, photos, templates
from redact.workspace.open import open_workspace
from tests.rigs.living import copy_workspace
from tests.rigs.records import sha

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
ROLL, CONSENTS = SAMPLES / "roll.csv", SAMPLES / "consents.csv"
GRACE, KOFI = "M999123425007", "V999123425004"
BY = ("--by", "headteacher")


@dataclass
class Ran:
    """What a command ended with."""

    code: int
    out: str
    said: str


@dataclass
class Office:
    """Somebody at a terminal with a workspace."""

    folder: Path

    def run(self, *arguments: str | Path) -> Ran:
        result = CliRunner().invoke(app, [*map(str, arguments), "--workspace", str(self.folder)])
        if isinstance(result.exception, RedactError):
            return Ran(int(result.exception.exit_code), result.stdout, f"error: {result.exception}")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def import_all(self) -> None:
        assert self.run("roll", "import", ROLL, "--yes", *BY).code == 0
        assert self.run("consent", "import", CONSENTS, "--yes", "--confirm-large", *BY).code == 0

    def rows(self) -> tuple[int, int]:
        """Return how many answers and entries there are."""
        with open_workspace(self.folder) as workspace, workspace.database.read() as connection:
            one, two = (select(func.count()).select_from(table) for table in (consents, log_entries))
            return connection.execute(one).scalar_one(), connection.execute(two).scalar_one()

    def written(self, name: str, *lines: str) -> Path:
        path = self.folder.parent / name
        path.write_text("\n".join(lines) + "\n")
        return path

    def show_on(self, upn: str) -> None:
        row = {"sha256": sha("p"), "bytes": 1, "state": "stored", "arrived_at": "", "output_name": "3f9a.jpg"}
        with open_workspace(self.folder) as workspace, workspace.database.write() as connection:
            connection.execute(insert(photos), row)
            write_shown(connection, sha("p"), [Shown(upn, is_by_hand=False)], 1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    copy_workspace(tmp_path / "workspace")
    return Office(tmp_path / "workspace")


def test_dry_run_writes_nothing(office: Office) -> None:
    assert office.run("roll", "import", ROLL).code == 0
    assert office.rows() == (0, 0)
    office.run("roll", "import", ROLL, "--yes", *BY)
    before = office.rows()
    shown = office.run("consent", "import", CONSENTS)
    assert shown.code == 0 and "Nothing was written" in shown.said and office.rows() == before
    assert "given, over already" in shown.out and "disagrees with row 12" in shown.said


def test_sample_imports_cleanly(office: Office) -> None:
    """The samples fit each other: nobody unknown, nothing misunderstood; a second time nothing changes."""
    office.run("roll", "import", ROLL, "--yes", *BY)
    large = office.run("consent", "import", CONSENTS, "--yes", *BY)
    assert large.code == 2 and "13 of 16 pupils" in large.said and office.rows()[0] == 0
    done = office.run("consent", "import", CONSENTS, "--yes", "--confirm-large", *BY)
    assert done.code == 0 and "19 answers of 13 pupils" in done.said and done.out == ""
    before = office.rows()
    assert "nothing to change" in office.run("consent", "import", CONSENTS, "--yes", *BY).said
    assert office.rows() == before
    with open_workspace(office.folder) as workspace:
        report = check_workspace(workspace.database, workspace.settings.origin, [], [workspace.keys.log_key])
    assert not report.faults


def test_who_acts_is_needed(office: Office) -> None:
    assert "--by" in office.run("roll", "import", ROLL, "--yes").said
    assert office.rows() == (0, 0)


def test_a_guess_that_nobody_confirms_is_told_and_does_not_block_the_rest(office: Office) -> None:
    office.run("roll", "import", ROLL, "--yes", *BY)
    table = office.written("wide.csv", "UPN,Website,Photos in the Gazette press pack", f"{GRACE},Yes,Yes")
    assert "guessed, so not taken" in office.run("consent", "import", table).out
    written = office.run("consent", "import", table, "--yes", *BY)
    assert written.code == 3 and "may be press; it was not taken" in written.said
    shown = office.run("consent", "show", GRACE).out
    assert "website        given" in shown and "press" not in shown


def test_what_is_read_the_other_way_round_is_said_where_it_is_written(office: Office) -> None:
    office.run("roll", "import", ROLL, "--yes", *BY)
    table = office.written("t.csv", "UPN,Consent type,Status", f"{GRACE},Website - opt out,Yes")
    done = office.run("consent", "import", table, "--yes", *BY)
    assert (
        done.code == 0 and "Website - opt out (1 row) -> not website   it says no: a yes below it is a no" in done.said
    )
    assert "website        refused" in office.run("consent", "show", GRACE).out


@pytest.mark.parametrize("how", [("--confirm-guesses",), ("--map", "Photos in the Gazette=press")])
def test_what_was_confirmed_once_is_remembered(office: Office, how: tuple[str, ...]) -> None:
    """The import of the next year is one short command; `consent mappings` lists what it goes by, and forgets it."""
    office.run("roll", "import", ROLL, "--yes", *BY)
    heading = "UPN,Website,Photos in the Gazette press pack".replace(
        " press pack", "" if "--map" in how else " press pack"
    )
    table = office.written("wide.csv", heading, f"{GRACE},Yes,Yes")
    name = heading.rpartition(",")[2]
    assert office.run("consent", "import", table, *how, "--yes", *BY).code == 0
    assert f"{name} -> press  (headteacher" in office.run("consent", "mappings").out
    later = office.written("later.csv", f"UPN,{name.upper()},Website", f"{KOFI},Yes,Yes")
    assert office.run("consent", "import", later, "--yes", *BY).code == 0
    assert "press          given" in office.run("consent", "show", KOFI).out
    with open_workspace(office.folder) as workspace, workspace.database.read() as connection:
        kinds = connection.execute(select(log_entries.c.kind)).scalars().all()
    assert kinds.count("mapping.confirmed") == 1
    assert office.run("consent", "mappings", "--forget", name, *BY).code == 0
    assert office.run("consent", "import", later).code == 3
    assert office.run("consent", "mappings", "--forget", name, *BY).code == 2


def test_what_a_word_of_the_school_means_is_said_once(office: Office) -> None:
    """Colours and levels: told in one line however many rows have them, and read as a person said from then on."""
    office.run("roll", "import", ROLL, "--yes", *BY)
    rows = (f"{upn},Green" for upn in (GRACE, "N999123425000", "C999123425001", "R999123425002"))
    table = office.written("levels.csv", "UPN,Website", *rows)
    asked = office.run("consent", "import", table)
    assert asked.code == 3 and "4 rows (2 to 5), column Website" in asked.said and "--answer" in asked.said
    said = office.run("consent", "import", table, "--answer", "Green=yes", "--yes", "--confirm-large", *BY)
    assert "website        given" in office.run("consent", "show", GRACE).out and "not understood" not in said.said
    assert "Green -> answer yes" in office.run("consent", "mappings").out
    assert "not understood" not in office.run("consent", "import", table).said
    assert office.run("consent", "mappings", "--forget", "Green", *BY).code == 0
    assert "not understood" in office.run("consent", "import", table).said


def test_at_a_terminal_a_guess_is_asked_about(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.run("roll", "import", ROLL, "--yes", *BY)
    table = office.written("wide.csv", "UPN,Website opt-out,Gazette press pack", f"{GRACE},No,Yes", f"{KOFI},Yes,No")
    monkeypatch.setattr("redact.cli.registers.consent_import.is_asked", lambda: True)
    asked: list[str] = []

    def answer(question: str, **_: object) -> bool:
        asked.append(question)
        return "opt-out" in question

    monkeypatch.setattr("typer.confirm", answer)
    assert office.run("consent", "import", table, "--yes", "--confirm-large", *BY).code == 3
    assert len(asked) == 2 and "says no" in asked[0] + asked[1]
    assert "website        given" in office.run("consent", "show", GRACE).out
    assert "website        refused" in office.run("consent", "show", KOFI).out
    assert "opt-out -> not website" in office.run("consent", "mappings").out
    asked.clear()
    office.run("consent", "import", table, "--yes", *BY)
    assert len(asked) == 1, "what was confirmed is not asked again"


def test_a_column_that_the_command_names_is_remembered_too(office: Office) -> None:
    office.run("roll", "import", ROLL, "--yes", *BY)
    first = office.written("a.csv", "Nummer,Website", f"{GRACE},Yes")
    assert office.run("consent", "import", first, "--yes", *BY).code == 2
    assert office.run("consent", "import", first, "--upn-column", "Nummer", "--yes", *BY).code == 0
    second = office.written("b.csv", "Oak School", "", "Nummer,Website", f"{KOFI},Yes")
    assert office.run("consent", "import", second, "--yes", *BY).code == 0


def test_a_guessed_column_of_a_roll_is_shown_confirmed_once_and_remembered(office: Office) -> None:
    table = office.written("r.csv", "UPN,Forename,Surname,Familiar name at home", f"{GRACE},Grace,Okonkwo,Gigi")
    assert "Familiar name at home -> further forename   guessed" in office.run("roll", "import", table).out
    assert office.run("roll", "mappings").out == ""
    assert office.run("roll", "import", table, "--yes", *BY).code == 0
    assert "Familiar name at home -> further forename" in office.run("roll", "mappings").out
    assert "guessed" not in office.run("roll", "import", table).out
    named = office.written("n.csv", "UPN,Forename,Surname,House Name", f"{KOFI},Kofi,Mensah,Red")
    assert office.run("roll", "import", named).code == 3
    assert office.run("roll", "import", named, "--map", "House Name=ignore", "--yes", *BY).code == 0
    again = office.run("roll", "import", named, "--yes", *BY)
    assert again.code == 0 and '"House Name" is left out' in again.said  # who imports next year did not say it


def test_a_roll_with_broken_names_is_told_by_row(office: Office) -> None:
    table = office.written("r.csv", "UPN,Legal Forename,Legal Surname", f"{GRACE},Gr?ce,Okonkwo", f"{KOFI},Kofi,Mensah")
    ran = office.run("roll", "import", table, "--yes", *BY)
    assert ran.code == 3 and "row 2, column Legal Forename: there is a question mark" in ran.said
    assert "Gr?ce" not in ran.said + ran.out


def test_one_type_with_a_column_of_answers(office: Office) -> None:
    """The column is the answer; --state beside it is refused, and without --purpose it is said what is missing."""
    office.run("roll", "import", ROLL, "--yes", *BY)
    rows = (f"{GRACE},A,Confirmed,03/09/2026", f"{KOFI},B,Declined,")
    table = office.written("one.csv", "UPN,Student,Consent status,Date", *rows)
    assert "--purpose website" in office.run("consent", "import", table).said
    both = office.run("consent", "import", table, "--purpose", "website", "--state", "given", "--yes", *BY)
    assert both.code == 2 and "Leave --state out" in both.said and office.rows()[0] == 0
    assert office.run("consent", "import", table, "--purpose", "website", "--yes", "--confirm-large", *BY).code == 0
    assert "given from 03/09/2026" in office.run("consent", "show", GRACE).out
    assert "refused" in office.run("consent", "show", KOFI).out


def test_problems_are_listed_and_end_with_3(office: Office) -> None:
    office.run("roll", "import", ROLL, "--yes", *BY)
    table = office.written("wide.csv", "UPN,website", f"{GRACE},perhaps", f"{KOFI},no", "X1,yes", ",yes")
    for more in ((), ("--yes", "--confirm-large", *BY)):
        ran = office.run("consent", "import", table, *more)
        assert (
            ran.code == 3 and "row 2, column website" in ran.said and "row 5" in ran.said and "X1" in ran.said + ran.out
        )
        assert "perhaps" not in ran.said + ran.out
    found = json.loads(office.run("consent", "import", table, "--json").out)
    assert found["strangers"] == ["X1"] and [problem["row"] for problem in found["problems"]] == [2, 5]


def test_list_of_one_answer(office: Office) -> None:
    office.import_all()
    table = office.written("list.csv", "UPN", GRACE)
    assert office.run("consent", "import", table, "--purpose", "press", "--state", "refused", "--yes", *BY).code == 0
    assert "press          refused" in office.run("consent", "show", GRACE).out
    assert office.run("consent", "import", table, "--purpose", "pres", "--state", "refused").code == 2


def test_withdraw_prints_the_take_down_list(office: Office) -> None:
    """Photo and copy by neutral names; no pupil's name anywhere."""
    office.import_all()
    office.show_on(GRACE)
    ran = office.run("consent", "withdraw", GRACE, "website", *BY)
    assert (ran.code, ran.out) == (0, f"{sha('p')}  3f9a.jpg\n") and "Grace" not in ran.said
    again = json.loads(office.run("consent", "withdraw", GRACE, "--all", *BY, "--json").out)
    assert [row["photo"] for row in again["take_down"]] == [sha("p")]
    for arguments in ((GRACE,), (GRACE, "website", "--all"), (GRACE, "websit"), ("Khan", "--all"), ("Z99", "--all")):
        assert office.run("consent", "withdraw", *arguments, *BY).code == 2


def test_set_and_list(office: Office) -> None:
    office.import_all()
    for purpose in ("website", "social-media"):
        assert office.run("consent", "set", GRACE, purpose, "given", *BY).code == 0
    listed = {row["upn"]: row for row in json.loads(office.run("consent", "list", "--json").out)["pupils"]}
    assert listed[GRACE]["shown"] and not any(row["shown"] for upn, row in listed.items() if upn != GRACE)
    text = office.run("consent", "list").out
    assert "Grace" not in text and text.count("\n") == 16
    assert office.run("consent", "set", GRACE, "websiet", "refused", *BY).code == 2
    days = ("--given", "2025-01-01", "--expires", "2026-01-01")
    lapsed = office.run("consent", "set", GRACE, "website", "given", *days, *BY)
    assert (
        lapsed.code == 0 and "was given from 01/01/2025 to 01/01/2026, that day included; that is over" in lapsed.said
    )
    assert "has expired" in office.run("consent", "show", GRACE).out


def test_an_answer_does_not_end_before_it_was_given(office: Office) -> None:
    office.import_all()
    before = office.rows()
    for days in (("--given", "2030-01-01", "--expires", "2020-01-01"), ("--expires", "2020-01-01")):
        ran = office.run("consent", "set", GRACE, "website", "given", *days, *BY)
        assert ran.code == 2 and "01/01/2020, is before the day of the answer" in ran.said
    turned = ("--given", "2030-01-01", "--expires", "2020-01-01")
    assert office.run("consent", "import", CONSENTS, *turned, "--yes", "--confirm-large", *BY).code == 2
    assert office.rows() == before


def test_setting_an_answer_says_from_when_to_when_it_counts(office: Office) -> None:
    office.import_all()
    given = office.run(
        "consent", "set", GRACE, "press", "given", "--given", "2090-01-01", "--expires", "2091-02-03", *BY
    )
    assert "press is given from 01/01/2090 to 03/02/2091, that day included; until then it does not count" in given.said
    given = office.run("consent", "set", GRACE, "press", "given", "--given", "2020-01-01", *BY)
    assert "press is given from 01/01/2020 on\n" in given.said
    assert "press is refused from now on" in office.run("consent", "set", GRACE, "press", "refused", *BY).said
    office.run("consent", "never-show", GRACE, *BY)
    assert "never shown all the same" in office.run("consent", "set", GRACE, "website", "given", *BY).said


def test_the_program_itself_answers_nothing(office: Office) -> None:
    office.import_all()
    before = office.rows()
    for words in (("set", GRACE, "website", "given"), ("withdraw", GRACE, "--all"), ("never-show", GRACE)):
        assert office.run("consent", *words, "--by", "system").code == 2
    assert office.run("roll", "import", ROLL, "--yes", "--by", "system").code == 2
    assert office.rows() == before


def test_never_show_reads_like_no_record(office: Office) -> None:
    office.import_all()
    office.run("consent", "never-show", GRACE, *BY)
    rows = {row["upn"]: row for row in json.loads(office.run("consent", "list", "--json").out)["pupils"]}
    assert rows[GRACE]["reason"] == rows["E999123425012"]["reason"]
    assert "never shown" in office.run("consent", "show", GRACE).out
    office.run("consent", "never-show", GRACE, "--lift", *BY)
    assert "never shown" not in office.run("consent", "show", GRACE).out


def test_forget_needs_yes(office: Office) -> None:
    office.import_all()
    assert office.run("consent", "forget", GRACE, *BY).code == 2
    assert "Okonkwo" in office.run("roll", "list").out
    assert office.run("consent", "forget", GRACE, "--yes", *BY).code == 0
    assert "Okonkwo" not in office.run("roll", "list").out and "no name" in office.run("consent", "show", GRACE).out


@pytest.mark.slow
def test_enrol(office: Office) -> None:
    """Not without consent; then from a photo of one face, which is not kept."""
    office.import_all()
    photo = SAMPLES / "portraits" / "collins.jpg"
    refused = office.run("consent", "enrol", GRACE, photo, *BY)
    assert refused.code == 2 and "cannot be enrolled" in refused.said
    for purpose in ("website", "social-media", "biometric"):
        office.run("consent", "set", GRACE, purpose, "given", *BY)
    assert office.run("consent", "enrol", GRACE, SAMPLES / "03-group.jpg", *BY).code == 2
    assert office.run("consent", "enrol", GRACE, photo, *BY).code == 0
    with open_workspace(office.folder) as workspace, workspace.database.read() as connection:
        assert (
            len(reading.read_gallery(connection, workspace.keys.templates, ("website",), workspace.now().date())) == 1
        )
        assert connection.execute(select(func.length(templates.c.sealed))).scalar_one() < 2_000
    assert "face templates: 1" in office.run("consent", "show", GRACE).out
    assert "1 face template deleted" in office.run("consent", "withdraw", GRACE, "biometric", *BY).said


def test_a_class_is_enrolled_from_a_folder_of_portraits(office: Office) -> None:
    office.import_all()
    for purpose in ("website", "social-media", "biometric"):
        office.run("consent", "set", GRACE, purpose, "given", *BY)
    portraits = office.folder.parent / "portraits"
    portraits.mkdir()
    for upn, name in ((GRACE, "collins"), (KOFI, "hopper")):
        (portraits / f"{upn}.jpg").write_bytes((SAMPLES / "portraits" / f"{name}.jpg").read_bytes())
    ran = office.run("consent", "enrol-class", portraits, *BY)
    lines = {line.split()[0]: line for line in ran.out.splitlines()}
    assert ran.code == 3 and "enrolled          1" in lines[GRACE] and "no consent" in lines[KOFI]
    assert "1 enrolled, 1 no consent" in ran.said
    (portraits / f"{KOFI}.jpg").unlink()
    assert office.run("consent", "enrol-class", portraits, *BY).code == 0


def test_at_a_terminal_a_pupil_is_found_by_name(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.import_all()
    assert office.run("consent", "show", "grace okonkwo").code == 2, "not in a pipe"
    assert office.run("roll", "find", "grace").code == 2
    for module in ("naming", "roll"):
        monkeypatch.setattr(f"redact.cli.registers.{module}.is_asked", lambda: True)
    assert GRACE in office.run("consent", "show", "grace okonkwo").out
    assert GRACE in office.run("roll", "find", "oko").out and "Okonkwo" in office.run("roll", "show", "Grace O").out
    assert "Nobody on the roll" in office.run("consent", "show", "Nobody").said
    answers = iter([False, True])
    monkeypatch.setattr("typer.confirm", lambda *_, **__: next(answers))
    before = office.rows()
    assert office.run("consent", "never-show", "Grace", *BY).code == 2 and office.rows() == before
    assert office.run("consent", "never-show", "Grace", *BY).code == 0


def test_part_of_a_roll_takes_nobody_off(office: Office) -> None:
    office.import_all()
    part = office.written("part.csv", *ROLL.read_text().splitlines()[:10])
    told = office.run("roll", "import", part, "--yes", *BY)
    assert told.code == 0 and "not in the file: 7 pupils" in told.said
    assert office.run("roll", "list").out.count("\n") == 16
    large = office.run("roll", "import", part, "--full", "--yes", *BY)
    assert large.code == 2 and "7 pupils leave" in large.said
    assert office.run("roll", "import", part, "--full", "--yes", "--confirm-large", *BY).code == 0
    assert office.run("roll", "list").out.count("\n") == 9
    assert "is back" in office.run("roll", "import", ROLL).out


def test_roll_show_and_problems(office: Office) -> None:
    office.import_all()
    assert "Ben" in office.run("roll", "show", "H999123425014").out
    found = json.loads(office.run("roll", "list", "--json").out)
    assert {"upn", "legal_forename", "preferred_forename"} <= found[0].keys() and len(found) == 16
    odd = office.written("odd.csv", "UPN,Legal Forename,Legal Surname", ",Zara,Khan", f"{GRACE},A,B", f"{GRACE},C,D")
    ran = office.run("roll", "import", odd)
    assert ran.code == 3 and "Zara" not in ran.said + ran.out
    assert "row 2 has no pupil number" in ran.said and "row 4 repeats a pupil number" in ran.said


def test_a_roll_is_told_by_row_and_by_number(office: Office) -> None:
    """What an import changes is listed as `consent import` lists it, and no name is printed."""
    office.import_all()
    heading, *rows = ROLL.read_text(encoding="utf-8").splitlines()
    grace = next(row for row in rows if row.startswith(GRACE))
    kofi = next(row for row in rows if row.startswith(KOFI))
    changed = [grace.replace("Okonkwo", "Marlowe"), kofi + "X"]
    odd = ["A999123425007,New,Pupil", "", ",No,Number"]  # a wrong check letter; a blank row; no number
    table = office.written("changed.csv", heading, *changed, *odd)
    for words in ((), ("--yes", "--confirm-large", *BY)):
        ran = office.run("roll", "import", table, "--full", *words)
        said = ran.said + ran.out
        assert ran.code == 3 and not {"Marlowe", "Okonkwo", "Pupil"} & set(re.findall(r"\w+", said)), said
        assert f"{GRACE}  changed: a name" in said and f"{KOFI}  changed: year or class" in said
        assert "A999123425007  is new" in said and "H999123425014  is missing, and counts as left" in said
        assert "row 4 has a number that is no UPN" in said and "row 6 has no pupil number" in said
    assert f"{GRACE}  changed" not in office.run("roll", "import", table, "--full").out, "it is written"
    told = json.loads(office.run("roll", "import", table, "--json").out)
    assert (told["rows_without_number"], told["rows_no_upn"], told["new"]) == ([6], [4], [])


def test_days_are_taken_as_they_are_written_in_britain_and_impossible_ones_are_refused(office: Office) -> None:
    office.import_all()
    given = office.run(
        "consent", "set", GRACE, "press", "given", "--given", "04/03/2026", "--expires", "31/8/2099", *BY
    )
    assert given.code == 0 and "from 04/03/2026 to 31/08/2099" in given.said
    with open_workspace(office.folder) as workspace, workspace.database.read() as connection:
        (answer,) = [found for found in reading.read_pupil(connection, GRACE).consents if found.purpose == "press"]
    assert (str(answer.given_on), str(answer.expires_on)) == ("2026-03-04", "2099-08-31")
    before = office.rows()
    for day in ("31/02/2026", "08/31/2026", "soon", "31/08/2027 12:00"):
        refused = office.run("consent", "set", GRACE, "press", "given", "--expires", day, *BY)
        assert refused.code == 2 and "write it as 31/08/2027" in " ".join(refused.said.replace("│", " ").split())
    assert office.rows() == before


def test_a_consents_file_may_write_its_days_as_people_do(office: Office) -> None:
    office.import_all()
    lines = [f"{GRACE},press,yes,01/09/2026,31/08/2098", f"{KOFI},press,yes,01/09/2026,31/09/2098"]
    table = office.written("c.csv", "UPN,Consent type,Answer,Given,Expires", *lines)
    ran = office.run("consent", "import", table, "--yes", "--confirm-large", *BY)
    assert ran.code == 3 and "row 3, column Expires: the day is not understood, so the answer is pending" in ran.said
    shown = office.run("consent", "show", GRACE).out
    assert "given from 01/09/2026 until 31/08/2098" in shown
