"""The opened finders in one frozen bundle; what a worker process loads once and keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.codes.reader import find_codes
from models.faces.finder import FaceFinder, open_face_finder
from models.findings import Code, Pixels
from models.text.reader import TextReader, open_text_reader


@dataclass(frozen=True, slots=True)
class Finders:
    """Everything that looks at a picture."""

    faces: FaceFinder
    text: TextReader
    codes: Callable[[Pixels], tuple[Code, ...]] = find_codes


def open_finders(folder: Path, threads: int) -> Finders:
    """Open the finders and readers; optional weights are used when `folder` holds them.

    Args:
        folder: where optional weights are installed.
        threads: threads that each model may use.

    Raises:
        ModelsError: a required weight is missing or is not the manifest's.
    """
    return Finders(open_face_finder(folder, threads), open_text_reader(threads))
