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
from redact.store.pupils import register
from redact.store.schema.tables import consents, log_entries, photos, templates
from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace
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
    make_workspace(tmp_path / "workspace", "Oak School")
    return Office(tmp_path / "workspace")


def test_dry_run_writes_nothing(office: Office) -> None:
    assert office.run("roll", "import", ROLL).code == 0
    assert office.rows() == (0, 0)
    office.run("roll", "import", ROLL, "--yes", *BY)
    before = office.rows()
    shown = office.run("consent", "import", CONSENTS)
    assert shown.code == 0 and "Nothing was written" in shown.said and office.rows() == before
    assert f"{GRACE}  website: nothing -> given" in shown.out and "disagrees with row 12" in shown.said


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


def test_guesses_are_not_written(office: Office) -> None:
    office.run("roll", "import", ROLL, "--yes", *BY)
    table = office.written("wide.csv", "UPN,Photo on web site", f"{GRACE},Yes")
    guessed = office.run("consent", "import", table, "--yes", *BY)
    assert guessed.code == 2 and "--map" in guessed.said and office.rows()[0] == 0
    assert "guessed" in office.run("consent", "import", table).out
    assert office.run("consent", "import", table, "--map", "Photo on web site=website", "--yes", *BY).code == 0
    assert office.rows()[0] == 1


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
            len(register.read_gallery(connection, workspace.keys.templates, ("website",), workspace.now().date())) == 1
        )
        assert connection.execute(select(func.length(templates.c.sealed))).scalar_one() < 2_000
    assert "face templates: 1" in office.run("consent", "show", GRACE).out
    assert "1 face templates deleted" in office.run("consent", "withdraw", GRACE, "biometric", *BY).said


def test_part_of_a_roll_takes_nobody_off(office: Office) -> None:
    office.import_all()
    part = office.written("part.csv", *ROLL.read_text().splitlines()[:10])
    told = office.run("roll", "import", part, "--yes", *BY)
    assert told.code == 0 and "7 pupils are not in the file" in told.said
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
        (answer,) = [found for found in register.read_pupil(connection, GRACE).consents if found.purpose == "press"]
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
