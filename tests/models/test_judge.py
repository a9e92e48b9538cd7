"""What stands, what is doubtful and alone, what is nothing: rules on boxes and scores, without a network."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from models.boxes import Boxes
from models.faces.judge import COMPANY, PROPOSED, SMALL_SCORE, SURE, UNLOOKED_SCORE, Judged, judge
from models.findings import Pixels

PICTURE = np.full((1200, 1600, 3), 128, np.uint8)
NONE = np.empty((0, 5), np.float32)
NO, YES = 0.0, 0.9


@dataclass
class Scripted:
    """Sees a face in the middle of each cut-out, with the scores it was given, the last one for ever."""

    scores: list[float] = field(default_factory=lambda: [YES])
    looks: int = 0

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        score = self.scores[min(self.looks, len(self.scores) - 1)]
        self.looks += 1
        height, width = pixels.shape[:2]
        side = max(width, height) / 3.2
        box = [(width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2, score]
        return np.array([box], np.float32) if score >= threshold else NONE


def row(x: float, side: float, score: float) -> Boxes:
    """Return one box, its left side at `x`, in the middle of the picture."""
    return np.array([[x, 500, x + side, 500 + side, score]], np.float32)


def judged(network: Scripted, *rows: Boxes) -> Judged:
    proposed = np.concatenate(rows)
    return judge(network, PICTURE, proposed[np.argsort(-proposed[:, 4])], NONE)


def test_what_is_sure_stands_alone_and_is_not_looked_at() -> None:
    network = Scripted([NO])
    found = judged(network, row(100, 60, SURE))
    assert (len(found.standing), len(found.lone), network.looks) == (1, 0, 0)


def test_in_company_agreement_of_the_looks_is_enough() -> None:
    plain_only = Scripted([0.3, 0.3, 0.3, 0.3, NO])
    found = judged(plain_only, row(100, 60, 0.9), row(250, 60, 0.06))
    assert (len(found.standing), len(found.lone)) == (2, 0)


@pytest.mark.parametrize(
    ("scores", "stands"),
    [
        ([0.9, 0.9, 0.9, 0.9, NO], False),  # as it is, and in no other light
        ([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, NO], True),  # as it is and evened out
        ([0.12, 0.12, 0.12, 0.12, 0.9], True),  # hardly as it is, but in both other lights
        ([0.12, 0.12, 0.12, 0.12, 0.9, 0.9, NO], False),
    ],
)
def test_alone_two_looks_in_different_light_must_agree(scores: list[float], *, stands: bool) -> None:
    found = judged(Scripted(scores), row(100, 60, 0.2))
    assert (len(found.standing), len(found.lone)) == ((1, 0) if stands else (0, 1)), "it is never dropped"


def test_what_the_looks_see_nothing_in_is_nothing() -> None:
    found = judged(Scripted([NO]), row(100, 60, 0.9), row(250, 60, 0.3), row(1400, 60, 0.3))
    assert (len(found.standing), len(found.lone)) == (1, 0)


@pytest.mark.parametrize(("x", "score", "stands"), [(330, COMPANY, True), (350, COMPANY, False), (330, 0.55, False)])
def test_company_is_near_and_beyond_doubt(x: float, score: float, *, stands: bool) -> None:
    """Four sides of 60 px from centre to centre."""
    plain_only = Scripted([0.3, 0.3, 0.3, 0.3, NO])
    found = judged(plain_only, row(100, 60, score), row(x, 60, 0.06))
    assert (len(found.standing), len(found.lone)) == ((2, 0) if stands else (1, 1))


def test_a_small_face_stands_in_company_only() -> None:
    near, far = row(160, 12, SMALL_SCORE), row(1400, 12, SMALL_SCORE)
    found = judged(Scripted(), row(100, 60, 0.9), near, far, row(170, 12, PROPOSED))
    assert (len(found.standing), len(found.lone)) == (2, 1)


def test_too_many_to_look_at_stand_by_their_score_if_anybody_is_there() -> None:
    crowd = [row(5 * i, 30, 0.3 - i / 1000) for i in range(150)]
    network = Scripted([NO])
    found = judged(network, row(400, 60, 0.9), *crowd)
    assert network.looks <= 120 * 8
    assert len(found.standing) == 31 and not len(found.lone), "in a crowd anybody is company"
    alone = judged(network, *crowd)
    assert len(alone.lone) == 30 and not len(alone.standing)
    assert (np.concatenate([found.standing, found.lone])[:, 4] >= UNLOOKED_SCORE).all()


def test_a_face_that_fills_the_frame_has_no_room_for_company() -> None:
    plain_only = Scripted([0.3, 0.3, 0.3, 0.3, NO])
    found = judge(plain_only, PICTURE[:, :100], row(15, 70, 0.2), NONE)
    assert (len(found.standing), len(found.lone)) == (1, 0)


def test_a_faint_proposal_is_looked_at_if_it_is_large() -> None:
    found = judged(Scripted(), row(100, 60, 0.9), row(250, 50, 0.03), row(170, 30, 0.03))
    assert len(found.standing) == 2


# -- where a doubtful one lies in its company --


def at(x: float, y: float, side: float, score: float) -> Boxes:
    return np.array([[x, y, x + side, y + side, score]], np.float32)


@pytest.mark.parametrize(
    ("doubtful", "score", "stands"),
    [
        (at(560, 500, 60, 0.06), 0.06, True),  # beside a sure face, half behind it: log odds of -2.6
        (at(690, 500, 60, 0.06), 0.06, False),  # the same looks a little farther away
        (at(690, 500, 60, 0.06), 0.09, True),  # -2.2
        (at(510, 600, 60, 0.06), 0.09, False),  # the same on the chest below it
        (at(510, 600, 60, 0.06), 0.14, True),  # -1.8
        (at(470, 600, 120, 0.06), 0.09, True),  # a larger one there is somebody in front
        (at(510, 400, 60, 0.06), 0.09, True),  # above it is none
    ],
)
def test_what_the_looks_must_reach_hangs_on_the_place(doubtful: Boxes, score: float, stands: bool) -> None:
    found = judged(Scripted([score]), at(500, 500, 60, 0.9), doubtful)
    assert (len(found.standing) == 2) is stands and not len(found.lone)


@pytest.mark.parametrize(("score", "is_asked"), [(0.075, False), (0.09, True)])  # log odds of -2.4 and -2.2
def test_a_lone_one_that_the_looks_hardly_agree_on_is_not_asked_about(score: float, is_asked: bool) -> None:
    found = judged(Scripted([score]), at(500, 500, 60, 0.06))
    assert (len(found.standing), len(found.lone)) == (0, int(is_asked))
