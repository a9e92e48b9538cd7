"""Was this copy stored and passed, and is this post approved?  Asked before a picture goes where people take it from.

Threat: who can write the database, and has no key, calls a photo passed or a post approved, or another file the copy,
and this program puts a picture out that nobody looked at, uncovered perhaps.
Rule: rows are no proof.  (1) A copy goes into for-use or the outbox only where the audit log proves that it was stored
of this photo, that the newest decision on the photo is that this very copy is fit, and that it was not recalled since;
and where every entry on the photo is listed (listed.py).  (2) A post goes out only where the newest entry on an
approval of this content is a proved `approval.given`.
Accepted residue: a void of an approval whose row somebody hides is not missed here, but by the running check (11).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from redact.audit.kinds import Kind
from redact.store.log.audit_log import AuditLog, is_listed_after
from redact.store.log.proofs.proven import Proofs
from redact.store.log.reader import RAW_ENTRIES, read_stored
from redact.store.schema.tables import IS_OF_APPROVAL, log_entries

#: Entries on approvals that are looked through, newest first: an approval lasts 14 days.  A choice.
MOST_APPROVALS: Final = 2000
_FIT: Final = "fit"
_NEWEST = select(log_entries.c.n).where(IS_OF_APPROVAL).order_by(log_entries.c.n.desc()).limit(MOST_APPROVALS)
_NEWEST_APPROVALS: Final = RAW_ENTRIES.where(log_entries.c.n.in_(_NEWEST.subquery().select()))


def is_passed_by_log(audit_log: AuditLog, connection: Connection, photo: str, output: str) -> bool:
    """Say whether the audit log proves that a copy was stored, and passed, and not recalled since.

    Args:
        audit_log: of the workspace.
        connection: of a transaction.
        photo: its id.
        output: SHA-256 of the copy.

    Raises:
        DatabaseFault: the database does not answer.
    """
    stored = audit_log.proofs.find(Kind.PHOTO_STORED, photo, output=output)
    decided = audit_log.proofs.find(Kind.REVIEW_DECIDED, photo)
    if stored is None or decided is None or audit_log.listed.doubt(connection, photo) is not None:
        return False
    is_fit = (decided.event.fact("decision"), decided.event.fact("output")) == (_FIT, output)
    return is_fit and not is_listed_after(connection, Kind.COPY_RECALLED, photo, stored.number)


def is_approved_by_log(proofs: Proofs, connection: Connection, post: str, content: str) -> bool:
    """Say whether the audit log proves that a post was approved with this content, and that no entry since ends that.

    Args:
        proofs: of the workspace's log.
        connection: of a transaction.
        post: as the log calls it.
        content: hash of what was approved.

    Raises:
        DatabaseFault: the database does not answer.
    """
    numbers = [each.number for each in read_stored(connection, _NEWEST_APPROVALS) if _is_on(each.body, content)]
    newest = next(iter(proofs.prove_all(numbers[-1:]).values()), None)
    if newest is None or newest.event.kind is not Kind.APPROVAL_GIVEN:
        return False
    return (newest.event.fact("post"), newest.event.fact("content")) == (post, content)


def _is_on(body: object, content: str) -> bool:
    return isinstance(body, bytes) and content.encode() in body
