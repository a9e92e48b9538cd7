"""Small records with known keys and salts, and what an attacker makes of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redact.audit import tree
from redact.audit.checkpoint import Checkpoint, LogKey, public_key, sign
from redact.audit.events import Event, commitment, leaf_of, make_event, print_body
from redact.audit.kinds import Kind
from redact.audit.verify.export import Export, Row, print_export

ORIGIN = "school.example/redact-log"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY = public_key(ORIGIN, SIGNER)


@dataclass(frozen=True, slots=True)
class Handed:
    """What an auditor is handed."""

    export: Export
    copies: tuple[str, ...]
    keys: tuple[LogKey, ...] = (KEY,)

    @property
    def lines(self) -> list[str]:
        return list(print_export(self.export))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def at(second: int) -> str:
    return f"2026-09-07T13:{second // 60:02}:{second % 60:02}.000Z"


def arrived(second: int, photo: str = "a photo") -> Event:
    return make_event(Kind.PHOTO_ARRIVED, at(second), photo=sha(photo), device="cam-1", name=sha("name"), bytes=second)


def opened(second: int, photo: str = "a photo") -> Event:
    return make_event(
        Kind.DELETION_OPENED,
        at(second),
        photo=sha(photo),
        device="cam-1",
        name=sha("name"),
        stored=sha("output"),
        by="system",
    )


def closed(second: int, by_entry: int, photo: str = "a photo") -> Event:
    return make_event(
        Kind.DELETION_CLOSED,
        at(second),
        opened=by_entry,
        photo=sha(photo),
        device="cam-1",
        verdict="gone",
        level="not-listed",
        left=0,
    )


def erased(second: int, entry: int) -> Event:
    return make_event(
        Kind.BODY_ERASED,
        at(second),
        entry=entry,
        erased="photo.arrived",
        by="data-protection-officer",
        reason="an erasure request was granted",
    )


def row_of(number: int, event: Event, seed: str = "salt") -> Row:
    salt, body = hashlib.sha256(f"{seed} {number}".encode()).digest(), print_body(number, event)
    return Row(number, commitment(salt, body), salt, body)


def note_of(rows: Sequence[Row], size: int, signer: Ed25519PrivateKey = SIGNER, origin: str = ORIGIN) -> str:
    frontier = tree.append(tree.Frontier(), (tree.leaf_hash(leaf_of(row.commitment)) for row in rows[:size]))
    return sign(Checkpoint(origin, size, frontier.root), signer)


def record(events: Sequence[Event], sizes: Sequence[int], seed: str = "salt") -> Handed:
    """Return an honest record with checkpoints of these sizes, all of them copied."""
    rows = tuple(row_of(number, event, seed) for number, event in enumerate(events))
    notes = tuple(note_of(rows, size) for size in sizes)
    return Handed(Export(ORIGIN, rows, notes), notes)


def honest(seed: str = "salt") -> Handed:
    """Return twelve entries (one deletion, opened by 5 and closed by 6) with checkpoints after 4, 8 and 12."""
    events = [arrived(n) for n in range(5)] + [opened(5), closed(6, 5)] + [arrived(n) for n in range(7, 12)]
    return record(events, (4, 8, 12), seed)


def with_rows(handed: Handed, rows: Sequence[Row], notes: Sequence[str] | None = None) -> Handed:
    kept = handed.export.notes if notes is None else tuple(notes)
    return replace(handed, export=replace(handed.export, rows=tuple(rows), notes=kept))


def with_row(handed: Handed, row: Row, place: int | None = None) -> Handed:
    rows = list(handed.export.rows)
    rows[row.number if place is None else place] = row
    return with_rows(handed, rows)


# --- tampering, one function each; the audit log is that of `honest` -----------------------------------------------


def edited_body() -> Handed:
    handed = honest()
    row = handed.export.rows[6]
    assert row.body is not None
    return with_row(handed, replace(row, body=row.body.replace(b'"left":0', b'"left":1')))


def edited_entry() -> Handed:
    return with_row(honest(), row_of(6, closed(7, 5)))


def edited_entry_without_checkpoints() -> Handed:
    handed = edited_entry()
    return with_rows(handed, handed.export.rows, ())


def cut_tail() -> Handed:
    handed = honest()
    return with_rows(handed, handed.export.rows[:8], handed.export.notes[:2])


def cut_tail_of_rows_only() -> Handed:
    handed = honest()
    return with_rows(handed, handed.export.rows[:10])


def replaced_log() -> Handed:
    return replace(honest("another salt"), copies=honest().copies)


def rewritten_end() -> Handed:
    handed = honest()
    rows = (*handed.export.rows[:9], *(row_of(n, arrived(n, "other")) for n in range(9, 12)))
    return with_rows(handed, rows, (*handed.export.notes[:2], note_of(rows, 12)))


def reordered_lines() -> Handed:
    rows = list(honest().export.rows)
    rows[1], rows[2] = rows[2], rows[1]
    return with_rows(honest(), rows)


def reordered_and_renumbered() -> Handed:
    rows = list(honest().export.rows)
    rows[1], rows[2] = replace(rows[2], number=1), replace(rows[1], number=2)
    return with_rows(honest(), rows)


def doubled_entry() -> Handed:
    rows = honest().export.rows
    return with_rows(honest(), (*rows[:4], rows[3], *rows[4:]))


def dropped_entry() -> Handed:
    rows = honest().export.rows
    return with_rows(honest(), (*rows[:3], *rows[4:]))


def forged_checkpoint() -> Handed:
    handed = honest()
    rows = handed.export.rows
    return with_rows(handed, rows, (*handed.export.notes[:2], note_of(rows, 12, STRANGER)))


def forged_copy() -> Handed:
    handed = honest()
    return replace(handed, copies=(handed.copies[2].replace("\n12\n", "\n11\n"),))


def checkpoint_of_another_log() -> Handed:
    handed = honest()
    other = "other.example/redact-log"
    note = note_of(handed.export.rows, 12, SIGNER, other)
    return replace(handed, copies=(*handed.copies, note), keys=(KEY, public_key(other, SIGNER)))


def signed_by_another_logs_key() -> Handed:
    handed = honest()
    other = public_key("other.example/redact-log", SIGNER)
    signature = other.key_id + SIGNER.sign(handed.copies[2].split("\n\n")[0].encode() + b"\n")
    line = f"\u2014 {other.name} {base64.b64encode(signature).decode()}\n"
    return replace(handed, copies=(handed.copies[2].split("\u2014")[0] + line,), keys=(KEY, other))


def replaced_by_a_shorter_log() -> Handed:
    other = honest("another salt")
    return replace(with_rows(other, other.export.rows[:8], other.export.notes[:2]), copies=honest().copies)


def missing_body() -> Handed:
    return with_row(honest(), replace(honest().export.rows[2], body=None, salt=None))


def erasure_before_the_entry() -> Handed:
    handed = record([arrived(0), arrived(1), erased(2, 0), arrived(3)], (4,))
    return with_row(handed, replace(handed.export.rows[3], body=None, salt=None))


def close_without_open() -> Handed:
    return record([arrived(0), arrived(1), closed(2, 1)], (3,))


def close_of_another_photo() -> Handed:
    return record([opened(0), closed(1, 0, "another photo")], (2,))


def unsigned_log() -> Handed:
    return replace(with_rows(honest(), honest().export.rows, ()), copies=())


def given_up(had: int, said: int) -> Handed:
    """Return a log of which a backup with three entries was put in place, and copies of the `had` there were before.

    A person accepted that a history of `said` entries was given up.
    """
    lost = record([arrived(n) for n in range(had)], (3, had))
    who = {"by": "it-services-manager", "person": sha("ivy"), "reason": "The disk broke."}
    accepted = make_event(Kind.WORKSPACE_SET_BACK, at(20), size=said, found=3, **who)
    now = record([*(arrived(n) for n in range(3)), accepted, *(arrived(n) for n in range(21, 25))], (3, 8))
    return replace(now, copies=(*lost.copies, *now.copies))


def more_than_was_given_up() -> Handed:
    """The copies know of a longer history than the one that a person gave up."""
    return given_up(7, 5)


def other_than_was_kept() -> Handed:
    """The copies know of other entries than those that a person said were kept."""
    kept = given_up(5, 5)
    return replace(kept, copies=(*record([arrived(n) for n in range(1, 4)], (3,)).copies, *kept.copies[1:]))


TAMPERED = {
    "edited entry": (edited_body, edited_entry),
    "cut tail": (cut_tail, cut_tail_of_rows_only, replaced_by_a_shorter_log),
    "replaced log": (
        replaced_log,
        replaced_by_a_shorter_log,
        rewritten_end,
        edited_entry_without_checkpoints,
        more_than_was_given_up,
        other_than_was_kept,
    ),
    "reordered": (reordered_lines, reordered_and_renumbered, doubled_entry),
    "missing entry": (dropped_entry,),
    "forged checkpoint": (forged_checkpoint, forged_copy, checkpoint_of_another_log, signed_by_another_logs_key),
    "missing body": (missing_body, erasure_before_the_entry),
    "close without open": (close_without_open, close_of_another_photo),
    "unsigned log": (unsigned_log,),
}


# --- honest records that a person should look at ----------------------------------------------------------------


def erased_body() -> Handed:
    handed = record([arrived(0), arrived(1), erased(2, 0)], (3,))
    return with_row(handed, replace(handed.export.rows[0], body=None, salt=None))


def still_open() -> Handed:
    return record([arrived(0), opened(1)], (2,))


def closed_twice() -> Handed:
    return record([opened(0), closed(1, 0), closed(2, 0)], (3,))


def erasure_not_done() -> Handed:
    return record([arrived(0), erased(1, 0)], (2,))


def clock_went_back() -> Handed:
    return record([arrived(9), arrived(3)], (2,))


def not_vouched_for() -> Handed:
    return record([arrived(0), arrived(1), arrived(2)], (2,))


def given_up_for_a_backup() -> Handed:
    return given_up(5, 5)


def no_copies() -> Handed:
    return replace(honest(), copies=())


NOTICED = {
    "never closed": still_open,
    "a second time": closed_twice,
    "its body is here": erasure_not_done,
    "clock went back": clock_went_back,
    "vouches for the entries 2 to 2": not_vouched_for,
    "was given up for a backup": given_up_for_a_backup,
    "no copies were given": no_copies,
}
