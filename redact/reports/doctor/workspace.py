"""Check-ups of the workspace itself: permissions, private keys, database, audit log, storage, devices."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url, select

from redact.devices.new_device import find_overlaps
from redact.devices.next_step import way_to_mark, way_to_part
from redact.devices.unmarked import find_unmarked
from redact.errors import RedactError, counted
from redact.photos.checks.passes import is_behind
from redact.photos.placing.not_ours import why_not_ours
from redact.reports.doctor.values import Finding, Patient, fail, ok, warn
from redact.store.database import WAL_IS_SAFE_FROM, Database
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.log.checked import Log
from redact.store.log.losses import list_losses
from redact.store.log.mirror_folder import MirrorFolder
from redact.store.log.mirrors import number_mirrors
from redact.store.log.proofs.proven import Proofs
from redact.store.log.recent import DOCTOR_MOST, KEEP_AND_VERIFY, check_recent
from redact.store.log.standing import Standing
from redact.store.originals import ORIGINALS
from redact.store.photos.stored_copies import COPIES
from redact.store.photos.watched import KeptT, Watched, list_faults, read_pass
from redact.store.placing.for_use import count_for_use, read_not_ours
from redact.store.posts.take_down_list import list_take_downs
from redact.store.schema.tables import log_edge, log_mirrors
from redact.store.trust.names import FOR_USE
from redact.store.trust.storage import open_trust
from redact.store.vault import Vault
from redact.system.clock import parse_moment, print_last_day, print_local_day, print_moment
from redact.system.machine import is_open_to_others
from redact.workspace.engine_file import is_whole, list_moved
from redact.workspace.keys import AWAY_FOLDER, KeyFault, private_halves
from redact.workspace.open import check_seals_to_today, machine_name, workspace_id
from redact.workspace.settings import FILE, Settings
from watcher import DeviceKind, Unknown, device_of
from watcher.fs import new_part_name

_ABOUT_POSTGRES = (  # version, encoding, and whether the connection is a socket's, this machine's or encrypted
    "select split_part(current_setting('server_version'), ' ', 1), current_setting('server_encoding'), "
    "coalesce(inet_server_addr() << '127.0.0.0/8' or inet_server_addr() = '::1', true) or "
    "coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)"
)
MOST_FAULTS = 3  # that are listed: the rest follows from them
_FEW = 10  # numbers in one sentence
SOON = timedelta(days=30)  # a choice: time enough for a headteacher to approve again


def check_permissions(patient: Patient) -> Iterator[Finding]:
    """Check that what holds originals, keys or state is there, and its owner's alone."""
    settings = patient.settings
    if settings is None:
        return
    private = [patient.folder, patient.folder / FILE, settings.keys, settings.quarantine, settings.vault]
    private += [settings.database_file] if settings.database_file else []
    faults = [
        finding for place in [*private, settings.outbox] for finding in _permission(place, is_private=place in private)
    ]
    yield from faults or [ok("permissions", "Folders and files are there, and their owner's alone.")]
    text = (patient.folder / FILE).read_text("utf-8-sig")
    if any(
        password and password in text for password in map(_password_in, (settings.database_url, settings.engine_url))
    ):
        hint = "Give the address in the environment: REDACT_DATABASE_URL, REDACT_ENGINE_URL."
        yield warn("permissions", f"A database password stands in {FILE}.", hint)


def _password_in(url: str) -> str | None:
    password = make_url(url).password
    return None if password is None else str(password)


def _permission(place: Path, *, is_private: bool) -> Iterator[Finding]:
    if not place.exists():
        yield fail("permissions", f"{place} is missing.", "Connect its disk, or bring it back from the backup.")
    elif is_private and is_open_to_others(place):
        mode = 700 if place.is_dir() else 600
        yield warn("permissions", f"{place} is open to other users of this machine.", f"Close it: chmod {mode} {place}")


def check_private_halves(patient: Patient) -> Iterator[Finding]:
    """Check that the keys that open originals were moved off this machine."""
    left = private_halves(patient.folder / AWAY_FOLDER)
    if left:
        names = " and ".join(path.name for path in left)
        hint = "Move each to its own safe place, try that it can be read there, and delete it here."
        yield warn(
            "private keys", f"{names} still lie on this machine: whoever gets at it can open every original.", hint
        )
    else:
        yield ok("private keys", f"No key that opens originals lies in {AWAY_FOLDER}.")
    yield from _check_recipients(patient)


def _check_recipients(patient: Patient) -> Iterator[Finding]:
    """Check that recipients.txt is the one of the newest change of a key."""
    if patient.database is None or patient.keys is None:
        return
    try:
        with patient.database.read() as connection:
            check_seals_to_today(connection, patient.keys)
    except KeyFault as error:
        yield fail("keys", str(error), "Until then photos wait: nothing is sealed to a former key.")


