"""Excel workbooks made for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]], hidden: str = "") -> bytes:
    """Return a workbook of the sheets, each its name and its rows; the one that is called `hidden` is not shown."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
