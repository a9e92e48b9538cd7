"""Check an audit log offline: one file, Python 3.11 or newer, the `cryptography` package, and nothing else.

    python standalone.py EXPORT --key VERIFIER-KEY [--key ...] [--copy FILE ...]

EXPORT is the audit log as it was handed over, or an excerpt of it with proofs; VERIFIER-KEY the public key, or a file
that holds it, which you should have had from somebody else; FILE a copy of one or more checkpoints from a checkpoint
mirror.  The formats and the numbered checks are those of docs/audit-log.md; this file was written from that document
and shares no line with the program, so that a mistake in the one is found by the other.  That it is handed out as one
file is why it is longer than the 400 lines that any other module may have.  It reads the files it is given, writes
nothing and opens no connection.
Whoever made the export may want this page to lie: what is printed passes a filter (`plain`), and of a body that failed
a check nothing is printed but the number of its entry.

Exit status: 0 intact; 1 at least one fault; 2 wrong arguments or an unreadable file; 3 intact, with notices.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import json
import re
import sys
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

QUESTIONS = {
    1: "Is every line spelled the one way?",
    2: "Are the entries numbered in order, in the file and in their bodies?",
    3: "Does every body with its salt give its commitment?",
    4: "Is every body readable, and every missing one erased by a later entry?",
    5: "Is every checkpoint signed by a known key for this log?",
    6: "Do the entries give the root of each checkpoint in the export?",
    7: "Do the entries give the root of each copy from the checkpoint mirror?",
    8: "Does a checkpoint vouch for the last entry?",
    9: "Was every deletion opened before it was closed, and closed after it was opened?",
    10: "Do the times run forward?",
}
EXCERPT_QUESTIONS = {
    1: "Is every line spelled the one way?",
    2: "Do the numbers of the entries ascend, in the file and in their bodies?",
    3: "Does every body with its salt give its commitment?",
    4: "Is every body readable?",
    5: "Is the checkpoint signed by a known key for this log?",
    6: "Does every entry's proof lead to the root of the checkpoint?",
    7: "Is the checkpoint the one that lies in the checkpoint mirror?",
    8: "Is every end of a deletion that of its beginning?",
}
DELETIONS = {"deletion.opened", "deletion.closed", "deletion.attested", "deletion.rechecked"}
ENDS = DELETIONS - {"deletion.opened"}
COUNTS = range(2**53)  # section 1, rule 2
SHOWN = 20  # findings printed per check
MOST_KEY = 4096  # characters read of a key file; a key has 150
LONGEST = 400  # characters printed of one finding
NAME = "[!-*,-~]{1,100}"  # section 4, rule 1
NOTE = re.compile(rf"({NAME})\n(0|[1-9][0-9]{{0,15}})\n(\S{{43}}=)\n\n((?:\u2014 {NAME} \S+\n){{1,16}})")
NOTES = re.compile("[^\u2014]+(?:\u2014 .*\\n)*|\u2014")  # a note ends with its last signature line
TIME = re.compile(r"[2-9][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")
HEX_32 = re.compile(r"[0-9a-f]{64}")
KIND = re.compile(r"(?=.{1,24}\Z)[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")  # section 2


Key = tuple[str, bytes, bytes]  # name, key id, public key


def plain(text: object) -> str:
    """Return a text as it may be printed: a terminal obeys control characters, and a reader letters that look alike."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in str(text))[:LONGEST]


class Bad(Exception):
    """A text is not what the format allows."""


class Checkpoint(NamedTuple):
    """A checkpoint: signed text and what it says."""

    size: int
    root: bytes
    origin: str
    signed: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]