def check_sqlite(patient: Patient) -> Iterator[Finding]:
    """Say which SQLite works here and how it journals."""
    if patient.database is None or not patient.database.is_sqlite:
        return
    with patient.database.read() as connection:
        version = str(connection.exec_driver_sql("select sqlite_version()").scalar())
        mode = str(connection.exec_driver_sql("pragma journal_mode").scalar())
    sentence = f"SQLite {version}, journal mode {mode}."
    if mode == "wal" and tuple(int(part) for part in version.split(".")) < WAL_IS_SAFE_FROM:
        yield fail(
            "sqlite",
            sentence,
            "This SQLite can lose rows in this mode: install pysqlite3, see the project's lock file.",
        )
    else:
        yield ok("sqlite", sentence)


def check_postgres(patient: Patient) -> Iterator[Finding]:
    """Say which PostgreSQL this is, whether it holds every name, and whether anybody can listen in between."""
    if patient.settings is None or patient.database is None or patient.database.is_sqlite:
        return
    with patient.database.read() as connection:
        version, encoding, is_private = connection.exec_driver_sql(_ABOUT_POSTGRES).one()
    if encoding != "UTF8":
        hint = "Make a database with encoding 'UTF8', and bring the rows over with pg_dump and psql."
        yield fail("postgresql", f"The database's encoding is {encoding}: some names cannot be written.", hint)
    if not is_private:
        hint = "Let the server use TLS and add ?sslmode=verify-full to the address (PostgreSQL's manual, SSL Support)."
        yield warn("postgresql", "Names and the audit log go over the network in the clear.", hint)
    if encoding == "UTF8" and is_private:
        yield ok("postgresql", f"PostgreSQL {version}, reached on this machine or through TLS.")
    if patient.settings.engine_url.startswith("postgresql"):  # looking for an SQLite file would make it
        yield from _engine_database(patient.settings.engine_url)


def _engine_database(url: str) -> Iterator[Finding]:
    database = Database(url)
    try:
        with database.read() as connection:
            connection.exec_driver_sql("select 1")
    except RedactError as error:
        hint = "See docs/running.md, Several machines."
        yield fail("postgresql", f"The engine's database (engine_url): {error}", hint)
    finally:
        database.close()


def check_engine(patient: Patient) -> Iterator[Finding]:
    """Check that the engine's own SQLite file is whole; nothing rests on it, but a damaged one stops the photos."""
    if patient.settings is None:
        return
    url = patient.settings.engine_url
    if not is_whole(url):
        hint = "Start the watcher again: it moves the file aside and makes a new one. Nothing is lost by that."
        yield fail("engine", "The workflow engine's file is damaged; photos stand still.", hint)
    elif url.startswith("sqlite"):
        yield ok("engine", "The workflow engine's file is whole, or not made yet.")
    moved = list_moved(url)
    if moved:
        hint = "Look at the disk that the workspace lies on (its health, its space). Then delete the files."
        names = " and ".join(path.name for path in moved)
        yield warn("engine", f"The engine's file was damaged and was moved aside: {names}. Nothing rests on it.", hint)


def check_mirrors(patient: Patient) -> Iterator[Finding]:
    """Check that the checkpoint mirrors have every signed checkpoint, and lie elsewhere."""
    if patient.settings is None or patient.database is None:
        return
    with patient.database.read() as connection:
        size = connection.execute(select(log_edge.c.size)).scalar() or 0
        known = {row.mirror: row for row in connection.execute(select(log_mirrors))}
        losses = list_losses(connection)
    for loss in losses:
        yield warn("checkpoint mirrors", loss.sentence, loss.next_step)
    if not patient.settings.checkpoint_mirrors:
        hint = (
            'Set checkpoint_mirrors = ["..."] in redact.toml: without a copy elsewhere history can be rewritten unseen.'
        )
        yield warn("checkpoint mirrors", "The audit log has no checkpoint mirror.", hint)
    yield from _check_standing(patient, patient.settings, patient.database)
    for mirror in number_mirrors(patient.settings.checkpoint_mirrors):
        row, folder = known.get(mirror.id), mirror.folder
        known_size = 0 if row is None or not isinstance(row.size, int) else row.size  # else somebody wrote it there
        yield _mirror(folder, known_size, size, None if row is None else row.fault)
        if folder.exists() and folder.stat().st_dev == patient.folder.stat().st_dev:
            hint = "Copy what lies there to a folder on another machine; name it in redact.toml (checkpoint_mirrors)."
            yield warn("checkpoint mirrors", f"{folder} lies on the same disk as the workspace.", hint)


def check_take_downs(patient: Patient) -> Iterator[Finding]:
    """Check that no take-down is late."""
    if patient.database is None:
        return
    now = print_moment(patient.now())
    with patient.database.read() as connection:
        late = [each for each in list_take_downs(connection) if each.is_overdue_at(now)]
    if late:
        more = f" and {len(late) - _FEW} more" if len(late) > _FEW else ""
        numbers = ", ".join(str(each.id) for each in late[:_FEW]) + more
        hint = "All: redact take-downs list. Take them down there and say so: redact take-downs down N"
        yield warn("take-downs", f"{counted(len(late), 'take-down')} overdue: {numbers}.", hint)


def check_audit_log(patient: Patient) -> Iterator[Finding]:
    """Check what came to the audit log since it was checked last, and its newest checkpoint."""
    if patient.settings is None or patient.database is None or patient.keys is None:
        return
    log = Log(patient.settings.origin, patient.keys.log_key, patient.keys.tags)
    with patient.database.read() as connection:
        recent = check_recent(connection, log, DOCTOR_MOST)
    for found in recent.faults[:MOST_FAULTS]:
        yield fail("audit log", f"It is not what was written ({found.fault}): {found.sentence}.", KEEP_AND_VERIFY)
    if not recent.faults and recent.checked.size < recent.size:
        sentence = f"{recent.checked.size} of its {recent.size} entries were checked so far, and fit."
        yield warn(
            "audit log", sentence, "The watcher checks on while it runs; or check all of it: redact audit verify"
        )
    elif not recent.faults:
        sentence = f"{counted(recent.size, 'entry').capitalize()} checked as they came: all fit."
        yield ok("audit log", f"{sentence} For what was changed since: redact audit verify")


def _check_standing(patient: Patient, settings: Settings, database: Database) -> Iterator[Finding]:
    """Read the mirrors, and compare what they vouch for with the log that is here."""
    if patient.keys is None:
        return
    key, folders = patient.keys.log_key, map(MirrorFolder, number_mirrors(settings.checkpoint_mirrors))
    proofs = Proofs(database, key)
    standing = Standing(database, key, folders, proofs, machine_name(settings.folder), patient.now)
    for objection in standing.look():
        yield fail("checkpoint mirrors", objection.sentence, objection.next_step)


def _mirror(folder: Path, copied: int, size: int, fault: str | None) -> Finding:
    if not folder.exists():
        return fail("checkpoint mirrors", f"{folder} is missing.", "Connect it, or make the folder.")
    if not os.access(folder, os.W_OK):
        return fail("checkpoint mirrors", f"{folder} may not be written.", "Change its permissions.")
    if copied < size:
        why = f" ({fault})" if fault else ""
        sentence = f"{folder} has the checkpoint of {counted(copied, 'entry')}, the audit log has {size}{why}."
        return warn(
            "checkpoint mirrors", sentence, "It is caught up with the next entry; if this stays, mend the folder."
        )
    return ok("checkpoint mirrors", f"{folder} has the newest checkpoint, of {counted(size, 'entry')}.")


def check_vault(patient: Patient) -> Iterator[Finding]:
    """Write a file into the vault and remove it."""
    if patient.settings is None or patient.keys is None:
        return
    folder = patient.settings.vault
    try:
        Vault(folder, patient.keys.recipients, workspace_id(patient.keys)).check_answers()  # proves its marker
        probe = folder / new_part_name()  # the vault sweeps up such files, should this program be killed here
        with probe.open("xb") as file:
            file.write(b"probe")
        probe.unlink()
    except RedactError as error:
        yield fail("vault", str(error), "Connect its disk, or bring it back from the backup.")
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        yield fail(
            "vault", f"The vault {folder} cannot be written: {why}.", "Free some space, or change its permissions."
        )
    else:
        yield ok("vault", f"The vault can be written; sealed to {len(patient.keys.recipients)} keys.")
    yield from _check_read_back(patient, ORIGINALS, "sealed originals", "sealed")


def check_trust(patient: Patient) -> Iterator[Finding]:
    """Write a file into trust storage, read it back and remove it."""
    if patient.settings is None:
        return
    try:
        owner = "" if patient.keys is None else workspace_id(patient.keys)
        trust = open_trust(patient.settings.trust, patient.settings.folder, owner, patient.settings.for_use_group)
        name = f"{secrets.token_hex(16)}.txt"
        for probe in (name, f"{FOR_USE}/{name}") if patient.settings.for_use else (name,):
            trust.put(probe, b"probe")
            trust.remove(probe)
    except RedactError as error:
        yield fail("trust storage", str(error), "Photos wait until it can be used again.")
    else:
        yield ok("trust storage", "Trust storage can be written, read and cleared.")
    yield from _check_read_back(patient, COPIES, "stored copies", "stored")
    yield from _check_for_use(patient)


