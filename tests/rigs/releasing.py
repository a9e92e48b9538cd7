"""Release a post of a workspace in this process, and die by SIGKILL at the Nth step that touches a file or commits.

A step is a call of one of STEPS; the process dies right before it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redact.audit.kinds import Role
from redact.posts.releasing.release import Poster, release
from redact.store.log import audit_log, mirrors
from redact.store.posts import outbox
from redact.workspace.ids import Actor
from redact.workspace.open import open_workspace
from tests.rigs.living import Clock
from watcher.fs import folders

PIA = Poster(Actor(Role.POSTER.value, "9a" * 32), None)
#: Where it dies, in the order of a release: each is called once or more.
STEPS: tuple[tuple[Any, str], ...] = (
    (outbox, "open_or_make"),
    (folders.HandleFolder, "make_folder"),
    (folders.HandleFolder, "create"),
    (folders.HandleFolder, "rename"),
    (folders.HandleFolder, "flush"),
    (audit_log.AuditLog, "_commit"),
    (mirrors.Mirrors, "copy"),
)


def release_and_die(folder: Path, number: int, nth: int) -> None:
    """Release a post, unless the Nth step comes before the end; for a process of its own."""
    left = [nth]

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    with open_workspace(folder, Clock()) as workspace:
        from redact.store.posts.posts import read_post

        with workspace.database.read() as connection:
            post = read_post(connection, number)
        assert post is not None
        for owner, name in STEPS:
            setattr(owner, name, deadly(getattr(owner, name)))
        release(workspace, number, str(post.content), PIA)
