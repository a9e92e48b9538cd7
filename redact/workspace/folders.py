"""The folders of a workspace lie apart from each other, and the private ones in no folder that leaves the machine.

Threat: one line in redact.toml puts copies into the folder of sealed originals, so that whoever may read the copies
gets at those, and what empties one empties the other; or it moves plain originals and keys into a cloud.
Rule: no folder is another one, or lies inside it, links and mounts resolved; the workspace's own folder alone holds
others. A private one in a synced folder does not open unless `allow_synced` says so; for trust storage and
checkpoint mirrors, which hold no original, it is a warning.  Which folders are synced is redact/workspace/synced.py's
matter.
Accepted residue: two names of one folder that does not exist yet, on a disk that knows no case, are told apart only
when it exists: then the workspace does not open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from redact.workspace.settings import FILE, SettingsFault
from redact.workspace.synced import Objection, Seen, judge, look_at, syncs
from watcher import relation_of, way_down


def check_folders_apart(folders: Mapping[str, Path], files: Mapping[str, Path]) -> None:
    """Check that no folder is another one, that none lies inside another, and that no database lies in one.

    Args:
        folders: by the names of their settings.
        files: the SQLite files, by the names of their settings.

    Raises:
        SettingsFault: it is so.
    """
    ways = {place: way_down(place) for place in {*folders.values(), *files.values()}}  # each is looked at once
    pairs = [
        *combinations(folders.items(), 2),
        *((folder, file) for folder in folders.items() for file in files.items()),
    ]
    for (name, folder), (other, place) in pairs:
        relation = relation_of(ways[folder], ways[place])
        if relation is not None:
            raise SettingsFault(
                f"The folders of a workspace lie apart from each other, but {other} ({place}) is {relation} {name} "
                f"({folder}). Choose other folders (in {FILE}, or with the options of redact init); nothing was done."
            )


def find_objections(private: Collection[Path], sqlite_folders: Collection[Path]) -> Iterator[Objection]:
    """Yield what speaks against each private folder, the outermost first; what lies inside one is not named again."""
    named: list[Path] = []
    seen: dict[Path, Seen] = {}
    for place in sorted({*private, *sqlite_folders}):
        if not any(place.is_relative_to(outer) for outer in named):
            objection = judge(look_at(place, seen=seen), holds_sqlite=place in sqlite_folders)
            if objection is not None:
                named.append(place)
                yield objection


def find_warnings(workspace: Path, trust: Path | None, copies: Sequence[Path]) -> Iterator[str]:
    """Yield a sentence for trust storage and each checkpoint mirror that a service copies elsewhere.

    Those inside the workspace say nothing of their own: the workspace was judged as a whole.
    """
    if trust is not None and (service := _service_of(trust, workspace)):
        yield (
            f"Trust storage {trust} is copied elsewhere by {service}: the copies leave the trust's machines, and what "
            "is taken down here may live on there. Choose another folder, unless the trust has agreed to that service"
        )
    for copy in copies:
        if service := _service_of(copy, workspace):
            yield (
                f"The checkpoint mirror {copy} is copied elsewhere by {service}. Signed checkpoints say nothing of a "
                "child, so "
                "that may be wanted; but it proves nothing where the schedulers of this machine can change it as well"
            )


def _service_of(place: Path, workspace: Path) -> str | None:
    return None if place.is_relative_to(workspace) else syncs(look_at(place))
