"""A recalled copy goes first and is made again afterwards; the audit log says what was looked at, and nothing more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from redact.audit.kinds import Kind, Role
from redact.cli import app
from redact.devices.clearing import clear as clearing
from redact.devices.holds import add_hold
from redact.devices.register import retire
from redact.errors import UsageError
from redact.photos import steps
from redact.photos.retry import Opening, retry
from redact.photos.steps import Worked
from redact.photos.take_down import take_down
from redact.redaction.values import Outcome, Status, Verdict
from redact.reports.items import Item
from redact.reports.status import read_status
from redact.store import photos as photo_rows
from redact.store.photos import FileState, Shown, State
from redact.store.photos.recalls import list_recalls, recall
from redact.store.schema.tables import photos
from redact.store.trust.folder import LocalTrust
from redact.store.trust.storage import TrustFault
from redact.store.vault import VaultFault
from redact.workspace.ids import Actor
from redact.workspace.keys import AWAY_FOLDER
from tests.rigs.living import MODELS, PUPIL, Living, copies_in, open_living

DEVICE = "cam-office"
WHO = ("--by", "communications", "--person", "staff-7")
ACTOR = Actor("communications", "0" * 64)


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)
        yield found


def run(living: Living, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--workspace", str(living.workspace.settings.folder)])


def key_of(living: Living) -> Path:
    return living.workspace.settings.folder / AWAY_FOLDER / "reviewer.key"


def opening_of(living: Living) -> Opening:
    return Opening(key_of(living).read_text(), ACTOR)


def recalled(living: Living, name: str = "a.jpg", content: bytes = b"a photo") -> str:
    """Store a photo that shows a pupil, and have the consent withdrawn."""
    root = living.devices.get(DEVICE) or living.add_device()
    photo = living.store(root / name, content)
    with living.workspace.database.write() as connection:
        photo_rows.write_shown(connection, photo, [Shown(PUPIL, is_by_hand=False)], 1)
        recall(connection, PUPIL, living.at)
    return photo


def covered(path: Path, _tags: tuple[str, ...]) -> Worked:
    """Make the copy with the face covered: other bytes than before."""
    content = path.read_bytes()
    verdict = Verdict(passed=True, checks=("It is a picture.",))
    outcome = Outcome(
        Status.REDACTED, hashlib.sha256(content).hexdigest(), None, b"covered " + content, verdict=verdict
    )
    return Worked(outcome, None, MODELS)


def walk_on(living: Living, photo: str) -> None:
    steps.seal(living.workspace, photo)
    steps.redact_and_verify(living.workspace, photo, covered)
    assert steps.store(living.workspace, photo) == "stored"


def copies(living: Living) -> list[bytes]:
    return sorted(path.read_bytes() for path in copies_in(living.workspace.settings.trust_folder).values())


def kinds(living: Living, photo: str) -> list[str]:
    return [event.kind.value for event in living.events() if event.fact("photo") == photo]


def items(living: Living) -> list[Item]:
    return [item for item in read_status(living.workspace).for_person if item.what == "recalled"]


def test_the_copy_is_made_again_from_the_sealed_original(living: Living) -> None:
    photo = recalled(living)
    living.clear()
    (item,) = items(living)
    assert (
        f"redact retry {photo[:12]} --key FILE" in item.next_step and f"redact set-aside {photo[:12]}" in item.next_step
    )
    old = living.photo(photo)
    ended = run(living, "retry", photo, "--key", key_of(living), *WHO)
    assert ended.exit_code == 0, ended.output
    assert str(old.output_name) in ended.stderr and "take it down there" in ended.stderr
    assert copies(living) == [] and items(living) == []  # from now on no child stands uncovered anywhere
    assert living.photo(photo).state is State.ARRIVED and living.photo(photo).output is None
    walk_on(living, photo)
    assert copies(living) == [b"covered a photo"] and living.photo(photo).output_name != old.output_name
    told = kinds(living, photo)
    assert told[told.index("original.opened") :] == [
        "original.opened", "copy.removed", "photo.sealed", "photo.redacted", "photo.verified", "photo.stored",
    ]  # fmt: skip
    (removed,) = living.events("copy.removed")
    assert (removed.fact("output"), removed.fact("by")) == (old.output, "communications")
    assert not read_status(living.workspace).for_person
    assert not living.check_record()


def test_while_its_file_lies_on_a_device_no_key_is_needed(living: Living) -> None:
    photo = recalled(living)
    (item,) = items(living)
    assert "--key" not in item.next_step
    assert isinstance(run(living, "retry", photo).exception, UsageError)  # a removal says who
    assert copies(living) == [b"copy of a photo"]
    assert run(living, "retry", photo, *WHO).exit_code == 0
    assert living.photo(photo).state is State.WANTED and copies(living) == [] and not living.events("original")
    living.take(living.devices[DEVICE] / "a.jpg", b"a photo")
    walk_on(living, photo)
    assert copies(living) == [b"covered a photo"] and living.clear() == {"gone": 1}
    assert not living.check_record()


def test_without_a_key_a_file_that_is_gone_cannot_be_taken_in_again(living: Living) -> None:
    photo = recalled(living)
    living.clear()
    ended = run(living, "retry", photo, *WHO)
    assert isinstance(ended.exception, UsageError) and "--key FILE" in str(ended.exception)
    assert living.photo(photo).state is State.STORED and copies(living) == [b"copy of a photo"]


def test_a_recalled_copy_can_be_taken_down_for_good(living: Living) -> None:
    photo = recalled(living)
    living.clear()
    ended = run(living, "set-aside", photo, *WHO, "--reason", "The parents want no picture at all.")
    assert ended.exit_code == 0 and "was removed from trust storage" in ended.stderr, ended.output
    assert copies(living) == [] and living.photo(photo).state is State.SET_ASIDE
    assert kinds(living, photo)[-2:] == ["copy.removed", "photo.set-aside"]
    assert not read_status(living.workspace).for_person
    assert not living.check_record()


@pytest.mark.parametrize("first", ["retry", "set-aside"])
def test_a_file_that_two_copies_share_goes_with_the_second(living: Living, first: str) -> None:
    a, b = recalled(living, "a.jpg", b"photo a"), recalled(living, "b.jpg", b"photo b")
    twin = living.photo(a)
    with living.workspace.database.write() as connection:  # two sources whose pixels are the same give the same copy
        same = {"output": twin.output, "output_name": twin.output_name}
        photo_rows.move_photo(connection, b, [State.STORED], State.STORED, **same)
    with living.workspace.audit_log.writing() as entries:
        entries.add(Kind.PHOTO_STORED, photo=b, output=twin.output or "", bytes=1)
    reason = ("--reason", "It is not needed.") if first == "set-aside" else ()
    ended = run(living, first, a, *WHO, *reason)
    assert ended.exit_code == 0 and "another photo has the same" in ended.stderr, ended.output
    assert b"copy of photo a" in copies(living) and not living.events("copy.removed")
    assert [item.id for item in items(living)] == [b[:12]]  # it is still asked for
    assert run(living, "retry", b, *WHO).exit_code == 0
    assert b"copy of photo a" not in copies(living)
    assert [event.fact("output") for event in living.events("copy.removed")] == [twin.output]


def test_a_copy_that_nothing_recalls_stays(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    assert "nothing to try again" in run(living, "retry", photo, *WHO).stderr
    assert isinstance(run(living, "set-aside", photo, *WHO, "--reason", "It is not needed.").exception, UsageError)
    assert copies(living) == [b"copy of a photo"] and not living.events("copy")


@pytest.mark.parametrize("scope", ["photo", "device", "workspace"])
def test_a_hold_keeps_it(living: Living, scope: str) -> None:
    photo = recalled(living)
    on = {"photo": {"photo": photo}, "device": {"device": DEVICE}, "workspace": {}}[scope]
    add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "The police asked.", **on)
    for words in (("retry", photo), ("retry", photo, "--key", str(key_of(living)))):
        assert "hold" in str(run(living, *words, *WHO).exception)
    assert copies(living) == [b"copy of a photo"] and len(items(living)) == 1 and not living.events("original")


def test_a_wrong_key_leaves_the_copy_and_the_attempt_is_on_record(living: Living) -> None:
    photo = recalled(living)
    with pytest.raises(VaultFault):
        retry(living.workspace, (living.photo(photo),), Opening(living.workspace.keys.templates, ACTOR))
    assert living.photo(photo).state is State.STORED and copies(living) == [b"copy of a photo"]
    assert len(living.events("original.opened")) == 1 and not living.events("copy")


def test_a_removal_that_cannot_be_seen_is_not_claimed(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = recalled(living)

    def fail(storage: LocalTrust, name: str) -> None:
        raise TrustFault(str(storage), "out of reach", name)

    with monkeypatch.context() as during:
        during.setattr(LocalTrust, "remove", fail)
        with pytest.raises(TrustFault):
            retry(living.workspace, (living.photo(photo),), opening_of(living))
    assert living.photo(photo).state is State.STORED and len(items(living)) == 1 and not living.events("copy")
    assert not (living.workspace.settings.quarantine / f"{photo}.photo").exists()


def test_a_crash_after_the_removal_is_made_good_by_doing_it_again(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = recalled(living)

    def crash(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(photo_rows, "move_photo", crash)
        with pytest.raises(KeyboardInterrupt):
            retry(living.workspace, (living.photo(photo),), opening_of(living))
    assert copies(living) == [] and not living.events("copy") and len(items(living)) == 1
    assert living.clear() == {} and (living.devices[DEVICE] / "a.jpg").exists()  # nothing is deleted on its strength
    retry(living.workspace, (living.photo(photo),), opening_of(living))
    walk_on(living, photo)
    assert len(living.events("copy.removed")) == 1 and living.clear() == {"gone": 1}
    assert not living.check_record()


def test_a_photo_that_is_being_deleted_from_its_device_waits(living: Living) -> None:
    photo = recalled(living)
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    with pytest.raises(UsageError, match="Try again"):
        retry(living.workspace, (living.photo(photo),), None, ACTOR)
    assert copies(living) == [b"copy of a photo"]
    clearing.confirm(living.workspace, DEVICE, ids, clearing.erase_opened(living.workspace, DEVICE, ids))
    assert [device_file.state for device_file in living.device_files()] == [FileState.GONE]


def test_a_deletion_that_begins_in_between_loses_nothing(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """The intent is written after the copy was allowed to go, and before the photo's state says so."""
    photo, remove, ids = recalled(living), LocalTrust.remove, list[int]()

    def late(storage: LocalTrust, name: str) -> None:
        ids.extend(clearing.open_deletions(living.workspace, DEVICE, "system"))
        remove(storage, name)

    with monkeypatch.context() as during:
        during.setattr(LocalTrust, "remove", late)
        with pytest.raises(UsageError, match="Try again"):
            retry(living.workspace, (living.photo(photo),), None, ACTOR)
    clearing.confirm(living.workspace, DEVICE, ids, clearing.erase_opened(living.workspace, DEVICE, ids))
    assert (living.devices[DEVICE] / "a.jpg").exists()  # its copy could not be read back
    retry(living.workspace, (living.photo(photo),), None, ACTOR)
    living.take(living.devices[DEVICE] / "a.jpg", b"a photo")
    walk_on(living, photo)
    assert living.clear(tries_again=True) == {"gone": 1}
    assert not living.check_record()


