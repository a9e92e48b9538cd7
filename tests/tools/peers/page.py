"""The page that the comparison with other tools is written to, docs/benchmarks.md."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from redact.system.machine import memory_bytes, usable_cores
from redact.trials.attack import SAME_WORD
from redact.trials.measure import Score, Share

_NOTES: Final = (
    "What is counted is said in [measuring.md](measuring.md). deface blurs an ellipse in each box that it finds; it",
    "finds no names and looks at nothing again. Tesseract is given the whole photo (as sparse text) and the roll: a",
    f"word is covered when it is like one of the roll (similarity {SAME_WORD}). Seconds are from a program's start to",
    "its end, divided by the number of photos.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; None: the tool does not do it."""

    tool: str
    faces: Score | None = None
    leaks: int | None = None  # covers on the photos with faces that still follow their source
    covers: int = 0
    names: Score | None = None
    faces_s: float | None = None  # seconds per photo
    names_s: float | None = None
    phone_s: float | None = None


_APART: Final = "## A large workspace"  # what follows is measured by other commands


def keep_apart(page: str, before: str) -> str:
    """Return the new page with what the former one says of other measurements."""
    at = before.find(_APART)
    return page if at < 0 else f"{page.rstrip()}\n\n{before[at:]}"


def print_page(rows: Sequence[Row], versions: Mapping[str, str], load: float, counts: tuple[int, int, int]) -> str:
    """Return docs/benchmarks.md.

    Args:
        rows: the tools.
        versions: of the packages in deface's environment.
        load: the machine's load average when the run began.
        counts: photos with faces, with names, of a phone.
    """
    names = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    head = "| tool | recognisable faces hidden | faces of 80 px and more | stray | covers that leak |"
    faces = [_faces_cells(row) for row in rows if row.faces is not None]
    words = [_names_cells(row) for row in rows if row.names is not None]
    seconds = [_seconds_cells(row) for row in rows]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `python -m tests.tools.peers FACES NAMES PHONE --out docs/benchmarks.md`: one run over the",
            "same photos, every tool with its own defaults and all processors. Shares with their 95 % Wilson interval.",
            "",
            f"- date: {datetime.now(UTC):%Y-%m-%d}",
            f"- machine: {_machine()}",
            f"- other work on it when the run began: load average {load:.1f}",
            f"- Python {platform.python_version()}; deface's environment: {names}",
            "",
            f"## Faces ({counts[0]} photos)",
            "",
            *_table(head, faces),
            "",
            f"## Names ({counts[1]} photos)",
            "",
            *_table("| tool | name words hidden, mean of scenes | lowest scene | other words covered |", words),
            "",
            f"## Seconds per photo ({counts[2]} phone photos)",
            "",
            *_table("| tool | photos with faces | photos with names | phone photos |", seconds),
            "",
            *_NOTES,
            "",
        ]
    )


def _table(head: str, rows: Sequence[str]) -> list[str]:
    return [head, re.sub(r"[^|]+", "---", head), *rows]


def _faces_cells(row: Row) -> str:
    assert row.faces is not None
    large = row.faces.faces.get("80 px and more")
    clear = row.faces.faces.get("clear")
    cells = (_say(clear), _say(large), f"{100 * row.faces.stray:.2f} %", f"{row.leaks} of {row.covers}")
    return f"| {row.tool} | {' | '.join(cells)} |"


def _names_cells(row: Row) -> str:
    assert row.names is not None
    scenes = row.names.scenes
    lowest = min(scenes, key=lambda scene: scenes[scene].value, default="")
    worst = f"{lowest}, {scenes[lowest].value:.2f}" if lowest else "-"
    return f"| {row.tool} | {row.names.mean_of_scenes:.3f} | {worst} | {_say(row.names.spoilt)} |"


def _seconds_cells(row: Row) -> str:
    cells = ("-" if value is None else f"{value:.2f}" for value in (row.faces_s, row.names_s, row.phone_s))
    return f"| {row.tool} | {' | '.join(cells)} |"


def _say(share: Share | None) -> str:
    if share is None:
        return "-"
    low, high = share.interval()
    return f"{share.hits} of {share.total}, {100 * share.value:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _machine() -> str:
    cores, memory = usable_cores(), (memory_bytes() or 0) // 10**9
    return f"{_processor()}, {cores} cores in use, {memory} GB, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        told = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        told = None
    return told[1].strip() if told else platform.processor() or "unknown processor"
