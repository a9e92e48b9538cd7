"""Move trust storage to another place: bring every copy there, prove it, and only then let the settings name it.

Threat: a copy is lost on the way, or was damaged before and nobody notices; new copies go to the old place while the
settings name the new one; the old place is emptied while the new one lacks something.
Rule: (1) every file is read, compared with its record, put and read back; what is there already is proved again, so a
move that was cut off goes on.  This may take hours, and the watcher may run.  (2) With the watcher and the desk of
this machine stopped, which their locks prove, what came meanwhile is brought, and everything is proved once more; (3)
only then redact.toml names the new place.  (4) From the old place a file is removed only where it was asked for, and
only after the same file was read back in the new one at that moment.
Accepted residue: other machines of the same database have settings of their own; the command says so.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from redact.audit.kinds import Kind
from redact.errors import RedactError, UsageError, counted, short_id
from redact.store.placing.names import Lying, list_lying
from redact.store.trust.storage import TrustStorage, make_trust, open_trust
from redact.system.files import write_whole
from redact.system.lock import hold_lock
from redact.workspace.open import Workspace, workspace_id
from redact.workspace.settings import FILE
from redact.workspace.settings.file import change_setting, parse_settings, read_text

_LOCKS: Final = ("watch.lock", "redraw.lock")  # of `redact watch` and of the desk: service/run.py, posts/redraws
_MOST_NAMED: Final = 5  # photos that a fault names

Progress = Callable[[int], None]


class NotAllThere(RedactError):
    """Copies are not in the old place as they were stored; the settings name it still."""

    def __init__(self, photos: list[str]) -> None:
        """Say of which photos."""
        which = ", ".join(short_id(photo) for photo in photos[:_MOST_NAMED]) + (" ..." if photos[_MOST_NAMED:] else "")
        super().__init__(
            f"In the old place the copies of {counted(len(photos), 'photo')} are not what was stored: {which}. Nothing "
            "was switched. Have them made again first; see: redact status"
        )


class StillRunning(RedactError):
    """Everything is brought over, and the watcher or the desk would go on with the old place."""

    def __init__(self, brought: int) -> None:
        """Say what to do."""
        super().__init__(
            f"Proved in the new place: {counted(brought, 'file')}. Stop redact watch and redact desk on this machine, "
            "then give the same command again: only what came since is left."
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did."""

    files: int  # proved in the new place
    removed: int  # from the old place


def move_storage(workspace: Workspace, place: str, report: Progress, *, removes_old: bool = False) -> Moved:
    """Move trust storage; going on with a move that was cut off is the same call.

    Args:
        workspace: opened.
        place: a folder by its whole path, or "s3://...", "az://...".
        report: called now and then with how many files are proved in the new place.
        removes_old: remove from the old place what is proved in the new one, at the end.

    Raises:
        UsageError: the place is the one that it is, or none.
        SettingsFault: the place lies in another folder of the workspace, or the like.
        NotAllThere: see there; the settings name the old place.
        StillRunning: likewise.
        TrustFault: one of the two refuses or cannot be seen; what is proved stays, and the settings name the old place.
        CannotWrite: redact.toml cannot be written.
        LogElsewhere: this log was set back, or runs elsewhere; nothing was brought.
    """
    workspace.audit_log.standing.check()
    folder, old = workspace.settings.folder, workspace.trust
    text = change_setting(read_text(folder), "trust", place)
    settings = parse_settings(folder, text)
    if settings.trust == workspace.settings.trust:
        raise UsageError("Trust storage lies there already. Nothing was changed.")
    new = open_trust(settings.trust, folder, workspace_id(workspace.keys), settings.for_use_group)
    make_trust(new)
    # 1. everything, while others work
    brought = _bring_all(workspace, old, new, report)
    # 2. what came meanwhile, and all of it once more, with nobody at work
    with _alone(folder_locks(workspace)) as is_alone:
        if not is_alone:
            raise StillRunning(brought)
        brought = _bring_all(workspace, old, new, report)
        # 3. from here on it is the new place
        write_whole(folder / FILE, text.encode())
        with workspace.audit_log.writing() as entries:
            entries.add(Kind.STORAGE_CHECKED, checked=brought, missing=0, differs=0)
        # 4. the old place
        removed = _remove_proved(workspace, old, new) if removes_old else 0
    return Moved(brought, removed)


def folder_locks(workspace: Workspace) -> Iterator[contextlib.AbstractContextManager[bool]]:
    """Give the locks that the watcher and the desk of this machine hold while they run."""
    for name in _LOCKS:
        yield hold_lock(workspace.settings.folder / name)


@contextlib.contextmanager
def _alone(locks: Iterator[contextlib.AbstractContextManager[bool]]) -> Iterator[bool]:
    with contextlib.ExitStack() as held:
        yield all(held.enter_context(lock) for lock in locks)


def _bring_all(workspace: Workspace, old: TrustStorage, new: TrustStorage, report: Progress) -> int:
    """Bring and prove every file; return how many lie in the new place."""
    lost: dict[str, None] = {}
    brought = 0
    for number, lying in enumerate(_every(workspace), 1):
        if _bring(old, new, lying):
            brought += 1
        elif lying.must_be_there:
            lost[lying.photo] = None
        if number % 100 == 0:
            report(brought)
    if lost:
        raise NotAllThere([*lost])
    return brought


def _bring(old: TrustStorage, new: TrustStorage, lying: Lying) -> bool:
    """Bring one file and prove it; False where the old place does not hold it as it must."""
    if new.holds(lying.name, lying.output):
        return True
    content = old.find(lying.name)
    if content is None or hashlib.sha256(content).hexdigest() != lying.output:
        return False
    new.put(lying.name, content)
    return True


def _remove_proved(workspace: Workspace, old: TrustStorage, new: TrustStorage) -> int:
    removed = 0
    for lying in _every(workspace):
        if new.holds(lying.name, lying.output):
            workspace.audit_log.standing.check()
            old.remove(lying.name)
            removed += 1
    return removed


def _every(workspace: Workspace) -> tuple[Lying, ...]:
    with workspace.database.read() as connection:
        return tuple(list_lying(connection))
