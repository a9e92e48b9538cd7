"""A post as it is written down: its state, its photos, and whom they show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"  # its author writes it
    PROPOSED = "proposed"  # it waits for a headteacher
    APPROVED = "approved"  # it may be posted until its approval ends
    RELEASED = "released"  # its files lie in the outbox
    POSTED = "posted"  # it stands on its site
    DOWN = "down"  # somebody attested that it stands there no more
    DISCARDED = "discarded"  # nobody wanted the draft; it stays on record


#: States in which a post is bound to its content: another content, or a yes that ends, makes it a draft again.
BOUND: Final = (PostState.PROPOSED, PostState.APPROVED, PostState.RELEASED)


@dataclass(frozen=True, slots=True)
class Teller:
    """Who did something with a post, as the audit log keeps it: role and tag."""

    role: str
    tag: str


@dataclass(frozen=True, slots=True)
class PostPhoto:
    """One copy of a post."""

    photo: str  # SHA-256 of the original
    output: str  # SHA-256 of the very copy
    alt: str = ""  # what it shows, in words


@dataclass(frozen=True, slots=True)
class PostShown:
    """Somebody whom a copy of a post shows uncovered, or an adult whom it names."""

    photo: str
    pupil: str  # UPN, or an adult's number
    is_by_hand: bool
    until: str | None = None  # a moment: the consent's end; None: it has none
    is_named: bool = False  # no face of theirs is shown, only the name


@dataclass(frozen=True, slots=True)
class Answer:
    """What the author answered to one of the policy's questions."""

    is_yes: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, from its first draft on."""

    id: int
    state: PostState
    school: str
    site: str | None
    caption: str
    questions: tuple[tuple[str, Answer], ...]  # (id of the question, answer), by id
    edition: int  # grows with every edit
    nonce: str
    content: str | None  # SHA-256 of what was proposed; None in a draft
    register: int | None  # version of the consent register at the proposal
    author: Teller
    written_at: str
    proposed_at: str | None
    approved_at: str | None
    approver: Teller | None
    until: str | None  # the approval's end
    released_at: str | None
    releaser: str | None  # tag
    posted_at: str | None
    link: str
    down_at: str | None
    cause: str | None  # why it is a draft again, down or discarded
    back_at: str | None  # since when it is a draft again
    discarded_at: str | None
    outbox: str | None  # id of the machine whose outbox holds its files, as far as that machine has said
    note: str  # what the approver wrote to the author
    photos: tuple[PostPhoto, ...]  # in their order

    @property
    def ref(self) -> str:
        """How the audit log calls it."""
        return ref_of(self.id)

    @property
    def is_leaving_outbox(self) -> bool:
        """Whether files lie in an outbox, or may, that are to leave it."""
        return self.outbox is not None and self.state is not PostState.RELEASED

    def answer(self, question: str) -> Answer | None:
        """Return what was answered to a question; None where nothing was."""
        return dict(self.questions).get(question)


def ref_of(post: int) -> str:
    """Return how the audit log calls a post: "post-12"."""
    return f"post-{post}"
