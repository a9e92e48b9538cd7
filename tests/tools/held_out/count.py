"""Count by kind how many name words are hidden or asked, with the reader and the rules but without faces and covers.

`redact measure` counts what was written; this takes a third of the time, and shows what was read where a name stays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.finders import Finders
from models.findings import Pixels, Polygon
from models.text.reader import open_text_reader
from redact.pupils.roll import Roll, read_roll
from redact.redaction.find import read_text
from redact.redaction.names.find import find_names
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.shapes.geometry import corners_of
from redact.redaction.values import Line
from redact.trials.measure import WORD_HIDDEN_SHARE, WORD_SPOILT_SHARE

SIDE_PX = 2048  # as published


@dataclass(frozen=True, slots=True)
class Counted:
    """One picture's words."""

    name: str
    scene: str
    hidden: int
    names: int
    spoilt: int
    others: int
    missed: tuple[str, ...]
    read: tuple[str, ...]


def read_picture(path: Path, finders: Finders) -> tuple[Line, ...]:
    """Return the lines that the reader finds on a picture, as a redaction does, in its own pixels."""
    picture = decode(path.read_bytes())
    seen = shrink(picture, SIDE_PX)
    return tuple(line.scaled(picture.width_px / seen.width_px) for line in read_text(seen, finders))


def count(name: str, label: dict[str, Any], lines: Sequence[Line], roll: Roll) -> Counted:
    """Return how many of a picture's words are hidden or asked about."""
    width, height = label["size"]
    mask = np.zeros((height, width), np.uint8)
    for hit in find_names(lines, roll, max(label["size"])):
        cv2.fillPoly(mask, [corners_of(hit.polygon)], 1)
    shares = [(word, _share(mask, word["quad"])) for word in label["words"]]
    missed = tuple(word["text"] for word, share in shares if word["name"] and share < WORD_HIDDEN_SHARE)
    names = sum(word["name"] for word, _ in shares)
    spoilt = sum(not word["name"] and share >= WORD_SPOILT_SHARE for word, share in shares)
    read = tuple(f"{line.text} ({line.score:.2f})" for line in lines)
    return Counted(name, label["scene"], names - len(missed), names, spoilt, len(shares) - names, missed, read)


def _share(mask: Pixels, quad: Polygon) -> float:
    place = np.zeros_like(mask)
    cv2.fillPoly(place, [corners_of(quad)], 1)
    return float((mask & place).sum()) / max(1, int(place.sum()))


def count_all(folder: Path) -> list[Counted]:
    """Return the counts of every picture in `folder`."""
    labels = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    roll = read_roll((folder / "roll.csv").read_bytes())
    finders = Finders(faces=None, text=open_text_reader(), codes=lambda _: ())  # type: ignore[arg-type]
    return [count(name, label, read_picture(folder / "images" / name, finders), roll) for name, label in labels.items()]


def table(counts: Sequence[Counted]) -> str:
    """Return a table by kind, and what was missed."""
    rows = []
    for scene in dict.fromkeys(c.scene for c in counts):
        of = [c for c in counts if c.scene == scene]
        hidden, names = sum(c.hidden for c in of), sum(c.names for c in of)
        spoilt, others = sum(c.spoilt for c in of), sum(c.others for c in of)
        rows.append(f"{scene:12} names {hidden:4}/{names:4} {hidden / max(1, names):6.3f}   others {spoilt:3}/{others}")
    hidden, names = sum(c.hidden for c in counts), sum(c.names for c in counts)
    controls = [c for c in counts if not c.names]
    rows.append(f"all          names {hidden}/{names} {hidden / max(1, names):.3f}")
    rows.append(
        f"controls     {sum(c.spoilt for c in controls)}/{sum(c.others for c in controls)} words hidden or asked"
    )
    return "\n".join(rows)


def misses(counts: Sequence[Counted]) -> str:
    """Return what was read on each picture that shows a name, or lost another word."""
    wrong = [c for c in counts if c.missed or c.spoilt]
    return "\n".join(f"{c.name}: missed {c.missed}, spoilt {c.spoilt}; read {c.read}" for c in wrong)
