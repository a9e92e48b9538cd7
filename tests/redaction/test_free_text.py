"""A person's sentence that names a pupil is told from one that does not."""

from __future__ import annotations

import pytest

from redact.pupils.roll import Pupil
from redact.redaction.names.free_text import KnownNames, name_in

PUPILS = (Pupil("A1", "Jacob", "Smith"), Pupil("A2", "Grace", "O'Brien-Tench"), Pupil("A3", "Li", "Ng"))


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
        ("With good grace.", None),
        ("Grace period is over.", None),
        ("A smith is shown.", None),
        ("The police asked for it.", None),
        ("", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert name_in(text, KnownNames(PUPILS)) == name
