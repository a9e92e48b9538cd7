"""Check-ups of the machine: where the workspace lies, disks, clock, models, programs, cores."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from models.weights import State, default_folder, list_weights
from redact.errors import counted
from redact.reports.doctor.values import Finding, Patient, fail, ok, warn
from redact.reports.health import FAIL_BELOW_BYTES, GB, WARN_BELOW_BYTES
from redact.store.latest import NEXT_STEP, why_behind
from redact.system.clock import print_local
from redact.system.machine import memory_bytes, usable_cores
from redact.workspace.folders import find_objections, find_warnings
from watcher.fs import free_bytes

FIRST_YEAR = 2025  # this program is newer: an earlier clock was never set
WORKER_BYTES = 1.25e9  # README, "largest memory of a worker"


def check_place(patient: Patient) -> Iterator[Finding]:
    """Check that no folder with originals or keys is copied elsewhere, and no SQLite file lies on a network."""
    settings = patient.settings
    private = (patient.folder,) if settings is None else settings.private_folders
    found = list(find_objections(private, () if settings is None else settings.sqlite_folders))
    for objection in found:
        is_waived = objection.may_be_waived and settings is not None and settings.allow_synced
        make = warn if is_waived else fail
        hint = (
            "Stop the watcher, move the workspace (or that folder, in redact.toml) to another disk, and start it there."
        )
        yield make("place", f"{objection.sentence}.", hint)
    if not found:
        yield ok("place", "The workspace lies on this machine, outside every synced folder that is known.")
    if settings is not None:
        for sentence in find_warnings(patient.folder, settings.trust_folder, settings.checkpoint_mirrors):
            yield warn(
                "place", f"{sentence}.", "Change trust or checkpoint_mirrors in redact.toml, and copy what lies there."
            )


def check_disks(patient: Patient) -> Iterator[Finding]:
    """Check the free space of every disk that the workspace writes to."""
    for names, free in _disks(patient):
        sentence = f"The disk of {', '.join(names)} has {free / GB:.1f} GB free."
        if free < FAIL_BELOW_BYTES:
            yield fail("disk space", sentence, "Free some space now: photos wait until there is room.")
        elif free < WARN_BELOW_BYTES:
            yield warn("disk space", sentence, "Free some space, or shorten retention_days in redact.toml.")
        else:
            yield ok("disk space", sentence)


def _disks(patient: Patient) -> Iterator[tuple[list[str], int]]:
    """Yield each disk once: what of the workspace lies on it, and its free bytes."""
    disks: dict[int, tuple[list[str], Path]] = {}
    for name, place in _named_places(patient):
        if place.exists():
            disks.setdefault(place.stat().st_dev, ([], place))[0].append(name)
    for names, place in disks.values():
        yield names, free_bytes(place)


def _named_places(patient: Patient) -> Iterator[tuple[str, Path]]:
    yield "the workspace", patient.folder
    settings = patient.settings
    if settings is None:
        return
    if settings.database_file is not None:
        yield "database", settings.database_file.parent
    yield from (("quarantine", settings.quarantine), ("vault", settings.vault), ("outbox", settings.outbox))
    if settings.trust_folder is not None:
        yield "trust storage", settings.trust_folder
    yield from ((f"checkpoint mirror {number}", folder) for number, folder in enumerate(settings.checkpoint_mirrors, 1))


def check_clock(patient: Patient) -> Iterator[Finding]:
    """Check that the clock was set, and not set back behind the audit log."""
    now, why = patient.now(), None
    local = print_local(now, patient.zone)
    if patient.database is not None:
        with patient.database.read() as connection:
            why = why_behind(connection, now, patient.zone)
    hint = "Set the clock, and let a time service (NTP) keep it; entries of the audit log carry its time."
    if now.year < FIRST_YEAR:
        yield fail("clock", f"The clock says {local}, which is over.", hint)
    elif why is not None:
        yield fail("clock", why, NEXT_STEP)
    else:
        yield ok("clock", f"The clock says {local}.")


def check_models(_patient: Patient) -> Iterator[Finding]:
    """Check that every model file that is needed is here and whole."""
    weights = list_weights(default_folder())
    is_good = True
    for weight in weights:
        if weight.state is State.DAMAGED or (weight.is_required and weight.state is State.ABSENT):
            is_good = False
            sentence = f"The model file {weight.name} is {weight.state}."
            yield fail("models", sentence, "Install the program again, or see: redact models list")
    if is_good:
        present = sum(weight.state is State.PRESENT for weight in weights)
        yield ok("models", f"{present} model files are here and whole.")


def check_programs(_patient: Patient) -> Iterator[Finding]:
    """Say which optional programs are here."""
    found = shutil.which("tesseract") is not None
    words = "is installed" if found else "is not installed; it is optional"
    yield ok("programs", f"Tesseract, the second reader of text, {words}.")


def check_strength(patient: Patient) -> Iterator[Finding]:
    """Check that the machine has the memory for its workers."""
    cores, memory = usable_cores(), memory_bytes()
    workers = (patient.settings.workers if patient.settings else None) or cores
    if memory is None:
        yield ok("machine", f"{counted(cores, 'processor')}.")
        return
    sentence = f"{counted(cores, 'processor')} and {memory / GB:.1f} GB of memory for {counted(workers, 'worker')}."
    if memory < workers * WORKER_BYTES:
        yield warn("machine", sentence, f"Set workers = {max(1, int(memory // WORKER_BYTES))} in redact.toml.")
    else:
        yield ok("machine", sentence)
