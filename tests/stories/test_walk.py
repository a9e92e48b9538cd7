"""One day of a small school, walked through the real program: every exit code, every word, every file that is left.

The day itself is the program as a user starts it; what is asked afterwards is asked in this process, which is the same
program without what a start costs.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rigs.program import files_under, run_here, run_program
from watcher.sort import MARKER_NAME

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
CHILD, OTHER = "Niamh O'Sullivan", "Okonkwo, Grace"  # both on the roll; people call folders and files so
DROPPED = {f"{CHILD}/{OTHER}.jpg": "01-portrait.jpg", f"class 4K/{CHILD} certificate.jpg": "05-certificate-printed.jpg"}
UNSAID = ("Niamh", "Sullivan", "Okonkwo", "Grace", "certificate.jpg", "Fairweather", "Boateng")

pytestmark = pytest.mark.slow


@dataclass
class Walk:
    """A home, a workspace, a device, and everything that was said so far."""

    folder: Path
    said: list[str] = field(default_factory=list)
    run: Callable[..., subprocess.CompletedProcess[str]] = run_program

    @property
    def device(self) -> Path:
        return self.folder / "devices/cam-office"

    def do(self, *arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
        workspace = () if arguments[0] == "init" else ("--workspace", self.folder / "workspace")
        ended = self.run(*arguments, *workspace, home=self.folder / "home")
        self.said += [ended.stdout, ended.stderr]
        assert ended.returncode == status, f"{arguments}: {ended.stdout}{ended.stderr}"
        return ended


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Walk the day; a step that ends otherwise than it should fails every test."""
    walk = Walk(tmp_path_factory.mktemp("walk").resolve())
    walk.device.mkdir(parents=True)
    (walk.folder / "out").mkdir()
    made = walk.do("init", walk.folder / "workspace", "--name", "Oak School")
    assert "MOVE THESE FILES OFF THIS MACHINE NOW" in made.stderr
    walk.do("devices", "add", "cam-office", "--folder", walk.device, "--approved-by", "headteacher")
    for command, csv in (("roll", "roll.csv"), ("consent", "consents.csv")):
        shown = walk.do(command, "import", SAMPLES / csv)
        assert "Nothing was written" in shown.stderr
        large = ("--confirm-large",) if "warning:" in shown.stderr else ()
        walk.do(command, "import", SAMPLES / csv, "--yes", "--by", "data-protection-officer", *large)
    for name, sample in DROPPED.items():
        (walk.device / name).parent.mkdir(parents=True)
        shutil.copyfile(SAMPLES / sample, walk.device / name)
    walk.do("watch", "--once")
    walk.run = run_here
    return walk


def test_status_says_that_both_are_stored_and_gone(walked: Walk) -> None:
    told = json.loads(walked.do("status", "--json").stdout)
    assert told["photos"]["stored"] == 2
    assert [told[part] for part in ("waits", "for_person", "overdue")] == [[], [], []]
    (device,) = told["devices"]
    assert (device["taken"], device["cleared"], device["left"], device["verdict"]) == (2, 2, 0, "re-checked")
    assert "Needs a person" not in walked.do("status").stdout


def test_the_device_is_empty_and_two_copies_with_neutral_names_are_stored(walked: Walk) -> None:
    assert files_under(walked.device) == {MARKER_NAME}
    copies = {name for name in files_under(walked.folder / "workspace/trust") if not name.startswith(".")}
    assert len(copies) == 2
    assert all(re.fullmatch(r"(20[0-9]{2}-[0-9]{2}/)?(event-[0-9]+/)?[0-9a-f]{24}\.jpg", name) for name in copies)
    assert files_under(walked.folder / "workspace/quarantine") == set()


def test_the_log_verifies_and_the_deletion_record_is_a_page(walked: Walk) -> None:
    assert "verdict: intact" in walked.do("audit", "verify").stdout
    page = walked.folder / "out/record.html"
    walked.do("audit", "report", "--out", page)
    walked.said.append(page.read_text("utf-8"))
    assert "cam-office" in walked.said[-1]
    listed = walked.do("audit", "log").stdout
    assert listed.count("deletion.opened") == listed.count("deletion.closed") == 2


def test_show_off_a_terminal_says_no_name(walked: Walk) -> None:
    listed = json.loads(walked.do("audit", "log", "--json", "--kind", "photo.stored").stdout)
    for entry in listed:
        assert "re-checked" in walked.do("show", entry["photo"][:12]).stdout
    assert "cam-office" in walked.do("show", "cam-office").stdout


def test_nothing_is_left_to_clear_and_nothing_is_due_for_destruction(walked: Walk) -> None:
    walked.do("clear", "cam-office", "--dry-run")
    assert "0 originals would be destroyed" in walked.do("purge", "--dry-run").stderr
    assert "No device is overdue." in walked.do("devices", "overdue").stdout


def test_a_hold_comes_and_goes(walked: Walk) -> None:
    who = ("--by", "data-protection-officer", "--person", "staff-17", "--reason", "A subject access request came in.")
    hold = walked.do("hold", "add", "--device", "cam-office", *who).stdout.strip()
    assert hold in walked.do("status").stdout
    walked.do("hold", "lift", hold, *who)
    assert hold not in walked.do("hold", "list").stdout
    assert "staff-17" not in "".join(walked.said)


def test_the_doctor_finds_only_what_a_new_workspace_lacks(walked: Walk) -> None:
    """The keys were not moved away, which the doctor must say; the rest is this machine's."""
    ended = run_program("doctor", "--json", "--workspace", walked.folder / "workspace", home=walked.folder / "home")
    walked.said += [ended.stdout, ended.stderr]
    grades = {finding["check"]: finding["grade"] for finding in json.loads(ended.stdout)}
    assert ended.returncode == int("fail" in {grade.lower() for grade in grades.values()}), grades
    assert any("move" in str(finding).lower() for finding in json.loads(ended.stdout))


def test_a_slip_is_answered_with_a_sentence_and_no_name(walked: Walk) -> None:
    for arguments in (
        ("consent", "set", CHILD, "website", "given", "--by", "headteacher"),
        ("clear", CHILD, "--dry-run"),
        ("show", CHILD),
        ("hold", "lift", CHILD, "--by", "ceo", "--person", "p", "--reason", "A slip."),
    ):
        assert walked.do(*arguments, status=2).stderr.startswith("error: ")


def test_no_childs_name_and_no_file_name_was_said_all_day(walked: Walk) -> None:
    said = "".join(walked.said)
    assert len(walked.said) > 20
    assert [word for word in UNSAID if word in said] == []


def test_nothing_is_written_outside_the_workspace_and_the_device(walked: Walk) -> None:
    assert files_under(walked.folder / "home") == set()
    assert {path.name for path in walked.folder.iterdir()} == {"home", "workspace", "devices", "out"}
