"""docs/audit-log.md is executed: its example, its vectors and its tables, with nothing but hashlib where possible."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redact.audit import kinds, tree
from redact.audit.checkpoint import open_note, parse_key, public_key, sign
from redact.audit.events import commitment, leaf_of, link_tag, name_tag, parse_body, person_tag, print_body, reading_of
from redact.audit.filters import Filters
from redact.audit.verify import log as verify_log
from redact.audit.verify import proofs, standalone, verdict
from redact.audit.verify.export import parse_export, print_export
from redact.store.log import check as log_check

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "audit-log.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```\w+ (\w+)\n(.*?)```\n", DOCUMENT, re.DOTALL))
LINES = BLOCKS["export"].splitlines(keepends=True)
KEY = BLOCKS["vkey"].strip()
TAGS: dict[str, str] = json.loads(BLOCKS["tags"])
LEAVES: dict[str, Any] = json.loads(BLOCKS["leaves"])


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def test_the_example_is_intact_for_both_readers(capsys: pytest.CaptureFixture[str]) -> None:
    report = verify_log.verify_log(LINES, [BLOCKS["copy"]], [parse_key(KEY)])
    assert report.is_intact and not report.notices
    assert standalone.check_all(LINES, [BLOCKS["copy"]], [standalone.read_key(KEY)]).show() == 0
    assert capsys.readouterr().out.endswith("verdict: intact, 0 notices\n")


def test_the_example_is_printed_as_it_stands() -> None:
    export = parse_export(LINES)
    assert list(print_export(export)) == LINES
    assert BLOCKS["copy"] == export.notes[-1]
    bodies = [row.body for row in export.rows if row.body is not None]
    assert [print_body(*parse_body(body)) for body in bodies] == bodies
    assert BLOCKS["body"].strip().encode() == bodies[1]


def test_the_leaves_follow_from_the_document_alone() -> None:
    rows = [json.loads(line) for line in LINES[1:-2]]
    assert len(rows) == len(LEAVES["entries"]) == 4
    for row, entry in zip(rows, LEAVES["entries"], strict=True):
        body = json.dumps(row["body"], sort_keys=True, separators=(",", ":")).encode("ascii")
        committed = sha256(bytes.fromhex(entry["salt"]), body)
        leaf = b"redact-log/1" + b"\x0a" + committed
        assert (row["n"], row["salt"], row["commitment"]) == (entry["n"], entry["salt"], entry["commitment"])
        assert (len(leaf), sha256(b"\x00", leaf).hex()) == (45, entry["leaf hash"])
        assert committed.hex() == entry["commitment"]
        assert leaf_of(commitment(bytes.fromhex(entry["salt"]), body)) == leaf


def test_the_roots_and_proofs_follow_from_the_leaf_hashes() -> None:
    a, b, c, d = (bytes.fromhex(entry["leaf hash"]) for entry in LEAVES["entries"])
    left, right = sha256(b"\x01", a, b), sha256(b"\x01", c, d)
    root = sha256(b"\x01", left, right)
    assert (LEAVES["root of 2"], LEAVES["root of 4"]) == (left.hex(), root.hex())
    assert LEAVES["inclusion proof of entry 1 in 4"] == [a.hex(), right.hex()]
    assert LEAVES["consistency proof from 2 to 4"] == [right.hex()]
    tree.verify_inclusion(b, 1, 4, [a, right], root)
    tree.verify_consistency(2, left, 4, root, [right])


def test_the_checkpoints_follow_from_the_seed_and_the_roots() -> None:
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(LEAVES["signing seed (RFC 8032)"]))
    public = signer.public_key().public_bytes_raw()
    origin = json.loads(LINES[0])["origin"]
    key_id = sha256(origin.encode() + b"\x0a\x01" + public)[:4]
    assert f"{origin}+{key_id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}" == KEY
    for size, line in zip((2, 4), LINES[-2:], strict=True):
        text = f"{origin}\n{size}\n{base64.b64encode(bytes.fromhex(LEAVES[f'root of {size}'])).decode()}\n"
        signature = base64.b64encode(key_id + signer.sign(text.encode())).decode()
        note = json.loads(line)["checkpoint"]
        assert note == f"{text}\n\u2014 {origin} {signature}\n"
        assert sign(open_note(note, [public_key(origin, signer)]), signer) == note


def test_the_tags_follow_from_the_key() -> None:
    key = bytes.fromhex(TAGS["key"])
    for label, text, tag, tag_of in (
        ("file name", TAGS["file name"], TAGS["tag of the file name"], name_tag),
        ("person", TAGS["person"], TAGS["tag of the person"], person_tag),
        ("link", TAGS["link"], TAGS["tag of the link"], link_tag),
    ):
        expected = hmac.new(key, f"redact-log/1 {label}".encode() + b"\x00" + text.encode(), hashlib.sha256).hexdigest()
        assert expected == tag == tag_of(key, text)


def test_the_table_of_kinds_is_the_codes() -> None:
    table = DOCUMENT.partition("<!-- kinds -->")[2].partition("<!-- shapes -->")[0]
    rows = re.findall(r"^\| `([a-z.-]+)` \| (.*) \|$", table, re.MULTILINE)
    told = {
        kind: dict(re.findall(r"`(\w+\??)` ([a-z0-9-]+)", facts)) for kind, facts in rows if kind in set(kinds.Kind)
    }
    assert told == {
        kind.value: {name: shape.name for name, shape in facts.items()} for kind, facts in kinds.FACTS.items()
    }
    assert set(kinds.FACTS) == set(kinds.Kind)


def test_the_table_of_shapes_is_the_codes() -> None:
    for shape in kinds.SHAPES:
        assert f"\n| {shape.name} | {shape.rule} |\n" in DOCUMENT
    used = {shape for facts in kinds.FACTS.values() for shape in facts.values()}
    assert used == set(kinds.SHAPES)


def test_former_spellings_are_the_codes() -> None:
    rows = re.findall(r"^\| `([a-z.-]+)` \| `([a-z.-]+)` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    told = {former: (today, facts.replace("`", "")) for former, today, facts in rows}
    expected = {}
    for word, former in kinds.FORMER.items():
        names = [f"{before} is {today}" for before, today in former.names.items()]
        words = [f"{before.replace('=', ' ')} is {today}" for before, today in former.words.items()]
        expected[word] = (former.kind.value, ", ".join(names + words) or "the same")
    assert told == expected


def test_those_that_stay_are_named() -> None:
    stays = {kind.value.split(".")[0] for kind in kinds.Kind if kind.value not in kinds.ERASABLE}
    (told,) = re.findall(r"whose kind begins with (.*?),\nand", DOCUMENT, re.DOTALL)
    assert set(re.findall(r"`([a-z]+)\.`", told)) == stays - {"device", "file"}
    for family in stays - {"device", "file"}:
        assert not [word for word in kinds.ERASABLE if word.startswith(f"{family}.")]
    assert {"device.attested", "file.gone"}.isdisjoint(kinds.ERASABLE)


def test_every_fault_and_every_question_is_in_the_tables_of_checks() -> None:
    rows = re.findall(r"^\| (E?)(\d+) \| (.*?) \| (.*?) \|$", DOCUMENT, re.MULTILINE)
    told = {mark: [(int(number), asked) for m, number, asked, _ in rows if m == mark] for mark in ("", "E")}
    alone = dict(standalone.QUESTIONS)
    assert [number for number, _ in told[""]] == list(range(1, 14))
    assert dict(told[""]) | log_check.QUESTIONS == dict(told[""])
    assert len(verify_log.QUESTIONS) == len(alone) == 10
    assert dict(told["E"]) == dict(enumerate(proofs.QUESTIONS, 1))
    assert standalone.EXCERPT_QUESTIONS.keys() == dict(told["E"]).keys()
    named = set(re.findall(r"`([a-z ]+)`", " ".join(faults for _, _, _, faults in rows)))
    assert named == set(verdict.Fault) == set(verdict.MEANING)


def test_the_excerpt_of_the_document_is_that_of_its_log() -> None:
    lines = BLOCKS["excerpt"].splitlines(keepends=True)
    excerpt = proofs.parse_excerpt(lines)
    assert list(proofs.print_excerpt(excerpt)) == lines
    whole = parse_export(LINES)
    asked = Filters(**excerpt.asked)
    rows = [row for row in whole.rows if isinstance(said := reading_of(row.body), tuple) and asked.fit(said[1])]
    grown = tree.plant([tree.leaf_hash(leaf_of(row.commitment)) for row in whole.rows])
    assert proofs.prove(whole.origin, excerpt.asked, whole.notes[-1], grown, rows) == excerpt
    assert [proven.row.number for proven in excerpt.entries] == [2, 3]
    report = proofs.verify_excerpt(lines, [BLOCKS["copy"]], [parse_key(KEY)])
    assert report.is_intact and not report.notices
    assert standalone.check_excerpt(lines, [BLOCKS["copy"]], [standalone.read_key(KEY)]).show() == 0


def test_the_paths_of_the_excerpt_follow_from_the_leaf_hashes_of_the_document() -> None:
    a, b, c, d = (bytes.fromhex(entry["leaf hash"]) for entry in LEAVES["entries"])
    left = sha256(b"\x01", a, b).hex()
    paths = [json.loads(line)["path"] for line in BLOCKS["excerpt"].splitlines()[1:]]
    assert paths == [[d.hex(), left], [c.hex(), left]]
