"""The demo: what it promises is what lies there afterwards; and nobody's own folder is ever replaced."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from redact.errors import UsageError
from redact.trials import demo_folder
from redact.trials.demo import CAMERA, FILM, PHONE, VISITOR
from redact.trials.demo_folder import DEVICES, LIST, RECORD, SHEET, WORKSPACE, lay_out, list_device, replace_former
from redact.trials.samples import sample_folder, sample_pictures
from tests.rigs.demoed import Demoed, run_readmes_demo
from tests.rigs.living import copies_in
from tests.rigs.program import files_under, run_program
from watcher.sort import MARKER_NAME

FILES = {CAMERA: {"class/a.jpg": b"picture a", FILM: b"film"}, PHONE: {"b.jpg": b"picture b"}, VISITOR: {}}


@pytest.fixture(scope="module")
def demoed() -> Demoed:
    found = run_readmes_demo()
    assert found.ended.returncode == 0, found.ended.stdout + found.ended.stderr
    return found


# -- the real program, once --


@pytest.mark.slow
def test_the_readmes_first_command_redacts_the_samples(demoed: Demoed) -> None:
    """The part after the installation, run from a folder that is not the project's."""
    told = json.loads(run_program("status", "--json", "--workspace", demoed.out / "workspace", home=demoed.home).stdout)
    assert told["photos"].pop("stored") >= 12
    assert not any(told["photos"].values())
    assert "before-after.jpg" in demoed.ended.stdout
    assert (demoed.out / "before-after.jpg").stat().st_size > 50_000


@pytest.mark.slow
def test_photos_are_gone_from_the_approved_devices_and_the_film_is_left(demoed: Demoed) -> None:
    assert files_under(demoed.out / DEVICES / CAMERA) == {MARKER_NAME, FILM}
    assert files_under(demoed.out / DEVICES / PHONE) == {MARKER_NAME}


@pytest.mark.slow
def test_the_device_that_is_not_approved_is_untouched(demoed: Demoed) -> None:
    samples = {path.name: path.read_bytes() for path in sample_pictures(sample_folder())}
    found = {path.name: path.read_bytes() for path in (demoed.out / DEVICES / VISITOR).glob("*.*g")}
    assert len(found) == 3
    assert found == {name: samples[name] for name in found}
    assert "3 photos lie there and are left untouched" in demoed.ended.stdout


