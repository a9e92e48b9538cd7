"""Rough handling by lot, and a checker that sees what is wrong (tests/rigs/rough.py)."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from redact.store.database import Database, sqlite_url
from tests.rigs.rough import WHOLE_END, Act, Checker, Hand, handle_roughly, photos_in
from tests.rigs.workspaces import DEVICE, Rig, sha
from watcher import ERASING_PREFIX

PHOTO = b"\xff\xd8\xff of a child" + WHOLE_END


@pytest.mark.slow
def test_rough_handling_loses_nothing_stores_nothing_twice_and_claims_nothing(tmp_path: Path) -> None:
    report = handle_roughly(tmp_path, photos=24, kills=4, seed=20, longest_s=4.0)
    assert report.faults == ()
    assert report.states["photo stored"] > 10, "what was not brought to storage tests nothing"
    assert set(report.for_person) <= {"held", "gone before", "in the bin", "set aside"}


@pytest.fixture
def checker(tmp_path: Path) -> Checker:
    """A checker over one photo that was dropped, stored and deleted."""
    rig = Rig(tmp_path)
    rig.add()
    (rig.drop() / "IMG_1.JPG").write_bytes(PHOTO)
    rig.run()
    workspace, tag_key = rig.workspace.settings.folder, rig.workspace.keys.tags
    rig.workspace.close()
    (tmp_path / "elsewhere").mkdir()
    hand = Hand(tmp_path, [tmp_path / DEVICE], random.Random(1))  # noqa: S311  not asked here
    hand.wholes[sha(PHOTO)] = PHOTO
    hand.acts.append(Act(0.0, DEVICE, ("IMG_1.JPG",), sha(PHOTO), is_put=True))
    key = (workspace / "move-away/reviewer.key").read_text().splitlines()[-1]
    return Checker(workspace, key, tag_key, hand)


def kinds(checker: Checker) -> set[str]:
    return {fault.partition(":")[0] for fault in [*checker.check(), *checker.check_end()]}


def test_the_checker_is_content_with_what_is_right(checker: Checker) -> None:
    assert kinds(checker) == set() and not photos_in(checker.hand.devices[0])


def test_the_checker_sees_a_lost_photo_and_one_deleted_early(checker: Checker) -> None:
    for path in (checker.workspace / "vault").rglob("*.age"):
        path.unlink()
    assert kinds(checker) == {"LOST"}
    for path in (checker.workspace / "trust").rglob("*.jpg"):
        path.write_bytes(b"another picture")
    assert kinds(checker) == {"LOST", "EARLY"}


def test_the_checker_sees_what_is_stored_twice(checker: Checker) -> None:
    (checker.workspace / "trust" / "0123.jpg").write_bytes(b"a copy of nothing")
    assert kinds(checker) == {"STORED TWICE"}


def test_the_checker_sees_a_false_gone(checker: Checker) -> None:
    file = checker.hand.devices[0] / "IMG_1.JPG"
    file.write_bytes(PHOTO)
    assert kinds(checker) == {"FALSE GONE", "LEFT"}
    file.rename(checker.hand.devices[0] / "IMG_2.JPG")
    assert kinds(checker) == {"FALSE GONE", "LEFT"}
    (checker.hand.devices[0] / "IMG_2.JPG").unlink()
    checker.hand.acts.append(Act(1.0, DEVICE, ("IMG_1.JPG",), sha(PHOTO), is_put=False))
    assert kinds(checker) == {"FALSE GONE"}


def test_the_checker_sees_what_is_left_over_and_what_lies_in_a_bin_untold(checker: Checker) -> None:
    (checker.workspace / "quarantine" / "x.part").write_bytes(b"x")
    bin_ = checker.hand.devices[0] / ".Trash-1000" / "files"
    bin_.mkdir(parents=True)
    (bin_ / "IMG_9.JPG").write_bytes(b"thrown away" + WHOLE_END)
    assert kinds(checker) == {"LEFT OVER", "NOT TOLD"}


def take_off_later(checker: Checker) -> None:
    """A hand takes it after the program said that it was gone: it lay there then."""
    checker.hand.acts.append(Act(4e9, DEVICE, ("IMG_1.JPG",), sha(PHOTO), is_put=False))


def say_it_was_moved(checker: Checker) -> None:
    """The program says that it was moved on the device; a hand took it off."""
    database = Database(sqlite_url(checker.workspace / "redact.db"))
    with database.write() as connection:
        connection.exec_driver_sql("update device_files set reason = 'It was moved on the device.'")
    database.close()
    checker.hand.acts.append(Act(1.0, DEVICE, ("IMG_1.JPG",), sha(PHOTO), is_put=False))


def leave_it_half_erased(checker: Checker) -> None:
    (checker.hand.devices[0] / f"{ERASING_PREFIX}{sha(PHOTO)[:32]}-{'0' * 32}").write_bytes(PHOTO)


def speak_of_another_place(checker: Checker) -> None:
    checker.hand.acts.clear()


@pytest.mark.parametrize("harm", [take_off_later, say_it_was_moved, leave_it_half_erased, speak_of_another_place])
def test_the_checker_sees_a_gone_that_times_or_the_programs_words_would_hide(
    checker: Checker, harm: Callable[[Checker], None]
) -> None:
    harm(checker)
    assert "FALSE GONE" in kinds(checker)
