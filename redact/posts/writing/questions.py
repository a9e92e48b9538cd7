"""The policy's questions, which an author answers before a post goes to a headteacher; in our own words.

Threat: a post goes out that breaks the trust's social media policy in a way that no program sees: a tone, a topic, a
picture that belongs to somebody else.
Rule: whoever writes answers each question that applies with yes, and says in a line of their own what only they know;
the headteacher reads the answers beside the post.
Accepted residue: an answer is the author's word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from redact.store.posts.values import Answer


class Applies(StrEnum):
    """Of which posts a question is asked."""

    ALWAYS = "always"
    WITH_PHOTOS = "with-photos"
    WITHOUT_PHOTOS = "without-photos"
    WITH_LINKS = "with-links"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; only yes lets the post go on."""

    id: str
    asks: str
    hint: str
    applies: Applies = Applies.ALWAYS
    words: str = ""  # what the written answer is; "": a tick is enough


QUESTIONS: Final = (
    Question(
        "positive",
        "Is the post positive, and about the children, the work of staff, the school or something achieved?",
        "Nothing that runs anybody down, no jokes, no gossip, nothing passed on from elsewhere.",
        Applies.WITH_PHOTOS,
    ),
    Question(
        "reminder",
        "Is it an update or a reminder that the headteacher wants families to have?",
        "Posts without a photo are the headteacher's; say who asked for it.",
        Applies.WITHOUT_PHOTOS,
        "Who asked for it",
    ),
    Question(
        "permission",
        "Has permission been sought for every child whom the photos are about?",
        "Shown faces are checked against the register. Think of who can be recognised without a face: by place, "
        "clothes, company.",
        Applies.WITH_PHOTOS,
    ),
    Question(
        "identity",
        "Does nothing in photos and words tell who a child is?",
        "Certificates, work, badges, screens, a class of one, a birthday.",
        Applies.WITH_PHOTOS,
    ),
    Question(
        "links",
        "Do the terms of each linked site allow links, and does the post say that the reader leaves for another site?",
        "Look at the terms of use of each site that you link to.",
        Applies.WITH_LINKS,
        "Where the terms say so",
    ),
    Question(
        "copyright",
        "May the trust publish all of it, and is every source named that must be?",
        "Pictures, logos, quotations and music belong to somebody.",
        Applies.ALWAYS,
        "Whose work it is",
    ),
    Question(
        "contact",
        "Does it give no contact details but the school's official ones?",
        "No private number, address or account: not yours, and not anybody's.",
    ),
    Question(
        "topics",
        "Does it keep out of politics, religion and other quarrels, and of what is confidential?",
        "A school festival is no quarrel; taking a side is.",
    ),
)


def questions_for(*, has_photos: bool, has_links: bool) -> tuple[Question, ...]:
    """Return the questions that are asked of a post."""
    asked = {
        Applies.ALWAYS: True,
        Applies.WITH_PHOTOS: has_photos,
        Applies.WITHOUT_PHOTOS: not has_photos,
        Applies.WITH_LINKS: has_links,
    }
    return tuple(question for question in QUESTIONS if asked[question.applies])


def is_answered(question: Question, answers: Mapping[str, Answer]) -> bool:
    """Say whether a question is answered with yes, and with words where it needs some."""
    answer = answers.get(question.id)
    return answer is not None and answer.is_yes and (not question.words or bool(answer.words.strip()))


def unanswered(questions: Sequence[Question], answers: Mapping[str, Answer]) -> tuple[Question, ...]:
    """Return the questions that hold the post up."""
    return tuple(question for question in questions if not is_answered(question, answers))
