"""Say yes or no to a post that waits for a headteacher.

Threat: an approval counts for another content than the one that was on the screen; an old form is sent once more; two
people decide at once; the register changed between look and tap.
Rule: the form brings content hash and register version of what was shown; in one transaction both are compared, the
rules are asked (rules.py), and whether the policy in force was read (duties.py), everything the post rests on is
asked again (conditions.py), its words are checked by the roll of this moment, the state is swapped, and the entry is
written.  What does not hold any more makes the post a draft, and nobody's yes counts.
Accepted residue: that the approver looked is their word.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from redact.audit.kinds import Kind
from redact.errors import RedactError, UsageError, short_id
from redact.posts.approving import conditions
from redact.posts.approving.rules import MAX_NOTE_CHARS, Approver, Refusal, ends_at, why_not_by
from redact.posts.duties import check_policy_read, find_unread
from redact.posts.writing.drafting import why_words
from redact.store.log.audit_log import Entries
from redact.store.posts import posts as rows
from redact.store.posts.involved import involved_in
from redact.store.posts.values import BOUND, Post, PostState
from redact.store.posts.voids import unbind
from redact.store.pupils.reading import register_version
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class SeenPost:
    """What an approver had on the screen."""

    number: int
    content: str  # hash
    register: int  # version


class PostChanged(RedactError):
    """The post is not what was on the screen, or was decided; nothing was changed by this act."""

    def __init__(self, number: int) -> None:
        """Say of which post."""
        super().__init__(
            f"Post {number} changed or was decided since you opened it. Nothing was approved; look at it as it is now."
        )


class PostBroken(RedactError):
    """Something that the post rests on does not hold any more; it is a draft again."""

    def __init__(self, number: int, sentence: str) -> None:
        """Say what."""
        super().__init__(f"Post {number} is a draft again, and nothing was approved. {sentence}")


class WordsFound(RedactError):
    """The roll has changed since the post was sent, and its words do not pass any more; nothing was changed."""

    def __init__(self, number: int, sentences: str) -> None:
        """Say what, without the words themselves."""
        super().__init__(
            f"Post {number} was not approved. By the roll of today there is something in its words: {sentences} Send "
            "it back to its author, who is shown where."
        )


class MayNot(UsageError):
    """This person may not approve this post."""


def approve(workspace: Workspace, seen: SeenPost, approver: Approver) -> str:
    """Approve a post exactly as it was seen; return until when that holds.

    Raises:
        PostChanged: it is not what was seen, or was decided; or the register changed meanwhile.
        PostBroken: something does not hold any more; the post is a draft again, which is written down.
        WordsFound: its words do not pass the check by the roll of this moment.
        MayNot: this person may not.
        PolicyUnread: they have not read the policy in force.
        ClockBehind: nobody knows what day it is.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        workspace.check_clock(entries.connection)
        post = _proposed(entries, seen)
        _check_may(workspace, entries, post, approver)
        check_policy_read(entries.connection, workspace, approver.tag)
        broken = _break(workspace, entries, post)
        if broken is None:
            words = why_words(workspace, entries.connection, post)
            if words:
                raise WordsFound(seen.number, words)
            return _give(workspace, entries, post, approver)
    raise PostBroken(seen.number, broken)