class Findings:
    """What the checks found, by number; a check that was not begun is not done."""

    def __init__(self, questions: dict[int, str]) -> None:
        self.questions = questions
        self.by_check: dict[int, list[tuple[str, str]]] = {}
        self.failed: set[int] = set()  # entries whose body failed check 3 or 4: nothing that it says is printed

    def begin(self, *numbers: int) -> None:
        """Say that these checks are done from here on."""
        for number in numbers:
            self.by_check.setdefault(number, [])

    def fault(self, number: int, name: str, sentence: str) -> None:
        """Say that the audit log is not what was written; without a name: that a person should look."""
        self.by_check.setdefault(number, []).append((name, sentence))

    def has_fault(self, *numbers: int) -> bool:
        """Return whether one of these checks found a fault."""
        return any(name for number in numbers for name, _ in self.by_check.get(number, ()))

    def state(self, number: int) -> str:
        """Return in a word how a check ended."""
        if number not in self.by_check:
            return "not done"
        if self.has_fault(number):
            return "NO"
        return "yes, but look" if self.by_check[number] else "yes"

    def show(self) -> int:
        """Print everything, and return the exit status."""
        for number, question in self.questions.items():
            found = self.by_check.get(number)
            print(f"{number:2}. {question}  {self.state(number)}")
            for name, sentence in (found or [])[:SHOWN]:
                print(plain(f"      {f'fault ({name})' if name else 'notice'}: {sentence}"))
            if len(found or []) > SHOWN:
                print(f"      and {len(found or []) - SHOWN} more")
        names = [name for found in self.by_check.values() for name, _ in found]
        faults, notices = len(names) - names.count(""), names.count("")
        number, word = (faults, "fault") if faults else (notices, "notice")
        verdict = f"{'NOT INTACT' if faults else 'intact'}, {number:,} {word}{'' if number == 1 else 's'}"
        print(f"verdict: {verdict}")
        return 1 if faults else 3 if notices else 0


spell = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode  # the one spelling


def unbase64(text: str) -> bytes:
    """Return the bytes of a base64 text of one spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if not raw or base64.b64encode(raw).decode() != text:
        raise Bad("not base64, or with stray bits")
    return raw


def read_key(text: str) -> Key:
    """Return name, key id and public key of a verifier key (section 4, rule 5)."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    typed = unbase64(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    if len(typed) != 33 or typed[0] != 1 or expected.hex() != key_id:
        raise Bad("not a verifier key of type Ed25519, or not copied whole")
    return name, expected, typed[1:]


def read_note(text: str) -> Checkpoint:
    """Return the checkpoint that a note spells (section 4); no signature is checked."""
    match = NOTE.fullmatch(text)
    if match is None:
        raise Bad("not the one spelling of a checkpoint")
    origin, size, root, lines = match.groups()
    named = [(line.split(" ")[1], unbase64(line.split(" ")[2])) for line in lines.splitlines()]
    if any(len(raw) <= 4 for _, raw in named):
        raise Bad("a signature is too short")
    signatures = tuple((name, raw[:4], raw[4:]) for name, raw in named)
    return Checkpoint(int(size), unbase64(root), origin, text[: text.index("\n\n") + 1].encode(), signatures)


def is_signed(checkpoint: Checkpoint, keys: list[Key]) -> bool:
    """Return whether a known key signed it, and no signature of a known key is false (section 4, rule 6)."""
    good = False
    for name, key_id, signature in checkpoint.signatures:
        for public in [key[2] for key in keys if key[:2] == (name, key_id) and name == checkpoint.origin]:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signature, checkpoint.signed)
            except InvalidSignature:
                return False
            good = True
    return good


def read_line(line: str) -> dict[str, Any]:
    """Return the object of one line, which must be spelled the one way."""
    try:
        parsed = json.loads(line)
        is_one_spelling = line.isascii() and isinstance(parsed, dict) and spell(parsed) + "\n" == line
    except (ValueError, RecursionError):
        raise Bad("not JSON") from None
    if not is_one_spelling:
        raise Bad("not spelled the one way")
    return dict(parsed)


def is_hash(value: object) -> bool:
    """Return whether this is 32 bytes in hex."""
    return isinstance(value, str) and HEX_32.fullmatch(value) is not None


def is_entry(row: dict[str, Any]) -> bool:
    """Return whether this object has the members of an entry."""
    if row.keys() != {"body", "commitment", "n", "salt"} or type(row["n"]) is not int or not is_hash(row["commitment"]):
        return False
    if row["n"] not in COUNTS:
        return False
    return row["body"] is row["salt"] is None or (isinstance(row["body"], dict) and is_hash(row["salt"]))


