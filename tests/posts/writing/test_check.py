"""What the check of a post's words blocks, what it asks, and what it lets pass."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from redact.posts.writing.check import check_post, count_words, list_links
from redact.posts.writing.questions import QUESTIONS, Applies, is_answered, questions_for
from redact.posts.writing.values import Against, Finding, Limits, Part, Weight, Written
from redact.pupils.roll import Pupil, Roll
from redact.store.posts.values import Answer, PostPhoto

ROLL = Roll(
    (
        Pupil("A1", "Amelia", "Robinson"),
        Pupil("A2", "Summer", "Lee"),
        Pupil("A3", "Will", "Smith"),
        Pupil("A4", "Thaddeus", "O'Brien-Quill"),
        Pupil("A5", "Zoë", "Müller"),
    )
)
ALL = {question.id: Answer(is_yes=True, words="We took them") for question in QUESTIONS}
AGAINST = Against(ROLL, ROLL.pupils[:1], own=frozenset({"oakschool", "oak.example"}))
PHOTO = PostPhoto("p" * 64, "1" * 64, "A pond with reeds")


def found(caption: str, alt: str = PHOTO.alt, *, has_photo: bool = True) -> set[tuple[Weight, str]]:
    photos = (PostPhoto(PHOTO.photo, PHOTO.output, alt),) if has_photo else ()
    return {(each.weight, each.quote) for each in check_post(Written(caption, photos, ALL), AGAINST)}


@pytest.mark.parametrize(
    "caption",
    [
        "Year 3 spent a day at the pond and counted newts.",
        "We hope you will come. Will we see you on Friday?",
        "Rugby Free Secondary School sports day at St Mary's Church",
        "Doors open at 18:30 on 07/09/2026; 120 places.",
        "\N{PARTY POPPER} Well done, all of you! \N{SPORTS MEDAL}",
        "More on oak.example/news and from @oakschool",
    ],
)
def test_a_plain_caption_passes(caption: str) -> None:
    assert found(caption) == set()


@pytest.mark.parametrize(
    ("caption", "quote"),
    [
        ("Well done Amelia for her swim!", "Amelia"),
        ("amelia robinson was first", "amelia robinson"),
        ("Amelia's kite", "Amelia's"),
        ("Will Smith and the others", "Will Smith"),
        (normalize("NFD", "Zoë Müller was first"), "Zoë Müller"),
        (normalize("NFD", "Müller was first"), "Müller"),
        ("Well done A\u00adme\u200blia!", "Amelia"),  # a soft hyphen and a space of no width, which nobody sees
        ("A.R. won the race", "A.R."),
        ("The winner was AR of Year 3", "AR"),
        ("Write to mum@gmail.com", "mum@gmail.com"),
        ("Ring 07700 900123 after six", "07700 900123"),
        ("Ring +44 7700 900123 after six", "+44 7700 900123"),
    ],
)
def test_what_tells_a_child_or_a_private_address_blocks(caption: str, quote: str) -> None:
    assert (Weight.BLOCKS, quote) in found(caption)
    assert (Weight.BLOCKS, quote) in found("A day", alt=caption)  # alternative texts are read by everybody too


@pytest.mark.parametrize(
    ("caption", "quote"),
    [
        ("The Summer Fair is on Friday.", "Summer"),
        ("Presented to Zeb Quillfeather by the mayor", "Zeb Quillfeather"),
        ("Mrs Robinson read to us", "Robinson"),
        ("Ask office@oak.example", "office@oak.example"),
        ("Ring 01788 222 060", "01788 222 060"),
        ("Thanks to @pondlife_trust", "@pondlife_trust"),
    ],
)
def test_what_may_be_right_asks_the_author(caption: str, quote: str) -> None:
    assert (Weight.ASKS, quote) in found(caption)


def test_a_listed_name_without_a_photo_asks_and_initials_do_not() -> None:
    assert found("Well done Amelia!", has_photo=False) == {(Weight.ASKS, "Amelia")}
    assert found("A.R. won", has_photo=False) == set()


def test_a_confirmation_is_for_those_very_words_at_that_very_place() -> None:
    def asked(caption: str, answers: dict[str, Answer]) -> list[Finding]:
        return [*check_post(Written(caption, (PHOTO,), ALL | answers), AGAINST)]

    [first] = asked("The Summer Fair is on Friday.", {})
    confirmed = {first.key: Answer(is_yes=True)}
    assert asked("The Summer Fair is on Friday.", confirmed) == []
    assert asked("The Summer Fair is on Sunday.", confirmed) == []  # the same words
    assert [each.quote for each in asked("Ring 01788 222 060", confirmed)] == ["01788 222 060"]
    assert asked("The Summer Fair is on Friday.", {first.key: Answer(is_yes=False)}) == [first]


def test_what_blocks_is_confirmed_by_nothing() -> None:
    written = Written("Well done Amelia!", (PHOTO,), ALL)
    [blocked] = check_post(written, AGAINST)
    answers = ALL | {blocked.key: Answer(is_yes=True)}
    assert check_post(Written(written.caption, written.photos, answers), AGAINST) == (blocked,)


def test_a_link_away_needs_its_question_answered_in_words() -> None:
    without = {key: answer for key, answer in ALL.items() if key != "links"}
    for caption in ("See https://www.bbc.co.uk/news", "See www.bbc.co.uk", "See bbc.co.uk."):
        written = Written(caption, (PHOTO,), without)
        assert [each.part for each in check_post(written, AGAINST)] == [Part.QUESTIONS], caption
        assert check_post(Written(caption, (PHOTO,), ALL), AGAINST) == ()
    assert list_links(["mail office@bbc.co.uk", "v1.2 and e.g. this", "oak.example/x"], AGAINST.own) == ()


def test_lengths_and_missing_texts_are_told_with_their_numbers() -> None:
    limits = Against(ROLL, limits=Limits(words=3, characters=20))
    sentences = [each.sentence for each in check_post(Written("one two three four five", (PHOTO,), ALL), limits)]
    assert sentences == [
        "The caption has 5 words; the site takes 3.",
        "The caption has 23 characters; the site takes 20.",
    ]
    assert [each.part for each in check_post(Written(" ", (PostPhoto("p", "o", " "),), ALL), limits)] == [
        Part.CAPTION, Part.ALT,
    ]  # fmt: skip
    assert count_words("  a b\nc  ") == 3


def test_each_question_that_applies_must_be_answered() -> None:
    assert {q.id for q in questions_for(has_photos=True, has_links=False)} == {
        "positive", "permission", "identity", "copyright", "contact", "topics",
    }  # fmt: skip
    assert {q.id for q in questions_for(has_photos=False, has_links=True)} >= {"reminder", "links"}
    for question in QUESTIONS:
        rest = {key: answer for key, answer in ALL.items() if key != question.id}
        photos = () if question.applies is Applies.WITHOUT_PHOTOS else (PHOTO,)
        caption = "See bbc.co.uk" if question.applies is Applies.WITH_LINKS else "A day"
        [missing] = check_post(Written(caption, photos, rest), AGAINST)
        assert question.asks in missing.sentence
        assert not is_answered(question, {question.id: Answer(is_yes=False, words="no")})
        assert is_answered(question, {question.id: Answer(is_yes=True)}) is not bool(question.words)


def test_an_adult_without_a_permission_is_asked_about_and_one_with_it_is_not() -> None:
    hidden, open_one = Pupil("ADULT-1", "Greta", "Ashdown"), Pupil("ADULT-2", "Tobias", "Merrick")
    roll = Roll(ROLL.pupils, adults=(hidden,), permitted=(open_one,))

    def asked(caption: str) -> list[tuple[Weight, str]]:
        found = check_post(Written(caption, (PHOTO,), ALL), Against(roll))
        return [(each.weight, each.quote) for each in found]

    assert asked("Miss Ashdown read to us") == [(Weight.ASKS, "Ashdown")]
    assert asked("Greta Ashdown read to us") == [(Weight.ASKS, "Greta Ashdown")]
    assert asked("Tobias Merrick and Mr Merrick read to us") == []
