"""Count how many names of the held-out sentences are hidden or asked about, and how many other words, by the rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import look
from tests.rigs.pages import lines
from tests.tools.sentences.fit import CASES, listed, place_of, texts

_SURNAMES = "Abara", "Bexley", "Cuttle", "Dorrell", "Eaves", "Fennimore", "Gullick", "Hobday", "Inskip", "Jessop"
#: What else stands on the picture: a word alone on one is found by other rules.
_BESIDE = "and nothing else here to see", "but the sea"


def count(folder: Path | None = None) -> str:
    """Return a table by way of writing; of the held-out texts, or of `names.txt` and `words.txt` of `folder`."""
    roll = Roll(tuple(Pupil(str(i), name, _SURNAMES[i % 10]) for i, name in enumerate(listed())))
    with_names, without = (
        texts("held_names") if folder is None else (folder / "names.txt").read_text(encoding="utf-8").splitlines(),
        texts("held_words") if folder is None else (folder / "words.txt").read_text(encoding="utf-8").splitlines(),
    )
    rows = []
    for case, (write, _) in CASES.items():
        found = names = covered = asked = others = 0
        for text in with_names:
            marks = _marks(text, write, roll)
            starred = [i for i, word in enumerate(text.split()) if word.startswith("*")]
            names += len(starred)
            found += sum(marks[i] is not None for i in starred)
        for text in without:
            marks = _marks(text, write, roll)
            others += len(marks)
            covered += sum(mark is True for mark in marks)
            asked += sum(mark is False for mark in marks)
        rows.append(
            f"{case:10} names {found}/{names} ({found / names:.1%})   other words {covered} covered, {asked} asked"
            f" of {others} ({(covered + asked) / others:.1%})"
        )
    return "\n".join(rows)


def _marks(text: str, write: Callable[[str], str], roll: Roll) -> list[bool | None]:
    """Return for each word of a line whether it is covered for sure, asked about (False) or left (None)."""
    looked = look(lines(" ".join(write(word.replace("*", "")) for word in text.split()), *_BESIDE), roll, 2000)
    whole = looked.page.lines[0]
    marks: list[bool | None] = [None] * len(whole.words)
    for token in looked.page.tokens[0]:
        mark = looked.found.mark(token)
        if mark is not None:
            of = place_of(token, whole)
            marks[of] = bool(marks[of]) or mark.is_certain
    return marks
