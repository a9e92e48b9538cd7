"""A person's sentence that names a pupil is told from one that does not."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from redact.pupils.roll import Pupil
from redact.redaction.names.free_text import KnownNames, name_in

PUPILS = (
    Pupil("A1", "Jacob", "Smith"), Pupil("A2", "Grace", "O'Brien-Tench"), Pupil("A3", "Li", "Ng"),
    Pupil("A4", "Zoë", "Müller"), Pupil("A5", "Ben Sol", "Read"), Pupil("A6", "Anne-Marie", "van der Berg"),
    Pupil("A7", "Ina", "O'Neill"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jacob Smith asked for it.", "Jacob Smith"),
        ("The mother of jacob asked.", "jacob"),
        ("It is Jacob's picture.", "Jacob's"),
        ("smith jacob left.", "smith jacob"),
        ("ipad-jacob-smith", "jacob-smith"),
        ("ipad-jacobsmith", "jacobsmith"),
        ("Asked for by Grace.", "Grace"),
        ("Her name is Tench.", "Tench"),
        ("Li Ng is on it.", "Li Ng"),
        ("J. Smith fell.", "Smith"),
        ("Asked for by jsmith.", "jsmith"),
        ("ipad-smithj", "smithj"),
        ("The letters J a c o b.", "J a c o b"),
        ("J-a-c-o-b S-m-i-t-h asked.", "J-a-c-o-b S-m-i-t-h"),
        ("ipad-smithjacob", "smithjacob"),
        ("It is Jacobs photo.", "Jacobs"),
        ("The O Neill family.", "O Neill"),
        ("cam-annemarie", "annemarie"),
        ("ipad-vanderberg", "vanderberg"),
        (normalize("NFD", "Müller asked."), "Müller"),
        ("Ja\u00adcob asked.", "Jacob"),  # a soft hyphen, which is not seen
        ("Ja\u200bcob asked.", "Jacob"),
        ("\u24d9\u24d0\u24d2\u24de\u24d1 asked.", "jacob"),
        ("The bread is in a box.", None),
        ("Who reads it.", None),
        ("With good grace.", None),
        ("Grace period is over.", None),
        ("A smith is shown.", None),
        ("The police asked for it.", None),
        ("", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert name_in(text, KnownNames(PUPILS)) == name
