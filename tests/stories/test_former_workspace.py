"""A workspace made by version 0.1.0 opens after `redact init`: nothing is lost, its log is intact, and work goes on."""

from __future__ import annotations

import hashlib
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from redact.audit.events import Numbered
from redact.audit.filters import Filters
from redact.audit.kinds import FORMER, Kind, Role
from redact.audit.verify import standalone
from redact.audit.verify.export import print_export
from redact.devices.clear_by_hand import clear_by_hand
from redact.devices.holds import lift_hold, list_held
from redact.devices.recheck import look_again
from redact.photos.purge import purge_originals
from redact.photos.retry import retry
from redact.reports.audit_log import make_report, mirrors_of, verify_workspace
from redact.reports.status import read_status
from redact.store import photos as photo_rows
from redact.store.log.check import read_mirror
from redact.store.log.reader import read_entries, read_export, read_stored
from redact.store.photos import FileState, State
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace

PACKED = Path(__file__).resolve().parents[1] / "data" / "workspace-0.1.0.tar.xz"
MADE_IN = "/srv/oak"  # what the archive has for the folder that it was made in
NOON = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)  # half an hour after its last entry
HELD, SET_ASIDE, PORTRAIT, POSTER = "c4356c497785", "4dddd774a383", "dc3b581afb3e", "0880af98bc89"
RENAMED = {"sightings": "device_files", "log_copies": "log_mirrors", "log_head": "log_edge"}


def unpack(folder: Path) -> Path:
    """Unpack the archive, and let its settings and its register say where it lies now."""
    with tarfile.open(PACKED) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 and later know it
        archive.extractall(folder)
    oak = folder / "oak"
    settings = oak / "ws" / "redact.toml"
    settings.write_text(settings.read_text("utf-8").replace(MADE_IN, str(oak)), "utf-8")
    with closing(sqlite3.connect(oak / "ws" / "redact.db")) as database, database:
        database.execute("update devices set root = replace(root, ?, ?)", (MADE_IN, str(oak)))
    for each in ("ws/keys", "ws/vault", "ws/quarantine", "ws/move-away", "ws/outbox", "ws"):
        (oak / each).chmod(0o700)
    return oak


