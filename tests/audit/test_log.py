"""Every tampering is found and named, by the program and by the stand-alone reader; the two share no code."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.audit import tree
from redact.audit.checkpoint import Checkpoint, public_key, sign
from redact.audit.events import commitment
from redact.audit.faults import AuditLogError
from redact.audit.verify import export, standalone
from redact.audit.verify import log as verify_log
from redact.audit.verify.export import Export, Row, parse_export, print_export
from redact.audit.verify.log import Fault, State, print_report
from tests.rigs import records
from tests.rigs.records import (
    KEY,
    NOTICED,
    ORIGIN,
    TAMPERED,
    Handed,
    arrived,
    honest,
    note_of,
    record,
    row_of,
    with_row,
)
from tests.rigs.waiting import LONGEST_S

READER = Path(standalone.__file__)
Tampering = Callable[[], Handed]
EVERY_TAMPERING = [
    pytest.param(fault, tamper, id=tamper.__name__) for fault, all_ in TAMPERED.items() for tamper in all_
]
ALL_CASES = [honest, records.erased_body, *(tamper for all_ in TAMPERED.values() for tamper in all_), *NOTICED.values()]


def verify(handed: Handed) -> verify_log.Report:
    return verify_log.verify_log(handed.lines, handed.copies, handed.keys)


def read_alone(folder: Path, handed: Handed, *more: str) -> subprocess.CompletedProcess[str]:
    """Run a lone copy of the stand-alone reader, isolated from this project and its environment."""
    reader = shutil.copy(READER, folder / "verify.py")
    (folder / "log.jsonl").write_text("".join(handed.lines), newline="")
    command = [sys.executable, "-I", str(reader), str(folder / "log.jsonl")]
    for key in handed.keys:
        command += ["--key", key.text]
    for number, note in enumerate(handed.copies):
        (folder / f"{number}.txt").write_text(note, encoding="utf-8", newline="")
        command += ["--copy", str(folder / f"{number}.txt")]
    return subprocess.run([*command, *more], capture_output=True, text=True, check=False, timeout=LONGEST_S)


def alone(handed: Handed) -> standalone.Findings:
    """Call the stand-alone reader in this process: for many cases."""
    keys = [standalone.read_key(key.text) for key in handed.keys]
    return standalone.check_all(handed.lines, list(handed.copies), keys)


def test_an_honest_record_passes_every_check() -> None:
    report = verify(honest())
    assert [(check.number, check.state) for check in report.checks] == [(n, State.PASSED) for n in range(1, 11)]
    assert report.is_intact and not report.notices
    assert list(print_report(report))[-1] == "verdict: intact, 0 notices"


@pytest.mark.parametrize(("fault", "tamper"), EVERY_TAMPERING)
def test_every_tampering_is_named(fault: str, tamper: Tampering) -> None:
    report = verify(tamper())
    assert not report.is_intact
    assert fault in {found.fault for found in report.faults}
    assert list(print_report(report))[-1].startswith("verdict: NOT INTACT")


ONLY = [
    records.edited_body,
    records.edited_entry,
    records.cut_tail,
    records.replaced_log,
    records.rewritten_end,
    records.forged_copy,
    records.missing_body,
    records.close_without_open,
    records.unsigned_log,
    records.dropped_entry,
]


@pytest.mark.parametrize("tamper", ONLY)
def test_and_nothing_else_is_blamed(tamper: Tampering) -> None:
    named = next(fault for fault, all_ in TAMPERED.items() if tamper in all_)
    assert {str(found.fault) for found in verify(tamper()).faults} == {named}


def test_the_sentence_says_which_entries() -> None:
    def said(tamper: Tampering) -> str:
        return " ".join(found.sentence for found in verify(tamper()).faults)

    assert "entry 6:" in said(records.edited_body)
    assert "an entry from 4 to 7 is not the one" in said(records.edited_entry)
    assert "the entries 8 to 11, and they are gone" in said(records.cut_tail)
    assert "an entry from 8 to 11 is not the one" in said(records.rewritten_end)
    assert "an entry from 0 to 3 is not the one" in said(records.replaced_log)
    assert "entry 1 says in its body that it is entry 2" in said(records.reordered_and_renumbered)
    assert "entry 2 has no body" in said(records.missing_body)


@pytest.mark.parametrize(("words", "case"), NOTICED.items(), ids=lambda part: getattr(part, "__name__", ""))
def test_what_a_person_should_look_at_is_a_notice_and_no_fault(words: str, case: Tampering) -> None:
    report = verify(case())
    assert report.is_intact
    assert [words in found.sentence for found in report.notices] == [True]


def test_a_body_may_go_and_the_log_stays_intact() -> None:
    report = verify(records.erased_body())
    assert report.is_intact and not report.notices
    assert b"photo" not in export.print_row(records.erased_body().export.rows[0]).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [],
        lambda lines: [""],
        lambda lines: lines[1:],
        lambda lines: [lines[0].replace("log/1", "log/2"), *lines[1:]],
        lambda lines: [*lines[:-1], lines[-1][:-1]],
        lambda lines: [line.replace("\n", "\r\n") for line in lines],
        lambda lines: [lines[0], lines[1].replace(",", ", ", 1), *lines[2:]],
        lambda lines: [*lines, "\n"],
        lambda lines: [*lines, lines[1]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:-2], lines[-1], lines[-2]],
        lambda lines: [lines[0], lines[1].replace('"n":0,"salt"', '"n":0.0,"salt"'), *lines[2:]],
        lambda lines: [lines[0], lines[1].replace('"salt":"', '"salt":"A'), *lines[2:]],
        lambda lines: [lines[0], re.sub('"salt":".*"', '"salt":null', lines[1]), *lines[2:]],
        lambda lines: [lines[0], re.sub('"commitment":"..', '"commitment":"  ', lines[1]), *lines[2:]],
        lambda lines: [lines[0], "{" * 9000 + "\n"],
        lambda lines: [lines[0], '{"body":NaN}\n'],
        lambda lines: [lines[0], "9" * 5000 + "\n"],
        lambda lines: [lines[0], '{"checkpoint":7}\n'],
        lambda lines: [lines[0], '{"checkpoint":"x"}\n'],
        lambda lines: [lines[0], "\u00e9\n"],
        lambda lines: ["\ufeff" + lines[0], *lines[1:]],
    ],
)
def test_a_line_of_another_spelling_ends_the_reading(spoil: Callable[[list[str]], list[str]]) -> None:
    lines = spoil(honest().lines)
    report = verify_log.verify_log(lines, (), [KEY])
    assert [found.fault for found in report.faults] == [Fault.MALFORMED]
    assert [check.state for check in report.checks] == [State.FAILED] + [State.NOT_DONE] * 9
    found = standalone.check_all(lines, [], [standalone.read_key(KEY.text)])
    assert [name for names in found.by_check.values() for name, _ in names] == ["malformed"]
    assert [found.state(number) for number in range(1, 11)] == ["NO"] + ["not done"] * 9


def test_a_copy_that_cannot_be_read_is_a_fault_and_the_others_count() -> None:
    handed = honest()
    garbled = ("garbage\n" + handed.copies[2], handed.copies[2].replace("\n", "\r\n"))
    spoiled = replace(handed, copies=(*garbled, *handed.copies))
    for named in (
        [found.fault for found in verify(spoiled).faults],
        [name for names in alone(spoiled).by_check.values() for name, _ in names],
    ):
        assert set(named) == {"malformed"}


def test_what_cannot_be_checked_is_not_done_and_never_passed() -> None:
    states = {check.number: check.state for check in verify(records.reordered_lines()).checks}
    assert [number for number, state in states.items() if state is State.NOT_DONE] == [4, 6, 7, 8, 9, 10]


def test_the_export_is_read_as_it_was_printed() -> None:
    for case in ALL_CASES:
        lines = case().lines
        try:
            assert list(print_export(parse_export(lines))) == lines
        except AuditLogError:
            assert case is records.forged_copy
    with pytest.raises(AuditLogError, match="together"):
        Row(0, bytes(32), bytes(32), None)


def test_a_body_of_an_unknown_kind_is_named() -> None:
    handed = honest()
    row = handed.export.rows[0]
    assert row.body is not None
    report = verify(with_row(handed, replace(row, body=row.body.replace(b"photo.arrived", b"body.painted"))))
    assert Fault.UNKNOWN_EVENT in {found.fault for found in report.faults}


def of_a_newer_version(kind: bytes) -> Handed:
    """Return a log whose entry 1 is of a kind that this version does not know, written and signed as it should be."""
    rows = [row_of(0, arrived(0)), row_of(1, arrived(1)), row_of(2, arrived(2))]
    row = rows[1]
    assert row.body is not None and row.salt is not None
    body = row.body.replace(b"photo.arrived", kind)
    rows[1] = replace(row, body=body, commitment=commitment(row.salt, body))
    note = note_of(rows, 3)
    return Handed(Export(ORIGIN, tuple(rows), (note,)), (note,))


def test_a_kind_of_a_newer_version_is_a_notice_and_the_log_is_intact(capsys: pytest.CaptureFixture[str]) -> None:
    handed = of_a_newer_version(b"drone.launched")
    report = verify(handed)
    assert report.is_intact
    (notice,) = report.notices
    assert "entry 1 is of the kind drone.launched" in notice.sentence
    assert standalone.check_all(handed.lines, list(handed.copies), [standalone.read_key(KEY.text)]).show() == 0
    assert "intact, 0 notices" in capsys.readouterr().out


@pytest.mark.parametrize("kind", [b"deletion.melted", b"body.painted"])
def test_what_may_end_a_deletion_or_erase_a_body_must_be_known(kind: bytes) -> None:
    handed = of_a_newer_version(kind)
    assert {found.fault for found in verify(handed).faults} == {Fault.UNKNOWN_EVENT}
    alone = standalone.check_all(handed.lines, list(handed.copies), [standalone.read_key(KEY.text)])
    assert [name for found in alone.by_check.values() for name, _ in found] == ["unknown event"]


def test_the_new_keys_checkpoints_count_beside_the_old_ones() -> None:
    handed = honest()
    new = public_key(records.ORIGIN, records.STRANGER)
    rows = handed.export.rows
    notes = (*handed.export.notes[:2], records.note_of(rows, 12, records.STRANGER))
    rotated = replace(records.with_rows(handed, rows, notes), copies=notes, keys=(KEY, new))
    assert verify(rotated).is_intact
    assert alone(rotated).show() == 0


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.__name__)
def test_the_two_readers_agree_on_every_case(case: Tampering) -> None:
    report, found = verify(case()), alone(case())
    for check in report.checks:
        ours = {str(finding.fault or "") for finding in check.findings}
        theirs = {name for name, _ in found.by_check.get(check.number, ())}
        assert (check.number, found.state(check.number), theirs) == (check.number, str(check.state), ours)


LINES = honest().lines
TEXT = "".join(LINES)


@settings(max_examples=300)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 2), st.text('0123456789abcdef",:{}[] \\n\n', max_size=2))
def test_no_change_of_the_file_passes_and_the_readers_agree(at: int, cut: int, put: str) -> None:
    spoiled = TEXT[:at] + put + TEXT[at + cut :]
    lines = spoiled.splitlines(keepends=True)
    report = verify_log.verify_log(lines, honest().copies, [KEY])
    found = standalone.check_all(lines, list(honest().copies), [standalone.read_key(KEY.text)])
    is_same = spoiled == TEXT
    assert report.is_intact is is_same
    assert any(found.has_fault(number) for number in range(1, 11)) is not is_same


@settings(max_examples=100)
@given(st.permutations(range(1, 13)), st.integers(0, 12))
def test_no_order_and_no_selection_of_the_entries_passes(order: list[int], kept: int) -> None:
    lines = [LINES[0], *(LINES[place] for place in order[:kept]), *LINES[13:]]
    is_same = order[:kept] == list(range(1, 13))
    handed = honest()
    assert verify_log.verify_log(lines, handed.copies, handed.keys).is_intact is is_same


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (honest, 0),
        (records.erased_body, 0),
        (records.still_open, 3),
        (records.no_copies, 3),
        (records.edited_body, 1),
        (records.edited_entry, 1),
        (records.cut_tail, 1),
        (records.replaced_log, 1),
        (records.reordered_lines, 1),
        (records.forged_checkpoint, 1),
        (records.missing_body, 1),
        (records.close_without_open, 1),
    ],
)
def test_the_reader_stands_alone_and_says_so_in_numbered_lines(tmp_path: Path, case: Tampering, status: int) -> None:
    run = read_alone(tmp_path, case())
    assert (run.returncode, run.stderr) == (status, "")
    assert re.findall(r"^ ?(\d+)\. ", run.stdout, re.MULTILINE) == [str(number) for number in range(1, 11)]
    named = {fault for fault, all_ in TAMPERED.items() if case in all_}
    assert named <= set(re.findall(r"fault \((.*?)\)", run.stdout))
    assert run.stdout.splitlines()[-1].startswith("verdict: NOT INTACT" if status == 1 else "verdict: intact")


def test_the_reader_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    gone = read_alone(tmp_path, honest(), "--copy", str(tmp_path / "gone.txt"))
    no_key = read_alone(tmp_path, honest(), "--key", "school.example/redact-log+ee471108+AAAA")
    for run in (gone, no_key):
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.startswith("cannot read what was given")
    assert f"the copy {tmp_path / 'gone.txt'}: no such file" in gone.stderr and "no public key" in no_key.stderr
    private = tmp_path / "signing.key"
    private.write_text("PRIVATE+KEY+TEXT")
    wrong_file = read_alone(tmp_path, honest(), "--key", str(private))
    assert str(private) in wrong_file.stderr and "TEXT" not in wrong_file.stderr and "log.vkey" in wrong_file.stderr
    no_file = read_alone(tmp_path, honest(), "--key", "SomebodysSecret")
    assert no_file.returncode == 2 and "names no file" in no_file.stderr and "Secret" not in no_file.stderr
    (tmp_path / "of-notepad.vkey").write_text(f"{honest().keys[0].text}\r\n", encoding="utf-8-sig")
    assert read_alone(tmp_path, honest(), "--key", str(tmp_path / "of-notepad.vkey")).returncode == 0
    (tmp_path / "0.txt").write_bytes(b"\xff\xfe")
    not_text = read_alone(tmp_path, replace(honest(), copies=()), "--copy", str(tmp_path / "0.txt"))
    assert not_text.returncode == 2


def test_the_reader_needs_only_one_library() -> None:
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(READER.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    roots = {name.split(".")[0] for name in imported}
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize("size", [100, 200])
def test_verifying_costs_two_hashes_an_entry_and_a_few_a_checkpoint(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    handed = record([arrived(0)] * size, range(1, size + 1, 10))
    count = [0]

    def counted(real: Callable[..., bytes]) -> Callable[..., bytes]:
        def counting(*parts: bytes) -> bytes:
            count[0] += 1
            return real(*parts)

        return counting

    for module, name in ((tree, "node_hash"), (tree, "leaf_hash"), (verify_log, "commitment")):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    assert verify(handed).is_intact
    assert 3 * size - 10 <= count[0] <= 3 * size + (size // 10) * 8  # commitment, leaf and node; a root costs the depth


def test_an_empty_record_with_a_checkpoint_is_intact_and_one_without_is_not() -> None:
    head = Checkpoint(records.ORIGIN, 0, tree.EMPTY_ROOT)
    note = sign(head, records.SIGNER)
    assert verify(Handed(Export(records.ORIGIN, (), (note,)), (note,))).is_intact
    assert not verify(Handed(Export(records.ORIGIN, (), ()), ())).is_intact
    wrong = sign(replace(head, root=bytes(32)), records.SIGNER)
    assert not verify(Handed(Export(records.ORIGIN, (), (wrong,)), (note,))).is_intact


def test_the_list_of_findings_is_cut_for_a_person() -> None:
    handed = record([arrived(0)] * 40, (40,))
    spoiled = records.with_rows(handed, [replace(row_of(n, arrived(1)), commitment=bytes(32)) for n in range(40)])
    printed = list(print_report(verify(spoiled)))
    assert "      and 20 more" in printed
    assert f"verdict: NOT INTACT, {len(verify(spoiled).faults)} faults" == printed[-1]


PAINT = "\u001b[2J\u001b[1;1Hverdict: intact, 0 notices\u001b[8m"


@dataclass(frozen=True)
class Forged(Handed):
    """An honest export with one more entry."""

    row: str = ""

    @property
    def lines(self) -> list[str]:
        whole = list(print_export(self.export))
        notes = [line for line in whole if '"checkpoint"' in line]
        return [*(line for line in whole if line not in notes), self.row, *notes]


def forged(**facts: object) -> Forged:
    """Put one more entry into an honest export, whose body says what nobody may say; it fits its commitment."""
    number, salt = len(honest().export.rows), "b" * 64
    body = {"n": number, "at": "2026-09-08T08:00:00.000Z", "kind": "deletion.closed", **facts}
    committed = hashlib.sha256(bytes.fromhex(salt) + standalone.spell(body).encode()).hexdigest()
    row = standalone.spell({"body": body, "commitment": committed, "n": number, "salt": salt}) + "\n"
    return Forged(honest().export, honest().copies, row=row)


@pytest.mark.parametrize(
    "facts",
    [{"opened": PAINT}, {"opened": [1]}, {"opened": {"a": 1}}, {"kind": PAINT}, {"kind": ["deletion.closed"]},
     {"kind": {"a": 1}}, {"at": PAINT}, {"at": "9" + PAINT}, {"at": ["x"]}, {"photo": [PAINT], "opened": 0},
     {"kind": "workspace.set-back", "size": [1], "found": PAINT}, {"kind": "body.erased", "entry": [PAINT]},
     {"opened": 77777777, "photo": "deadbeef", "at": "x"}],
    ids=range(13),
)  # fmt: skip
def test_the_stand_alone_reader_prints_nothing_of_a_body_that_failed(tmp_path: Path, facts: dict[str, object]) -> None:
    """Escape codes paint over what was printed; what cannot be a key of a table is a fault, and no traceback."""
    done = read_alone(tmp_path, forged(**facts))
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert done.stdout.splitlines()[-1].startswith("verdict: NOT INTACT")
    assert done.stdout.replace("\n", "").isprintable() and "\u001b" not in done.stdout + done.stderr
    assert not any(word in done.stdout for word in ("[2J", "verdict: intact", "77777777", "deadbeef"))


def test_an_excerpt_with_such_a_body_is_a_fault_too() -> None:
    whole, facts = honest(), {"opened": [1]}
    row = json.loads(forged(**facts).row) | {"path": []}
    note = json.loads(next(line for line in whole.lines if '"checkpoint"' in line))["checkpoint"]
    head = {"asked": {}, "checkpoint": note, "format": "redact-excerpt/1", "origin": KEY.name}
    lines = [standalone.spell(head) + "\n", standalone.spell(row) + "\n"]
    assert standalone.check_excerpt(lines, [], [standalone.read_key(KEY.text)]).show() == 1


def test_the_name_of_a_file_that_cannot_be_read_paints_nothing(tmp_path: Path) -> None:
    done = read_alone(tmp_path, honest(), "--copy", str(tmp_path / PAINT.replace("/", "")))
    assert done.returncode == 2 and "\u001b" not in done.stderr


@pytest.mark.parametrize("text", [PAINT, "\u202eintact", "e\u0301\u200b", "a\nverdict: intact", "\x9b2J", "\ud800"])
def test_whatever_the_stand_alone_reader_prints_of_a_text_passes_a_filter(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The net below the rule that nothing of a failed body is printed: a sentence that quotes one paints nothing."""
    findings = standalone.Findings({1: "Is it?"})
    findings.fault(1, "malformed", f"it says {text}")
    findings.fault(1, text, "it says so")
    assert findings.show() == 1
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert len(lines) == 4 and lines[-1] == "verdict: NOT INTACT, 2 faults"
    assert printed.isascii() and all(line.isprintable() for line in lines)
    assert len(standalone.plain("x" * 10_000)) < 1_000
