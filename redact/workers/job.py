"""What a worker is given: its setup, once; for each photo the snapshot of the registers, and the job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from redact.pupils.roll import Roll
from redact.redaction.answers.values import NO_ANSWERS, Answers
from redact.redaction.values import Outcome, Policy

if TYPE_CHECKING:  # what a worker imports takes half a second, and who hands out the work needs none of it
    from redact.pupils.recognise import Gallery
    from redact.redaction.answers.values import Base
    from redact.redaction.photo import RedactionContext

#: What a worker does with one photo's bytes.  A module-level function: it crosses the process border by name.
Task: TypeAlias = "Callable[[bytes, RedactionContext], Outcome]"


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What every worker is set up with; crosses the process border once per worker."""

    weights_folder: Path
    threads: int = 1
    roll: Roll | None = None
    policy: Policy = field(default_factory=Policy)
    #: Seconds one photo may take: twenty times what the slowest of the setup takes on one core, for a machine that is
    #: busy with other things is no fault of the photo (at a load of 20 on two cores one was given up after 120).
    time_limit_s: float = 240.0
    #: Address space a worker may have, bytes: a 24 MP photo stays under 1.5 GB resident, and the runtimes reserve
    #: several times what they use.
    memory_limit_bytes: int = 8_000_000_000
    program: str = ""  # stamp of the program that a long-lived process was started from; "": not asked (program.py)


@dataclass(frozen=True, slots=True)
class Redaction:
    """Redact a photo."""

    tags: tuple[str, ...] = ()  # class and event, from the folders of the device
    answers: Answers = NO_ANSWERS  # what people answered on it
    school: str = ""  # of the device that it came from; "": not known, or of the trust


@dataclass(frozen=True, slots=True)
class Redrawing:
    """Draw a stored copy again."""

    base: Base
    answers: Answers


@dataclass(frozen=True, slots=True)
class Showing:
    """Draw an original for a person to look at, marked as not for release."""

    side_px: int


#: What a worker of a pool does with one photo's bytes.
Job: TypeAlias = "Redaction | Redrawing | Showing"


@dataclass(frozen=True, slots=True)
class RegisterSnapshot:
    """What may change while the workers live: the names to look for, and the faces that may be shown."""

    roll: Roll | None
    gallery: Gallery | None


def hash_models(models: Mapping[str, str]) -> str:
    """Return the SHA-256 over names and hashes of the weight files: what the audit log keeps of them."""
    return hashlib.sha256(json.dumps(dict(models), sort_keys=True).encode()).hexdigest()


# -- the tasks: each imports in the worker what it needs there --


def redact(data: bytes, context: RedactionContext) -> Outcome:
    """Redact it; see redact/redaction/photo.py."""
    from redact.redaction.photo import redact_photo

    return redact_photo(data, context)


def examine(data: bytes, context: RedactionContext) -> Outcome:
    """Say what would be covered; see redact/redaction/photo.py."""
    from redact.redaction.photo import examine_photo

    return examine_photo(data, context)


def draw(data: bytes, context: RedactionContext) -> Outcome:
    """Draw what would be covered; see redact/redaction/drawings/outlines.py."""
    from redact.redaction.drawings.outlines import draw_photo

    return draw_photo(data, context)
