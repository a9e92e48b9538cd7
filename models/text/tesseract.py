"""A second opinion on lines the first reader doubts: Tesseract, where the program is installed.

Measured on 99 doubtful lines of 208 photos: it made 6 legible (handwriting that is joined up, mostly), 0.15 s per line.
So it is asked about a few lines per photo only, and only its confident answers count.

Threat: the program is a process of its own, and a strip that is handed to it through a file can be read by others
and stays behind when this process is killed: pytesseract's own way, seen after a kill -9.
Rule: only the strip of one doubtful line goes there, never the photo, and it goes through a pipe; no file is made.
Accepted residue: whoever may look into this user's processes could look into this one as well.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from pytesseract import pytesseract

from models.findings import Line, Pixels, Polygon, Word
from models.text.recognise import slice_of, strip_of

READER = "tesseract"  # what Line.reader says
MOST_LINES = 3  # asked about in one photo: at most half a second; a choice
DOUBT_SCORE = 0.6  # of the first reader, below which a second opinion is worth its time; measured above
TRUST_SCORE = 0.6  # mean confidence from which the second opinion stands; a choice
LONG_ENOUGH = 2.0  # length to height of a line with more than a letter or two; a choice
BORDER_PX = 10  # quiet edge around the strip: Tesseract misses letters that touch the edge (its manual)
TIMEOUT_S = 2.0  # for one line; it takes 0.15
_ONE_LINE = ("--psm", "7", "-l", "eng")


def is_installed() -> bool:
    """Say whether the program `tesseract` is on this machine's path."""
    return shutil.which("tesseract") is not None


def second_opinion(pixels: Pixels, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return `lines`, the most doubtful long ones read again; a failure of the program changes nothing."""
    doubtful = [line for line in lines if line.score < DOUBT_SCORE and _is_long(line)]
    asked = {id(line): _read(pixels, line) for line in sorted(doubtful, key=lambda line: line.score)[-MOST_LINES:]}
    return tuple(asked.get(id(line), line) for line in lines)


def _is_long(line: Line) -> bool:
    a, b, _, d = (np.array(corner) for corner in line.quad)
    return bool(np.linalg.norm(b - a) >= LONG_ENOUGH * np.linalg.norm(d - a))


def _read(pixels: Pixels, line: Line) -> Line:
    again = read_line(pixels, line.quad)
    again = replace(again, other_script=line.other_script)
    return again if again.score >= max(TRUST_SCORE, line.score) else line


def read_line(pixels: Pixels, quad: Polygon) -> Line:
    """Return what Tesseract reads at `quad`, however doubtful; no words and a score of 0 if it fails."""
    strip = strip_of(pixels, quad)
    framed = cv2.copyMakeBorder(strip, *(BORDER_PX,) * 4, cv2.BORDER_REPLICATE)
    table = _ask(cv2.imencode(".png", framed[:, :, ::-1])[1].tobytes())
    if table is None:
        return Line((), quad, 0.0, READER)
    words = _words(table, quad, strip.shape[1])
    score = float(np.mean([word.score for word in words])) if words else 0.0
    return Line(words, quad, score, READER)


def _ask(png: bytes) -> dict[str, list[Any]] | None:
    """Return Tesseract's table of words for a picture; None if it fails or takes too long."""
    command = (pytesseract.tesseract_cmd, "stdin", "stdout", *_ONE_LINE, "tsv")
    try:
        answer = subprocess.run(command, input=png, capture_output=True, check=True, timeout=TIMEOUT_S)  # noqa: S603  no shell, fixed words
        table: dict[str, list[Any]] = pytesseract.file_to_dict(answer.stdout.decode(), "\t", -1)
    except (subprocess.SubprocessError, OSError, UnicodeDecodeError):
        return None
    return table if "text" in table else None


def _words(table: dict[str, list[Any]], quad: Polygon, width_px: int) -> tuple[Word, ...]:
    words = []
    for text, conf, left, width in zip(table["text"], table["conf"], table["left"], table["width"], strict=True):
        if str(text).strip() and float(conf) >= 0.0:
            start = np.clip((left - BORDER_PX) / width_px, 0.0, 1.0)
            end = np.clip((left - BORDER_PX + width) / width_px, start, 1.0)
            words.append(Word(str(text).strip(), slice_of(quad, float(start), float(end)), float(conf) / 100.0))
    return tuple(words)
