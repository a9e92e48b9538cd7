"""Processes that are killed, each a fork of one that has imported everything: dozens of starts would take minutes.

There is one such server for all files that a test process runs, so what it imports is listed here once.
"""

from __future__ import annotations

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.rigs.dying", "tests.rigs.releasing", "dbos", "cv2"])
