"""Every command that `redact status` names works where it is named, and the entry is gone once its way was gone."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.kinds import Role
from redact.cli import app
from redact.devices.holds import add_hold
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device, retire
from redact.devices.untouched import report_unapproved
from redact.errors import ExitCode, UsageError
from redact.photos.set_aside import set_aside
from redact.redaction.values import Status
from redact.reports.items import Item
from redact.reports.status import read_status
from redact.store import photos as photo_rows
from redact.store.devices import Clears, Kind, Owner, read_devices
from redact.store.photos import Shown
from redact.store.photos.recalls import recall
from redact.workspace.keys import AWAY_FOLDER
from tests.rigs.living import PUPIL, Living, open_living
from tests.rigs.saboteurs import bad_spot
from watcher.guard import Place

DEVICE = "cam-office"
CHILD = "Amelia Riverstone"
_COMMAND = re.compile(
    r"redact ((?:devices |hold )?[a-z-]+"
    r"(?: (?:[0-9a-f]{12}|hold-\d|cam-office|ipad-3|unregistered))?(?: --dry-run| --key FILE)?)"
)
_WHO = ["--by", "headteacher", "--person", "staff-7"]
_NEEDS = {  # what a person adds to the words that are named
    "attest": _WHO,
    "set-aside": [*_WHO, "--reason", "Nobody needs it."],
    "retry": _WHO,
    "hold lift": [*_WHO, "--reason", "It is over."],
    "devices renew": ["--approved-by", "headteacher"],
}


def nothing(_: Living) -> None:
    pass


@dataclass(frozen=True)
class Way:
    """What a person does by hand before a command, and whether the entry is gone after it."""

    by_hand: Callable[[Living], None] = nothing
    is_end: bool = False


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)  # the commands open the workspace again
        yield found


def look(living: Living) -> None:
    with living.workspace.database.read() as connection:
        devices = read_devices(connection)
    report_unapproved(living.workspace, devices)


def empty(living: Living) -> None:
    for path in (*living.folder.glob("cam-office/**/*"), *living.folder.glob("drop/**/*")):
        if not path.is_dir() and path.name != ".redact-device":
            path.unlink()


def lose(living: Living) -> None:
    living.devices[DEVICE].rename(living.folder / "lost")


def film(living: Living) -> None:
    (living.add_device() / f"{CHILD}.mov").write_bytes(b"x")
    with living.workspace.database.write() as connection:
        place = Place(DEVICE, (f"{CHILD}.mov",))
        photo_rows.note_left(connection, living.workspace.keys.tags, place, "It needs a person: video.", living.at)


def film_then(end: Callable[[Living], None]) -> Callable[[Living], None]:
    def make(living: Living) -> None:
        film(living)
        end(living)
        look(living)

    return make


def dropped_then(end: Callable[[Living], None]) -> Callable[[Living], None]:
    def make(living: Living) -> None:
        (living.add_device() / f"{CHILD}.jpg").write_bytes(b"not opened")
        end(living)
        look(living)

    return make


def stored_then(end: Callable[[Living], object]) -> Callable[[Living], None]:
    def make(living: Living) -> None:
        living.store(living.add_device() / "a.jpg", b"a photo")
        end(living)

    return make


def expire(living: Living) -> None:
    living.clock.go(days=400)


def retire_it(living: Living) -> None:
    retire(living.workspace, DEVICE, Role.CEO, "It was sold.")


def lose_and_clear(living: Living) -> None:
    lose(living)
    living.clear()


def unregistered(living: Living) -> None:
    (living.folder / "drop" / CHILD).mkdir(parents=True)
    (living.folder / "drop" / CHILD / "a.jpg").write_bytes(b"not opened")
    toml = living.workspace.settings.folder / "redact.toml"
    toml.write_text(toml.read_text() + f'\ningest = ["{living.folder / "drop"}"]\n')
    living.workspace = replace(
        living.workspace, settings=replace(living.workspace.settings, ingest=(living.folder / "drop",))
    )
    look(living)


def recalled(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.database.write() as connection:
        photo_rows.write_shown(connection, photo, [Shown(PUPIL, is_by_hand=False)], 1)
        recall(connection, PUPIL, living.at)


def on_hold(living: Living) -> None:
    living.add_device()
    add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "Somebody asked for it.", device=DEVICE)


def by_hand_device(living: Living) -> None:
    living.store(living.add_device(clears=Clears.BY_HAND) / "a.jpg", b"a photo")


def is_never_attested(living: Living) -> None:
    living.add_attested()
    living.clock.go(hours=25)


def is_attested_long_ago(living: Living) -> None:
    living.add_attested()
    run(living, "attest ipad-3")
    living.clock.go(hours=25)


def stopped(status: Status) -> Callable[[Living], None]:
    def make(living: Living) -> None:
        living.stop(living.add_device() / "a.jpg", b"a photo", status)

    return make


def aside_then(end: Callable[[Living], object]) -> Callable[[Living], None]:
    def make(living: Living) -> None:
        photo = living.photo(living.stop(living.add_device(owner=Owner.PERSONAL) / "a.jpg", b"a photo"))
        set_aside(living.workspace, photo, Role.HEADTEACHER, "staff-7", "Nothing of it is to be published.")
        end(living)

    return make


def at_once(_living: Living) -> None:
    pass


EMPTIED, LOST, SAID, SHOWN = Way(empty, is_end=True), Way(lose, is_end=True), Way(is_end=True), Way()
CASES: dict[str, tuple[Callable[[Living], None], dict[str, Way]]] = {
    "film": (film, {"show": SHOWN, "devices check": EMPTIED, "attest": LOST}),
    "film, expired": (film_then(expire), {"devices renew": SHOWN, "devices check": EMPTIED, "attest": LOST}),
    "film, retired": (film_then(retire_it), {"devices check": EMPTIED, "attest": LOST}),
    "photos, expired": (dropped_then(expire), {"devices renew": SAID, "devices check": EMPTIED, "attest": LOST}),
    "photos, retired": (dropped_then(retire_it), {"devices check": EMPTIED, "attest": LOST}),
    "unregistered": (unregistered, {"show": SHOWN, "devices add": SHOWN, "devices check": EMPTIED}),
    "held": (stopped(Status.HELD), {"show": SHOWN, "retry": SHOWN, "set-aside": SHOWN}),
    "refused": (stopped(Status.REFUSED), {"show": SHOWN, "set-aside": SHOWN}),
    "recalled": (recalled, {"retry": SHOWN, "set-aside": SHOWN}),
    "set aside": (aside_then(at_once), {"show": SHOWN, "devices check": EMPTIED, "attest": LOST}),
    "set aside, expired": (aside_then(expire), {"devices renew": SHOWN, "attest": EMPTIED}),
    "set aside, retired": (aside_then(retire_it), {"attest": EMPTIED}),
    "cleared by hand": (by_hand_device, {"clear": SHOWN, "attest": LOST}),
    "lost": (stored_then(lose_and_clear), {"clear": SHOWN, "attest": SAID}),
    "stored, expired": (stored_then(expire), {"devices renew": SHOWN, "attest": EMPTIED}),
    "stored, retired": (stored_then(retire_it), {"attest": EMPTIED}),
    "on hold": (on_hold, {"hold lift": SAID}),
    "never attested": (is_never_attested, {"attest": SAID}),
    "attestation is old": (is_attested_long_ago, {"attest": SAID}),
}


def entries(living: Living) -> list[Item]:
    status = read_status(living.workspace)
    return [*status.waits, *status.for_person, *status.overdue]


def word(command: str) -> str:
    return " ".join(command.split()[: 2 if command.startswith(("devices", "hold")) else 1])


def run(living: Living, command: str) -> int:
    key = living.workspace.settings.folder / AWAY_FOLDER / "reviewer.key"
    arguments = command.replace("FILE", str(key)).split() + _NEEDS.get(word(command), [])
    if word(command) == "devices add":
        arguments += ["visitor", "--folder", str(living.folder / "drop" / CHILD), "--approved-by", "ceo"]
    ended = CliRunner().invoke(app, [*arguments, "--workspace", str(living.workspace.settings.folder)])
    assert ended.exit_code in {ExitCode.OK, ExitCode.HELD} and CHILD not in ended.output, (command, ended.output)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), (command, ended.exception)
    return ended.exit_code


def refusal(living: Living, *arguments: str) -> str:
    ended = CliRunner().invoke(app, [*arguments, "--workspace", str(living.workspace.settings.folder)])
    assert isinstance(ended.exception, UsageError), ended.output
    return str(ended.exception)


def commands(living: Living) -> dict[str, str]:
    """Return the commands that the first entry names, by their words."""
    return {word(command): command for command in _COMMAND.findall(entries(living)[0].next_step)}


@pytest.mark.parametrize(("case", "called"), [(case, called) for case, (_, ways) in CASES.items() for called in ways])
def test_each_command_that_is_named_works(living: Living, case: str, called: str) -> None:
    make, ways = CASES[case]
    make(living)
    named = commands(living)
    assert [*named] == [*ways], entries(living)
    ways[called].by_hand(living)
    status = run(living, named[called])
    if ways[called].is_end:
        assert (entries(living), status) == ([], ExitCode.OK)


@pytest.mark.parametrize("end", [expire, retire_it])
def test_no_word_is_taken_while_files_are_seen(living: Living, end: Callable[[Living], None]) -> None:
    film_then(end)(living)
    assert "1 file still lies there" in refusal(living, "attest", DEVICE, *_WHO)
    empty(living)
    (living.devices[DEVICE] / "another.jpg").write_bytes(b"not opened")
    assert "1 file still lies there" in refusal(living, "attest", DEVICE, *_WHO)
    assert not living.events("device.attested")


@pytest.mark.parametrize("end", [expire, retire_it])
def test_what_could_not_be_looked_into_is_told_beside_the_count(living: Living, end: Callable[[Living], None]) -> None:
    film_then(end)(living)
    empty(living)
    for folder in ("open", "closed"):
        (living.devices[DEVICE] / folder).mkdir()
        (living.devices[DEVICE] / folder / "another.jpg").write_bytes(b"not opened")
    with bad_spot("closed", errno.EACCES):
        assert "at least 1 file still lies there" in refusal(living, "attest", DEVICE, *_WHO)
        assert run(living, f"devices check {DEVICE}") == ExitCode.HELD  # it looks, and brings the list up to date
        assert "At least 1 photo lies there" in str(entries(living)[0].reason)
    assert not living.events("device.attested")


@pytest.mark.parametrize("other_is", ["here", "expired", "away"])
def test_no_word_on_a_retired_device_while_its_photos_are_seen_in_another_s_folder(
    living: Living, other_is: str
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    retire_it(living)
    until = (living.clock() + timedelta(days=3)).date()
    new = NewDevice("cam-2", Kind.DROP_FOLDER, Owner.TRUST, Role.COMMUNICATIONS, Role.HEADTEACHER, until, root)
    add_device(living.workspace, new)
    if other_is == "here":
        (root / "a.jpg").rename(root / "renamed.jpg")
    elif other_is == "expired":
        living.clock.go(days=9)
    else:
        root.rename(root.with_name("lost"))
        assert run(living, f"attest {DEVICE}") == ExitCode.OK  # nobody can look
        return
    said = refusal(living, "attest", DEVICE, *_WHO)
    assert "1 file of its photos still lies" in said and "cam-2" in said and not living.events("device.attested")
    (root / ("renamed.jpg" if other_is == "here" else "a.jpg")).unlink()
    assert run(living, f"attest {DEVICE}") == ExitCode.OK


def test_what_is_on_hold_stays_on_the_list_whatever_is_said(living: Living) -> None:
    film_then(retire_it)(living)
    add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "Somebody asked for it.", device=DEVICE)
    lose(living)
    run(living, "attest cam-office")
    assert "left on device" in [item.what for item in entries(living)]


def test_a_look_that_cannot_be_had_says_what_else_there_is(living: Living) -> None:
    film_then(retire_it)(living)
    lose(living)
    said = refusal(living, "devices", "check", DEVICE)
    assert "cannot be looked at" in said and f"redact attest {DEVICE}" in said


def test_a_look_at_names_tells_what_still_waits_for_a_word(living: Living) -> None:
    stored_then(expire)(living)
    assert run(living, "devices check cam-office") == ExitCode.HELD
    empty(living)
    ended = CliRunner().invoke(app, ["devices", "check", DEVICE, "--workspace", str(living.workspace.settings.folder)])
    assert ended.stdout == "cam-office is expired: 0 files are there, by their names; nothing was opened\n"
    assert ended.exit_code == ExitCode.HELD and f"redact attest {DEVICE}" in ended.stderr


def test_no_device_takes_the_name_of_the_folders_of_none(living: Living) -> None:
    folder = living.folder / "x"
    folder.mkdir()
    assert "stands for" in refusal(
        living, "devices", "add", "unregistered", "--folder", str(folder), "--approved-by", "ceo"
    )
