"""What a person sets aside leaves the list, stands in the audit log, deletes nothing, and can be taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from redact.audit.events import person_tag
from redact.audit.kinds import Role
from redact.cli import app
from redact.devices.attest import attest
from redact.devices.recheck import look_again
from redact.errors import UsageError
from redact.photos import steps
from redact.photos.purge import purge_originals
from redact.photos.retry import list_stopped
from redact.photos.set_aside import set_aside
from redact.redaction.values import Status
from redact.reports.status import needs_person, read_status
from redact.store.photos import FileState, State
from redact.system.clock import print_moment
from redact.workspace.keys import AWAY_FOLDER
from tests.rigs.living import Living, open_living

DEVICE = "cam-office"
WHO = ("--by", "headteacher", "--person", "staff-7")
WHY = "The picture is blurred and nobody needs it."


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)
        yield found


def run(living: Living, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--workspace", str(living.workspace.settings.folder)])


def put_aside(living: Living, photo: str) -> None:
    set_aside(living.workspace, living.photo(photo), Role.HEADTEACHER, "staff-7", WHY)


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED])
def test_what_is_set_aside_leaves_the_list_and_stands_in_the_log(living: Living, status: Status) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.stop(path, b"a photo", status)
    (item,) = read_status(living.workspace).for_person
    assert f"redact set-aside {photo[:12]}" in item.next_step
    ended = run(living, "set-aside", photo[:8], *WHO, "--reason", WHY)
    assert ended.exit_code == 0, ended.output
    assert "Its file stays where it lies" in ended.stderr and "redact devices check" in ended.stderr
    assert [item.what for item in read_status(living.workspace).for_person] == ["set aside"]  # its file lies there
    assert dict(read_status(living.workspace).photos)["set-aside"] == 1
    assert path.exists() and not living.events("deletion")
    (entry,) = living.events("photo.set-aside")
    assert (entry.fact("photo"), entry.fact("by"), entry.fact("reason")) == (photo, "headteacher", WHY)
    assert entry.fact("person") == person_tag(living.workspace.keys.tags, "staff-7")
    shown = run(living, "show", photo).stdout
    assert "photo.set-aside" in shown and WHY in shown and "staff-7" not in shown
    assert not living.check_record()


def test_a_photo_set_aside_is_not_taken_in_again_while_its_file_lies_there(living: Living) -> None:
    root = living.add_device()
    photo = living.stop(root / "a.jpg", b"a photo")
    put_aside(living, photo)
    living.take(root / "a.jpg", b"a photo")
    living.take(root / "the same.jpg", b"a photo")  # under another name: seen, and still set aside
    assert living.photo(photo).state is State.SET_ASIDE and len(living.device_files(photo=photo)) == 2
    assert not list(living.workspace.settings.quarantine.glob(f"{photo}*"))
    assert living.clear() == {} and (root / "a.jpg").exists()


def test_a_photo_that_is_wanted_and_will_never_come_can_be_given_up(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.stop(path, b"a photo")
    steps.want_again(living.workspace, photo, "It is no longer in quarantine.")
    put_aside(living, photo)
    assert living.photo(photo).state is State.SET_ASIDE
    path.unlink()
    look_again(living.workspace, "cam-office")
    assert not needs_person(living.workspace)


def test_retry_takes_a_photo_set_aside_up_again_only_by_its_id(living: Living) -> None:
    root = living.add_device()
    photo = living.stop(root / "a.jpg", b"a photo")
    put_aside(living, photo)
    assert list_stopped(living.workspace) == ()
    assert "No photo has stopped" in run(living, "retry", "--all").stderr
    assert run(living, "retry", photo).exit_code == 0
    assert living.photo(photo).state is State.WANTED and WHY in str(living.photo(photo).reason)
    living.store(root / "a.jpg", b"a photo")
    assert living.clear() == {"gone": 1}
    assert not living.check_record()


def test_a_photo_set_aside_is_taken_up_again_from_its_sealed_original(living: Living) -> None:
    photo = living.stop(living.add_device() / "a.jpg", b"a photo")
    put_aside(living, photo)
    key = living.workspace.settings.folder / AWAY_FOLDER / "reviewer.key"
    assert run(living, "retry", photo, "--key", str(key), *WHO).exit_code == 0
    assert living.photo(photo).state is State.ARRIVED


@pytest.mark.parametrize("where", ["stored", "under way", "set aside"])
def test_what_did_not_stop_cannot_be_set_aside(living: Living, where: str) -> None:
    path = living.add_device() / "a.jpg"
    if where == "stored":
        photo = living.store(path, b"a photo")
    elif where == "under way":
        photo = living.take(path, b"a photo")
    else:
        photo = living.stop(path, b"a photo")
        put_aside(living, photo)
    before = living.photo(photo), len(living.events())
    with pytest.raises(UsageError):
        put_aside(living, photo)
    assert (living.photo(photo), len(living.events())) == before


def test_a_photo_that_went_on_meanwhile_is_not_set_aside(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    held = living.photo(living.stop(path, b"a photo"))
    steps.want_again(living.workspace, held.sha256, "A person asked.")
    living.take(path, b"a photo")
    with pytest.raises(UsageError, match="changed meanwhile"):
        set_aside(living.workspace, held, Role.HEADTEACHER, "staff-7", WHY)
    assert living.photo(held.sha256).state is State.ARRIVED and not living.events("photo.set-aside")


@pytest.mark.parametrize("reason", ["see ../IMG_0412.JPG", "", "a" * 241, "ring head@school.example"])
def test_a_reason_that_has_no_place_in_the_log_is_refused_with_a_sentence(living: Living, reason: str) -> None:
    photo = living.stop(living.add_device() / "a.jpg", b"a photo")
    ended = run(living, "set-aside", photo, *WHO, "--reason", reason)
    assert isinstance(ended.exception, UsageError) and "The reason must be one sentence" in str(ended.exception)
    assert living.photo(photo).state is State.HELD and not living.events("photo.set-aside")


def test_a_person_sets_aside_and_says_who(living: Living) -> None:
    photo = living.photo(living.stop(living.add_device() / "a.jpg", b"a photo"))
    with pytest.raises(UsageError, match="program's own"):
        set_aside(living.workspace, photo, Role.SYSTEM, "staff-7", WHY)
    with pytest.raises(UsageError, match="Say who"):
        set_aside(living.workspace, photo, Role.HEADTEACHER, " ", WHY)


def test_the_file_on_a_lost_device_is_attested_and_no_deletion_is_claimed(living: Living) -> None:
    root = living.add_device()
    photo = living.stop(root / "a.jpg", b"a photo")
    living.clock.go(days=30)
    put_aside(living, photo)
    assert [item.device for item in read_status(living.workspace).overdue] == [DEVICE]  # set aside is not gone
    root.rename(root.with_name("lost"))
    done = attest(living.workspace, DEVICE, Role.HOLDER, "staff-7")
    assert (done.files, done.not_stored) == (1, 0)
    assert not living.events("deletion")
    (gone,) = living.events("file.gone")
    assert (gone.fact("level"), gone.fact("photo")) == ("attested", photo)
    assert [(device_file.state, device_file.level) for device_file in living.device_files()] == [
        (FileState.GONE, "attested")
    ]
    assert not read_status(living.workspace).overdue
    assert not living.check_record()


def test_its_sealed_original_is_kept_for_the_retention_period_and_no_longer(living: Living) -> None:
    photo = living.stop(living.add_device() / "a.jpg", b"a photo")
    living.clock.go(days=400)
    assert not purge_originals(living.workspace).destroyed  # held: it is all that there is
    put_aside(living, photo)
    days = living.workspace.settings.retention_days
    living.clock.go(days=days)
    assert not purge_originals(living.workspace).destroyed
    living.clock.go(seconds=1)
    (gone,) = purge_originals(living.workspace).destroyed
    assert gone.is_set_aside and gone.since == print_moment(living.clock() - timedelta(days=days, seconds=1))
    assert not living.workspace.vault.has(photo)
    (entry,) = living.events("original.destroyed")
    assert entry.fact("reason") == f"Its retention of {days} days after a person set it aside is over."
    assert not purge_originals(living.workspace).destroyed
    assert not living.check_record()


def test_set_aside_again_the_retention_begins_again(living: Living) -> None:
    root = living.add_device()
    photo = living.stop(root / "a.jpg", b"a photo")
    put_aside(living, photo)
    living.clock.go(days=29)
    run(living, "retry", photo)
    living.stop(root / "a.jpg", b"a photo")
    put_aside(living, photo)
    living.clock.go(days=29)
    assert not purge_originals(living.workspace).destroyed and living.workspace.vault.has(photo)
