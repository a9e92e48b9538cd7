"""status, show and retry: what a person sees, what a pipe gets, and what goes through the pipeline again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from redact.audit.kinds import Role
from redact.cli import app
from redact.cli.pages.doctor import print_findings
from redact.cli.pages.status import LINES, PIPED_LINES, print_status
from redact.cli.pages.story import print_device, print_photo, print_unregistered
from redact.devices.holds import add_hold
from redact.devices.untouched import report_unapproved
from redact.errors import UsageError
from redact.photos import steps
from redact.photos.quarantine import sweep_quarantine
from redact.photos.retry import Opening, read_identity, retry
from redact.redaction.values import Status
from redact.reports.doctor.values import fail, ok, warn
from redact.reports.items import Item
from redact.reports.status import Status as Standing
from redact.reports.status import read_status
from redact.reports.story import read_device_story, read_photo_story, read_unregistered
from redact.store import photos as photo_rows
from redact.store.photos import Photo, State
from redact.store.schema.tables import photos
from redact.store.vault import VaultFault
from redact.workspace.ids import Actor, named_photo, named_thing
from redact.workspace.keys import AWAY_FOLDER, KeyFault
from tests.rigs.living import Living, open_living, redact
from watcher.guard import Place

DEVICE = "cam-office"
CHILD = "Amelia Riverstone"
PERSON = ("--by", "reviewer", "--person", "staff-7")
WHO = Actor("reviewer", "0" * 64)

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)  # the commands open the workspace again
        yield found


def run(living: Living, *arguments: str | Path) -> Result:
    workspace = str(living.workspace.settings.folder)
    return CliRunner().invoke(app, [*map(str, arguments), "--workspace", workspace])


def key_of(living: Living, name: str = "reviewer.key") -> Path:
    return living.workspace.settings.folder / AWAY_FOLDER / name


# -- status --


def test_status_says_at_a_glance_what_to_do(living: Living) -> None:
    root = living.add_device()
    held = living.stop(root / CHILD / "a.jpg", b"photo a")
    living.store(root / "b.jpg", b"photo b")
    ended = run(living, "status")
    assert ended.exit_code == 0, ended.output
    lines = ended.stdout.splitlines()
    assert lines[0] == "Photos: 1 stored, 0 under way, 1 held"
    assert lines[1] == "The watcher has never run here. Start it: redact watch"
    assert any(line.strip().startswith(held[:12]) and "A face could not be covered" in line for line in lines)
    assert any(f"redact retry {held[:12]}" in line for line in lines)
    assert CHILD not in ended.output and str(living.folder) not in ended.output


def test_status_of_a_new_workspace_is_calm(living: Living) -> None:
    ended = run(living, "status")
    assert "Nothing waits, and nothing needs a person." in ended.stdout


def test_copies_that_wait_for_a_look_are_told_with_the_list_of_them(living: Living) -> None:
    """What nobody has looked at keeps "nothing waits" away; a recalled copy waits for something else."""
    living.store(living.add_device() / "b.jpg", b"photo b")
    said = run(living, "status").stdout
    assert "To review: 1 copy. At the desk, or: redact list --state to-review\n" in said
    assert "Nothing waits" not in said
    assert len(run(living, "list", "--state", "to-review").stdout.splitlines()) == 1
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(asks=True))
    said = run(living, "status").stdout
    assert "To review: 1 copy, and in 1 a place asks. At the desk, or: redact list --state asks\n" in said
    assert run(living, "list", "--state", "to-review").stderr == "There is no such photo.\n"


def test_a_list_of_a_device_that_is_none_says_so(living: Living) -> None:
    ended = run(living, "list", "--device", "nope")
    assert (ended.exit_code, "There is no device nope" in str(ended.exception)) == (1, True)


def test_status_as_json_holds_everything(living: Living) -> None:
    held = living.stop(living.add_device() / CHILD / "a.jpg", b"photo a")
    told = json.loads(run(living, "status", "--json").stdout)
    assert [item["id"] for item in told["for_person"]] == [held[:12]]
    assert dict(told["photos"])["held"] == 1 and [device["id"] for device in told["devices"]] == [DEVICE]
    assert CHILD not in json.dumps(told)


LONG = 60  # more than a pipe is given


def long_status(living: Living) -> Standing:
    """Return a status of which every list is long."""
    calm = read_status(living.workspace)
    items = tuple(Item(f"{n:012x}", "held", calm.at, f"Reason {n}.", "Look.") for n in range(LONG))
    gaps = tuple(f"IMG_{n:04} to IMG_{n + 2:04}: 1 photo counted and not handed in" for n in range(LONG))
    device = replace(calm.devices[0], gaps=gaps)
    names = tuple(f"{n:012x}" for n in range(LONG))
    return replace(
        calm,
        for_person=items,
        overdue=items,
        waits=items,
        devices=tuple(replace(device, id=f"cam-{n}", left=int(n == LONG - 1)) for n in range(LONG)),
        maybes=tuple((name, 1) for name in names),
        little_left=tuple((name, True) for name in names),
        take_downs=tuple((n, n, calm.at, False) for n in range(LONG)),
    )


@pytest.mark.parametrize("is_terminal", [True, False], ids=["terminal", "pipe"])
def test_every_list_has_a_limit_and_says_what_lists_all(
    living: Living, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    living.add_device()
    status = long_status(living)
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal)
    most = LINES if is_terminal else PIPED_LINES
    capsys.readouterr()
    print_status(status, LONDON)
    out = " ".join(capsys.readouterr().out.split())
    more = LONG - most
    assert out.count(f"and {more} more: redact status --all") == 6, "three lists of entries, devices, two lines"
    assert out.count(f"and {more} more: redact take-downs list") == 1
    assert out.count(f"and {more} more: redact show cam-") == most
    assert f"cam-{LONG - 1} " in out, "a device that wants a look is never the one that is left out"
    print_status(status, LONDON, is_whole=True)
    whole = capsys.readouterr().out
    assert " more: " not in whole and all(f"cam-{n} " in whole and f"Reason {n}." in whole for n in range(LONG))


def test_a_terminal_shows_one_screen(
    living: Living, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    living.add_device()
    status = replace(read_status(living.workspace), for_person=long_status(living).for_person)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    capsys.readouterr()
    print_status(status, LONDON)
    assert len(capsys.readouterr().out.splitlines()) < 40


def test_all_is_listed_where_that_is_asked_for(living: Living) -> None:
    root = living.add_device()
    photos = [living.take(root / f"{n}.jpg", b"photo %d" % n) for n in range(PIPED_LINES + 2)]
    with living.workspace.database.write() as connection:
        for number, photo in enumerate(photos):
            photo_rows.move_photo(connection, photo, [State.ARRIVED], State.HELD, reason=f"Reason {number}.")
    assert "and 2 more: redact status --all" in run(living, "status").stdout
    listed = run(living, "status", "--all").stdout
    assert all(photo[:12] in listed for photo in photos)


def test_the_doctor_lists_a_few_of_each_check_and_what_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    findings = [ok("devices", f"cam-{n}: there.") for n in range(30)]
    findings += [warn("devices", f"cam-{n}: not there now.", "Look.") for n in range(30, 60)]
    findings += [fail("vault", "It is missing.", "Connect it.")]
    print_findings(findings)
    out = capsys.readouterr().out
    assert "ok    devices: and 24 more: redact doctor --all" in out
    assert "warn  devices: and 10 more: redact doctor --all" in out
    assert out.count("cam-") == 26 and "fail  vault: It is missing." in out
    print_findings(findings, is_whole=True)
    out = capsys.readouterr().out
    assert out.count("cam-") == 60 and "more:" not in out


def test_equal_entries_share_one_line(living: Living, capsys: pytest.CaptureFixture[str]) -> None:
    root = living.add_device()
    for number in range(5):
        living.stop(root / f"{number}.jpg", b"photo %d" % number)
    capsys.readouterr()
    print_status(read_status(living.workspace), LONDON)
    out = capsys.readouterr().out
    assert "Needs a person (5)" in out and " and 4 more  held" in out


# -- show --


def test_a_photo_is_shown_with_its_way_and_reasons(living: Living) -> None:
    photo = living.store(living.add_device() / CHILD / "a.jpg", b"a photo")
    living.clear()
    ended = run(living, "show", photo[:6])
    assert ended.exit_code == 0, ended.output
    assert photo in ended.stdout and "no consent on record" in ended.stdout
    for kind in ("photo.arrived", "photo.sealed", "photo.stored", "deletion.opened", "deletion.closed"):
        assert kind in ended.stdout
    assert "gone" in ended.stdout and "re-checked" in ended.stdout and "entry" in ended.stdout


def test_where_a_file_lies_is_shown_on_a_terminal_only(living: Living, capsys: pytest.CaptureFixture[str]) -> None:
    path = living.add_device() / CHILD / "a\x1b[2J.jpg"
    photo = living.stop(path, b"a photo")
    for name in (photo, DEVICE):
        assert CHILD not in run(living, "show", name).output
    print_photo(read_photo_story(living.workspace, living.photo(photo)), (), LONDON, with_places=True)
    print_device(read_device_story(living.workspace, living.device(DEVICE)), LONDON, with_places=True)
    out = capsys.readouterr().out
    assert out.count(f"{path.parent}/a\\x1b[2J.jpg") == 2 and "\x1b" not in out


def test_a_device_is_shown_with_gaps_holds_and_what_is_left(living: Living, capsys: pytest.CaptureFixture[str]) -> None:
    root = living.add_device()
    for number in (412, 431, 432):
        living.take(root / f"IMG_{number:04}.JPG", b"photo %d" % number)
    hold = add_hold(living.workspace, Role.CEO, "staff-7", "The police asked.", device=DEVICE)
    with living.workspace.database.write() as connection:
        place = Place(DEVICE, (CHILD, "a.mov"))
        photo_rows.note_left(connection, living.workspace.keys.tags, place, "It needs a person: a video.", living.at)
    out = run(living, "show", DEVICE).output
    assert "IMG_0412 to IMG_0431: 18 photos counted" in out and hold.id in out and "a video" in out
    assert "3 taken in, 0 cleared, 3 left; verdict unknown" in out and CHILD not in out
    print_device(read_device_story(living.workspace, living.device(DEVICE)), LONDON, with_places=True)
    assert f"{CHILD}/a.mov" in capsys.readouterr().out


def test_folders_of_no_device_are_named_on_a_terminal_only(living: Living, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No files lie in a folder" in run(living, "show", "unregistered").output
    folder = living.folder / "drop" / CHILD
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"not opened")
    workspace = replace(living.workspace, settings=replace(living.workspace.settings, ingest=(living.folder / "drop",)))
    report_unapproved(workspace, ())
    piped = run(living, "show", "unregistered").output
    assert "1 photo lies there" in piped and "on a terminal only" in piped
    assert CHILD not in piped and str(living.folder) not in piped
    capsys.readouterr()
    print_unregistered(read_unregistered(workspace), with_places=True)
    assert str(folder) in capsys.readouterr().out


def test_a_photo_is_named_by_a_unique_beginning(living: Living) -> None:
    root = living.add_device()
    photo = living.take(root / "a.jpg", b"photo a")
    assert named_photo(living.workspace, photo[:6].upper()).sha256 == photo
    assert isinstance(named_thing(living.workspace, photo[:12]), Photo)
    twin = photo[:10] + ("0" if photo[10] != "0" else "1") + photo[11:]
    with living.workspace.database.write() as connection:
        row = photo_rows.read_photo(connection, photo)
        assert row is not None
        connection.exec_driver_sql(
            "insert into photos (sha256, bytes, extension, state, attempts, executor, arrived_at, tags) "
            f"values ('{twin}', 1, '', 'held', 0, '', '{living.at}', '[]')"
        )
    with pytest.raises(UsageError, match="More than one"):
        named_photo(living.workspace, photo[:8])
    for wrong in ("abc", "zzzzzz", "ffffffffff", f"{CHILD}"):
        with pytest.raises(UsageError) as told:
            named_thing(living.workspace, wrong)
        assert CHILD not in str(told.value)


# -- retry --


def test_a_held_photo_is_taken_in_again_and_held_again_with_its_reason(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.stop(path, b"a photo")
    ended = run(living, "retry", photo[:12])
    assert ended.exit_code == 0 and "30 seconds" in ended.stderr, ended.output
    assert living.photo(photo).state is State.WANTED
    assert "It was held: A face could not be covered" in str(living.photo(photo).reason)
    assert not (living.workspace.settings.quarantine / f"{photo}.photo").exists()
    living.stop(path, b"a photo")  # the watcher takes it in again
    assert (living.photo(photo).state, living.photo(photo).reason) == (
        State.HELD,
        "A face could not be covered for certain.",
    )
    assert len(living.events("photo.held")) == 2
    assert len(living.device_files(photo=photo)) == 1


def test_with_a_key_the_sealed_original_is_opened_instead(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.stop(path, b"a photo")
    path.unlink()
    ended = run(living, "retry", photo, "--key", key_of(living), *PERSON)
    assert ended.exit_code == 0, ended.output
    assert "AGE-SECRET" not in ended.output
    plain = living.workspace.settings.quarantine / f"{photo}.photo"
    assert plain.read_bytes() == b"a photo" and plain.stat().st_mode & 0o077 == 0
    with living.workspace.database.read() as connection:
        assert photo_rows.ids_under_way(connection, living.workspace.executor, 9) == (photo,)
    assert steps.bring_to_storage(living.workspace, photo, redact) is State.STORED
    assert not plain.exists()
    assert not living.check_record()


@pytest.mark.parametrize("name", ["recovery.key", "reviewer.key"])
def test_everything_that_stopped_can_be_tried_at_once(living: Living, name: str) -> None:
    root = living.add_device()
    stopped = {
        living.stop(root / "a.jpg", b"photo a"),
        living.stop(root / "b.jpg", b"photo b", Status.REFUSED),
    }
    living.store(root / "c.jpg", b"photo c")
    ended = run(living, "retry", "--all", "--key", key_of(living, name), *PERSON)
    assert set(ended.stdout.split()) == {photo[:12] for photo in stopped}
    assert {living.photo(photo).state for photo in stopped} == {State.ARRIVED}


def test_what_is_on_its_way_or_done_is_said_to_be(living: Living) -> None:
    root = living.add_device()
    waits, done = living.take(root / "a.jpg", b"photo a"), living.store(root / "b.jpg", b"photo b")
    with living.workspace.database.write() as connection:
        photo_rows.note_trouble(connection, waits, "The disk is full.")
    assert "tries it again by itself. It waits: The disk is full." in run(living, "retry", waits).stderr
    assert "nothing to try again" in run(living, "retry", done).stderr
    assert (living.photo(waits).state, living.photo(done).state) == (State.ARRIVED, State.STORED)


def test_a_wrong_key_opens_nothing_and_changes_nothing(living: Living, tmp_path: Path) -> None:
    photo = living.stop(living.add_device() / "a.jpg", b"a photo")
    wrong, rubbish = living.workspace.keys.templates, "no key"
    for text in (wrong, rubbish):
        with pytest.raises(VaultFault) as told:
            retry(living.workspace, (living.photo(photo),), Opening(text, WHO))
        assert text not in str(told.value)
    assert living.photo(photo).state is State.HELD
    assert not (living.workspace.settings.quarantine / f"{photo}.photo").exists()
    loose = tmp_path / "loose.key"
    loose.write_text(wrong)
    loose.chmod(0o644)
    with pytest.raises(KeyFault, match="others"):
        read_identity(loose)
    with pytest.raises(UsageError):
        read_identity(tmp_path / "none")


def test_a_crash_between_the_plain_original_and_its_state_leaves_nothing(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = living.stop(living.add_device() / "a.jpg", b"a photo")

    def crash(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    found, key = living.photo(photo), Opening(read_identity(key_of(living)), WHO)
    with monkeypatch.context() as during:
        during.setattr(photo_rows, "move_photo", crash)
        with pytest.raises(KeyboardInterrupt):
            retry(living.workspace, (found,), key)
    assert (living.workspace.settings.quarantine / f"{photo}.photo").exists()
    assert living.photo(photo).state is State.HELD
    assert sweep_quarantine(living.workspace) == 1


def test_retry_needs_one_photo_or_all(living: Living) -> None:
    for arguments in ((), ("abcdef", "--all")):
        assert isinstance(run(living, "retry", *arguments).exception, UsageError)
