"""One post as it will stand: pictures, words, who is shown, what is left bare, and what this person may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from redact.desk.pages.badges import place_badges
from redact.desk.pages.posts.words import STATES, TONES, describe_cause
from redact.desk.pages.words import call_purpose, when
from redact.posts.approving.approve import Hindrance
from redact.posts.approving.details import BarePlace, PostDetails, PostPicture, ShownPerson
from redact.posts.writing.questions import QUESTIONS
from redact.pupils.consent import Consent, State
from redact.redaction.values import Kind
from redact.store.posts.platforms import name_site as call_site
from redact.store.posts.values import BOUND, PostState
from redact.system.clock import print_day

_NOES: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.OBJECTED, State.NEVER_SHOW})
_APPROVAL_COUNTS: Final = frozenset({PostState.APPROVED, PostState.RELEASED})
_UNITS: Final = 400  # of drawing, in the long side: a number of 26 units is read at the width of a phone


@dataclass(frozen=True, slots=True)
class Outline:
    """One place that is left bare on purpose."""

    number: int
    points: str
    label: tuple[float, float]
    words: str  # who or what it is


@dataclass(frozen=True, slots=True)
class PictureView:
    """One picture of the post."""

    number: int
    href: str  # the very bytes; "" where there are none to be seen
    size: tuple[int, int]
    unit: float  # of drawing, in pixels of the copy
    alt: str
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who is shown."""

    name: str
    year: str
    consent: str  # "School website: yes, given 01/09/2026, until 31/08/2027"
    how: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the author answered."""

    asks: str
    words: str


@dataclass(frozen=True, slots=True)
class PostActs:
    """What this person may do with the post as it stands."""

    may_decide: bool  # an approver of its school, and the post waits
    hindrance: Hindrance  # what stands between this person and a yes
    may_take_back: bool  # its author, and it is bound
    sees_names: bool
    may_discard: bool = False  # a draft of somebody else's, which this person may tidy away


@dataclass(frozen=True, slots=True)
class PostView:
    """What post.html draws."""

    number: int
    state: str
    tone: str
    site: str
    school: str
    caption: str
    details: tuple[str, ...]  # company details, line by line
    pictures: tuple[PictureView, ...]
    shown: tuple[PersonView, ...]
    answers: tuple[AnswerView, ...]
    written: str
    approved: str
    discarded: str  # when; "" of any other
    cause: str
    note: str
    broken: tuple[str, ...]
    unread: str  # copies of which nobody knows whether they name an adult, sentences
    link: str
    is_posted: bool  # it stands there, as far as is known
    content: str
    register: int
    edition: int
    acts: PostActs

    @property
    def bare(self) -> int:
        """How many places are left bare on purpose."""
        return sum(len(picture.outlines) for picture in self.pictures)


def show_post(details: PostDetails, company: tuple[str, ...], acts: PostActs, zone: tzinfo) -> PostView:
    """Return a post's page."""
    post = details.post
    approved = ""
    if post.approved_at is not None and post.until is not None:
        approved = f"by {details.approver}, {when(post.approved_at, zone)}"
        if post.state in _APPROVAL_COUNTS:  # what stands on a site already is held by no approval
            approved += f"; holds until {when(post.until, zone)}"
    answers = dict(post.questions)
    return PostView(
        number=post.id,
        state=STATES[post.state],
        tone=TONES[post.state],
        site=name_site(details),
        school=post.school or "The trust",
        caption=post.caption,
        details=company,
        pictures=tuple(_picture(post.id, picture, acts) for picture in details.pictures),
        shown=tuple(map(_person, details.shown)) if acts.sees_names else (),
        answers=tuple(
            AnswerView(question.asks, answers[question.id].words)
            for question in QUESTIONS
            if question.id in answers and answers[question.id].is_yes
        ),
        written=f"{details.author}, {when(post.proposed_at or post.written_at, zone)}",
        approved=approved,
        discarded="" if post.discarded_at is None else when(post.discarded_at, zone),
        cause=describe_cause(post.cause),
        note=post.note,
        broken=tuple(dict.fromkeys(each.sentence for each in details.broken)) if post.state in BOUND else (),
        unread=describe_unread(details),
        link=post.link,
        is_posted=post.state is PostState.POSTED,
        content=post.content or "",
        register=details.register,
        edition=post.edition,
        acts=acts,
    )


def describe_unread(details: PostDetails) -> str:
    """Return of which copies nobody knows whether they name an adult, sentences; "" where that is known of all."""
    numbers = [str(each.number) for each in details.unread]
    if not numbers:
        return ""
    one = len(numbers) == 1
    which = f"photo {numbers[0]} shows" if one else f"photos {', '.join(numbers[:-1])} and {numbers[-1]} show"
    return (
        f"It is not known which adults' names {which}: {'its copy was' if one else 'their copies were'} made before "
        "the program wrote that down. A reviewer or the office has such a copy drawn again on its photo's page."
    )


def name_site(details: PostDetails) -> str:
    """Return where a post goes, in words."""
    site = details.site
    if site is None:
        return "No site yet"
    return call_site(site.platform, site.handle)


def _picture(post: int, picture: PostPicture, acts: PostActs) -> PictureView:
    queued = picture.queued
    size = (queued.size if queued is not None else None) or (4, 3)
    is_seen = picture.may_be_seen
    bare = picture.bare if is_seen else ()
    badges = place_badges([each.place.polygon for each in bare], size, max(size) / _UNITS)
    outlines = tuple(
        _outline(number, each, badge, acts) for number, (each, badge) in enumerate(zip(bare, badges, strict=True), 1)
    )
    return PictureView(
        picture.number,
        f"/posts/{post}/photos/{picture.number}.jpg" if is_seen else "",
        size,
        round(max(size) / _UNITS, 2),
        picture.photo.alt,
        tuple(each for each in outlines if each.points),
    )


def _outline(number: int, bare: BarePlace, label: tuple[float, float], acts: PostActs) -> Outline:
    points = " ".join(f"{x},{y}" for x, y in bare.place.polygon)
    return Outline(number, points, label, _words(bare, acts))


def _words(bare: BarePlace, acts: PostActs) -> str:
    if bare.who:
        if acts.sees_names:
            return bare.who
        return "Somebody who may be " + ("shown" if bare.place.kind is Kind.FACE else "named")
    kind = "A face" if bare.place.kind is Kind.FACE else "A text"
    return f"{kind}: {bare.place.reason}"


def _person(person: ShownPerson) -> PersonView:
    parts = [_answer(answer) for answer in person.answers]
    how = "named by a reviewer" if person.is_by_hand else "recognised by the program"
    how = "the name can be read on a photo, by a permission in writing" if person.is_named else how
    year = f"year {person.year}" if person.year.isdecimal() else person.year
    return PersonView(person.name, year, "; ".join(parts) or "no consent on record", how)


def _answer(answer: Consent) -> str:
    word = "yes" if answer.state is State.GIVEN else answer.state.value.replace("-", " ")
    said = f"{call_purpose(answer.purpose)}: {word}"
    if answer.state in _NOES:  # the day is that of the no
        return f"{said}{_day(' on ', answer.given_on)}"
    return f"{said}{_day(', given ', answer.given_on)}{_day(', until ', answer.expires_on)}"


def _day(before: str, day: date | None) -> str:
    return "" if day is None else f"{before}{print_day(day)}"


def is_written(details: PostDetails) -> bool:
    """Say whether a post is still being written: its page is the author's task list."""
    return details.post.state is PostState.DRAFT
