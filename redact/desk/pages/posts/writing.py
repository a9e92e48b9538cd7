"""A post's task list: what is written, what is missing, what the check found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from redact.desk.pages.posts.page import describe_unread, name_site
from redact.desk.pages.posts.words import describe_cause
from redact.desk.pages.words import call_purpose, count, when
from redact.posts.approving.details import PostDetails
from redact.posts.releasing.leaving import Leaving
from redact.posts.writing.check import count_words, list_links
from redact.posts.writing.drafting import own_names
from redact.posts.writing.questions import Question, is_answered, questions_for
from redact.posts.writing.values import Finding, Part, Weight
from redact.store.posts.platforms import name_site as call_site
from redact.store.posts.sites import Site
from redact.store.posts.voids import Cause

TITLES: Final[Mapping[Part, str]] = {
    Part.PHOTOS: "Photos",
    Part.SITE: "Site",
    Part.CAPTION: "Caption",
    Part.ALT: "Alternative texts",
    Part.QUESTIONS: "Questions of the policy",
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """One line of the task list."""

    title: str
    href: str
    hint: str
    status: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One thing that the check found."""

    href: str
    where: str
    quote: str
    sentence: str
    key: str  # of a confirmation; "" where none is taken


@dataclass(frozen=True, slots=True)
class PhotoField:
    """One photo in a form of the post."""

    number: int
    photo: str
    picture: str  # "" where it is not to be seen
    size: tuple[int, int]
    alt: str


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """A site that the post may go to."""

    id: str
    words: str
    hint: str
    is_open: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionField:
    """One question in the form."""

    question: Question
    is_yes: bool
    words: str


@dataclass(frozen=True, slots=True)
class WriteView:
    """What post_write.html and post_part.html draw."""

    number: int
    edition: int
    title: str
    school: str
    lines: tuple[PartLine, ...]
    found: tuple[FoundLine, ...]
    is_ready: bool
    unread: str  # copies of which nobody knows whether they name an adult, sentences
    cause: str
    note: str
    leaving: str  # its files are being taken out of an outbox, a sentence
    written: str
    caption: str
    limits: str
    details: tuple[str, ...]
    photos: tuple[PhotoField, ...]
    sites: tuple[SiteChoice, ...]
    questions: tuple[QuestionField, ...]


def show_writing(
    details: PostDetails,
    findings: Sequence[Finding],
    sites: Sequence[Site],
    company: tuple[str, ...],
    at: str,
    zone: tzinfo,
    leaving: Leaving | None = None,
) -> WriteView:
    """Return a draft's task list and the fields of its forms."""
    post, answers = details.post, dict(details.post.questions)
    texts = (post.caption, *(photo.alt for photo in post.photos))
    asked = questions_for(has_photos=bool(post.photos), has_links=bool(list_links(texts, own_names(details.site))))
    photos = tuple(
        PhotoField(
            picture.number,
            picture.photo.photo,
            f"/posts/{post.id}/photos/{picture.number}/small.jpg" if picture.may_be_seen else "",
            (picture.queued.size if picture.queued is not None else None) or (4, 3),
            picture.photo.alt,
        )
        for picture in details.pictures
    )
    return WriteView(
        number=post.id,
        edition=post.edition,
        title=f"Post {post.id}",
        school=post.school or "The trust",
        lines=_lines(details, findings, asked),
        found=(*_broken(details), *(_found(post.id, each) for each in findings if each.part is not Part.QUESTIONS)),
        is_ready=not findings and not details.broken,
        unread=describe_unread(details),
        cause=describe_cause(post.cause),
        note=post.note,
        leaving="" if leaving is None else leaving.sentence(zone),
        written=when(post.written_at, zone),
        caption=post.caption,
        limits=_limits(details.site, post.caption),
        details=company,
        photos=photos,
        sites=tuple(_site(site, at, post.site) for site in sites if site.serves(post.school)),
        questions=tuple(
            QuestionField(
                question,
                question.id in answers and answers[question.id].is_yes,
                answers[question.id].words if question.id in answers else "",
            )
            for question in asked
        ),
    )


def _lines(details: PostDetails, findings: Sequence[Finding], asked: Sequence[Question]) -> tuple[PartLine, ...]:
    post, answers = details.post, dict(details.post.questions)
    open_parts = {finding.part for finding in findings}
    has_alt = sum(bool(photo.alt.strip()) for photo in post.photos)
    done = sum(is_answered(question, answers) for question in asked)
    photos = "Words alone" if not post.photos else count(len(post.photos), "photo")
    parts = [(Part.PHOTOS, photos, True), (Part.SITE, name_site(details), details.site is not None)]
    caption = "To do" if not post.caption.strip() else "Something to see to"
    parts.append((Part.CAPTION, "Done" if Part.CAPTION not in open_parts else caption, Part.CAPTION not in open_parts))
    if post.photos:
        is_done = Part.ALT not in open_parts
        words = "Done" if is_done else f"{has_alt} of {len(post.photos)}"
        parts.append((Part.ALT, words, is_done))
    parts.append((Part.QUESTIONS, "Done" if done == len(asked) else f"{done} of {len(asked)}", done == len(asked)))
    return tuple(PartLine(TITLES[part], _href(post.id, part), "", status, ok) for part, status, ok in parts)


def _broken(details: PostDetails) -> tuple[FoundLine, ...]:
    is_site_missing = details.site is None
    return tuple(
        FoundLine("", "", "", each.sentence, "")
        for each in details.broken
        if not (is_site_missing and each.cause is Cause.SITE_CLOSED)  # the page asks for a site in its own place
    )


def _found(post: int, finding: Finding) -> FoundLine:
    where = TITLES[finding.part] if not finding.number else f"Alternative text {finding.number}"
    key = finding.key if finding.weight is Weight.ASKS else ""
    return FoundLine(_href(post, finding.part), where, finding.quote, finding.sentence, key)


def _href(post: int, part: Part) -> str:
    return f"/posts/{post}/edit/{part.value}"


def _limits(site: Site | None, caption: str) -> str:
    now = f"{count(count_words(caption), 'word')}, {count(len(caption), 'character')} now."
    if site is None:
        return now
    parts = [f"{site.words_max:,} words"] if site.words_max else []
    parts += [f"{site.characters_max:,} characters"] if site.characters_max else []
    return f"{now} The site takes {' and '.join(parts)}." if parts else now


def _site(site: Site, at: str, chosen: str | None) -> SiteChoice:
    hint = f"Who is shown must have said yes to: {call_purpose(site.purpose)}."
    if not site.is_open_at(at):
        hint = "Not approved, or its approval has ended."
    return SiteChoice(site.id, call_site(site.platform, site.handle), hint, site.is_open_at(at), site.id == chosen)
