"""The sheets of an Excel workbook (.xlsx) as rows of text.

Threat: a workbook is a zip archive of XML: a small file may unfold without end, and a formula without a stored result
would be an empty cell, a name that nobody looks for.
Rule: what it unfolds to is counted before anything is opened, and its cells while they are read, for a text that it
holds once may stand in every cell, and a row of a high number has empty ones above it; formulas are never computed, and
one without a stored result is a text that no reader takes for an answer or a name.  Old workbooks (.xls) and web pages
called .xls are named.
What is struck through, and a comment at a cell, is told beside the text: either may take it back.
Accepted residue: what else a cell looks like (a percentage, a colour) is not read.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, TypeAlias
from xml.etree.ElementTree import ParseError

from redact.pupils.tables.zips import BROKEN

ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_UNFOLDED_BYTES: Final = 400_000_000  # some 40,000 pupils with a hundred columns are a tenth of it; a choice
MOST_SHEETS: Final = 50  # a choice
MOST_SIGNS: Final = 100_000_000  # of all cells: twice 40,000 pupils with a hundred columns of ten signs; a choice
_ROW_SIGNS: Final = (
    20  # that a row counts as, empty or not: a stray cell in Excel's last row is a fifth of it; a choice
)
_UNFOLDS: Final = "it unfolds to more than any school has"
_THREADED: Final = "Comment:\n"  # what Excel writes before a comment that has answers, for older programs
NO_RESULT: Final = "#FORMULA"  # of a formula whose result the file does not hold


class WorkbookFault(Exception):
    """The bytes are no workbook that can be read; `str()` is a sentence part."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from the first on, every cell as text."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    is_hidden: bool = False  # whoever opens the workbook does not see it: last year's answers, a report's parameters
    struck: frozenset[tuple[int, int]] = frozenset()  # row, from 1 on, and place of cells that are struck through
    comments: tuple[tuple[int, int, str], ...] = ()  # row, place and text of what was noted at cells


def is_workbook(content: bytes) -> bool:
    """Say whether the bytes are a workbook, new or old, and no text."""
    return content.startswith((ZIP, OLD_WORKBOOK))


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of an .xlsx workbook in their order, hidden ones too.

    Raises:
        WorkbookFault: it is an old workbook, has a password, unfolds to too much, or is broken.
    """
    # Here, because it takes a second of every command, and only a workbook is worth it.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    if content.startswith(OLD_WORKBOOK):
        raise WorkbookFault("it is an old Excel workbook (.xls), or one with a password")
    try:
        _check_size(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that this library does not know
            values = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            pairs, left = zip(values.worksheets, formulas.worksheets, strict=True), MOST_SIGNS
            sheets = list[Sheet]()
            for one, other in pairs:
                rows, struck, left = _rows(one, other, left)
                is_hidden = one.sheet_state != "visible"
                sheets.append(Sheet(str(one.title), rows, is_hidden, struck, tuple(_comments(content, one))))
            return tuple(sheets)
    except (InvalidFileException, ParseError, KeyError, TypeError, *BROKEN) as failure:
        raise WorkbookFault("it is no Excel workbook, or a broken one") from failure


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNFOLDED_BYTES:
            raise WorkbookFault(_UNFOLDS)
        if sum(entry.filename.startswith("xl/worksheets/") for entry in archive.infolist()) > 2 * MOST_SHEETS:
            raise WorkbookFault(f"it has more than {MOST_SHEETS} sheets")


def _comments(content: bytes, sheet: object) -> Iterator[tuple[int, int, str]]:
    """Yield row, place and text of the comments at the cells of a sheet."""
    from openpyxl.comments.comment_sheet import CommentSheet  # noqa: PLC0415
    from openpyxl.packaging.relationship import get_dependents, get_rels_path  # noqa: PLC0415
    from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415
    from openpyxl.xml.functions import fromstring  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = get_rels_path(sheet._worksheet_path)  # type: ignore[attr-defined]  # noqa: SLF001
        if links not in archive.namelist():
            return
        for link in get_dependents(archive, links):
            if not link.Type.endswith("/comments"):
                continue
            for cell, comment in CommentSheet.from_tree(fromstring(archive.read(link.target))).comments:
                row, column = coordinate_to_tuple(cell)
                yield row, column - 1, comment.text.rpartition(_THREADED)[2]


_Rows: TypeAlias = tuple[tuple[tuple[str, ...], ...], frozenset[tuple[int, int]], int]


def _rows(values: object, formulas: object, left: int) -> _Rows:
    """Return the rows of a sheet, of which `left` signs may be read, the struck cells, and what is left of these."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # type: ignore[attr-defined]  # some programs write a wrong size
    pairs = zip(values.iter_rows(), formulas.iter_rows(values_only=True), strict=True)  # type: ignore[attr-defined]
    rows, struck = list[tuple[str, ...]](), set[tuple[int, int]]()
    for row, others in pairs:
        cells = tuple(print_cell(cell.value, formula) for cell, formula in zip(row, others, strict=True))
        struck |= {(len(rows) + 1, place) for place, cell in enumerate(row) if _is_struck(cell)}
        left -= _ROW_SIGNS + sum(1 + len(cell) for cell in cells)
        if left < 0:
            raise WorkbookFault(_UNFOLDS)
        rows.append(cells)
    return tuple(rows), frozenset(struck), left


def _is_struck(cell: Any) -> bool:  # of a library without types
    return cell.value is not None and cell.has_style and bool(cell.font.strike)


def print_cell(value: object, formula: object = None) -> str:
    """Return a cell as text: days year first, whole numbers without a point, yes and no as TRUE and FALSE."""
    match value:
        case None:
            return "" if formula is None else NO_RESULT
        case bool():
            return str(value).upper()
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
