"""What `redact photo` says at its end, as values: which photo a person should look at, and why."""

from __future__ import annotations

from redact.cli.pictures.batch import describe_little, describe_maybes
from redact.redaction.values import Action, Kind, Outcome, Region, Status, what_of_little_left
from redact.workers.report import Done

MAYBE = Region(Kind.FACE, Action.MAYBE, ((1, 1), (9, 1), (9, 9)), 0.3, "it may be a face")


def test_each_photo_that_needs_a_look_is_told_by_its_number_with_what_to_do() -> None:
    fine = Done("Amara.jpg", Outcome(Status.REDACTED, covered_share=0.2, crop=None))
    little = Done("Amara.jpg", Outcome(Status.REDACTED, covered_share=0.41, crop=(0, 0, 9, 9)))
    doubtful = Done("Amara.jpg", Outcome(Status.REDACTED, covered_share=0.5, regions=(MAYBE,)))
    assert [*describe_little([fine, little, doubtful])] == [
        "look: photo 2: Little is left of this photo, covers take 41 % of it: "
        + what_of_little_left("crop it (--crop)")
        + ".",
        "look: photo 3: Little is left of this photo, covers take 50 % of it: take another photo, from farther away.",
    ]
    assert [*describe_maybes([fine, little, doubtful])] == [
        "look: photo 3: 1 place may be a face and is left bare. To see where: redact check"
    ]
