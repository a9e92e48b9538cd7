"""`python -m tests.tools.peers FACES NAMES PHONE [--out FILE] [--first N] [--keep DIR]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from redact.errors import ExitCode, RedactError
from redact.system.files import write_whole
from tests.tools.peers.compare import Photos, compare
from tests.tools.peers.page import keep_apart


def main(words: Sequence[str] | None = None) -> int:
    """Compare, and print the page or write it; return the exit status."""
    given = _parse(words)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            photos = Photos(given.faces, given.names, given.phone, given.first)
            page = compare(
                photos, (given.keep or Path(temporary)).absolute(), lambda text: print(text, file=sys.stderr)
            )
    except RedactError as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    if given.out is None:
        print(page)
    else:
        before = given.out.read_text("utf-8") if given.out.exists() else ""
        write_whole(given.out, keep_apart(page, before).encode(), is_public=True)
    return ExitCode.OK


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.peers",
        description="Compare with deface and Tesseract over the same photos. It INSTALLS deface, apart, by uv.",
    )
    parser.add_argument("faces", type=Path, metavar="FACES", help="folder with truth.json and images")
    parser.add_argument("names", type=Path, metavar="NAMES", help="folder with truth.json, images and roll.csv")
    parser.add_argument("phone", type=Path, metavar="PHONE", help="folder of photos as a phone takes them")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the page here")
    parser.add_argument("--first", type=_count, metavar="N", help="photos with faces; the others are left")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep environment and copies here, for another run")
    return parser.parse_args(words)


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("one photo at least")
    return number


if __name__ == "__main__":
    sys.exit(main())
