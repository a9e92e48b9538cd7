"""An original past its retention whose copy has vanished: it is kept, told, and the copy can be made again from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.photos.retention import end_retention
from redact.photos.retry import Opening, Retried, retry
from redact.reports.status import read_status
from redact.store.photos import State
from redact.workspace.ids import acting
from tests.rigs.workspaces import Rig, photo_bytes, redacted, sha

LOST, OTHER = photo_bytes(1), photo_bytes(2)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    drop = rig.add()
    (drop / "a.jpg").write_bytes(LOST)
    (drop / "b.jpg").write_bytes(OTHER)
    rig.run()
    copy = rig.photos()[sha(LOST)].output_name
    assert copy is not None
    (Path(rig.workspace.settings.trust) / copy).unlink()
    rig.clock.moment += timedelta(days=400)
    yield rig
    rig.workspace.close()


def kept(rig: Rig) -> list[str]:
    return [item.id for item in read_status(rig.workspace).for_person if item.what == "original kept"]


def try_again(rig: Rig, *contents: bytes, with_key: bool = True) -> Retried:
    text = (rig.workspace.settings.folder / "move-away/reviewer.key").read_text()
    opening = Opening(text, acting(rig.workspace, Role.REVIEWER, "staff-7")) if with_key else None
    return retry(rig.workspace, tuple(rig.photos()[sha(content)] for content in contents), opening)


def test_it_is_reported_as_long_as_it_is_so(rig: Rig) -> None:
    assert not kept(rig)
    assert [original.photo for original in end_retention(rig.workspace).kept] == [sha(LOST)]
    assert kept(rig) == [sha(LOST)[:12]]
    end_retention(rig.workspace, limit=0)
    assert kept(rig) == [sha(LOST)[:12]], "a run that did not come to it says nothing of it"


def test_its_copy_is_made_again_from_the_sealed_original_and_then_it_may_go(rig: Rig) -> None:
    end_retention(rig.workspace)
    done = try_again(rig, LOST, OTHER)
    assert [photo.sha256 for photo in done.again] == [sha(LOST)] and [photo.sha256 for photo in done.done] == [
        sha(OTHER)
    ]
    assert [of for _, of in rig.entries(Kind.ORIGINAL_OPENED)] == [sha(LOST)]
    assert not kept(rig)
    rig.turn(3, 40.0)
    assert rig.photos()[sha(LOST)].state is State.STORED and sorted(rig.stored().values()) == sorted(
        [redacted(LOST), redacted(OTHER)]
    )
    assert not rig.quarantined()
    rig.clock.moment += timedelta(days=400)
    assert [original.photo for original in end_retention(rig.workspace).destroyed] == [sha(LOST)]
    rig.check_record()


def test_a_copy_that_is_there_is_not_made_again(rig: Rig) -> None:
    end_retention(rig.workspace)
    name = rig.photos()[sha(LOST)].output_name
    assert name is not None
    (Path(rig.workspace.settings.trust) / name).write_bytes(redacted(LOST))
    assert not try_again(rig, LOST).again
    assert not try_again(rig, LOST, with_key=False).again
    assert not rig.entries(Kind.ORIGINAL_OPENED)