@pytest.mark.slow
def test_every_sample_is_stored_once_and_its_status_says_so(demoed: Demoed) -> None:
    told = json.loads(run_program("status", "--json", "--workspace", demoed.out / WORKSPACE, home=demoed.home).stdout)
    samples = len(sample_pictures(sample_folder()))
    assert told["photos"] == {state: samples if state == "stored" else 0 for state in told["photos"]}
    assert {item["id"] for item in told["for_person"]} == {CAMERA, VISITOR}
    assert {device["id"]: (device["cleared"], device["left"]) for device in told["devices"]} == {
        CAMERA: (samples // 2 + 1, 0),
        PHONE: (samples // 2 + 2, 0),
        VISITOR: (0, 0),
    }
    assert len(copies_in(demoed.out / WORKSPACE / "trust")) == samples


@pytest.mark.slow
def test_the_log_verifies_and_the_deletion_record_and_the_sheet_are_there(demoed: Demoed) -> None:
    assert run_program("audit", "verify", "--workspace", demoed.out / WORKSPACE, home=demoed.home).returncode == 0
    assert "verdict: intact" in demoed.ended.stdout
    page = (demoed.out / RECORD).read_text("utf-8")
    assert PHONE in page and "re-checked" in page
    assert (demoed.out / SHEET).stat().st_size > 50_000
    assert SHEET in demoed.ended.stdout and RECORD in demoed.ended.stdout


@pytest.mark.slow
def test_it_says_while_it_goes_what_happens_by_neutral_ids(demoed: Demoed) -> None:
    walk = demoed.ended.stdout.split("The watcher runs once")[1].split("Its devices, after")[0]
    samples = len(sample_pictures(sample_folder()))
    assert walk.count("came in from") == samples
    assert walk.count("checked, stored") == samples
    assert walk.count("deleted from") == walk.count("looked again") == samples + 3
    assert ".jpg" not in walk


@pytest.mark.slow
def test_nothing_is_written_beside_the_demos_folder(demoed: Demoed) -> None:
    assert {name for name in files_under(demoed.home) if not name.startswith("cwd/redact-demo/")} == set()


@pytest.mark.slow
def test_no_childs_name_is_printed(demoed: Demoed) -> None:
    said = demoed.ended.stdout + demoed.ended.stderr
    assert "Okonkwo" not in said and "Niamh" not in said


@pytest.mark.slow
def test_what_it_made_may_be_replaced(demoed: Demoed) -> None:
    assert next(demo_folder._strange(demoed.out), None) is None


# -- whose folder it is --


@pytest.fixture
def former(tmp_path: Path) -> Path:
    out = tmp_path / "redact-demo"
    lay_out(out, FILES)
    return out


def test_a_former_demo_is_replaced(former: Path) -> None:
    (former / DEVICES / PHONE / MARKER_NAME).write_text("nonce")
    (former / WORKSPACE / "vault").mkdir(parents=True)
    (former / SHEET).write_bytes(b"sheet")
    replace_former(former)
    assert list(former.iterdir()) == []


def test_a_torn_demo_is_replaced(former: Path) -> None:
    (former / DEVICES / PHONE / f"{1:032x}.part").write_bytes(b"half")
    replace_former(former)
    assert list(former.iterdir()) == []


def test_a_missing_and_an_empty_folder_will_do(tmp_path: Path) -> None:
    replace_former(tmp_path / "none")
    replace_former(tmp_path)
    assert not (tmp_path / "none").exists()


def test_a_demo_that_is_listed_is_told_by_name(former: Path) -> None:
    (former / DEVICES / CAMERA / MARKER_NAME).write_text("nonce")
    assert list_device(former, CAMERA) == ("a.jpg", FILM)


def _own_photo_on_device(out: Path) -> None:
    (out / DEVICES / CAMERA / "mine.jpg").write_bytes(b"mine")


def _own_photo_under_a_samples_name(out: Path) -> None:
    (out / DEVICES / PHONE / "b.jpg").write_bytes(b"mine")


def _own_file_beside(out: Path) -> None:
    (out / "notes.txt").write_text("mine")


def _own_photo_in_the_vault(out: Path) -> None:
    shelf = out / WORKSPACE / "vault/ab"
    shelf.mkdir(parents=True)
    (shelf / f"{'ab' * 32}.age").write_bytes(b"sealed")


def _own_photo_in_quarantine(out: Path) -> None:
    (out / WORKSPACE / "quarantine").mkdir(parents=True)
    (out / WORKSPACE / f"quarantine/{'ab' * 32}.photo").write_bytes(b"plain")


def _link_on_a_device(out: Path) -> None:
    (out / DEVICES / PHONE / "link.jpg").symlink_to(out / LIST)


def _pipe_on_a_device(out: Path) -> None:
    os.mkfifo(out / DEVICES / PHONE / "pipe.jpg")


def _no_list(out: Path) -> None:
    (out / LIST).unlink()


def _list_that_is_none(out: Path) -> None:
    (out / LIST).write_text("[]")


def _link_for_list(out: Path) -> None:
    (out / LIST).rename(out.parent / "list.json")
    (out / LIST).symlink_to(out.parent / "list.json")


STRANGE = (
    _own_photo_on_device,
    _own_photo_under_a_samples_name,
    _own_file_beside,
    _own_photo_in_the_vault,
    _own_photo_in_quarantine,
    _link_on_a_device,
    _pipe_on_a_device,
    _no_list,
    _list_that_is_none,
    _link_for_list,
)


@pytest.mark.parametrize("change", STRANGE)
def test_a_folder_with_anything_of_somebodys_own_is_left_as_it_is(former: Path, change: object) -> None:
    assert callable(change)
    change(former)
    before = files_under(former)
    with pytest.raises(UsageError, match="left as it is"):
        replace_former(former)
    assert files_under(former) == before


def test_a_link_to_a_demo_is_not_followed(former: Path) -> None:
    link = former.parent / "link"
    link.symlink_to(former)
    with pytest.raises(UsageError, match="is no folder"):
        replace_former(link)


@pytest.mark.slow
def test_the_command_refuses_a_users_folder_with_a_sentence(tmp_path: Path) -> None:
    mine = tmp_path / "photos"
    mine.mkdir()
    (mine / "mine.jpg").write_bytes(b"mine")
    ended = run_program("demo", "--out", mine, home=tmp_path / "home")
    assert ended.returncode == 2
    assert "Move it away, or choose another folder with --out" in ended.stderr
    assert files_under(tmp_path) == {"photos/mine.jpg"}
