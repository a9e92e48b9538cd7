"""What reading a zip archive raises that is broken, or made to be: Python's own module lets most of it through.

Threat: one damaged entry ends a command with a traceback, and what lay behind it is never looked at.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import Final

#: ValueError: names that are no text; NotImplementedError: a method or a version that Python does not know;
#: RuntimeError: a password.
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip
