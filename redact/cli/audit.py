"""`redact audit`: read the audit log, check it, hand it to somebody who trusts neither this machine nor its staff."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, time, timedelta, tzinfo
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from redact.audit.checkpoint import LogKey, open_note, parse_key
from redact.audit.deletions.page import print_html
from redact.audit.deletions.page import print_json as print_record
from redact.audit.faults import AuditLogError
from redact.audit.filters import Filters
from redact.audit.verify import standalone
from redact.audit.verify.export import print_export
from redact.audit.verify.log import verify_log
from redact.audit.verify.proofs import is_excerpt, print_excerpt, verify_excerpt
from redact.audit.verify.verdict import Report, print_report
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, Person, Reason, School, WorkspaceFolder
from redact.cli.pages.audit import print_csv, print_entries, print_json
from redact.cli.pages.times import zone_of
from redact.errors import ExitCode, UsageError, counted
from redact.pupils.dates import read_day
from redact.reports import accept_standing
from redact.reports.accept_loss import accept_loss
from redact.reports.audit_log import NothingRecorded, make_report, note_check, verify_workspace
from redact.reports.audit_log import prove_entries as prove_from
from redact.store.log.check import read_copy
from redact.store.log.mirror_folder import read_regular
from redact.store.log.reader import find_photo, newest_note, read_entries, read_export
from redact.system.clock import print_moment
from redact.system.files import write_new
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.schools import school_to_list

Device = Annotated[str | None, option("--device", metavar="ID", help="Only entries on this device.")]
Photo = Annotated[
    str | None,
    option("--photo", metavar="ID", help="Only entries on this photo: the first 8 or more digits of its id."),
]
Since = Annotated[
    str | None, option("--since", metavar="DATE", help="From this day (07/09/2026) or moment (07/09/2026 14:45) on.")
]
Until = Annotated[str | None, option("--until", metavar="DATE", help="To the end of this day, or before this moment.")]
KindOf = Annotated[
    str | None,
    option("--kind", metavar="KIND", help="Only this kind: deletion.closed, or deletion for every kind of deletion."),
]
Verdict = Annotated[
    str | None, option("--verdict", metavar="WORD", help="Only this verdict: gone, kept, unknown, passed, failed.")
]
_MOST_KEY_BYTES = 4096  # of a file with a public key, which has 150

OutFile = Annotated[Path, option("--out", metavar="FILE", help="The file to write.", show_default=False)]
Overwrite = Annotated[bool, option("--overwrite", help="Replace a file of that name that is there.")]
MaybeOut = Annotated[Path | None, option("--out", metavar="FILE", help="Write to this file instead of printing.")]


def list_log(
    workspace: WorkspaceFolder = HERE,
    device: Device = None,
    photo: Photo = None,
    since: Since = None,
    until: Until = None,
    kind: KindOf = None,
    verdict: Verdict = None,
    last: Annotated[int | None, option("--last", min=1, metavar="N", help="Only the newest N of them.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, option("--csv", help="Print CSV.")] = False,
) -> None:
    """List entries of the audit log, oldest first."""
    if as_json and as_csv:
        raise UsageError("Choose one of --json and --csv.")
    with open_workspace(workspace) as opened, opened.database.read() as connection:
        filters = _filters(opened, device, photo, since, until, kind, verdict)
        entries = read_entries(connection, filters)
        entries = entries if last is None else iter(deque(entries, maxlen=last))
        if as_json:
            print_json(entries)
        elif as_csv:
            print_csv(entries)
        else:
            print_entries(entries, zone_of(opened))


def verify_log_or_file(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="An export or excerpt; without it, the audit log of the workspace is checked."
        ),
    ] = None,
    workspace: WorkspaceFolder = HERE,
    key: Annotated[
        list[str] | None,
        option(
            "--key",
            metavar="KEY",
            help="Public key of the audit log, or a file that holds it; needed with FILE, checked without a workspace.",
        ),
    ] = None,
    copies: Annotated[
        list[Path] | None,
        option(
            "--copies",
            metavar="PATH",
            help="With FILE: checkpoints of a checkpoint mirror, a file or a folder of them.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that nothing was edited, dropped, reordered or swapped, and name what was."""
    keys = [_key_of(text) for text in key or ()]
    if file is None:
        if copies:
            raise UsageError("--copies goes with FILE; the workspace knows its checkpoint mirrors itself.")
        with open_workspace(workspace) as opened:
            report = verify_workspace(opened, keys)
            if not keys:
                note_check(opened, report)
    else:
        if not keys:
            raise UsageError(
                "A file is checked against a public key: --key. Get it from somebody other than whoever gave you "
                "the file."
            )
        report = _verify_file(file, keys, copies or [])
    _print_report(report, as_json=as_json)
    _end(report)


