"""`redact audit` in a real workspace: what an office, an auditor and an attacker see."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from redact.cli import app
from redact.cli.audit import moment_of
from redact.errors import RedactError, UsageError
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.living import copy_workspace
from tests.rigs.records import sha
from tests.rigs.records_workspace import arrival, closing, opening
from tests.rigs.waiting import LONGEST_S

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str
    error: str  # the sentence of an error that `redact` prints


@dataclass(frozen=True)
class Office:
    """A workspace with a checkpoint mirror, and its command line."""

    folder: Path

    def run(self, *words: object, in_workspace: bool = True) -> Ended:
        workspace = ["--workspace", str(self.folder / "workspace")] if in_workspace else []
        result = CliRunner().invoke(app, ["audit", *map(str, words), *workspace])
        error = result.exception
        if error is not None and not isinstance(error, (SystemExit, RedactError)):
            raise error
        code = int(error.exit_code) if isinstance(error, RedactError) else result.exit_code
        return Ended(code, result.stdout, result.stderr, str(error) if isinstance(error, RedactError) else "")

    def open(self) -> Workspace:
        return open_workspace(self.folder / "workspace")

    @property
    def copies(self) -> Path:
        return self.folder / "second"

    @property
    def key(self) -> str:
        return self.run("key").out.strip()

    def change(self, statement: str) -> None:
        with self.open() as workspace, workspace.database.write() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    copy_workspace(tmp_path / "workspace", checkpoint_mirrors=[str(tmp_path / "second")])
    made = Office(tmp_path)
    with made.open() as workspace:
        for number in range(3):
            photo, name = f"photo {number}", f"name {number}"
            with workspace.audit_log.writing() as entries:
                entries.add(arrival()[0], **arrival(photo, name=name)[1])
                begun = entries.add(opening()[0], **opening(photo, name=name)[1])
            with workspace.audit_log.writing() as entries:
                entries.add(closing(begun)[0], **closing(begun, photo)[1])
        with workspace.audit_log.writing() as entries:
            entries.add(arrival()[0], **arrival("other", "cam-2")[1])
    return made


def test_the_log_is_listed_with_filters(office: Office) -> None:
    def count(*filters: str) -> int:
        heading, *lines = office.run("log", *filters).out.splitlines()
        assert heading.split() == ["n", "at", "kind", "device", "photo", "facts"]
        return len(lines)

    assert count() == 10
    assert count("--kind", "deletion") == 6
    assert count("--photo", sha("photo 1")[:8]) == 3
    assert count("--device", "cam-2") == 1
    assert count("--verdict", "gone", "--last", "2") == 2
    assert office.run("log", "--since", "2000-01-01", "--until", "2000-01-02").out == ""
    assert "\x1b" not in office.run("log").out


def test_the_log_is_json_and_csv(office: Office) -> None:
    told = json.loads(office.run("log", "--json").out)
    assert [entry["n"] for entry in told] == list(range(10)) and told[2]["verdict"] == "gone"
    assert json.loads(office.run("log", "--json", "--device", "nobody").out) == []
    rows = list(csv.DictReader(io.StringIO(office.run("log", "--csv").out)))
    assert [row["n"] for row in rows] == [str(n) for n in range(10)]
    assert rows[2]["photo"] == sha("photo 0") and "verdict=gone" in rows[2]["facts"]
    assert office.run("log", "--csv", "--json").code == 2


@pytest.mark.parametrize(
    "words", [("--since", "tuesday"), ("--device", "A B"), ("--kind", "x"), ("--photo", "12"), ("--photo", "0" * 8)]
)
def test_what_cannot_be_looked_up_is_a_wrong_argument(office: Office, words: tuple[str, ...]) -> None:
    ended = office.run("log", *words)
    assert ended.code == 2 and ended.out == "" and ended.error


@pytest.mark.parametrize(
    ("text", "is_end", "moment"),
    [
        ("2026-09-07", False, "2026-09-06T23:00:00.000Z"),  # British summer time is an hour before UTC
        ("07/09/2026", False, "2026-09-06T23:00:00.000Z"),
        ("07/09/2026", True, "2026-09-07T23:00:00.000Z"),
        ("25/10/2026", True, "2026-10-26T00:00:00.000Z"),  # the clocks went back in the night before
        ("07/12/2026 14:45", True, "2026-12-07T14:45:00.000Z"),
        ("07/09/2026 14:45", False, "2026-09-07T13:45:00.000Z"),
        ("2026-09-07T13:45Z", False, "2026-09-07T13:45:00.000Z"),
        ("2026-09-07T13:45+05:00", True, "2026-09-07T08:45:00.000Z"),
    ],
)
def test_days_and_moments_are_those_of_the_school(text: str, is_end: bool, moment: str) -> None:
    assert moment_of(text, LONDON, is_end=is_end) == moment


def test_no_day_bounds_nothing() -> None:
    assert moment_of(None, LONDON) is None


@pytest.mark.parametrize("text", ["", "31/02/2026", "09/30/2026", "9999-12-31", "07/09/2026 25:00", "14:45", "T14:45"])
def test_what_is_no_day_and_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="07/09/2026"):
        moment_of(text, LONDON)


def test_an_honest_workspace_is_intact(office: Office) -> None:
    ended = office.run("verify")
    assert ended.code == 0, ended.out
    assert ended.out.endswith("verdict: intact, 0 notices\n") and "13." in ended.out
    assert json.loads(office.run("verify", "--json").out)["intact"] is True


def test_a_fault_is_named_in_words_and_by_the_exit_status(office: Office) -> None:
    office.change("update log_entries set device = 'cam-9' where n = 2")
    ended = office.run("verify")
    assert ended.code == 1
    assert "fault (false index): entry 2" in ended.out and "entries may be missing from lists" in ended.out
    office.change("delete from log_entries where n = 9")
    ended = office.run("verify")
    assert ended.code == 1 and "the newest entries were removed" in ended.out


def test_a_notice_gives_three(office: Office) -> None:
    for path in office.copies.iterdir():
        path.unlink()
    ended = office.run("verify")
    assert ended.code == 3 and "who took them" in ended.out


def test_the_export_is_verified_elsewhere_with_key_and_copies_alone(office: Office) -> None:
    file = office.folder / "export.jsonl"
    assert office.run("export", "--out", file).code == 0
    key, verify = office.key, ("verify", file, "--key", office.key)
    (office.folder / "workspace").rename(office.folder / "gone")  # offline, without a workspace
    assert office.run(*verify, "--copies", office.copies, in_workspace=False).code == 0
    assert office.run(*verify, in_workspace=False).code == 3  # no copies: a notice
    file.write_bytes(file.read_bytes().replace(b'"left":0', b'"left":1', 1))
    ended = office.run(*verify, "--copies", office.copies, in_workspace=False)
    assert ended.code == 1 and "fault (edited entry)" in ended.out
    assert office.run("verify", file, in_workspace=False).code == 2
    (office.folder / "of-notepad.vkey").write_text(f"{key}\r\n", encoding="utf-8-sig")
    assert office.run("verify", file, "--key", office.folder / "of-notepad.vkey", in_workspace=False).code == 1
    for bogus in ("bogus", key[:-2], key.replace("+", "-"), "+" * 5000):
        ended = office.run("verify", file, "--key", bogus, in_workspace=False)
        assert ended.code == 2 and "--key is no public key" in ended.error
    assert office.run("verify", office.folder / "nothing", "--key", key, in_workspace=False).code == 2
    assert office.run(*verify, "--copies", office.folder / "nothing", in_workspace=False).code == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\n", b"{}\n", b"[1]\n", b'{"asked":\n', b'{"asked":{}}\n'])
def test_what_is_no_export_is_malformed(office: Office, content: bytes) -> None:
    file = office.folder / "strange"
    file.write_bytes(content)
    ended = office.run("verify", file, "--key", office.key, in_workspace=False)
    assert ended.code == 1 and "fault (malformed)" in ended.out and "not done" in ended.out


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("2",), 1),
        (("--device", "cam-1"), 9),
        (("--photo", sha("photo 1")[:10]), 3),
        (("--kind", "deletion.closed", "--since", "2020-01-01"), 3),
    ],
)
def test_an_excerpt_is_proven_and_verified(office: Office, words: tuple[str, ...], count: int) -> None:
    file = office.folder / "excerpt.jsonl"
    ended = office.run("prove", *words, "--out", file)
    assert ended.code == 0 and "not that there are no others" in " ".join(ended.err.split())
    assert len(file.read_text().splitlines()) == 1 + count
    checked = office.run("verify", file, "--key", office.key, "--copies", office.copies, in_workspace=False)
    assert checked.code == 0, checked.out
    assert f"{count} of the 10 entries" in checked.out and "ask for the whole export" in checked.out
    file.write_text(file.read_text().replace('"commitment":"', '"commitment":"00', 1))
    assert office.run("verify", file, "--key", office.key, in_workspace=False).code == 1


def test_an_entry_that_was_hidden_from_lists_is_in_the_excerpt(office: Office) -> None:
    office.change("update log_entries set device = 'cam-9', kind = 'photo.sighted' where n = 2")
    assert len(office.run("prove", "--device", "cam-1").out.splitlines()) == 1 + 9


def test_nothing_is_proven_from_a_record_that_was_changed(office: Office) -> None:
    office.change("update log_entries set commitment = salt where n = 2")
    file = office.folder / "excerpt.jsonl"
    ended = office.run("prove", "4", "--out", file)
    assert ended.code == 1 and "redact audit verify" in ended.error and not file.exists()


@pytest.mark.parametrize("words", [(), ("1", "--device", "cam-1"), ("99",), ("--device", "nobody")])
def test_what_cannot_be_proven_is_a_wrong_argument(office: Office, words: tuple[str, ...]) -> None:
    assert office.run("prove", *words).code == 2


def test_the_checkpoint_is_printed_and_carried_away(office: Office) -> None:
    usb = office.folder / "usb"
    usb.mkdir()
    ended = office.run("checkpoint", "--to", usb)
    assert ended.code == 0 and ended.out.splitlines()[:2] == ["redact/oak-school", "10"]
    assert (usb / "checkpoint-10.txt").read_text(encoding="utf-8") == ended.out
    office.change("update log_checkpoints set note = replace(note, '10', '11')")  # its size
    assert office.run("checkpoint", "--to", usb).code == 1


def test_the_deletion_record_is_a_page_or_json(office: Office) -> None:
    file = office.folder / "record.html"
    ended = office.run("report", "--device", "cam-1", "--out", file)
    assert ended.code == 0, ended
    page = file.read_text(encoding="utf-8")
    assert "Device <b>cam-1</b>" in page and "re-checked" in page and office.key in page
    told = json.loads(office.run("report", "--json").out)
    assert (told["counts"]["found"], told["counts"]["deleted"], told["counts"]["waiting"]) == (4, 3, 1)
    assert told["made"]["last"] == 9 and told["made"]["is_intact"] and len(told["made"]["path"]) >= 1
    assert office.run("report", "--device", "nobody").code == 2


def test_a_deletion_record_on_a_changed_log_warns_and_fails(office: Office) -> None:
    office.change("delete from log_entries where n = 9")
    file = office.folder / "record.html"
    ended = office.run("report", "--out", file)
    assert ended.code == 1 and "do not rely" in ended.err and "Do not rely on this record" in file.read_text()


@pytest.mark.parametrize(
    "words",
    [("export", "--out"), ("prove", "2", "--out"), ("report", "--out"), ("standalone", "--out")],
    ids=lambda words: words[0],
)
def test_a_file_that_is_there_is_replaced_on_demand_only(office: Office, words: tuple[str, ...]) -> None:
    """An auditor's export is not lost to a slip of the pen."""
    file = office.folder / "mine"
    file.write_text("mine")
    is_in_workspace = words[0] != "standalone"
    refused = office.run(*words, file, in_workspace=is_in_workspace)
    assert refused.code == 2 and "--overwrite" in refused.error and file.read_text() == "mine"
    assert office.run(*words, file, "--overwrite", in_workspace=is_in_workspace).code == 0
    assert file.read_text() != "mine"
    if words[0] != "report":  # which holds the moment it was made at
        assert office.run(*words, file, in_workspace=is_in_workspace).code == 0, "the same content is no other file"


