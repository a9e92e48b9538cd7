"""A file that was taken in half-written and is whole now asks nobody anything; every other change of a file does."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.deletions.record import deletion_record
from redact.audit.events import Numbered
from redact.audit.kinds import Kind
from redact.photos.quarantine import PhotoMissing
from redact.photos.steps import Worked
from redact.photos.supersede import is_beginning
from redact.redaction.values import Outcome, Status
from redact.reports.status import needs_person, read_status
from redact.service.journeys import bring_photo
from redact.store.log.reader import read_every
from redact.store.photos import State
from redact.system.step import run_at_once
from tests.rigs.made import noisy_jpeg
from tests.rigs.workspaces import DEVICE, MODELS, Rig, sha, work_at_once

WHOLE = noisy_jpeg(200, 150, seed=1)
HALF = WHOLE[: len(WHOLE) // 2]
ROOM = HALF[:12_288] + bytes(len(WHOLE) - 12_288)  # room was taken first


def work(path: Path, tags: tuple[str, ...]) -> Worked:
    """Hold what has no end mark, as the decoder does."""
    content = path.read_bytes()
    if content.endswith(b"\xff\xd9"):
        return work_at_once(path, tags)
    return Worked(Outcome(Status.HELD, sha(content), "The JPEG file is damaged: it breaks off."), None, MODELS)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path, work)
    rig.add()
    return rig


@pytest.mark.parametrize("half", [HALF, ROOM, bytes(len(WHOLE)), bytes(2 * len(WHOLE)), b""])
def test_a_half_is_superseded_by_the_whole_that_takes_its_place(rig: Rig, half: bytes) -> None:
    file = rig.drop() / "scan.jpg"
    file.write_bytes(half)
    rig.run()
    assert rig.photos()[sha(half)].state is State.HELD and needs_person(rig.workspace)
    with file.open("r+b") as opened:  # the same file goes on
        opened.write(WHOLE)
        opened.truncate(len(WHOLE))
    rig.mend(restarts=False)
    photos = rig.photos()
    assert (photos[sha(half)].state, photos[sha(WHOLE)].state) == (State.SET_ASIDE, State.STORED)
    status = read_status(rig.workspace)
    assert not (status.for_person or status.waits or status.overdue) and not rig.on_devices()
    (line,) = status.devices
    assert (line.taken, line.cleared, line.left, line.verdict) == (1, 1, 0, "re-checked")
    assert [of for _, of in rig.entries(Kind.PHOTO_SUPERSEDED)] == [sha(half)], "told once"
    with rig.workspace.database.read() as connection:
        said = [entry.reading for entry in read_every(connection)]
    record = deletion_record([each for each in said if isinstance(each, Numbered)], [])
    assert record.counts.found == 1 and not record.exceptions
    rig.check_record()


def test_a_half_that_grows_twice_and_a_whole_that_replaces_it_by_name(rig: Rig) -> None:
    for content in (WHOLE[:2000], HALF):
        (rig.drop() / "scan.jpg").write_bytes(content)
        rig.run()
    (rig.folder / "upload.tmp").write_bytes(WHOLE)
    (rig.folder / "upload.tmp").replace(rig.drop() / "scan.jpg")  # another file, of the same name
    rig.mend(restarts=False)
    states = {photo: each.state for photo, each in rig.photos().items()}
    aside = State.SET_ASIDE
    assert states == {sha(WHOLE[:2000]): aside, sha(HALF): aside, sha(WHOLE): State.STORED}
    assert not needs_person(rig.workspace)


@pytest.mark.parametrize(
    "other",
    [
        noisy_jpeg(200, 150, seed=2),
        b"x" + WHOLE,
        WHOLE[: len(HALF) - 1],
        HALF[:-1] + bytes([HALF[-1] ^ 1]) + WHOLE[len(HALF) :],
    ],
)
def test_another_photo_in_its_place_supersedes_nothing(rig: Rig, other: bytes) -> None:
    (rig.drop() / "scan.jpg").write_bytes(HALF)
    rig.run()
    (rig.drop() / "scan.jpg").write_bytes(other)
    rig.mend(restarts=False)
    assert rig.photos()[sha(HALF)].state is State.HELD and not rig.entries(Kind.PHOTO_SUPERSEDED)
    assert needs_person(rig.workspace)


def test_the_whole_at_another_place_supersedes_nothing_and_a_second_half_elsewhere_is_told(rig: Rig) -> None:
    (rig.drop() / "scan.jpg").write_bytes(HALF)
    (rig.drop() / "copy.jpg").write_bytes(HALF)
    rig.run()
    (rig.drop() / "other.jpg").write_bytes(WHOLE)
    rig.mend(restarts=False)
    assert rig.photos()[sha(HALF)].state is State.HELD
    (rig.drop() / "scan.jpg").write_bytes(WHOLE)
    rig.mend(restarts=False)
    assert rig.photos()[sha(HALF)].state is State.SET_ASIDE
    (item,) = read_status(rig.workspace).for_person
    assert (item.what, item.count) == ("set aside", 1) and rig.on_devices() == {f"{DEVICE}/copy.jpg"}


def test_a_half_on_its_way_is_superseded_and_its_step_changes_nothing_any_more(rig: Rig) -> None:
    (rig.drop() / "scan.jpg").write_bytes(HALF)
    rig.look()
    rig.take_in()
    assert rig.photos()[sha(HALF)].state is State.ARRIVED
    (rig.drop() / "scan.jpg").write_bytes(WHOLE)
    rig.look()
    rig.take_in()

    def lost(path: Path, tags: tuple[str, ...]) -> Worked:
        raise PhotoMissing(sha(HALF))

    bring_photo(rig.workspace, sha(HALF), lost, run_at_once)
    assert rig.photos()[sha(HALF)].state is State.SET_ASIDE
    rig.mend()
    assert rig.photos()[sha(WHOLE)].state is State.STORED and not needs_person(rig.workspace)


@given(st.binary(min_size=1, max_size=9000), st.integers(0, 9000), st.integers(0, 3), st.booleans())
def test_a_beginning_is_told_by_its_bytes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int, blocks: int, is_hole: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "whole"
    path.write_bytes(content)
    at = 4096 * blocks if is_hole else cut
    former = content[:at] + bytes(500 if is_hole and at <= len(content) else 0)
    digest = hashlib.sha256(former).hexdigest()
    assert is_beginning(path, len(former), digest)
    changed = bytes([content[0] ^ 1]) + former[1:]
    if former and changed.strip(b"\0"):
        assert not is_beginning(path, len(changed), hashlib.sha256(changed).hexdigest())
