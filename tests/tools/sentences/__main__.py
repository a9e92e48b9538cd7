"""See the package."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tools.sentences.count import count
from tests.tools.sentences.fit import write

command, *rest = sys.argv[1:]
print(f"{write()} weights" if command == "fit" else count(Path(rest[0]) if rest else None))