def rows_of(oak: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, as it lies there."""
    with closing(sqlite3.connect(oak / "ws" / "redact.db")) as database:
        database.row_factory = sqlite3.Row
        tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        return {table: [dict(row) for row in database.execute(f'select * from "{table}"')] for table in tables}  # noqa: S608


class Oak:
    """The workspace of 0.1.0, after `redact init` of today."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = rows_of(folder)
        self.now = NOON
        self.made = make_workspace(folder / "ws", "another name changes nothing")

    def open(self) -> Workspace:
        return open_workspace(self.folder / "ws", lambda: self.now)


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Oak:
    """Make it once; tests of this module only read it."""
    return Oak(unpack(tmp_path_factory.mktemp("former")))


@pytest.fixture
def oak(initialised: Oak) -> Iterator[Workspace]:
    with initialised.open() as workspace:
        yield workspace


def test_every_row_is_there_under_the_words_of_today(initialised: Oak) -> None:
    after = rows_of(initialised.folder)
    renamed = {RENAMED.get(table, table): rows for table, rows in initialised.before.items()}
    assert renamed.keys() <= after.keys()
    made = {"counter_runs"}  # from rows that were there
    assert not any(after[table] for table in after.keys() - renamed.keys() - made)
    for table, rows in renamed.items():
        if table in {"alembic_version", "sqlite_sequence"}:
            continue
        expected = [as_today(table, row) for row in rows]
        names = expected[0] if expected else {}
        assert [{name: row[name] for name in names} for row in after[table]] == expected, table
    counts = {table: len(after[table]) for table in ("photos", "device_files", "pupils", "consents", "holds")}
    assert counts == {"photos": 4, "device_files": 5, "pupils": 16, "consents": 19, "holds": 2}


def as_today(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of 0.1.0 as it is to stand now."""
    if table == "photos":
        return row | {"state": {"settled": "set-aside"}.get(row["state"], row["state"])}
    if table == "holds":
        return row | {"scope": {"house": "workspace"}.get(row["scope"], row["scope"])}
    if table == "log_mirrors":
        return {"mirror": row["place"].replace("copy", "mirror")} | {k: v for k, v in row.items() if k != "place"}
    return row


def test_what_was_found_by_its_name_is_a_number_now(oak: Workspace) -> None:
    with oak.database.read() as connection:
        files = photo_rows.list_device_files(connection)
    assert {(file.photo[:12], file.by_name) for file in files if file.state is FileState.GONE} == {(PORTRAIT, 1)}
    assert all(file.by_name == 0 for file in files if file.state is not FileState.GONE)


def test_the_log_is_intact_byte_for_byte_for_both_readers(
    initialised: Oak, oak: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ("n", "kind", "at", "photo", "device", "commitment", "salt", "body")
    with oak.database.read() as connection:
        stored = list(read_stored(connection))
        export = list(print_export(read_export(connection, oak.settings.origin)))
    now = [tuple(getattr(row, {"n": "number"}.get(name, name)) for name in columns) for row in stored]
    assert now == [tuple(row[name] for name in columns) for row in initialised.before["log_entries"]]
    assert len(now) == 50 and {row[1] for row in now} >= FORMER.keys() - {"photo.unsighted"}
    report = verify_workspace(oak)
    assert report.is_intact and not report.notices
    texts = [text for mirror in mirrors_of(oak) for text in read_mirror(mirror).texts]
    key = standalone.read_key(oak.keys.log_key.text)
    assert texts and standalone.check_all(export, texts, [key]).show() == 0
    assert "verdict: intact, 0 notices" in capsys.readouterr().out


def test_entries_are_found_by_the_kind_of_today_and_by_the_former_one(oak: Workspace) -> None:
    with oak.database.read() as connection:
        for asked in ("file.seen", "photo.sighted", "file"):
            (entry,) = read_entries(connection, Filters(kind=asked))
            assert isinstance(entry.reading, Numbered) and entry.reading.event.kind is Kind.FILE_SEEN
        photos = [*read_entries(connection, Filters(kind="photo"))]
    spelled = {entry.reading.event.spelling for entry in photos if isinstance(entry.reading, Numbered)}
    assert {"photo.settled", "photo.sighted", "photo.stored"} <= spelled


def test_every_original_opens_and_every_copy_is_whole(initialised: Oak, oak: Workspace) -> None:
    key = (initialised.folder / "ws" / "move-away" / "reviewer.key").read_text("ascii")
    with oak.database.read() as connection:
        photos = photo_rows.list_photos(connection, tuple(State))
    for photo in photos:
        assert hashlib.sha256(oak.vault.unseal(photo.sha256, key)).hexdigest() == photo.sha256
    stored = [photo for photo in photos if photo.state is State.STORED]
    assert {photo.sha256[:12] for photo in stored} == {PORTRAIT, POSTER}
    assert all(oak.trust.holds(str(photo.output_name), str(photo.output)) for photo in stored)
    assert {photo.state for photo in photos if photo.sha256[:12] == SET_ASIDE} == {State.SET_ASIDE}


def test_the_deletion_record_reads_the_sentences_of_the_former_version(oak: Workspace) -> None:
    record = make_report(oak, None, None, None).record
    counts = record.counts
    assert (counts.found, counts.deleted, counts.waiting, counts.residues) == (5, 1, 4, 1)
    office, trip = record.devices
    assert (office.id, office.verdict, trip.verdict) == ("cam-office", "not-listed", "unknown")
    assert office.leftovers is not None and office.leftovers.counts == (("device_links", 1),)
    closed, rechecked, _ = [trouble for trouble in record.exceptions if trouble.device == "cam-office"]
    sibling = "1 left: a file that belongs to it (RAW, film, edit, side file)."
    named = "1 left: found by its name when it was deleted."
    assert (closed.reason, rechecked.reason) == (f"{sibling} {named}", named)
    assert [(trouble.what, trouble.is_resolved) for trouble in record.exceptions if trouble.device == "cam-trip"] == [
        ("held", True),
        ("held", False),
    ]


def test_work_goes_on(tmp_path: Path) -> None:
    oak = Oak(unpack(tmp_path))
    with oak.open() as workspace:
        # what waits for a person is listed, with the hold
        assert {item.what for item in read_status(workspace).for_person} >= {"held"}
        assert {hold.id: hold.scope for hold, _ in list_held(workspace)} == {"hold-1": "photo", "hold-2": "workspace"}
        # the hold on everything, whose scope had another name, still stops every deletion
        stopped = clear_by_hand(workspace, "cam-trip", Role.COMMUNICATIONS)
        assert stopped.gone == 0 and (oak.folder / "cam-trip" / "IMG_0002.JPG").exists()
        oak.now += timedelta(days=40)
        assert not purge_originals(workspace).destroyed
        oak.now = NOON
        lift_hold(workspace, "hold-2", Role.HEADTEACHER, "head-1", "It was returned.")
        # a device is looked over again, and what was found by its name is still known
        assert look_again(workspace, "cam-office").level == "not-listed"
        # a clearing: both files of the poster
        cleared = clear_by_hand(workspace, "cam-trip", Role.COMMUNICATIONS)
        assert (cleared.gone, cleared.kept, cleared.unknown) == (2, 0, 0), cleared
        assert not any((oak.folder / "cam-trip" / name).exists() for name in ("IMG_0002.JPG", "IMG_0102.JPG"))
        # the held photo is asked for again
        with workspace.database.read() as connection:
            (held,) = photo_rows.find_photos(connection, HELD)
        assert [photo.sha256 for photo in retry(workspace, (held,)).again] == [held.sha256]
        # originals whose retention is over go; the one on hold stays until the hold is lifted
        oak.now += timedelta(days=40)
        assert {original.photo[:12] for original in purge_originals(workspace).destroyed} == {PORTRAIT, POSTER}
        lift_hold(workspace, "hold-1", Role.DATA_PROTECTION_OFFICER, "dpo-1", "It was answered.")
        assert {original.photo[:12] for original in purge_originals(workspace).destroyed} == {SET_ASIDE}
        report = verify_workspace(workspace)
        assert report.is_intact and not report.notices
    entries = rows_of(oak.folder)["log_entries"]
    assert len(entries) > 50 and [row["body"] for row in entries[:50]] == [
        row["body"] for row in oak.before["log_entries"]
    ]
