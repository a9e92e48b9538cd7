"""Carry out redraws: one thread, one worker process, from the stored copy or, for lifts, from an opened original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from redact.posts.changes import Changes, Seen
from redact.workers.job import WorkerSetup
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace


class Redrawer:
    """Carries out what is asked for, as long as it is open; the desk opens one for its life, a command for one act."""

    def __init__(self, workspace: Workspace, setup: WorkerSetup, models: Mapping[str, str]) -> None:
        """Take the setup of its worker and the SHA-256 of the weight files in use."""

    def __enter__(self) -> Self:
        """Start; what a killed process of this machine had begun is asked for again."""
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        """End; what is under way is done again at the next start."""

    def wake(self) -> None:
        """Look at once for what was asked."""
        raise NotImplementedError

    def ask_with_original(self, seen: Seen, changes: Changes, file_key: bytes, who: Actor) -> int:
        """Ask for changes that need the original, and return the redraw's number.

        The original is opened with the posted key of this one file, which is used once and kept nowhere; that it is
        opened stands in the audit log before.  It goes to the worker as bytes.

        Raises:
            ChangedMeanwhile: see `redraw.ask`.
            VaultFault: the original is not there, damaged, or the key does not open it.
            UsageError: a lift fits no place, or its pupil may not be shown.
            DatabaseFault: nothing was changed.
        """
        raise NotImplementedError

    def show_original(self, photo: str, file_key: bytes, who: Actor) -> bytes:
        """Return a JPEG of the opened original, 1600 px at most, "not for release" across it.

        Raises:
            VaultFault: see `ask_with_original`.
            PictureHeld, PictureRefused: it cannot be drawn.
            DatabaseFault: nothing was opened: that it is opened could not be logged.
        """
        raise NotImplementedError