def refuse(workspace: Workspace, seen: SeenPost, approver: Approver, cause: Refusal, note: str) -> None:
    """Send a post back to its author, with a cause from the list and a note.

    Raises:
        PostChanged: it is not what was seen, or was decided.
        MayNot: this person may not decide on it.
        UsageError: the note is too long.
        DatabaseFault: nothing was changed.
    """
    note = note.strip()
    if len(note) > MAX_NOTE_CHARS:
        raise UsageError(f"The note to the author has up to {MAX_NOTE_CHARS} characters. Nothing was changed.")
    with workspace.audit_log.writing() as entries:
        post = _proposed(entries, seen, asks_register=False)
        role = approver.role_at(post.school)
        if role is None:
            raise MayNot("Only a headteacher or chief executive of this school decides on its posts.")
        if not unbind(entries, post, cause.value, note):
            raise PostChanged(seen.number)
        facts = {"post": post.ref, "content": seen.content, "cause": cause.value}
        entries.add(Kind.APPROVAL_REFUSED, by=role.value, person=approver.tag, **facts)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands between an approver and a yes; a refusal is open to them all the same."""

    why_not: str = ""  # why this person may not, a sentence
    unread: str = ""  # the version of the policy that they must read first
    words: str = ""  # what is found in the post's words by the roll of today, sentences

    @property
    def is_any(self) -> bool:
        """Whether the post cannot be approved by this person as it stands."""
        return bool(self.why_not or self.unread or self.words)


def find_hindrance(workspace: Workspace, post: Post, approver: Approver) -> Hindrance:
    """Return what `approve` would say to this person of a post that waits, before they try.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        why = _why_not(workspace, connection, post, approver) or workspace.why_behind(connection)
        unread = find_unread(connection, workspace, approver.tag)
        return Hindrance(why or "", unread or "", why_words(workspace, connection, post))


def uphold(workspace: Workspace, number: int, schools: rows.Schools) -> Post | None:
    """Return a post as it stands by what holds at this moment; None where there is none, or of another school.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        post = rows.read_post(connection, number, schools)
        if post is None or post.state not in BOUND or not conditions.ask_again(workspace, connection, post):
            return post
    with workspace.audit_log.writing() as entries:
        again = rows.read_post(entries.connection, number, schools)
        return None if again is None else conditions.uphold(workspace, entries, again)


def _proposed(entries: Entries, seen: SeenPost, *, asks_register: bool = True) -> Post:
    post = rows.read_post(entries.connection, seen.number)
    is_same = post is not None and post.state is PostState.PROPOSED and post.content == seen.content
    if post is None or not is_same or (asks_register and register_version(entries.connection) != seen.register):
        raise PostChanged(seen.number)
    return post


def _check_may(workspace: Workspace, entries: Entries, post: Post, approver: Approver) -> None:
    why = _why_not(workspace, entries.connection, post, approver)
    if why is not None:
        raise MayNot(why)


def _why_not(workspace: Workspace, connection: Connection, post: Post, approver: Approver) -> str | None:
    involved, unknown = involved_in(connection, [photo.photo for photo in post.photos], workspace.audit_log.listed)
    return why_not_by(approver, post.school, post.author.tag, involved) or _why_unknown(unknown)


def _why_unknown(photos: tuple[str, ...]) -> str | None:
    if not photos:
        return None
    return f"Who passed photo {short_id(photos[0])} is not known any more; a reviewer must pass it again first."


def _break(workspace: Workspace, entries: Entries, post: Post) -> str | None:
    """Void a post that does not hold any more, and return what broke it."""
    broken = conditions.ask_again(workspace, entries.connection, post)
    if not broken:
        return None
    conditions.uphold(workspace, entries, post)
    return broken[0].sentence


def _give(workspace: Workspace, entries: Entries, post: Post, approver: Approver) -> str:
    shown = conditions.shown_on_post(workspace, entries.connection, post)
    until = ends_at(workspace.today(entries.connection), [each.until for each in shown], workspace.settings.zone)
    role, register = approver.role_at(post.school), register_version(entries.connection)
    assert role is not None and post.content is not None  # both were asked for above
    columns = {"approved_at": print_moment(workspace.now()), "approver": approver.tag, "approver_role": role.value}
    columns |= {"until": until}
    if not rows.swap(entries.connection, post, PostState.APPROVED, register=register, cause=None, **columns):
        raise PostChanged(post.id)
    rows.write_shown(entries.connection, post.id, shown)
    who = Actor(role.value, approver.tag)
    entries.add(
        Kind.APPROVAL_GIVEN, post=post.ref, content=post.content, register=register, until=until, by=who.role,
        person=who.tag,
    )  # fmt: skip
    return until
