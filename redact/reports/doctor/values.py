"""What a check-up finds, and what it examines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from pathlib import Path

from redact.store.database import Database
from redact.system.clock import Now
from redact.workspace.keys import Keys
from redact.workspace.settings import Settings


class Grade(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    WARN = "warn"  # works, and should not stay so
    FAIL = "fail"  # does not work, or is not safe


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str  # one or two words
    grade: Grade
    sentence: str
    hint: str = ""  # what to do, a sentence; empty where nothing is to be done


@dataclass(frozen=True, slots=True)
class Patient:
    """A workspace as far as it opens; what does not open is None, and was reported already."""

    folder: Path
    now: Now
    settings: Settings | None = None
    keys: Keys | None = None
    database: Database | None = None  # answers, and is of this version

    @property
    def zone(self) -> tzinfo:
        """The zone that the reader is in; UTC where the settings do not say."""
        return UTC if self.settings is None else self.settings.zone


def ok(check: str, sentence: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, Grade.OK, sentence)


def warn(check: str, sentence: str, hint: str) -> Finding:
    """Return a finding that should not stay so."""
    return Finding(check, Grade.WARN, sentence, hint)


def fail(check: str, sentence: str, hint: str) -> Finding:
    """Return a finding that must be mended."""
    return Finding(check, Grade.FAIL, sentence, hint)