def prove_entries(
    entry: Annotated[int | None, typer.Argument(metavar="[ENTRY]", min=0, help="The number of one entry.")] = None,
    workspace: WorkspaceFolder = HERE,
    device: Device = None,
    photo: Photo = None,
    since: Since = None,
    until: Until = None,
    kind: KindOf = None,
    verdict: Verdict = None,
    out: MaybeOut = None,
    overwrite: Overwrite = False,
) -> None:
    """Write an excerpt: one entry, or those of a device, photo or period, each with its proof to a checkpoint."""
    with open_workspace(workspace) as opened:
        filters = _filters(opened, device, photo, since, until, kind, verdict)
        if (entry is None) is (filters == Filters()):
            raise UsageError(
                "Say what to prove: the number of one entry, or --device, --photo, --since, --until, --kind."
            )
        try:
            excerpt = prove_from(opened, filters if entry is None else entry)
        except NothingRecorded as nothing:
            raise _nothing(nothing) from nothing
    _write(out, print_excerpt(excerpt), overwrite=overwrite)
    typer.echo(
        f"{counted(len(excerpt.entries), 'entry')} with proofs. Those show that all of it is in the audit log, not "
        "that there are no others. Check with: redact audit verify FILE --key KEY",
        err=True,
    )


def export_log(out: OutFile, overwrite: Overwrite = False, workspace: WorkspaceFolder = HERE) -> None:
    """Write the whole audit log with its checkpoints, for an auditor."""
    with open_workspace(workspace) as opened, opened.database.read() as connection:
        export = read_export(connection, opened.settings.origin)
    _write(out, print_export(export), overwrite=overwrite)
    typer.echo(
        f"{counted(len(export.rows), 'entry')}. Hand on the public key (redact audit key) and the checkpoint mirror by "
        "another way, so that whoever changes one cannot change all.",
        err=True,
    )


