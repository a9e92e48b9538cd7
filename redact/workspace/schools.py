"""Which school a person means: the workspace of a trust has several, each with a roll and devices of its own.

Threat: the roll of one school is taken for the trust's, and every pupil of the others "has left"; a slip in a school's
name makes a new one.
Rule: the schools stand in redact.toml, and nothing else is one.  Where there are two or more, whoever imports says
whose export it is; lists without a school are of all.
Accepted residue: what was written before the schools stood there belongs to none of them until an import names it.
"""

from __future__ import annotations

from redact.errors import UsageError
from redact.workspace.open import Workspace

_SMALL = frozenset({"and", "at", "by", "for", "in", "of", "on", "the", "under", "upon", "with"})  # of a name's words
NO_SCHOOL = ""  # of a workspace that knows no schools, and of what was there before it knew them


def school_of_import(workspace: Workspace, named: str | None) -> str:
    """Return the school that an import or a device is of.

    Raises:
        UsageError: it must be named, or is none of the workspace's.
    """
    schools = workspace.settings.schools
    if named is None and len(schools) > 1:
        raise UsageError(f"Say whose it is, with --school: {', '.join(schools)}. Nothing was changed.")
    if named is None:
        return schools[0] if schools else NO_SCHOOL
    return known_school(workspace, named)


def school_to_list(workspace: Workspace, named: str | None) -> str | None:
    """Return the school that a list is of; None for all.

    Raises:
        UsageError: it is none of the workspace's.
    """
    return None if named is None else known_school(workspace, named)


def schools_to_list(workspace: Workspace, named: str | None) -> frozenset[str] | None:
    """Return the schools that a list is of, as rows of several schools are asked for; None for all.

    Raises:
        UsageError: it is none of the workspace's.
    """
    one = school_to_list(workspace, named)
    return None if one is None else frozenset({one})


def school_of_device(workspace: Workspace, named: str | None) -> str:
    """Return the school that a device belongs to: the only one there is, or none (the trust's own) where none is named.

    Raises:
        UsageError: it is none of the workspace's.
    """
    schools = workspace.settings.schools
    if named is None:
        return schools[0] if len(schools) == 1 else NO_SCHOOL
    return known_school(workspace, named)


def place_name(origin: str) -> str:
    """Return what the audit log's origin calls the school, to be read: "redact/oak-school" is "Oak School"."""
    words = origin.rpartition("/")[2].replace("-", " ").split()
    return " ".join(word if i and word in _SMALL else word[:1].upper() + word[1:] for i, word in enumerate(words))


def known_school(workspace: Workspace, named: str) -> str:
    """Return the school that somebody names, if it is one of the workspace's.

    Raises:
        UsageError: it is none.
    """
    schools = workspace.settings.schools
    if named in schools:
        return named
    if not schools:
        raise UsageError('This workspace knows no schools. Write them into redact.toml: schools = ["oak", "elm"].')
    raise UsageError(f"That is none of this workspace's schools: {', '.join(schools)}. Nothing was changed.")
