"""The reader of sentences is fitted to the texts beside its tool, and counted on others."""

from __future__ import annotations

import pytest

from tests.tools.sentences import count, fit


def test_no_held_out_sentence_was_learned_from() -> None:
    learned = {text.replace("{a}", "*").lower() for name in ("names", "words", "kinds") for text in fit.texts(name)}
    held = [*fit.texts("held_names"), *fit.texts("held_words")]
    assert len(held) > 200 and not [text for text in held if text.lower() in learned]


def test_a_starred_word_is_learned_as_a_name_and_others_as_words() -> None:
    (name, *others) = fit._seen("*Hope saw a rose", {"hope", "rose"}, 1.0)
    assert name.is_name and "after word saw" in name.seen
    assert {one.is_name for one in others if "before word a" in one.seen} == {False}


def test_names_and_words_are_counted_by_way_of_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "texts", {"held_names": ["Good luck *Will"], "held_words": ["Mark scheme"]}.__getitem__)
    monkeypatch.setattr(count, "listed", lambda: ["Will", "Mark"])
    assert "names 1/1 (100.0%)   other words 0 covered, 0 asked of 2 (0.0%)" in count.count().splitlines()[0]
