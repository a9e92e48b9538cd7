"""The report has every field of the contract, and is JSON whatever the values are."""

from __future__ import annotations

import json

import pytest

from redact import __version__
from redact.redaction.values import Action, Kind, Outcome, Region, Status, Verdict
from redact.workers.report import Done, advice_on, report_of

REGION = Region(Kind.FACE, Action.ASK, ((1.26, 2.0), (3.0, 4.0), (5.0, 6.0)), 0.123456, "a sentence")
PHOTO_FIELDS = [
    "source",
    "sha256",
    "status",
    "reason",
    "output",
    "output_sha256",
    "source_size",
    "output_size",
    "covered_share",
    "crop",
    "cropped",
    "advice",
    "regions",
    "verify",
    "seconds",
]


def test_a_redacted_photo_has_all_that_is_promised() -> None:
    outcome = Outcome(
        Status.REDACTED,
        "ab" * 32,
        source_size=(40, 30),
        output_size=(20, 15),
        regions=(REGION,),
        verdict=Verdict(True, ("1 one: passed",)),
        covered_share=0.41234,
        crop=(1, 2, 30, 20),
        seconds={"decode": 0.123456},
    )
    report = json.loads(json.dumps(report_of([Done("a/b.jpg", outcome, "x.jpg", "cd" * 32)], {"w.onnx": "ef"})))
    assert (report["version"], report["tool"], report["models"]) == (1, f"redact {__version__}", {"w.onnx": "ef"})
    [photo] = report["photos"]
    assert list(photo) == PHOTO_FIELDS
    assert photo == {
        "source": "a/b.jpg",
        "sha256": "ab" * 32,
        "status": "redacted",
        "reason": None,
        "output": "x.jpg",
        "output_sha256": "cd" * 32,
        "source_size": [40, 30],
        "output_size": [20, 15],
        "covered_share": 0.4123,
        "crop": [1, 2, 30, 20],
        "cropped": False,
        "advice": "Little is left of this photo, covers take 41 % of it: crop it (--crop), or take another photo, "
        "from farther away.",
        "regions": [
            {
                "kind": "face",
                "action": "ask",
                "polygon": [[1.3, 2.0], [3.0, 4.0], [5.0, 6.0]],
                "score": 0.1235,
                "reason": "a sentence",
            }
        ],
        "verify": {"passed": True, "checks": ["1 one: passed"]},
        "seconds": {"decode": 0.1235},
    }


def test_a_refused_photo_claims_nothing() -> None:
    [photo] = report_of([Done("a.txt", Outcome(Status.REFUSED, "00", "Not a picture."))], {})["photos"]
    assert list(photo) == PHOTO_FIELDS
    assert (photo["status"], photo["reason"]) == ("refused", "Not a picture.")
    assert photo["output"] is photo["output_sha256"] is photo["verify"] is photo["source_size"] is None


@pytest.mark.parametrize(("score", "said"), [(-1.0, 0.0), (7.0, 1.0), (0.5, 0.5)])
def test_scores_stay_between_nought_and_one(score: float, said: float) -> None:
    region = Region(Kind.NAME, Action.COVERED, REGION.polygon, score, "a sentence")
    [photo] = report_of([Done("a", Outcome(Status.REDACTED, regions=(region,)))], {})["photos"]
    assert photo["regions"][0]["score"] == said


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome(Status.REDACTED, covered_share=0.35, crop=None), None),
        (Outcome(Status.REDACTED, covered_share=0.36, crop=None), "another photo"),
        (Outcome(Status.REDACTED, covered_share=0.36, crop=(0, 0, 9, 9)), "--crop"),
        (Outcome(Status.REDACTED, covered_share=0.36, crop=(0, 0, 9, 9), is_cropped=True), None),
        (Outcome(Status.HELD), None),
    ],
)
def test_where_little_is_left_the_report_advises(outcome: Outcome, word: str | None) -> None:
    advice = advice_on(outcome)
    assert (advice is None) if word is None else (advice is not None and word in advice)
