"""The audit log is read as it lies in the database, and whatever was done to it there is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from redact.audit.events import Event, Numbered
from redact.audit.faults import AuditLogError
from redact.audit.filters import Filters
from redact.audit.kinds import Kind
from redact.audit.verify.export import parse_export, print_export
from redact.audit.verify.log import verify_log
from redact.errors import UsageError
from redact.store.log import reader as log_reader
from redact.store.log.audit_log import PlantedCheckpoint
from redact.store.log.check import check_workspace
from redact.store.log.mirror_folder import Mirror
from redact.store.log.standing import LogElsewhere
from tests.rigs.records import ORIGIN, STRANGER, sha
from tests.rigs.records_workspace import (
    Deed,
    RecordWorkspace,
    arrival,
    closing,
    filled,
    opening,
    rebuild_edge,
    rewrite,
    sign_again,
)


@pytest.fixture
def workspace(tmp_path: Path) -> RecordWorkspace:
    return filled(tmp_path)


def told(workspace: RecordWorkspace, **asked: str) -> list[Event]:
    with workspace.database.read() as connection:
        entries = list(log_reader.read_entries(connection, Filters(**asked)))
    return [entry.reading.event for entry in entries if isinstance(entry.reading, Numbered)]


def test_filters_give_exactly_what_was_asked_for(workspace: RecordWorkspace) -> None:
    everything = told(workspace)
    assert len(everything) == 14
    assert [event.fact("device") for event in told(workspace, device="cam-2")] == ["cam-2", "cam-2"]
    assert [event.kind for event in told(workspace, photo=sha("photo 1"))] == [
        Kind.PHOTO_ARRIVED,
        Kind.DELETION_OPENED,
        Kind.DELETION_CLOSED,
    ]
    assert len(told(workspace, kind="deletion")) == 8 and len(told(workspace, kind="deletion.closed")) == 4
    assert len(told(workspace, verdict="gone")) == 4 and told(workspace, verdict="kept") == []
    moments = [event.at for event in everything]
    assert [event.at for event in told(workspace, since=moments[3], until=moments[6])] == moments[3:6]


@pytest.mark.parametrize(
    "asked", [{"device": "../x"}, {"photo": "abc"}, {"since": "yesterday"}, {"kind": "x"}, {"verdict": "good"}]
)
def test_what_no_entry_could_have_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(AuditLogError, match="Nothing can be looked up"):
        Filters(**asked)


def test_a_photo_is_found_by_a_unique_beginning_of_its_id(workspace: RecordWorkspace) -> None:
    wanted = sha("photo 2")
    with workspace.database.read() as connection:
        assert (
            log_reader.find_photo(connection, wanted[:8].upper()) == wanted == log_reader.find_photo(connection, wanted)
        )
        for prefix in (wanted[:7], "0" * 8, "zzzzzzzz", wanted + "0", "%%%%%%%%"):
            with pytest.raises(UsageError):
                log_reader.find_photo(connection, prefix)


def test_two_photos_with_one_beginning_are_not_told_apart(workspace: RecordWorkspace) -> None:
    wanted = sha("photo 2")
    workspace.change("update log_entries set photo = ? where n = 0", wanted[:8] + "0" * 56)
    with workspace.database.read() as connection, pytest.raises(UsageError, match="More than one"):
        log_reader.find_photo(connection, wanted[:8])


def test_the_export_of_a_workspace_is_what_both_readers_of_files_find_intact(workspace: RecordWorkspace) -> None:
    with workspace.database.read() as connection:
        export = log_reader.read_export(connection, ORIGIN)
    lines = list(print_export(export))
    assert parse_export(lines) == export
    copies = [path.read_text(encoding="utf-8") for path in (workspace.folder / "copy").iterdir()]
    report = verify_log(lines, copies, [workspace.log_key])
    assert report.is_intact and not report.notices
    assert workspace.check().is_intact and not workspace.check().notices
    assert len(workspace.check().checks) == 13


# --- tampering with the database of a workspace ------------------------------------------------------------------


def edit_a_body(workspace: RecordWorkspace) -> None:
    workspace.change("update log_entries set body = replace(body, '\"left\":0', '\"left\":1') where n = 2")
    workspace.change("update log_entries set body = cast(body as blob) where n = 2")


def edit_and_hash(workspace: RecordWorkspace) -> None:
    rewrite(workspace, 2, b'"left":0', b'"left":9')


def edit_and_grow_the_tree_again_without_the_key(workspace: RecordWorkspace) -> None:
    edit_and_hash(workspace)
    rebuild_edge(workspace)


def edit_grow_and_sign_with_a_key_of_ones_own(workspace: RecordWorkspace) -> None:
    edit_and_grow_the_tree_again_without_the_key(workspace)
    sign_again(workspace, STRANGER)


def edit_grow_and_sign_with_the_stolen_key(workspace: RecordWorkspace) -> None:
    edit_and_grow_the_tree_again_without_the_key(workspace)
    sign_again(workspace)


def cut_the_tail(workspace: RecordWorkspace) -> None:
    workspace.change("delete from log_entries where n >= 12")


def cut_the_tail_and_its_heads(workspace: RecordWorkspace) -> None:
    cut_the_tail(workspace)
    workspace.change("delete from log_checkpoints where size > 12")
    rebuild_edge(workspace)


def cut_the_tail_and_sign_with_the_stolen_key(workspace: RecordWorkspace) -> None:
    cut_the_tail(workspace)
    rebuild_edge(workspace)
    sign_again(workspace)


def take_an_entry_out(workspace: RecordWorkspace) -> None:
    workspace.change("delete from log_entries where n = 5")


def swap_two_rows(workspace: RecordWorkspace) -> None:
    for old, new in ((3, 99), (6, 3), (99, 6)):
        workspace.change("update log_entries set n = ? where n = ?", new, old)


def replace_the_database(workspace: RecordWorkspace) -> None:
    for table in ("log_entries", "log_edge", "log_checkpoints"):
        workspace.change(f"delete from {table}")
    keep = {path: path.read_bytes() for path in (workspace.folder / "copy").iterdir()}
    alone = workspace.audit_log(has_mirrors=False)  # with them the program would refuse to write
    for number in range(14):
        workspace.add(arrival(f"invented {number}"), audit_log=alone)
    for path, content in keep.items():
        path.write_bytes(content)


def forge_a_head(workspace: RecordWorkspace) -> None:
    workspace.change(
        "update log_checkpoints set note = replace(note, char(10) || '14' || char(10), char(10) || '13' || char(10))"
    )


def drop_a_body(workspace: RecordWorkspace) -> None:
    workspace.change("update log_entries set body = null, salt = null, photo = null, device = null where n = 0")


def drop_a_salt(workspace: RecordWorkspace) -> None:
    workspace.change("update log_entries set salt = null where n = 0")


def put_text_where_bytes_belong(workspace: RecordWorkspace) -> None:
    workspace.change("update log_entries set body = 'text', commitment = 7 where n = 0")


def remove_all_heads(workspace: RecordWorkspace) -> None:
    workspace.change("delete from log_checkpoints")
    for path in (workspace.folder / "copy").iterdir():
        path.unlink()


def hide_from_lists(workspace: RecordWorkspace) -> None:
    workspace.change("update log_entries set device = 'cam-9' where n = 2")


def hide_a_kind(workspace: RecordWorkspace) -> None:
    workspace.change("update log_entries set kind = 'photo.sighted', at = '2020-01-01T00:00:00.000Z' where n = 2")


def plant_an_edge(workspace: RecordWorkspace) -> None:
    workspace.change("update log_edge set size = 1, edge = ?", bytes(32))


def spoil_the_edge(workspace: RecordWorkspace) -> None:
    workspace.change("update log_edge set edge = ?", b"short")


def close_what_nobody_opened(workspace: RecordWorkspace) -> None:
    workspace.add(closing(0, "photo 0"))


DEEDS: list[tuple[Deed, set[str]]] = [
    (edit_a_body, {"edited entry"}),
    (edit_and_hash, {"edited entry", "false edge"}),
    (edit_and_grow_the_tree_again_without_the_key, {"edited entry"}),
    (edit_grow_and_sign_with_a_key_of_ones_own, {"forged checkpoint", "replaced log"}),
    (edit_grow_and_sign_with_the_stolen_key, {"replaced log"}),
    (cut_the_tail, {"cut tail", "false edge"}),
    (cut_the_tail_and_its_heads, {"cut tail"}),
    (cut_the_tail_and_sign_with_the_stolen_key, {"cut tail"}),
    (take_an_entry_out, {"missing entry", "false edge"}),
    (swap_two_rows, {"reordered", "false edge"}),
    (replace_the_database, {"replaced log"}),
    (forge_a_head, {"forged checkpoint"}),
    (drop_a_body, {"missing body"}),
    (drop_a_salt, {"malformed"}),
    (put_text_where_bytes_belong, {"malformed"}),
    (remove_all_heads, {"unsigned log"}),
    (hide_from_lists, {"false index"}),
    (hide_a_kind, {"false index"}),
    (plant_an_edge, {"false edge"}),
    (spoil_the_edge, {"false edge"}),
    (close_what_nobody_opened, {"close without open"}),
]


@pytest.mark.parametrize("with_heads", [True, False])
def test_the_program_does_not_sign_a_planted_tree(workspace: RecordWorkspace, with_heads: bool) -> None:
    """Without the key: plant the tree, take the old checkpoints away, and wait for the next honest entry."""
    edit_and_grow_the_tree_again_without_the_key(workspace)
    if not with_heads:
        workspace.change("delete from log_checkpoints")
    with pytest.raises((PlantedCheckpoint, LogElsewhere)):  # whichever is seen first
        workspace.add(arrival("an honest photo"))
    with pytest.raises(PlantedCheckpoint):
        workspace.add(arrival("an honest photo"), audit_log=workspace.audit_log(has_mirrors=False))


@pytest.mark.parametrize(("deed", "named"), DEEDS, ids=[deed.__name__ for deed, _ in DEEDS])
def test_tampering_with_the_database_is_found_and_named(
    workspace: RecordWorkspace, deed: Deed, named: set[str]
) -> None:
    assert workspace.faults() == set()
    deed(workspace)
    assert workspace.faults() == named
    assert not workspace.check().is_intact


def test_without_a_mirror_the_stolen_key_goes_unseen_and_the_report_says_that_it_would(
    workspace: RecordWorkspace,
) -> None:
    edit_grow_and_sign_with_the_stolen_key(workspace)
    report = check_workspace(workspace.database, ORIGIN, [], [workspace.log_key])
    assert report.is_intact
    assert any("a new history signed with the same key would pass" in found.sentence for found in report.notices)


def test_a_hidden_entry_is_still_in_what_reads_every_entry(workspace: RecordWorkspace) -> None:
    hide_from_lists(workspace)
    assert len(told(workspace, photo=sha("photo 0"), device="cam-1")) == 2
    assert told(workspace, device="cam-9") == []  # its body says otherwise
    with workspace.database.read() as connection:
        every = [
            entry.reading.event for entry in log_reader.read_every(connection) if isinstance(entry.reading, Numbered)
        ]
    assert sum(event.fact("device") == "cam-1" for event in every) == 12


def test_a_mirror_that_is_away_or_was_emptied_is_reported(workspace: RecordWorkspace) -> None:
    away = check_workspace(
        workspace.database, ORIGIN, [Mirror("mirror-1", workspace.folder / "gone")], [workspace.log_key]
    )
    assert away.is_intact and any("cannot be read" in found.sentence for found in away.notices)
    for path in (workspace.folder / "copy").iterdir():
        path.unlink()
    report = workspace.check()
    assert report.is_intact and any("who took them" in found.sentence for found in report.notices)


def test_an_open_deletion_is_a_notice(workspace: RecordWorkspace) -> None:
    workspace.add(opening("photo 9"))
    report = workspace.check()
    assert report.is_intact and [found.sentence for found in report.notices] == [
        "the deletion opened by entry 14 was never closed"
    ]


def test_a_new_workspace_is_no_fault_and_an_emptied_one_is(tmp_path: Path) -> None:
    empty = RecordWorkspace(tmp_path)
    with empty.database.read() as connection:
        assert log_reader.newest_note(connection) is None
        assert log_reader.read_export(connection, ORIGIN).rows == ()
    assert empty.check().is_intact and [f.sentence for f in empty.check().notices] == [
        "nothing was recorded in this workspace yet"
    ]
    empty.add(arrival())
    for table in ("log_entries", "log_checkpoints", "log_edge"):
        empty.change(f"delete from {table}")
    assert empty.faults() == {"cut tail"}
    for path in (empty.folder / "copy").iterdir():
        path.unlink()
    assert empty.faults() == {"unsigned log"}  # log_mirrors still says that there was something


def test_the_speed_of_the_log_is_measured_on_a_real_one() -> None:
    from redact.trials.log_speed import bench_log

    figures = bench_log(40, batch=10)
    assert (figures.entries, figures.batch) == (40, 10) and figures.appended_per_second > 0