def print_checkpoint(
    workspace: WorkspaceFolder = HERE,
    to: Annotated[Path | None, option("--to", metavar="FOLDER", help="Write it there as well.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the newest checkpoint of the audit log: keep it where nobody who runs this machine can change it."""
    with open_workspace(workspace) as opened:
        with opened.database.read() as connection:
            note = newest_note(connection)
        if note is None:
            raise _nothing(NothingRecorded())
        checkpoint = open_note(note, [opened.keys.log_key])
    if to is not None:
        _write(to / f"checkpoint-{checkpoint.size}.txt", [note], overwrite=overwrite)
    typer.echo(note, nl=False)


def accept_lost(
    mirror: Annotated[str, typer.Argument(metavar="MIRROR", help="A checkpoint mirror, as verify names it: mirror-1.")],
    by: ByRole,
    person: Person,
    reason: Annotated[
        str,
        option(
            "--reason", metavar="SENTENCE", help="What was found out; it is kept in the audit log, so give no name."
        ),
    ],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Accept that checkpoints went missing in a mirror, once you know why; verify and status then pass over it."""
    with open_workspace(workspace) as opened:
        accept_loss(opened, mirror, by, person, reason)
    typer.echo("Accepted. The audit log says that it happened, and who accepted it.", err=True)


def accept_set_back(by: ByRole, person: Person, reason: Reason, workspace: WorkspaceFolder = HERE) -> None:
    """Accept that a backup was put in place and what came after it is lost; until then nothing is written."""
    with open_workspace(workspace) as opened:
        for objection in accept_standing.accept_set_back(opened, by, person, reason):
            typer.echo(f"{objection.mirror} vouches for {counted(objection.size, 'entry')}; here: {objection.found}.")
    typer.echo("Accepted. The audit log says so, and goes on from here.", err=True)


def print_key(workspace: WorkspaceFolder = HERE) -> None:
    """Print the public key of the audit log, to be handed to auditors."""
    with open_workspace(workspace) as opened:
        typer.echo(opened.keys.log_key.text)


def report_deletions(
    workspace: WorkspaceFolder = HERE,
    device: Device = None,
    school: School = None,
    since: Since = None,
    until: Until = None,
    out: MaybeOut = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Make the deletion record of a device, a school or a period: a page to print (--out FILE.html), or JSON."""
    with open_workspace(workspace) as opened:
        asked = _filters(opened, device, None, since, until, None, None)
        reported = make_report(opened, asked.device, asked.since, asked.until, school_to_list(opened, school))
    show = print_record if as_json or (out is not None and out.suffix == ".json") else print_html
    _write(out, [show(reported.record, reported.made)], overwrite=overwrite)
    for line in _summary(reported.checked):
        typer.echo(line, err=True)
    _end(reported.checked)


def write_standalone(out: OutFile, overwrite: Overwrite = False) -> None:
    """Write the stand-alone verifier: one Python file that checks the log by itself."""
    write_new(out, Path(standalone.__file__).read_bytes(), may_replace=overwrite, is_public=True)
    typer.echo("It needs Python 3.11 and the cryptography package; its first lines say how to use it.", err=True)


def _filters(
    opened: Workspace,
    device: str | None,
    photo: str | None,
    since: str | None,
    until: str | None,
    kind: str | None,
    verdict: str | None,
) -> Filters:
    if photo is not None:
        with opened.database.read() as connection:
            photo = find_photo(connection, photo)
    zone = zone_of(opened)
    try:
        return Filters(device, photo, moment_of(since, zone), moment_of(until, zone, is_end=True), kind, verdict)
    except AuditLogError as error:
        raise UsageError(str(error)) from error


def moment_of(text: str | None, zone: tzinfo, *, is_end: bool = False) -> str | None:
    """Return the moment that a person means by a day, or by a day and a time.

    Args:
        text: as typed.
        zone: where the person is: a day is one of this zone, and so is a time that names none.
        is_end: a day means its end, the moment in which the next one begins.

    Raises:
        UsageError: it is neither.
    """
    if text is None:
        return None
    day, clock = read_day(text), ""
    if day is None:
        head, _, clock = text.strip().replace("T", " ").rpartition(" ")
        day = read_day(head)
    try:
        at = time.fromisoformat(clock) if clock else time()
    except ValueError:
        day = None
    if day is None:
        raise UsageError("A date is written 07/09/2026 or 2026-09-07, a moment 07/09/2026 14:45 or 2026-09-07T13:45Z.")
    meant = datetime.combine(day + timedelta(days=is_end and not clock), at)
    return print_moment(meant if meant.tzinfo else meant.replace(tzinfo=zone))


def _key_of(given: str) -> LogKey:
    """Return the public key that a person gives, or that lies in the file that they give.

    Raises:
        UsageError: it is none; what was given is not repeated, for it may be a private key.
    """
    which, content = "What stands after --key", given
    try:
        if "+" not in given or Path(given).is_file():
            which = f"The file {given}, given with --key,"
            with Path(given).open("rb") as file:
                content = file.read(_MOST_KEY_BYTES).decode("utf-8-sig")  # an editor of Windows begins it with a mark
        return parse_key(content.strip())
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"--key is no public key, name+id+key, and as a file it cannot be read: {reason}.") from error
    except (AuditLogError, ValueError) as error:
        raise UsageError(
            f"{which} is no public key of an audit log. It is one line, name+id+key: redact audit key prints it, and "
            "keys/log.vkey in the workspace holds it."
        ) from error


def _verify_file(file: Path, keys: list[LogKey], copies: list[Path]) -> Report:
    texts = [text for path in copies for text in _read_copies(path)]
    try:
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:  # bytes that are no text fail check 1
            first = next(lines, "")
            check = verify_excerpt if is_excerpt(first) else verify_log
            return check(chain([first] if first else [], lines), texts, keys)
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error


def _read_copies(path: Path) -> Iterator[str]:
    try:
        if not path.is_dir():
            yield read_copy(path)  # a pipe is what somebody who types its name means
            return
        files = sorted(found for found in path.iterdir() if found.suffix == ".txt")
        yield from [read_regular(found).decode("utf-8", "replace") for found in files]
    except OSError as error:
        raise UsageError(
            f"The copies {path} cannot be read: {(error.strerror or str(error) or 'unknown reason').lower()}."
        ) from error


def _print_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"intact": report.is_intact, "verdict": report.verdict, **asdict(report)}, indent=1))
    else:
        for line in print_report(report):
            typer.echo(line)


def _summary(report: Report) -> Iterator[str]:
    yield f"The audit log was checked: {report.verdict}."
    if not report.is_intact:
        yield "error: do not rely on this deletion record; see what is wrong: redact audit verify"


def _end(report: Report) -> None:
    if not report.is_intact:
        raise typer.Exit(ExitCode.FAILED)
    if report.notices:
        raise typer.Exit(ExitCode.HELD)


def _nothing(nothing: NothingRecorded) -> typer.Exit:
    """Say that the audit log is empty, which is no fault; return how the command ends."""
    typer.echo(str(nothing), err=True)
    return typer.Exit(ExitCode.HELD)


def _write(out: Path | None, lines: Iterable[str], *, overwrite: bool) -> None:
    if out is not None:
        write_new(out, "".join(lines).encode(), may_replace=overwrite)
        return
    for line in lines:
        typer.echo(line, nl=False)
