"""See the package."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tools.held_out.count import count_all, misses, table
from tests.tools.held_out.draw import draw_all

command, folder, *rest = sys.argv[1:]
if command == "draw":
    draw_all(Path(folder), int((rest or ["1"])[0]), int((rest[1:] or ["4"])[0]))
else:
    counts = count_all(Path(folder))
    print(table(counts))
    if "misses" in rest:
        print(misses(counts))