def read_export(lines: list[str]) -> tuple[str, list[dict[str, Any]], list[Checkpoint]]:
    """Return origin, entries and checkpoints of an export (section 5)."""
    rows: list[dict[str, Any]] = []
    checkpoints: list[Checkpoint] = []
    header = read_line(lines[0] if lines else "")
    if header != {"format": "redact-log/1", "origin": str(header.get("origin"))}:
        raise Bad("line 1 is not the first line of a redact-log/1")
    for number, line in enumerate(lines[1:], start=2):
        try:
            row = read_line(line)
            if row.keys() == {"checkpoint"} and isinstance(row["checkpoint"], str):
                checkpoints.append(read_note(row["checkpoint"]))
            elif checkpoints or not is_entry(row):
                raise Bad("neither an entry nor a checkpoint, or out of place")
            else:
                rows.append(row)
        except Bad as bad:
            raise Bad(f"line {number}: {bad}") from None
    if any(after.size <= before.size for before, after in itertools.pairwise(checkpoints)):
        raise Bad("the checkpoints are not in the order of their sizes")
    return header["origin"], rows, checkpoints


def read_excerpt(lines: list[str]) -> tuple[str, list[dict[str, Any]], Checkpoint]:
    """Return origin, entries (each with its path) and checkpoint of an excerpt (section 8)."""
    header = read_line(lines[0] if lines else "")
    asked = header.get("asked")
    if header.keys() != {"asked", "checkpoint", "format", "origin"} or header["format"] != "redact-excerpt/1":
        raise Bad("line 1 is not the first line of a redact-excerpt/1")
    if not isinstance(asked, dict) or not all(isinstance(text, str) for text in (header["origin"], *asked.values())):
        raise Bad("line 1 does not say what was asked for, or of which log")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        row = read_line(line)
        path = row.get("path")
        is_path = isinstance(path, list) and len(path) <= 53 and all(is_hash(step) for step in path)
        if not is_path or not is_entry({name: row[name] for name in row if name != "path"}):
            raise Bad(f"line {number} is not an entry with its proof")
        rows.append(row)
    return header["origin"], rows, read_note(str(header["checkpoint"]))


def read_copies(texts: list[str], findings: Findings) -> list[Checkpoint]:
    """Return the checkpoints of the checkpoint mirror; one that cannot be read is a fault of check 1."""
    checkpoints = []
    for note in (note for text in texts for note in NOTES.findall(text)):
        try:
            checkpoints.append(read_note(note))
        except Bad as bad:
            findings.fault(1, "malformed", f"a copy from the checkpoint mirror: {bad}")
    return checkpoints


def check_numbers(rows: list[dict[str, Any]], findings: Findings) -> None:
    """Check 2: numbered in order, in the file and in the bodies."""
    findings.begin(2)
    numbers = [row["n"] for row in rows]
    present = set(numbers)
    missing = next((number for number in range(max(numbers, default=-1) + 1) if number not in present), None)
    if missing is not None:
        findings.fault(2, "missing entry", f"entry {missing} is not in the export")
    for before, after in itertools.pairwise(numbers):
        if after <= before:
            findings.fault(2, "reordered", f"entry {after} stands after entry {before}")
    for row in rows:
        if isinstance(row["body"], dict) and type(row["body"].get("n")) is int and row["body"]["n"] != row["n"]:
            findings.fault(2, "reordered", f"entry {row['n']} says in its body that it is another one")


def check_commitments(rows: list[dict[str, Any]], findings: Findings) -> None:
    """Check 3: commitment = SHA-256(salt || body)."""
    findings.begin(3)
    for row in rows:
        if row["body"] is not None:
            committed = hashlib.sha256(bytes.fromhex(row["salt"]) + spell(row["body"]).encode()).hexdigest()
            if committed != row["commitment"]:
                findings.failed.add(row["n"])
                findings.fault(3, "edited entry", f"entry {row['n']}: its body and salt do not give its commitment")


def check_bodies(rows: list[dict[str, Any]], findings: Findings) -> None:
    """Check 4: bodies are flat and have number, time and kind; missing ones were erased by a later entry."""
    findings.begin(4)
    erased = {
        row["body"]["entry"]: row["n"]
        for row in rows
        if fact_of(row, "kind") == "body.erased"
        and type(fact_of(row, "entry")) is int
        and fact_of(row, "entry") < row["n"]
    }
    for row in rows:
        body, number = row["body"], row["n"]
        if body is None and number not in erased:
            findings.fault(4, "missing body", f"entry {number} has no body, and no entry says that it was erased")
        if body is None:
            continue
        is_flat = all(isinstance(fact, str) or (type(fact) is int and fact in COUNTS) for fact in body.values())
        kind, at = word_of(row, "kind"), word_of(row, "at")
        if not is_flat or "\\" in spell(body) or not TIME.fullmatch(at) or not KIND.fullmatch(kind):
            findings.failed.add(number)
            findings.fault(4, "unknown event", f"entry {number} is not a body")
        elif kind.startswith(("deletion.", "body.")) and kind not in DELETIONS | {"body.erased"}:
            findings.fault(4, "unknown event", f"entry {number} ends or erases something in a way unknown to this file")
        if number in erased:
            findings.fault(4, "", f"entry {erased[number]} says that entry {number} was erased; its body is here")


def fact_of(row: dict[str, Any], fact: str) -> Any:
    """Return a fact of an entry, None without body or fact."""
    return row["body"].get(fact) if row["body"] else None


def word_of(row: dict[str, Any], fact: str) -> str:
    """Return a fact that is a text, "" where it is none: a list of a forged body would stop the checks."""
    value = fact_of(row, fact)
    return value if isinstance(value, str) else ""


def check_signatures(
    checkpoints: list[Checkpoint], place: str, origin: str, keys: list[Key], findings: Findings
) -> list[Checkpoint]:
    """Check 5: return the checkpoints that a known key signed for this log, smallest first."""
    findings.begin(5)
    good = [checkpoint for checkpoint in checkpoints if checkpoint.origin == origin and is_signed(checkpoint, keys)]
    for checkpoint in checkpoints:
        if checkpoint not in good:
            findings.fault(
                5, "forged checkpoint", f"{place}: the one of size {checkpoint.size} is not signed for this log"
            )
    return sorted(good, key=lambda checkpoint: checkpoint.size)


def roots_at(rows: list[dict[str, Any]], sizes: set[int]) -> dict[int, bytes]:
    """Return the RFC 6962 root of the first n entries, for each n asked for."""
    roots = {0: hashlib.sha256(b"").digest()}
    stack: list[tuple[int, bytes]] = []  # complete subtrees: size and root, largest first
    for size, row in enumerate(rows, start=1):
        leaf = b"redact-log/1\n" + bytes.fromhex(row["commitment"])
        stack.append((1, hashlib.sha256(b"\x00" + leaf).digest()))
        while len(stack) > 1 and stack[-2][0] == stack[-1][0]:
            (_, left), (count, right) = stack[-2:]
            stack[-2:] = [(2 * count, hashlib.sha256(b"\x01" + left + right).digest())]
        if size in sizes:
            root = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                root = hashlib.sha256(b"\x01" + left + root).digest()
            roots[size] = root
    return roots


def check_roots(
    number: int, fault: str, checkpoints: list[Checkpoint], rows: list[dict[str, Any]], findings: Findings
) -> int:
    """Checks 6 and 7: return how many entries these checkpoints vouch for."""
    findings.begin(number)
    roots, good = roots_at(rows, {checkpoint.size for checkpoint in checkpoints}), 0
    within = [checkpoint for checkpoint in checkpoints if checkpoint.size <= len(rows)]
    for checkpoint in within:
        if roots[checkpoint.size] != checkpoint.root:
            changed = f"an entry from {good} to {max(checkpoint.size - 1, 0)} is not the one that was signed"
            findings.fault(number, fault, f"the checkpoint of size {checkpoint.size} does not fit: {changed}")
            break
        good = checkpoint.size
    if len(within) < len(checkpoints):
        findings.fault(
            number, "cut tail", f"a checkpoint counts {checkpoints[-1].size} entries, and {len(rows)} are here"
        )
    return good


def part_given_up(copies: list[Checkpoint], rows: list[dict[str, Any]], findings: Findings) -> list[Checkpoint]:
    """Check 7: take out copies of a history given up for a backup (`workspace.set-back`), a notice each time."""
    roots = roots_at(rows, {copy.size for copy in copies})
    for row in rows:
        size, kept = fact_of(row, "size"), fact_of(row, "found")
        if fact_of(row, "kind") != "workspace.set-back" or type(size) is not int or type(kept) is not int:
            continue
        if row["n"] in findings.failed:
            continue  # a body that failed excuses nothing
        lost = [copy for copy in copies if kept < copy.size <= size and roots.get(copy.size) != copy.root]
        if lost:
            copies = [copy for copy in copies if copy not in lost]
            claim = f"a history of {size} entries was given up for a backup, and the first {kept} of it are here"
            findings.fault(7, "", f"entry {row['n']} says that {claim}")
    return copies