def _check_for_use(patient: Patient) -> Iterator[Finding]:
    """Say what lies where staff take copies from, what waits to be put there, and whether its group can come there."""
    if patient.settings is None or patient.database is None or not patient.settings.for_use:
        return
    with patient.database.read() as connection:
        lies, waits = count_for_use(connection)
        others = read_not_ours(connection)
    folder, trust = patient.settings.folder, patient.settings.trust_folder
    if patient.settings.for_use_group and trust is not None and trust.is_relative_to(folder):
        sentence = "The group of for_use_group cannot reach for-use: trust storage lies in the workspace's own folder."
        yield warn("for use", sentence, "Move it: redact workspace move-storage FOLDER --yes")
    if others is not None and others.count:
        yield warn("for use", why_not_ours(others.count), "What to do stands in: redact status")
    if waits:
        sentence = f"{counted(waits, 'photo')} must be put into for-use, or taken out of it."
        yield warn("for use", sentence, "The watcher does it within half a minute: is it running? See: redact status")
    elif lies:
        yield ok("for use", f"The copies of {counted(lies, 'photo')} lie in for-use, passed by a reviewer.")


def _check_read_back(patient: Patient, watched: Watched[KeptT], name: str, put: str) -> Iterator[Finding]:
    """Say what the watcher found when it read all files of a kind back."""
    if patient.database is None:
        return
    with patient.database.read() as connection:
        faults, under_way = list_faults(connection, watched), read_pass(connection, watched)
    if faults:
        fine = f"{len(faults)} {name} are missing, or are not what was {put}."
        yield fail(name, fine, "Each stands in: redact status")
    elif is_behind(under_way, print_moment(patient.now())):
        fine = f"Nobody has read all {name} back within a month."
        yield warn(name, fine, "Keep the watcher running; a slow disk or share may be the cause.")
    elif under_way is not None and under_way.ended:
        day = print_local_day(parse_moment(under_way.ended), patient.zone)
        fine = f"All {under_way.checked} were read back by {day}." if under_way.checked else f"None was there on {day}."
        yield ok(name, fine)


def check_devices(patient: Patient) -> Iterator[Finding]:
    """Check each device of the register: approved, there, and apart from the workspace."""
    if patient.settings is None or patient.database is None:
        return
    with patient.database.read() as connection:
        devices = [device for device in read_devices(connection) if device.retired_at is None]
    if not devices:
        yield warn("devices", "No device is registered: nothing is taken in.", "See: redact devices add --help")
    if not patient.settings.ingest:
        sentence = "Nobody looks for devices that are not registered: a stranger's folder or card is not noticed."
        hint = 'Name the folders in which such appear in redact.toml: ingest = ["/srv/photos", "/media"].'
        yield warn("unregistered", sentence, hint)
    for name, sentence in find_overlaps(patient.settings.own_folders, devices):
        yield fail("devices", f"{name}: {sentence}", "Retire the device and register it with another folder.")
    for device in devices:
        yield _device(patient, device, devices)


def _device(patient: Patient, device: RegisteredDevice, devices: Sequence[RegisteredDevice]) -> Finding:
    now, name = patient.now(), device.id
    until = print_last_day(parse_moment(device.until), patient.zone)
    renew = f"Have it approved again: redact devices renew {name} --approved-by ROLE"
    if device.why_not(now) is not None:
        return warn("devices", f"{name}: its approval ended on {until}; its photos are left untouched.", renew)
    if parse_moment(device.until) < now + SOON:
        return warn("devices", f"{name}: its approval ends on {until}.", renew)
    if device.record.kind is DeviceKind.ATTEST_ONLY:
        return ok("devices", f"{name}: attested by its holder, approved until {until}.")
    return _presence(device, devices, until)


def _presence(device: RegisteredDevice, devices: Sequence[RegisteredDevice], until: str) -> Finding:
    name = device.id
    presence = device_of(device.record).is_present()
    if isinstance(presence, Unknown) and (unmarked := find_unmarked(device, devices)) is not None:
        return warn("devices", f"{name}: {unmarked.sentence}", way_to_mark(name))
    if isinstance(presence, Unknown) and presence.is_anothers:
        return warn("devices", f"{name}: not there now, {presence.reason}.", way_to_part(name))
    if isinstance(presence, Unknown) and device.record.kind is DeviceKind.FOLDER:
        return warn(
            "devices", f"{name}: not there now, {presence.reason}.", "Check its folder and the share it lies on."
        )
    if isinstance(presence, Unknown):
        return ok("devices", f"{name}: not there now, {presence.reason}; approved until {until}.")
    return ok("devices", f"{name}: there, approved until {until}.")
