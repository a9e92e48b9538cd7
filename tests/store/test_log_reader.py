"""The record is read as it lies in the database, and whatever was done to it there is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from redact.audit.events import Event
from redact.audit.faults import RecordError
from redact.audit.filters import Filters
from redact.audit.kinds import Kind
from redact.audit.verify.export import parse_export, print_export
from redact.audit.verify.log import verify_log
from redact.errors import UsageError
from redact.store.log import reader as log_reader
from redact.store.log.check import check_house
from redact.store.log.ledger import PlantedHead
from redact.store.log.mirrors import Place
from tests.rigs.records import ORIGIN, STRANGER, sha
from tests.rigs.records_house import (
    Deed,
    RecordHouse,
    arrival,
    closing,
    filled,
    opening,
    rebuild_edge,
    rewrite,
    sign_again,
)


@pytest.fixture
def house(tmp_path: Path) -> RecordHouse:
    return filled(tmp_path)


def told(house: RecordHouse, **asked: str) -> list[Event]:
    with house.database.read() as connection:
        entries = list(log_reader.read_entries(connection, Filters(**asked)))
    return [entry.said[1] for entry in entries if isinstance(entry.said, tuple)]


def test_filters_give_exactly_what_was_asked_for(house: RecordHouse) -> None:
    everything = told(house)
    assert len(everything) == 14
    assert [event.fact("device") for event in told(house, device="cam-2")] == ["cam-2", "cam-2"]
    assert [event.kind for event in told(house, photo=sha("photo 1"))] == [
        Kind.PHOTO_ARRIVED,
        Kind.DELETION_OPENED,
        Kind.DELETION_CLOSED,
    ]
    assert len(told(house, kind="deletion")) == 8 and len(told(house, kind="deletion.closed")) == 4
    assert len(told(house, verdict="gone")) == 4 and told(house, verdict="kept") == []
    moments = [event.at for event in everything]
    assert [event.at for event in told(house, since=moments[3], until=moments[6])] == moments[3:6]


@pytest.mark.parametrize(
    "asked", [{"device": "../x"}, {"photo": "abc"}, {"since": "yesterday"}, {"kind": "x"}, {"verdict": "good"}]
)
def test_what_no_entry_could_have_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(RecordError, match="Nothing can be looked up"):
        Filters(**asked)


def test_a_photo_is_found_by_a_unique_beginning_of_its_id(house: RecordHouse) -> None:
    wanted = sha("photo 2")
    with house.database.read() as connection:
        assert (
            log_reader.find_photo(connection, wanted[:8].upper()) == wanted == log_reader.find_photo(connection, wanted)
        )
        for prefix in (wanted[:7], "0" * 8, "zzzzzzzz", wanted + "0", "%%%%%%%%"):
            with pytest.raises(UsageError):
                log_reader.find_photo(connection, prefix)


def test_two_photos_with_one_beginning_are_not_told_apart(house: RecordHouse) -> None:
    wanted = sha("photo 2")
    house.change("update log_entries set photo = ? where n = 0", wanted[:8] + "0" * 56)
    with house.database.read() as connection, pytest.raises(UsageError, match="More than one"):
        log_reader.find_photo(connection, wanted[:8])


def test_the_export_of_a_house_is_what_both_readers_of_files_find_intact(house: RecordHouse) -> None:
    with house.database.read() as connection:
        export = log_reader.read_export(connection, ORIGIN)
    lines = list(print_export(export))
    assert parse_export(lines) == export
    copies = [path.read_text(encoding="utf-8") for path in (house.folder / "copy").iterdir()]
    report = verify_log(lines, copies, [house.log_key])
    assert report.is_intact and not report.notices
    assert house.check().is_intact and not house.check().notices
    assert len(house.check().checks) == 13


# --- tampering with the database of a house ------------------------------------------------------------------


def edit_a_body(house: RecordHouse) -> None:
    house.change("update log_entries set body = replace(body, '\"left\":0', '\"left\":1') where n = 2")
    house.change("update log_entries set body = cast(body as blob) where n = 2")


def edit_and_hash(house: RecordHouse) -> None:
    rewrite(house, 2, b'"left":0', b'"left":9')


def edit_and_grow_the_tree_again_without_the_key(house: RecordHouse) -> None:
    edit_and_hash(house)
    rebuild_edge(house)


def edit_grow_and_sign_with_a_key_of_ones_own(house: RecordHouse) -> None:
    edit_and_grow_the_tree_again_without_the_key(house)
    sign_again(house, STRANGER)


def edit_grow_and_sign_with_the_stolen_key(house: RecordHouse) -> None:
    edit_and_grow_the_tree_again_without_the_key(house)
    sign_again(house)


def cut_the_tail(house: RecordHouse) -> None:
    house.change("delete from log_entries where n >= 12")


def cut_the_tail_and_its_heads(house: RecordHouse) -> None:
    cut_the_tail(house)
    house.change("delete from log_checkpoints where size > 12")
    rebuild_edge(house)


def cut_the_tail_and_sign_with_the_stolen_key(house: RecordHouse) -> None:
    cut_the_tail(house)
    rebuild_edge(house)
    sign_again(house)


def take_an_entry_out(house: RecordHouse) -> None:
    house.change("delete from log_entries where n = 5")


def swap_two_rows(house: RecordHouse) -> None:
    for old, new in ((3, 99), (6, 3), (99, 6)):
        house.change("update log_entries set n = ? where n = ?", new, old)


def replace_the_database(house: RecordHouse) -> None:
    for table in ("log_entries", "log_head", "log_checkpoints"):
        house.change(f"delete from {table}")
    keep = {path: path.read_bytes() for path in (house.folder / "copy").iterdir()}
    for number in range(14):
        house.add(arrival(f"invented {number}"))
    for path, content in keep.items():
        path.write_bytes(content)


def forge_a_head(house: RecordHouse) -> None:
    house.change(
        "update log_checkpoints set note = replace(note, char(10) || '14' || char(10), char(10) || '13' || char(10))"
    )


def drop_a_body(house: RecordHouse) -> None:
    house.change("update log_entries set body = null, salt = null, photo = null, device = null where n = 0")


def drop_a_salt(house: RecordHouse) -> None:
    house.change("update log_entries set salt = null where n = 0")


def put_text_where_bytes_belong(house: RecordHouse) -> None:
    house.change("update log_entries set body = 'text', commitment = 7 where n = 0")


def remove_all_heads(house: RecordHouse) -> None:
    house.change("delete from log_checkpoints")
    for path in (house.folder / "copy").iterdir():
        path.unlink()


def hide_from_lists(house: RecordHouse) -> None:
    house.change("update log_entries set device = 'cam-9' where n = 2")


def hide_a_kind(house: RecordHouse) -> None:
    house.change("update log_entries set kind = 'photo.sighted', at = '2020-01-01T00:00:00.000Z' where n = 2")


def plant_an_edge(house: RecordHouse) -> None:
    house.change("update log_head set size = 1, edge = ?", bytes(32))


def spoil_the_edge(house: RecordHouse) -> None:
    house.change("update log_head set edge = ?", b"short")


def close_what_nobody_opened(house: RecordHouse) -> None:
    house.add(closing(0, "photo 0"))


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
def test_the_program_does_not_sign_a_planted_tree(house: RecordHouse, with_heads: bool) -> None:
    """Without the key: plant the tree, take the old heads away, and wait for the next honest entry."""
    edit_and_grow_the_tree_again_without_the_key(house)
    if not with_heads:
        house.change("delete from log_checkpoints")
    with pytest.raises(PlantedHead):
        house.add(arrival("an honest photo"))


@pytest.mark.parametrize(("deed", "named"), DEEDS, ids=[deed.__name__ for deed, _ in DEEDS])
def test_tampering_with_the_database_is_found_and_named(house: RecordHouse, deed: Deed, named: set[str]) -> None:
    assert house.faults() == set()
    deed(house)
    assert house.faults() == named
    assert not house.check().is_intact


def test_without_a_second_place_the_stolen_key_goes_unseen_and_the_report_says_that_it_would(
    house: RecordHouse,
) -> None:
    edit_grow_and_sign_with_the_stolen_key(house)
    report = check_house(house.database, ORIGIN, [], [house.log_key])
    assert report.is_intact
    assert any("a new history signed with the same key would pass" in found.sentence for found in report.notices)


def test_a_hidden_entry_is_still_in_what_reads_every_entry(house: RecordHouse) -> None:
    hide_from_lists(house)
    assert len(told(house, photo=sha("photo 0"), device="cam-1")) == 2
    assert told(house, device="cam-9") == []  # its body says otherwise
    with house.database.read() as connection:
        every = [entry.said[1] for entry in log_reader.read_every(connection) if isinstance(entry.said, tuple)]
    assert sum(event.fact("device") == "cam-1" for event in every) == 12


def test_a_second_place_that_is_away_or_was_emptied_is_told(house: RecordHouse) -> None:
    away = check_house(house.database, ORIGIN, [Place("copy-1", house.folder / "gone")], [house.log_key])
    assert away.is_intact and any("cannot be read" in found.sentence for found in away.notices)
    for path in (house.folder / "copy").iterdir():
        path.unlink()
    report = house.check()
    assert report.is_intact and any("who took them" in found.sentence for found in report.notices)


def test_an_open_deletion_is_a_notice(house: RecordHouse) -> None:
    house.add(opening("photo 9"))
    report = house.check()
    assert report.is_intact and [found.sentence for found in report.notices] == [
        "the deletion opened by entry 14 was never closed"
    ]


def test_a_new_house_is_no_fault_and_an_emptied_one_is(tmp_path: Path) -> None:
    empty = RecordHouse(tmp_path)
    with empty.database.read() as connection:
        assert log_reader.newest_note(connection) is None
        assert log_reader.read_export(connection, ORIGIN).rows == ()
    assert empty.check().is_intact and [f.sentence for f in empty.check().notices] == [
        "nothing was recorded in this house yet"
    ]
    empty.add(arrival())
    for table in ("log_entries", "log_checkpoints", "log_head"):
        empty.change(f"delete from {table}")
    assert empty.faults() == {"cut tail"}
    for path in (empty.folder / "copy").iterdir():
        path.unlink()
    assert empty.faults() == {"unsigned log"}  # log_copies still says that there was something


def test_the_speed_of_the_record_is_measured_on_a_real_one() -> None:
    from redact.trials.log_speed import bench_log

    figures = bench_log(40, batch=10)
    assert (figures.entries, figures.batch) == (40, 10) and figures.appended_a_second > 0