def check_deletions(rows: list[dict[str, Any]], findings: Findings) -> None:
    """Check 9: every end of a deletion has its beginning, and the other way round."""
    findings.begin(9)
    begins = [row for row in rows if fact_of(row, "kind") == "deletion.opened"]
    opened = {row["n"]: (fact_of(row, "photo"), fact_of(row, "device")) for row in begins}
    closed: set[int] = set()
    for row in rows:
        kind, begun = word_of(row, "kind"), fact_of(row, "opened")
        if kind not in ENDS:
            continue
        is_earlier = type(begun) is int and begun < row["n"]
        if not is_earlier or opened.get(begun) != (fact_of(row, "photo"), fact_of(row, "device")):
            may_say = is_earlier and row["n"] not in findings.failed
            which = f"entry {begun} did not open" if may_say else "no earlier entry opened"
            findings.fault(9, "close without open", f"entry {row['n']} ends what {which}")
        elif kind != "deletion.rechecked":
            if begun in closed:
                which = "a deletion" if row["n"] in findings.failed else f"the deletion of entry {begun}"
                findings.fault(9, "", f"entry {row['n']} closes {which} a second time")
            closed.add(begun)
    for begun in opened.keys() - closed:
        findings.fault(9, "", f"the deletion opened by entry {begun} was never closed")


def check_times(rows: list[dict[str, Any]], findings: Findings) -> None:
    """Check 10: the clock ran forward."""
    findings.begin(10)
    latest = ""
    for row in rows:
        at = word_of(row, "at") if TIME.fullmatch(word_of(row, "at")) else latest
        if at < latest:
            findings.fault(10, "", f"the clock went back at entry {row['n']}")
        latest = at


def check_all(lines: list[str], texts: list[str], keys: list[Key]) -> Findings:
    """Make the ten checks in order; those that cannot be made are left out and show as not done."""
    findings = Findings(QUESTIONS)
    findings.begin(1)
    copies = read_copies(texts, findings)
    try:
        origin, rows, checkpoints = read_export(lines)
    except Bad as bad:
        findings.fault(1, "malformed", str(bad))
        return findings
    check_numbers(rows, findings)
    check_commitments(rows, findings)
    own = check_signatures(checkpoints, "in the export", origin, keys, findings)
    copies = check_signatures(copies, "from the checkpoint mirror", origin, keys, findings)
    if findings.has_fault(2):
        return findings
    check_bodies(rows, findings)
    vouched = check_roots(6, "edited entry", own, rows, findings)
    is_edited = any(name == "edited entry" for name, _ in findings.by_check[6])
    copies = part_given_up(copies, rows, findings)
    vouched = max(vouched, check_roots(7, "edited entry" if is_edited else "replaced log", copies, rows, findings))
    if not copies and not findings.by_check[7]:
        findings.fault(7, "", "no copies were given: a new history signed with the same key would pass")
    findings.begin(8)
    if not own and not copies:
        findings.fault(8, "unsigned log", "no checkpoint with a good signature vouches for this log")
    elif vouched < len(rows) and not findings.has_fault(6, 7):
        findings.fault(8, "", f"no checkpoint vouches for the entries {vouched} to {len(rows) - 1} yet")
    check_deletions(rows, findings)
    check_times(rows, findings)
    return findings


def root_of(index: int, size: int, node: bytes, path: list[str]) -> bytes:
    """Return the root to which a path leads from entry `index` of `size` (RFC 9162 section 2.1.3.2)."""
    last = size - 1
    for step in map(bytes.fromhex, path):
        if last == 0:
            return b""  # too long
        if index % 2 or index == last:
            node = hashlib.sha256(b"\x01" + step + node).digest()
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + step).digest()
        index, last = index // 2, last // 2
    return b"" if last else node  # too short


def check_paths(rows: list[dict[str, Any]], checkpoint: Checkpoint, findings: Findings) -> None:
    """Check 6 of an excerpt: every entry is where its proof says."""
    findings.begin(6)
    for row in rows:
        leaf = hashlib.sha256(b"\x00redact-log/1\n" + bytes.fromhex(row["commitment"])).digest()
        if row["n"] >= checkpoint.size or root_of(row["n"], checkpoint.size, leaf, row["path"]) != checkpoint.root:
            findings.fault(6, "not in the log", f"entry {row['n']} is not in the tree of {checkpoint.size} entries")


