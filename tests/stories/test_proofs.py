"""An excerpt proves what is in it, and every change to it is found and named, by both readers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit import tree
from redact.audit.events import leaf_of, reading_of
from redact.audit.faults import AuditLogError
from redact.audit.filters import Filters
from redact.audit.verify import proofs, standalone
from redact.audit.verify.export import Row
from redact.audit.verify.verdict import State, print_report
from tests.rigs.records import KEY, ORIGIN, STRANGER, Handed, arrived, closed, honest, note_of, opened, record, row_of
from tests.rigs.waiting import LONGEST_S

Lines = list[str]


def excerpt(handed: Handed, asked: Filters, note: str | None = None) -> proofs.Excerpt:
    rows = [row for row in handed.export.rows if isinstance(said := reading_of(row.body), tuple) and asked.fit(said[1])]
    return of(handed, asked.asked(), rows, note)


def of(handed: Handed, asked: dict[str, str], rows: Sequence[Row], note: str | None = None) -> proofs.Excerpt:
    grown = tree.plant([tree.leaf_hash(leaf_of(row.commitment)) for row in handed.export.rows])
    return proofs.prove(ORIGIN, asked, note or handed.export.notes[-1], grown, rows)


def lines_of(made: proofs.Excerpt) -> Lines:
    return list(proofs.print_excerpt(made))


DELETIONS = lines_of(excerpt(honest(), Filters(kind="deletion")))


def named(lines: Sequence[str], copies: Sequence[str] = honest().copies) -> set[str]:
    return {str(found.fault) for found in proofs.verify_excerpt(lines, copies, [KEY]).faults}


def named_alone(lines: Sequence[str], copies: Sequence[str] = honest().copies) -> set[str]:
    found = standalone.check_excerpt(list(lines), list(copies), [standalone.read_key(KEY.text)])
    return {name for told in found.by_check.values() for name, _ in told if name}


def test_an_honest_excerpt_is_intact_and_says_what_it_does_not_show() -> None:
    report = proofs.verify_excerpt(DELETIONS, honest().copies, [KEY])
    assert report.is_intact and not report.notices
    printed = "\n".join(print_report(report))
    assert "2 of the 12 entries" in printed and "not that there are no others" in printed
    assert "its entries run from 5 to 6; none between them is left out" in printed


@given(st.integers(1, 40), st.data())
def test_every_choice_of_entries_of_every_log_is_proven(size: int, choose: st.DataObject) -> None:
    handed = record([arrived(n) for n in range(size)], (size,))
    wanted = choose.draw(st.sets(st.integers(0, size - 1)))
    made = of(handed, {}, [handed.export.rows[n] for n in sorted(wanted)])
    assert proofs.parse_excerpt(lines_of(made)) == made
    assert proofs.verify_excerpt(lines_of(made), handed.copies, [KEY]).is_intact
    assert named_alone(lines_of(made), handed.copies) == set()


def test_an_older_checkpoint_leaves_later_entries_out() -> None:
    made = excerpt(honest(), Filters(), honest().export.notes[0])
    assert [proven.row.number for proven in made.entries] == [0, 1, 2, 3]
    assert named(lines_of(made)) == set()


def test_nothing_is_proven_from_entries_that_were_not_signed() -> None:
    with pytest.raises(AuditLogError, match="do not give the root"):
        excerpt(honest(), Filters(), note_of(honest("another salt").export.rows, 12))


# --- tampering -----------------------------------------------------------------------------------------------


def with_entry(number: int, change: Callable[[dict[str, object]], object]) -> Lines:
    """Change the JSON of one entry line and spell it the one way again."""
    lines = list(DELETIONS)
    members = json.loads(lines[number])
    change(members)
    lines[number] = json.dumps(members, sort_keys=True, separators=(",", ":")) + "\n"
    return lines


def replaced(text: str, by: str) -> Lines:
    return [line.replace(text, by) for line in DELETIONS]


def stranger() -> Lines:
    """An entry that was never in the log, with the proof of another."""
    made = excerpt(honest(), Filters(kind="deletion"))
    invented = row_of(5, opened(5, "never there"))
    entries = (proofs.Proven(invented, made.entries[0].path), made.entries[1])
    return lines_of(proofs.Excerpt(made.origin, made.asked, made.note, entries))


def another_log() -> Lines:
    other = honest("another salt")
    return lines_of(excerpt(other, Filters(kind="deletion")))


def other_place() -> Lines:
    handed = record([opened(0), closed(1, 0), closed(2, 0)], (3,))
    rows = list(handed.export.rows)
    made = of(handed, {}, rows)
    moved = row_of(2, closed(2, 0, "another photo"))
    return lines_of(
        proofs.Excerpt(ORIGIN, {}, made.note, (*made.entries[:1], proofs.Proven(moved, made.entries[2].path)))
    )


TAMPERED: dict[str, tuple[Lines, set[str]]] = {
    "edited body": (replaced('"left":0', '"left":3'), {"edited entry"}),
    "proof of another entry": (stranger(), {"not in the log", "close without open"}),
    "short path": (with_entry(1, lambda m: m["path"].pop()), {"not in the log"}),  # type: ignore[attr-defined]
    "long path": (with_entry(1, lambda m: m["path"].append("00" * 32)), {"not in the log"}),  # type: ignore[attr-defined]
    "no path": (with_entry(1, lambda m: m["path"].clear()), {"not in the log"}),  # type: ignore[attr-defined]
    "moved": (with_entry(1, lambda m: m.update(n=4)), {"reordered", "not in the log"}),
    "beyond the checkpoint": (with_entry(2, lambda m: m.update(n=12)), {"reordered", "not in the log"}),
    "another order": ([DELETIONS[0], DELETIONS[2], DELETIONS[1]], {"reordered"}),
    "doubled": ([*DELETIONS, DELETIONS[2]], {"reordered"}),
    "forged checkpoint": (replaced("\\n12\\n", "\\n13\\n"), {"forged checkpoint"}),
    "another log": (another_log(), {"replaced log"}),
    "an end of another deletion": (other_place(), {"not in the log", "close without open"}),
    "a space": ([DELETIONS[0], DELETIONS[1].replace(",", ", ", 1)], {"malformed"}),
    "an upper-case hash": (with_entry(1, lambda m: m.update(path=[s.upper() for s in m["path"]])), {"malformed"}),  # type: ignore[attr-defined]
    "no proof": (with_entry(1, lambda m: m.pop("path")), {"malformed"}),
    "one member more": (with_entry(1, lambda m: m.update(z=1)), {"malformed"}),
    "a path of 54": (with_entry(1, lambda m: m.update(path=["00" * 32] * 54)), {"malformed"}),
    "no last newline": ([*DELETIONS[:-1], DELETIONS[-1].rstrip("\n")], {"malformed"}),
    "no first line": (DELETIONS[1:], {"malformed"}),
    "nothing": ([], {"malformed"}),
    "a fraction in what was asked": ([DELETIONS[0].replace('"deletion"', "1.0"), *DELETIONS[1:]], {"malformed"}),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_tampering_with_an_excerpt_is_named_by_both_readers(case: str) -> None:
    lines, expected = TAMPERED[case]
    assert (named(lines), named_alone(lines)) == (expected, expected)


def test_an_unknown_key_refuses_the_checkpoint_and_nothing_is_compared_with_copies() -> None:
    made = excerpt(honest(), Filters(), note_of(honest().export.rows, 12, STRANGER))
    report = proofs.verify_excerpt(lines_of(made), honest().copies, [KEY])
    assert {str(found.fault) for found in report.faults} == {"forged checkpoint"}
    assert report.checks[6].state is State.NOT_DONE and not report.is_intact


@pytest.mark.parametrize(
    "asked", [{"entry": "05"}, {"entry": "5", "device": "cam-1"}, {"entry": "9" * 5000}, {"colour": "x"}]
)
def test_what_was_asked_has_one_spelling(asked: dict[str, str]) -> None:
    made = excerpt(honest(), Filters(kind="deletion"))
    lines = lines_of(proofs.Excerpt(made.origin, asked, made.note, made.entries))
    assert named(lines) == {"malformed"}


def test_notices_tell_what_a_person_should_know() -> None:
    handed = record([opened(0), arrived(1), closed(2, 0)], (3,))
    made = of(handed, {"entry": "0"}, [handed.export.rows[0], handed.export.rows[1]])
    told = [found.sentence for found in proofs.verify_excerpt(lines_of(made), [], [KEY]).notices]
    assert told == [
        "no copies were given: a new history signed with the same key would pass",
        "entry 1 is not one that was asked for",
        "the deletion opened by entry 0 is not closed in this excerpt",
    ]
    older = proofs.verify_excerpt(lines_of(made), [note_of(handed.export.rows, 2)], [KEY])
    assert any("no copy has the size 3" in found.sentence for found in older.notices)


def test_an_erased_body_stays_provable() -> None:
    handed = honest()
    gone = Row(2, handed.export.rows[2].commitment, None, None)
    report = proofs.verify_excerpt(lines_of(of(handed, {"entry": "2"}, [gone])), handed.copies, [KEY])
    assert report.is_intact and "has no body here" in report.notices[0].sentence


@given(st.data())
def test_no_change_of_a_single_character_goes_unseen(data: st.DataObject) -> None:
    text = "".join(DELETIONS)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from('0a1b{}[]",: \n\\'))
    spoiled = text[:place] + letter + text[place + 1 :]
    report = proofs.verify_excerpt(spoiled.splitlines(keepends=True), honest().copies, [KEY])
    if spoiled != text:  # what was asked for is not signed: a change of it can be a notice at most
        assert report.faults or report.notices or place < DELETIONS[0].index("checkpoint")


def test_the_stand_alone_reader_reads_excerpts_with_cryptography_alone(tmp_path: Path) -> None:
    reader, file, copy = tmp_path / "reader.py", tmp_path / "excerpt.jsonl", tmp_path / "copy.txt"
    reader.write_bytes(Path(standalone.__file__).read_bytes())
    file.write_text("".join(DELETIONS), encoding="utf-8", newline="")
    copy.write_text("".join(honest().copies), encoding="utf-8", newline="")

    def read(*more: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-I", str(reader), str(file), "--key", KEY.text, *more]
        return subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=LONGEST_S)

    ended = read("--copy", str(copy))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "not that all are here" in ended.stdout and ended.stdout.endswith("verdict: intact, 0 notices\n")
    assert read().returncode == 3
    file.write_text("".join(replaced('"left":0', '"left":3')), encoding="utf-8", newline="")
    assert read("--copy", str(copy)).returncode == 1
    wanted = {"cryptography", "__future__"} | set(sys.stdlib_module_names)
    imported = {
        line.split()[1].split(".")[0]
        for line in reader.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= wanted


def test_signatures_are_over_the_log_of_the_excerpt() -> None:
    lines = [DELETIONS[0].replace(f'"origin":"{ORIGIN}"', '"origin":"other.example/redact-log"'), *DELETIONS[1:]]
    assert named(lines) == named_alone(lines) == {"forged checkpoint"}
