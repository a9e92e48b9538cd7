"""redact doctor: a sound workspace is found sound, and each thing that is broken is named, whatever else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from redact.audit.kinds import Kind as Entry
from redact.audit.kinds import Role
from redact.cli.reports.doctor import run_doctor
from redact.cli.workspace import init_workspace
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device
from redact.errors import UsageError
from redact.reports.doctor import machine as doctor_machine
from redact.reports.doctor.examine import examine, is_sound
from redact.reports.doctor.values import Finding, Grade
from redact.store.devices import Kind, Owner
from redact.store.originals import ORIGINALS
from redact.store.photos.watched import Pass, write_pass
from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace

NOW = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "workspace"
    make_workspace(folder, "Oak")
    with open_workspace(folder, lambda: NOW) as workspace, workspace.audit_log.writing() as entries:
        entries.add(Entry.DEVICE_RETIRED, device="cam", by="ceo", reason="It broke.")
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "workspace"))


@pytest.fixture(autouse=True)
def _roomy_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine, "free_bytes", lambda _: 50 * 10**9)


def found(workspace: Path, now: datetime = NOW) -> tuple[Finding, ...]:
    return examine(workspace, lambda: now)


def of(findings: tuple[Finding, ...], grade: Grade) -> set[str]:
    return {finding.check for finding in findings if finding.grade is grade}


def test_a_new_workspace_is_sound_and_told_what_should_not_stay_so(workspace: Path) -> None:
    findings = found(workspace)
    assert is_sound(findings), of(findings, Grade.FAIL)
    assert of(findings, Grade.WARN) - {"machine"} == {"private keys", "checkpoint mirrors", "devices", "unregistered"}
    assert all(finding.hint for finding in findings if finding.grade is not Grade.OK)


def test_looking_changes_nothing(workspace: Path) -> None:
    def tree() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes() for path in workspace.rglob("*") if path.is_file() and path.suffix != ".db"
        }

    before = tree()
    found(workspace)
    assert {name: content for name, content in tree().items() if ".db-" not in name} == before


def remove(name: str) -> Callable[[Path], None]:
    return lambda workspace: (
        shutil.rmtree(workspace / name) if (workspace / name).is_dir() else (workspace / name).unlink()
    )


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def breaks(workspace: Path) -> None:
        (workspace / name).write_bytes(content)

    return breaks


BROKEN = {
    "no settings": (remove("redact.toml"), "settings", "is no workspace"),
    "damaged settings": (write("redact.toml", b"origin = \nvault = 'v'\n"), "settings", "line 1"),
    "settings that do not fit": (
        write("redact.toml", b"origin = 'x'\nworkers = 'two'\n"),
        "settings",
        "line 2: workers",
    ),
    "no keys": (remove("keys"), "keys", "The keys signing.key, tags.key"),
    "no signing key": (remove("keys/signing.key"), "keys", "signing.key is missing"),
    "damaged key": (write("keys/tags.key", b"x"), "keys", "tags.key is damaged"),
    "open key": (lambda workspace: (workspace / "keys/signing.key").chmod(0o644), "keys", "may be read by others"),
    "no database": (remove("redact.db"), "database", "is missing"),
    "damaged database": (write("redact.db", b"no database at all" * 100), "database", "damaged"),
    "no quarantine": (remove("quarantine"), "permissions", "quarantine is missing"),
    "vault is out": (remove("vault/.redact-vault"), "vault", "marker is missing"),
    "no vault": (remove("vault"), "vault", "cannot be used"),
    "no trust storage": (remove("trust"), "trust storage", "cannot be used"),
    "no checkpoint mirror": (remove("checkpoints"), "checkpoint mirrors", "checkpoints is missing"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_named_and_the_rest_is_still_looked_at(workspace: Path, case: str) -> None:
    (workspace / "redact.db-wal").unlink(missing_ok=True)
    breaks, check, words = BROKEN[case]
    breaks(workspace)
    findings = found(workspace)
    assert not is_sound(findings)
    named = [finding for finding in findings if finding.check == check and finding.grade is Grade.FAIL]
    assert any(words in finding.sentence for finding in named), findings
    assert {"models", "clock", "disk space", "private keys", "machine"} <= {finding.check for finding in findings}
    assert not any("could not be checked" in finding.sentence for finding in findings), findings


def test_the_lost_database_is_not_made_by_looking(workspace: Path) -> None:
    (workspace / "redact.db").unlink()
    found(workspace)
    assert not (workspace / "redact.db").exists()


def test_private_keys_that_were_moved_away_are_no_warning(workspace: Path) -> None:
    shutil.rmtree(workspace / "move-away")
    assert "private keys" in of(found(workspace), Grade.OK)


@pytest.mark.parametrize(
    ("now", "grade"),
    [
        (NOW, Grade.OK),
        (NOW - timedelta(minutes=9), Grade.OK),
        (NOW - timedelta(minutes=11), Grade.FAIL),
        (datetime(2024, 1, 1, tzinfo=UTC), Grade.FAIL),
    ],
)
def test_the_clock_is_not_behind_the_log(workspace: Path, now: datetime, grade: Grade) -> None:
    assert "clock" in of(found(workspace, now), grade)


@pytest.mark.parametrize(("free", "grade"), [(6e9, Grade.OK), (4e9, Grade.WARN), (9e8, Grade.FAIL)])
def test_disks_are_full_in_time(workspace: Path, monkeypatch: pytest.MonkeyPatch, free: float, grade: Grade) -> None:
    monkeypatch.setattr(doctor_machine, "free_bytes", lambda _: int(free))
    (finding,) = (finding for finding in found(workspace) if finding.check == "disk space")
    assert finding.grade is grade
    assert "quarantine, vault" in finding.sentence


def test_a_mirror_that_lags_is_reported(workspace: Path) -> None:
    with open_workspace(workspace, lambda: NOW) as opened:
        (workspace / "checkpoints").rename(workspace / "elsewhere")
        with opened.audit_log.writing() as entries:
            entries.add(Entry.DEVICE_RETIRED, device="cam", by="ceo", reason="It broke.")
        (workspace / "elsewhere").rename(workspace / "checkpoints")
    sentences = [finding.sentence for finding in found(workspace) if finding.check == "checkpoint mirrors"]
    assert any(
        "checkpoint of 1 entry, the audit log has 2 (no such file or directory)" in sentence for sentence in sentences
    )


def test_the_day_of_a_check_is_the_readers_own(workspace: Path) -> None:
    late = "2026-09-06T23:30:00.000Z"  # the 7th in London
    with open_workspace(workspace, lambda: NOW) as opened, opened.database.write() as connection:
        write_pass(connection, ORIGINALS, Pass(late, late, total=3, checked=3, ended=late))
    sentences = {finding.check: finding.sentence for finding in found(workspace)}
    assert sentences["sealed originals"] == "All 3 were read back by 07/09/2026."


def test_devices_are_looked_at(workspace: Path, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("here", "gone", "ends", "ended")}
    with open_workspace(workspace, lambda: NOW) as opened:
        for name, folder in folders.items():
            folder.mkdir()
            until = {"ends": date(2026, 9, 20), "ended": date(2026, 9, 8)}.get(name)
            add_device(opened, NewDevice(name, Kind.DROP_FOLDER, Owner.TRUST, Role.HOLDER, Role.CEO, until, folder))
        add_device(opened, NewDevice("ipad", Kind.ATTEST_ONLY, Owner.TRUST, Role.HOLDER, Role.CEO))
    shutil.rmtree(folders["gone"])
    said = {f.sentence.split(":")[0]: f for f in found(workspace, NOW + timedelta(days=2)) if f.check == "devices"}
    assert {name: finding.grade for name, finding in said.items()} == {
        "here": Grade.OK, "gone": Grade.WARN, "ends": Grade.WARN, "ended": Grade.WARN, "ipad": Grade.OK,
    }  # fmt: skip
    assert "approval ended" in said["ended"].sentence
    folders["here"].rename(tmp_path / "moved")
    folders["here"].symlink_to(workspace / "outbox")
    overlap = [f for f in found(workspace, NOW) if f.check == "devices" and f.grade is Grade.FAIL]
    assert ["here: " in finding.sentence for finding in overlap] == [True]


def test_nobody_is_told_of_unknown_devices_where_no_folder_is_named_for_them(workspace: Path) -> None:
    (finding,) = (finding for finding in found(workspace) if finding.check == "unregistered")
    assert finding.grade is Grade.WARN and "ingest = [" in finding.hint
    with (workspace / "redact.toml").open("a") as settings:
        settings.write('\ningest = ["/srv/photos"]\n')
    assert not [finding for finding in found(workspace) if finding.check == "unregistered"]


def test_a_password_in_the_file_is_reported_and_not_shown(workspace: Path) -> None:
    text = (workspace / "redact.toml").read_text()
    (workspace / "redact.toml").write_text(text + '\nengine_url = "postgresql://u:hush@localhost:1/e"\n')
    findings = found(workspace)
    assert any("password" in finding.sentence for finding in findings)
    assert "hush" not in str(findings)


def test_a_damaged_model_is_reported(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.weights import State, Weight

    weights = tuple(
        Weight(name, "a purpose", False, state, "0" * 64, "MIT")
        for name, state in (("a.onnx", State.DAMAGED), ("b.onnx", State.ABSENT))
    )
    monkeypatch.setattr(doctor_machine, "list_weights", lambda _: weights)
    told = [finding.sentence for finding in found(workspace) if finding.check == "models"]
    assert told == ["The model file a.onnx is damaged."]


def test_a_check_that_fails_itself_is_a_finding(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> int:
        raise OSError(5, "secret")

    monkeypatch.setattr(doctor_machine, "free_bytes", broken)
    findings = found(workspace)
    assert "disk space" in of(findings, Grade.FAIL)
    assert "secret" not in str(findings)
    assert "devices" in {finding.check for finding in findings}


def set_in(workspace: Path, line: str) -> None:
    with (workspace / "redact.toml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def test_a_former_name_of_a_setting_works_and_is_reported_with_its_line(workspace: Path) -> None:
    set_in(workspace, "copies = ['checkpoints']")
    findings = [finding for finding in found(workspace) if finding.check == "settings"]
    assert [finding.grade for finding in findings] == [Grade.OK, Grade.WARN]
    assert "copies is now called checkpoint_mirrors" in findings[1].sentence and ", line " in findings[1].sentence
    assert is_sound(found(workspace))


def test_a_room_in_a_synced_folder_fails_unless_it_is_allowed(workspace: Path) -> None:
    synced = workspace.parent / "OneDrive"
    shutil.copytree(workspace / "vault", synced / "vault")
    set_in(workspace, f"vault = '{synced / 'vault'}'")
    (fault,) = [one for one in found(workspace) if one.check == "place"]
    assert fault.grade is Grade.FAIL and str(synced / "vault") in fault.sentence and "OneDrive" in fault.sentence
    set_in(workspace, "allow_synced = true")
    (told,) = [one for one in found(workspace) if one.check == "place"]
    assert told.grade is Grade.WARN and "OneDrive" in told.sentence


def test_a_workspace_in_a_synced_folder_is_reported_once_and_not_for_each_of_its_rooms(
    made: Path, tmp_path: Path
) -> None:
    workspace = Path(shutil.copytree(made, tmp_path / "Dropbox" / "workspace"))
    (fault,) = [one for one in found(workspace) if one.check == "place"]
    assert fault.grade is Grade.FAIL and f"The folder {workspace} is copied elsewhere by Dropbox" in fault.sentence


def test_copies_and_mirrors_in_a_synced_folder_are_a_warning(workspace: Path) -> None:
    set_in(
        workspace, f"trust = '{workspace.parent / 'Dropbox' / 't'}'\ncopies = ['{workspace.parent / 'MEGAsync' / 'c'}']"
    )
    told = [one for one in found(workspace) if one.check == "place" and one.grade is Grade.WARN]
    assert ["Dropbox" in told[0].sentence, "MEGA" in told[1].sentence] == [True, True]


def test_copies_among_the_originals_are_reported(workspace: Path) -> None:
    set_in(workspace, "trust = 'vault'")
    (fault,) = [one for one in found(workspace) if one.check == "settings"]
    assert fault.grade is Grade.FAIL and "is the same as vault" in fault.sentence


def test_init_warns_of_copies_that_leave_the_trust(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(init_workspace)
    words = [str(tmp_path / "workspace"), "--trust", str(tmp_path / "Dropbox" / "t")]
    ran = CliRunner().invoke(app, [*words, "--mirror", str(tmp_path / "OneDrive" / "cp")])
    assert ran.exit_code == 0 and ran.stderr.count("WARNING: ") == 2
    assert "by Dropbox: the copies leave the trust's machines" in ran.stderr and "by OneDrive" in ran.stderr


def test_folders_on_the_command_line_are_seen_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(init_workspace)
    monkeypatch.chdir(tmp_path)
    among = CliRunner().invoke(app, ["h", "--trust", "h/vault"])
    assert isinstance(among.exception, UsageError) and "is the same as vault" in str(among.exception)
    made = CliRunner().invoke(app, ["h", "--trust", "copies", "--mirror", "./second"])
    assert made.exit_code == 0, made.output
    assert {path.name for path in tmp_path.iterdir()} == {"h", "copies", "second"}
    bucket = CliRunner().invoke(app, ["h2", "--trust", ""])
    assert isinstance(bucket.exception, UsageError) and "trust must be" in str(bucket.exception)


def test_the_commands(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command("init")(init_workspace)
    app.command("doctor")(run_doctor)
    folder = str(tmp_path / "workspace")
    init = CliRunner().invoke(app, ["init", folder, "--name", "Oak", "--mirror", str(tmp_path / "second")])
    assert init.exit_code == 0, init.output
    assert init.stdout == ""
    assert "MOVE THESE FILES OFF THIS MACHINE" in init.stderr and "recovery.key" in init.stderr
    assert (tmp_path / "second").is_dir()
    again = CliRunner().invoke(app, ["init", folder])
    assert again.exit_code == 0 and "up to date" in again.stderr and "warning" not in again.stderr
    other = CliRunner().invoke(app, ["init", folder, "--name", "Elm", "--trust", "t", "--mirror", "s"])
    assert other.exit_code == 0 and "--name changes nothing: the audit log is called redact/oak" in other.stderr
    assert "edit trust in redact.toml" in other.stderr and "edit checkpoint_mirrors in redact.toml" in other.stderr
    sound = CliRunner().invoke(app, ["doctor", "--json"], env={"REDACT_WORKSPACE": folder})
    assert sound.exit_code == 0, sound.output
    assert {"check", "grade", "sentence", "hint"} == json.loads(sound.stdout)[0].keys()
    shutil.rmtree(tmp_path / "workspace/keys")
    broken = CliRunner().invoke(app, ["doctor", "--workspace", folder])
    assert broken.exit_code == 1
    assert "fail  keys: The keys signing.key, tags.key" in broken.stdout
    nowhere = CliRunner().invoke(app, ["doctor", "--workspace", str(tmp_path)])
    assert nowhere.exit_code == 1 and "is no workspace" in nowhere.stdout