def test_a_photo_of_a_retired_device_is_made_again_with_the_key(living: Living) -> None:
    photo = recalled(living)
    retire(living.workspace, DEVICE, Role.CEO, "It was sold.")
    retry(living.workspace, (living.photo(photo),), opening_of(living))
    walk_on(living, photo)
    with living.workspace.database.read() as connection:
        assert list_recalls(connection) == ()
    assert copies(living) == [b"covered a photo"]


def test_the_act_of_opening_an_original_is_on_record_before_it_happens(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = living.stop(living.add_device() / "a.jpg", b"a photo")
    seen: list[list[str]] = []
    vault = type(living.workspace.vault)
    unseal = vault.unseal

    def look(self: object, sha256: str, text: str) -> bytes:
        seen.append(kinds(living, sha256))
        return unseal(living.workspace.vault, sha256, text)

    monkeypatch.setattr(vault, "unseal", look)
    for missing in ((), WHO[:2], WHO[2:]):
        ended = run(living, "retry", photo, "--key", key_of(living), *missing)
        assert isinstance(ended.exception, UsageError) and "--by ROLE and --person ID" in str(ended.exception)
    assert not seen and not living.events("original")
    assert run(living, "retry", photo, "--key", key_of(living), *WHO).exit_code == 0
    (before,) = seen
    assert before[-1] == "original.opened"
    (entry,) = living.events("original.opened")
    assert entry.fact("by") == "communications" and "staff-7" not in str(entry)
    assert not living.check_record()


@pytest.mark.parametrize("says", ["its name", "its name and its bytes"])
@pytest.mark.parametrize("how", ["taken down", "made again"])
def test_a_row_that_names_another_photos_copy_does_not_take_that_one_away(living: Living, how: str, says: str) -> None:
    """By SQL alone, without a key: the other's original may be destroyed, and its copy all that is left of it."""
    photo = recalled(living) if how == "taken down" else living.store(living.add_device() / "a.jpg", b"a photo")
    other = living.photo(living.store(living.devices[DEVICE] / "b.jpg", b"another"))
    pointed: dict[str, object] = {"output_name": other.output_name}
    pointed |= {"output": other.output} if says == "its name and its bytes" else {}
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).where(photos.c.sha256 == photo).values(**pointed))
        connection.execute(update(photos).where(photos.c.sha256 == other.sha256).values(output_name="gone.jpg"))
    if how == "taken down":
        assert not take_down(living.workspace, living.photo(photo), State.WANTED, ACTOR, lambda _: None)
    else:
        with living.workspace.database.write() as connection:  # as the check of the storage finds it
            connection.execute(update(photos).where(photos.c.sha256 == photo).values(copy_fault="changed"))
        retry(living.workspace, (living.photo(photo),), opening_of(living))
    assert other.output_name is not None and other.output is not None
    assert living.workspace.trust.holds(other.output_name, other.output)
