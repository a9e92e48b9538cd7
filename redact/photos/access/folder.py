"""Write what is handed over: photos and their index, into a new folder that its owner alone may read.

Threat: a child's photo stays behind in a folder that somebody gave up on, or is read by others on the machine.
Rule: the folder is new, empty, or holds what was begun of the same request (progress.py), and is its owner's alone;
files are written whole; where anything fails before an original was looked at, what was written goes again.  Files
are called by number, and the index repeats no name of a file as it came.
Accepted residue: what becomes of the folder afterwards, and of one that is never finished; links of posts in the
index may hold a name.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from datetime import tzinfo
from pathlib import Path
from typing import Final

from redact.audit.deletions.page import page_environment
from redact.errors import PictureRefused, UsageError, short_id
from redact.photos.access.progress import is_unfinished
from redact.photos.access.values import TO_CHECK, Index, IndexLine, Opened
from redact.redaction.picture.sniff import Format, sniff
from redact.store.photos.showing import ShowingPost
from redact.store.posts.platforms import name_site
from redact.system.clock import parse_moment, print_local_day
from redact.system.files import CannotWrite, make_private_folder, write_new

_ENDINGS: Final = {Format.JPEG: ".jpg", Format.HEIF: ".heic"}
_CHECK: Final = "Only may show the child. Look at it, and take it out where it is another child."


def check_folder(folder: Path) -> None:
    """Refuse a folder that has something in it.

    Raises:
        UsageError: it has, or is a file.
    """
    try:
        is_taken = folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not is_unfinished(folder)))
    except OSError as error:
        raise CannotWrite(folder, error) from error
    if is_taken:
        raise UsageError(f"The folder {folder} is not empty. Choose a new one. Nothing was opened.")


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[AccessFolder]:
    """Give a folder to write into; where the block fails before anything was looked at, it is gone again.

    Raises:
        UsageError: there is something in it. CannotWrite: it cannot be made.
    """
    check_folder(folder)
    make_private_folder(folder)
    made = AccessFolder(folder)
    try:
        yield made
    except BaseException:  # Ctrl-C too
        if not is_unfinished(folder):
            made.take_back()
        raise


class AccessFolder:
    """One folder, while it is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: list[Path] = []

    def add(self, number: int, opened: Opened) -> str:
        """Write the file of a photo, and return what it is called below the folder; "" where there is none.

        Raises:
            CannotWrite: the disk is full, or the folder cannot be written.
        """
        if not opened.content:
            return ""
        name = f"photo-{number:04}{_ending(opened.content)}"
        name = name if opened.found.is_sure else f"{TO_CHECK}/{name}"
        make_private_folder((self._folder / name).parent)
        self._write(name, opened.content)
        return name

    def add_index(self, index: Index) -> None:
        """Write the index, as a page and as a table.

        Raises:
            CannotWrite: as in `add`.
        """
        self._write("index.csv", _print_csv(index.lines).encode("utf-8-sig"))  # Excel takes it for UTF-8 by its mark
        self._write("index.html", _print_html(index).encode())

    def take_back(self) -> None:
        """Remove what was written; what cannot be removed stays, and whoever asked is told that it failed anyway."""
        for path in reversed(self._written):
            with contextlib.suppress(OSError):
                path.unlink()
        for folder in (self._folder / TO_CHECK, self._folder):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        self._written.append(path)
        write_new(path, content)


def line_of(name: str, opened: Opened, posts: Iterable[ShowingPost], zone: tzinfo) -> IndexLine:
    """Return the line of one photo in the index."""
    found = opened.found
    note = opened.why_not
    if opened.content and not found.is_sure:
        note = _CHECK
    elif opened.content and not found.has_original:
        note = "The copy that was made for posts: its original was destroyed. Others on it are shown by consent."
    return IndexLine(
        name,
        short_id(found.known.photo),
        print_local_day(parse_moment(found.known.arrived_at), zone),
        "; ".join(how.value for how in found.how),
        found.known.output_name or "",
        "; ".join(describe_post(post, zone) for post in posts if post.photo == found.known.photo),
        note,
    )


def describe_post(post: ShowingPost, zone: tzinfo) -> str:
    """Return where and when something was posted, with its link: for whoever answers the request alone."""
    where = name_site(post.platform, post.handle) or "no site yet"
    if post.posted_at is None:
        return f"post {post.post}, {where}, {post.state}, not posted"
    down = f", taken down {print_local_day(parse_moment(post.down_at), zone)}" if post.down_at else ""
    link = f", {post.link}" if post.link else ""
    return f"post {post.post}, {where}, posted {print_local_day(parse_moment(post.posted_at), zone)}{link}{down}"


def _ending(content: bytes) -> str:
    try:
        kind = sniff(content)
    except PictureRefused:  # an original that is no picture, handed over as it came
        return ".bin"
    return _ENDINGS.get(kind, f".{kind.value.lower()}")


def _print_csv(lines: Iterable[IndexLine]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field.name for field in fields(IndexLine)])
    writer.writerows([_plain(cell) for cell in astuple(line)] for line in lines)
    return text.getvalue()


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: a link or handle is what a person typed."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _print_html(index: Index) -> str:
    return page_environment(__package__ or "").get_template("index.html").render(index=index)