def check_same(checkpoint: Checkpoint, copies: list[Checkpoint], findings: Findings) -> None:
    """Check 7 of an excerpt: the checkpoint mirror has the same checkpoint."""
    findings.begin(7)
    roots = {copy.root for copy in copies if copy.size == checkpoint.size}
    if roots - {checkpoint.root}:
        findings.fault(7, "replaced log", f"the checkpoint mirror has another checkpoint of size {checkpoint.size}")
    elif not roots:
        findings.fault(
            7, "", f"no copy of a checkpoint of size {checkpoint.size} was given, so that they cannot be compared"
        )


def check_excerpt(lines: list[str], texts: list[str], keys: list[Key]) -> Findings:
    """Make the eight checks of an excerpt."""
    findings = Findings(EXCERPT_QUESTIONS)
    findings.begin(1)
    copies = read_copies(texts, findings)
    try:
        origin, rows, checkpoint = read_excerpt(lines)
    except Bad as bad:
        findings.fault(1, "malformed", str(bad))
        return findings
    check_numbers(rows, findings)
    findings.by_check[2] = [found for found in findings.by_check[2] if found[0] != "missing entry"]  # it is an excerpt
    check_commitments(rows, findings)
    check_bodies(rows, findings)
    whole = "; whether it was erased, the whole log shows"
    findings.by_check[4] = [
        ("", s + whole) if name == "missing body" else (name, s) for name, s in findings.by_check[4]
    ]
    own = check_signatures([checkpoint], "in the excerpt", origin, keys, findings)
    copies = check_signatures(copies, "from the checkpoint mirror", origin, keys, findings)
    check_paths(rows, checkpoint, findings)
    if own:
        check_same(checkpoint, copies, findings)
    opened = {row["n"] for row in rows if fact_of(row, "kind") == "deletion.opened"}
    check_deletions(
        [row for row in rows if type(fact_of(row, "opened")) is not int or fact_of(row, "opened") in opened], findings
    )
    findings.by_check[8] = findings.by_check.pop(9)
    print(
        f"an excerpt: {len(rows)} of {checkpoint.size} entries. It shows that these are in the audit log, not that "
        "all are here"
    )
    return findings


def read_file(name: str, what: str, most: int = -1) -> str:
    """Return the text of a file, `what` it was given as, or its first characters; its line ends stay as they are."""
    try:
        with open(name, encoding="utf-8", newline="") as file:  # noqa: PTH123  # this package does not know pathlib
            return file.read(most)
    except OSError as error:
        raise Bad(f"{what} {name}: {(error.strerror or 'unknown reason').lower()}. Check the name") from error
    except ValueError as error:
        raise Bad(f"{what} {name} is no text: is it the right file?") from error


def find_key(given: str) -> Key:
    """Return the key that is given, or that lies in the file that is given; neither is repeated: it may be private."""
    which, content = "what stands after --key", given
    if not is_key(given):
        try:
            content = read_file(given, "", MOST_KEY).removeprefix("\ufeff").strip()  # Windows' mark of UTF-8
            which = f"what lies in the key file {given}"
        except Bad:
            which += ", which names no file of text either,"
    try:
        return read_key(content)
    except Bad as error:
        raise Bad(
            f"{which} is no public key of an audit log ({error}). It is one line, name+id+key: "
            "redact audit key prints it, and keys/log.vkey in the workspace holds it"
        ) from error


def is_key(text: str) -> bool:
    """Return whether a text is a verifier key."""
    try:
        return bool(read_key(text))
    except Bad:
        return False


def main(arguments: list[str] | None = None) -> int:
    """Read the files, make the checks, print them, and return the exit status."""
    exits = (__doc__ or "").rsplit("\n\n", 1)[-1]
    parser = argparse.ArgumentParser(description="Check an audit log offline.", epilog=exits)
    parser.add_argument("export", metavar="EXPORT")
    parser.add_argument("--key", action="append", required=True, metavar="VERIFIER-KEY")
    parser.add_argument("--copy", action="append", default=[], metavar="FILE")
    given = parser.parse_args(arguments)
    try:
        keys = [find_key(text) for text in given.key]
        lines = read_file(given.export, "the export").splitlines(keepends=True)
        texts = [read_file(name, "the copy") for name in given.copy]
    except Bad as error:
        print(plain(f"cannot read what was given: {error}"), file=sys.stderr)
        return 2
    check = check_excerpt if lines and lines[0].startswith('{"asked":') else check_all
    return check(lines, texts, keys).show()


if __name__ == "__main__":
    sys.exit(main())