def test_a_checkpoint_is_not_written_over_another_one(office: Office) -> None:
    (office.folder / "checkpoint-10.txt").write_text("another machine's")
    assert office.run("checkpoint", "--to", office.folder).code == 2
    assert (office.folder / "checkpoint-10.txt").read_text() == "another machine's"
    assert office.run("checkpoint", "--to", office.folder, "--overwrite").code == 0
    assert office.run("checkpoint", "--to", office.folder).code == 0


def test_the_stand_alone_reader_is_handed_out_and_works(office: Office) -> None:
    reader, file = office.folder / "reader.py", office.folder / "export.jsonl"
    assert office.run("standalone", "--out", reader, in_workspace=False).code == 0
    office.run("export", "--out", file)
    copies = [word for path in sorted(office.copies.iterdir()) for word in ("--copy", str(path))]
    words = [sys.executable, "-I", str(reader), str(file), "--key", office.key, *copies]
    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_new_workspace_has_nothing_to_prove_and_no_fault(tmp_path: Path) -> None:
    copy_workspace(tmp_path / "workspace", checkpoint_mirrors=[str(tmp_path / "second")])
    office = Office(tmp_path)
    assert office.run("verify").code == 3 and "nothing was recorded" in office.run("verify").out
    for words in (("checkpoint",), ("prove", "0"), ("prove", "--kind", "deletion"), ("report",)):
        ended = office.run(*words)
        assert ended.code == 3 and ended.error == "", words
    assert "Nothing was recorded yet" in office.run("checkpoint").err + office.run("prove", "0").err
    assert office.run("log").out == "" and json.loads(office.run("log", "--json").out) == []
