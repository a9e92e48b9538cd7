"""clear, attest, hold and overdue: what a person asks for, what is refused, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from redact.audit.kinds import Role
from redact.cli import app
from redact.cli.daily import clear as clear_command
from redact.devices.clear_by_hand import clear_by_hand
from redact.devices.clearing import clear as clearing
from redact.devices.clearing import lock as clearing_lock
from redact.devices.clearing.lock import ClearingBusy
from redact.devices.holds import add_hold
from redact.devices.register import retire
from redact.errors import UsageError
from redact.store.devices import Owner
from redact.store.photos import FileState
from redact.system.lock import hold_lock
from tests.rigs.living import Living, open_living

DEVICE = "cam-office"
CHILD = "Amelia Riverstone"
WHO = ("--by", "headteacher")
PERSON = (*WHO, "--person", "staff-7")


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)  # the commands open the workspace again
        yield found


def run(living: Living, *arguments: str, **given: str) -> Result:
    workspace = str(living.workspace.settings.folder)
    return CliRunner().invoke(app, [*arguments, "--workspace", workspace], **given)  # type: ignore[arg-type]


def refusal(living: Living, *arguments: str) -> str:
    ended = run(living, *arguments)
    assert isinstance(ended.exception, UsageError), ended.output
    return str(ended.exception)


# -- clear --


def test_a_dry_run_says_what_would_go_and_what_stays_and_touches_nothing(living: Living) -> None:
    root = living.add_device()
    goes = living.store(root / CHILD / "a.jpg", b"photo a")
    held = living.store(root / "b.jpg", b"photo b")
    stopped = living.stop(root / "c.jpg", b"photo c")
    run(living, "hold", "add", "--photo", held[:8], *PERSON, "--reason", "Somebody asked.")
    before = len(living.events())
    ended = run(living, "clear", DEVICE, "--dry-run")
    assert ended.exit_code == 3, ended.output
    assert ended.stdout.splitlines() == [
        "cam-office: 1 would be deleted, 2 would stay",
        f"delete {goes[:12]}",
        f"stays  {held[:12]}  A hold stops every deletion of it until a named person lifts it.",
        f"stays  {stopped[:12]}  Its photo is not in trust storage; it is held.",
    ]
    assert len(living.events()) == before and len(list(root.rglob("*.jpg"))) == 3
    assert CHILD not in ended.output


def test_clearing_goes_on_until_nothing_more_can_go(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    root = living.add_device()
    for number in range(5):
        living.store(root / f"{number}.jpg", b"photo %d" % number)
    (root / ".Trash-1000").mkdir()
    (root / ".Trash-1000" / "x").write_bytes(b"photo 3")  # found on the way
    ended = run(living, "clear", DEVICE, "--yes", *WHO)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout == "cam-office: 6 gone, 0 kept, 0 not known, 0 left\n"
    assert "not overwritten" in ended.stderr
    assert {event.fact("by") for event in living.events("deletion.opened")} == {"headteacher"}
    assert not list(root.rglob("*.jpg"))
    again = run(living, "clear", DEVICE, "--yes", *WHO)
    assert (again.exit_code, again.stdout) == (0, "cam-office: 0 gone, 0 kept, 0 not known, 0 left\n")


def test_what_failed_before_is_tried_once_more_and_only_once(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "BATCH", 1)
    root = living.add_device()
    for number in range(3):
        living.store(root / f"{number}.jpg", b"photo %d" % number)
    root.rename(root.with_name("away"))
    ended = run(living, "clear", DEVICE, "--yes", *WHO)
    assert (ended.exit_code, len(living.events("deletion.closed"))) == (3, 3)
    assert ended.stdout.startswith("cam-office: 0 gone, 0 kept, 3 not known, 3 left\n")
    run(living, "clear", DEVICE, "--yes", *WHO)
    assert len(living.events("deletion.closed")) == 6
    root.with_name("away").rename(root)
    assert run(living, "clear", DEVICE, "--yes", *WHO).exit_code == 0
    assert {device_file.state for device_file in living.device_files(DEVICE)} == {FileState.GONE}
    assert not living.check_record()


def test_nothing_is_deleted_where_nobody_can_be_asked(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    assert "--yes" in refusal(living, "clear", DEVICE, *WHO)
    assert "--by" in refusal(living, "clear", DEVICE, "--yes")
    assert "--dry-run" in refusal(living, "clear", DEVICE, "--yes", "--dry-run", *WHO)
    assert run(living, "clear", DEVICE, "--yes", "--by", "system").exit_code == 2
    with pytest.raises(UsageError, match="program's own"):
        clear_by_hand(living.workspace, DEVICE, Role.SYSTEM)
    assert "no device cam-x" in refusal(living, "clear", "cam-x", "--yes", *WHO)
    assert path.exists() and not living.events("deletion")


@pytest.mark.parametrize(("answer", "is_gone"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_on_a_terminal_it_asks(living: Living, monkeypatch: pytest.MonkeyPatch, answer: str, is_gone: bool) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")

    class Terminal:
        stdin = type("Stdin", (), {"isatty": staticmethod(lambda: True)})

    monkeypatch.setattr(clear_command, "sys", Terminal)
    ended = run(living, "clear", DEVICE, *WHO, input=answer)
    assert path.exists() is not is_gone, ended.output
    assert "1 would be deleted" in ended.stdout


def test_a_person_is_told_who_clears_the_device(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    lock = living.workspace.settings.folder / f"clearing-{DEVICE}.lock"
    lock.write_text("redact watch (process 4711)")
    with hold_lock(lock), pytest.raises(ClearingBusy, match=r"redact watch \(process 4711\)"):
        clear_by_hand(living.workspace, DEVICE, Role.CEO, wait_s=0)
    assert path.exists() and not living.events("deletion")
    assert clearing_lock.LOCK_WAIT_S == 30.0


def test_an_expired_device_keeps_everything(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    living.clock.go(days=400)
    assert clear_by_hand(living.workspace, DEVICE, Role.CEO).left[0].reason.startswith("The device is not approved")
    assert path.exists()


@pytest.mark.parametrize("arguments", [("--yes", *WHO), ("--dry-run",)])
@pytest.mark.parametrize("standing", ["expired", "retired", "attest-only"])
def test_where_nothing_is_deleted_it_says_so_and_counts_nothing(
    living: Living, standing: str, arguments: tuple[str, ...]
) -> None:
    path = living.add_device() / "a.jpg"
    path.write_bytes(b"not opened")
    living.add_attested()
    if standing == "expired":
        living.clock.go(days=400)
    if standing == "retired":
        retire(living.workspace, DEVICE, Role.CEO, "It was sold.")
    device = "ipad-3" if standing == "attest-only" else DEVICE
    ended = run(living, "clear", device, *arguments)
    assert (ended.exit_code, ended.stdout) == (3, ""), ended.output
    assert f"redact attest {device}" in ended.stderr
    assert ("devices renew" in ended.stderr) is (standing == "expired")
    assert path.exists()


def test_what_lies_beside_the_cleared_photos_is_not_passed_over(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    (root / f"{CHILD}.mov").write_bytes(b"a film")
    (root / "b.jpg").write_bytes(b"a photo that nobody has taken in yet")
    ended = run(living, "clear", DEVICE, "--yes", *WHO)
    assert ended.stdout == "cam-office: 1 gone, 0 kept, 0 not known, 0 left\n"
    assert ended.exit_code == 3 and "2 other files are" in ended.stderr and CHILD not in ended.output
    assert sorted(file.name for file in root.iterdir() if file.suffix != "") == [f"{CHILD}.mov", "b.jpg"]


def test_a_device_that_is_away_is_not_said_to_be_clear(living: Living) -> None:
    root = living.add_device()
    root.rename(root.with_name("away"))
    ended = run(living, "clear", DEVICE, "--yes", *WHO)
    assert ended.exit_code == 3 and "cannot be looked at now" in ended.stderr


# -- attest --


def test_a_word_on_a_device_is_written_down_without_the_name(living: Living) -> None:
    living.add_attested()
    ended = run(living, "attest", "ipad-3", "--by", "holder", "--person", "jo.smith")
    assert ended.exit_code == 0, ended.output
    (word,) = living.events("device.attested")
    assert word.fact("by") == "holder" and len(str(word.fact("person"))) == 64
    assert "jo.smith" not in ended.output + str(word)


def test_a_word_that_leaves_something_says_so(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"photo a")
    living.stop(root / "b.jpg", b"photo b")
    assert "redact clear" in refusal(living, "attest", DEVICE, *PERSON)
    root.rename(root.with_name("lost"))
    assert "reason" in refusal(living, "attest", DEVICE, *PERSON, "--reason", "C:\\lost\\here")
    ended = run(living, "attest", DEVICE, *PERSON, "--reason", "It was lost.")
    assert ended.exit_code == 3 and "1 file of photos that are not stored" in ended.stderr


# -- hold --


def test_a_hold_says_how_many_files_and_originals_it_stops(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    living.store(living.add_device("cam-2") / "b.jpg", b"another photo", device="cam-2")
    for on in (("--device", DEVICE), ("--photo", photo[:8]), ("--workspace-wide",)):
        run(living, "hold", "add", *on, *PERSON, "--reason", "Somebody asked.")
    told = [hold["stops"] for hold in json.loads(run(living, "hold", "list", "--json").stdout)]
    assert told == [
        {"files": 1, "devices": [DEVICE], "originals": 1},
        {"files": 1, "devices": [DEVICE], "originals": 1},
        {"files": 2, "devices": ["cam-2", DEVICE], "originals": 2},
    ]
    shown = run(living, "hold", "list").stdout
    assert f"stops 1 file on {DEVICE}; 1 sealed original" in shown and "stops 2 files on cam-2, cam-office" in shown
    with living.workspace.database.write() as connection:
        connection.exec_driver_sql("update photos set destroyed_at = '2099-01-01T00:00:00.000Z'")
        connection.exec_driver_sql("update device_files set state = 'gone'")
    assert run(living, "hold", "list").stdout.count("stops nothing at the moment") == 3


def test_holds_are_added_listed_and_lifted_by_named_people(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    reason = ("--reason", "A subject access request.")
    ids = [
        run(living, "hold", "add", *on, *PERSON, *reason).stdout.strip()
        for on in (("--device", DEVICE), ("--photo", photo[:6]), ("--workspace-wide",))
    ]
    assert ids == ["hold-1", "hold-2", "hold-3"]
    told = json.loads(run(living, "hold", "list", "--json").stdout)
    assert [(hold["scope"], hold["device"], hold["photo"]) for hold in told] == [
        ("device", DEVICE, None), ("photo", None, photo), ("workspace", None, None),
    ]  # fmt: skip
    assert living.clear() == {}
    for hold in ids:
        assert run(living, "hold", "lift", hold, *PERSON, "--reason", "It is over.").exit_code == 0
    assert "No hold is on." in run(living, "hold", "list").stderr
    assert len(run(living, "hold", "list", "--all").stdout.splitlines()) == 3
    assert living.clear() == {"gone": 1}
    assert "lifted before" in refusal(living, "hold", "lift", "hold-1", *PERSON, *reason)
    assert len(living.events("hold.added")) == len(living.events("hold.lifted")) == 3
    assert run(living, "hold", "add", "--workspace-wide", *PERSON, *reason).stdout.strip() == "hold-4"
    assert "staff-7" not in str(living.events("hold"))


def test_a_hold_is_on_one_thing_that_exists(living: Living) -> None:
    living.add_device()
    reason = ("--reason", "Somebody asked.")
    for wrong in ((), ("--workspace-wide", "--device", DEVICE), ("--device", "cam-x"), ("--photo", "abcdef")):
        refusal(living, "hold", "add", *wrong, *PERSON, *reason)
    assert "sentence" in refusal(living, "hold", "add", "--workspace-wide", *PERSON, "--reason", "see /home/x/y.jpg")
    assert not living.events("hold")


# -- overdue --


def test_overdue_devices_are_listed(living: Living) -> None:
    living.store(living.add_device(owner=Owner.PERSONAL) / CHILD / "a.jpg", b"a photo")
    assert run(living, "devices", "overdue").exit_code == 0
    living.clock.go(hours=30)
    ended = run(living, "devices", "overdue")
    assert ended.exit_code == 3 and DEVICE in ended.stdout and "24 hours" in ended.stdout
    assert [item["id"] for item in json.loads(run(living, "devices", "overdue", "--json").stdout)] == [DEVICE]
    assert CHILD not in ended.output


def test_a_person_reads_local_times_and_a_program_utc(living: Living) -> None:
    living.clock.moment = datetime(2026, 7, 22, 21, 17, tzinfo=UTC)
    add_hold(living.workspace, Role.TRUSTEE, "t-7", "Asked for.")
    assert "22/07/2026 22:17" in run(living, "hold", "list").stdout
    assert '"added_at": "2026-07-22T21:17:00.000Z"' in run(living, "hold", "list", "--json").stdout
