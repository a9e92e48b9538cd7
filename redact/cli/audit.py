"""`redact audit`: read the audit log, check it, hand it to somebody who trusts neither this machine nor its staff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redact.cli.options import HERE, AsJson, ByRole, Person, WorkspaceFolder, option
from redact.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redact.audit.checkpoint import LogKey
    from redact.audit.filters import Filters
    from redact.audit.verify.verdict import Report
    from redact.reports.audit_log import NothingRecorded
    from redact.workspace.open import Workspace

app = typer.Typer(
    help="The audit log of what was done: list it, check it, prove it to an auditor.",
    no_args_is_help=True,
)

Device = Annotated[str | None, option("--device", metavar="ID", help="Only entries on this device.")]
Photo = Annotated[
    str | None,
    option("--photo", metavar="ID", help="Only entries on this photo; the first 8 digits of its id will do."),
]
Since = Annotated[
    str | None, option("--since", metavar="DATE", help="From this day (2026-09-07) or moment on, in UTC.")
]
Until = Annotated[
    str | None, option("--until", metavar="DATE", help="To the end of this day, or before this moment, in UTC.")
]
KindOf = Annotated[
    str | None, option("--kind", metavar="KIND", help="Only this kind: deletion.closed, or deletion for all of them.")
]
Verdict = Annotated[
    str | None, option("--verdict", metavar="WORD", help="Only this verdict: gone, kept, unknown, passed, failed.")
]
OutFile = Annotated[Path, option("--out", metavar="FILE", help="The file to write.", show_default=False)]
Overwrite = Annotated[bool, option("--overwrite", help="Replace a file of that name that is there.")]
MaybeOut = Annotated[Path | None, option("--out", metavar="FILE", help="Write to this file instead of printing.")]


@app.command("log")
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
    from collections import deque

    from redact.cli.pages import audit as audit_list
    from redact.store.log.reader import read_entries

    if as_json and as_csv:
        raise UsageError("Choose one of --json and --csv.")
    show = audit_list.print_json if as_json else audit_list.print_csv if as_csv else audit_list.print_entries
    with _opened(workspace) as home, home.database.read() as connection:
        filters = _filters(home, device, photo, since, until, kind, verdict)
        entries = read_entries(connection, filters)
        show(entries if last is None else deque(entries, maxlen=last))


@app.command("verify")
def verify_record(
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
            "--key", metavar="KEY", help="Public key of the audit log; with FILE it is needed, and no workspace is."
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
        from redact.reports.audit_log import verify_workspace

        if copies:
            raise UsageError("--copies goes with FILE; the workspace knows its checkpoint mirrors itself.")
        with _opened(workspace) as home:
            report = verify_workspace(home, keys)
    else:
        if not keys:
            raise UsageError("A file is checked against a public key: --key. Have it from somebody else than the file.")
        report = _verify_file(file, keys, copies or [])
    _tell_report(report, as_json=as_json)
    _end(report)


@app.command("prove")
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
    """Write an excerpt: one entry, or those of a device, photo or period, each with its proof to the checkpoint."""
    from redact.audit.filters import Filters
    from redact.audit.verify.proofs import print_excerpt
    from redact.reports.audit_log import NothingRecorded
    from redact.reports.audit_log import prove_entries as prove_from

    with _opened(workspace) as home:
        filters = _filters(home, device, photo, since, until, kind, verdict)
        if (entry is None) is (filters == Filters()):
            raise UsageError(
                "Say what to prove: the number of one entry, or --device, --photo, --since, --until, --kind."
            )
        try:
            excerpt = prove_from(home, filters if entry is None else entry)
        except NothingRecorded as nothing:
            raise _nothing(nothing) from nothing
    _write(out, print_excerpt(excerpt), overwrite=overwrite)
    typer.echo(
        f"{len(excerpt.entries)} entries with their proofs. They show that these are in the audit log, not that "
        "there are "
        "no others. Check with: redact audit verify FILE --key KEY",
        err=True,
    )


@app.command("export")
def export_record(out: OutFile, overwrite: Overwrite = False, workspace: WorkspaceFolder = HERE) -> None:
    """Write the whole log with its signed checkpoints, for an auditor."""
    from redact.audit.verify.export import print_export
    from redact.store.log.reader import read_export

    with _opened(workspace) as home, home.database.read() as connection:
        export = read_export(connection, home.settings.origin)
    _write(out, print_export(export), overwrite=overwrite)
    typer.echo(
        f"{len(export.rows)} entries. Hand on the public key (redact audit key) and the checkpoint mirror on other "
        "ways.",
        err=True,
    )


@app.command("checkpoint")
def print_checkpoint(
    workspace: WorkspaceFolder = HERE,
    to: Annotated[Path | None, option("--to", metavar="FOLDER", help="Write it there as well.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the newest signed checkpoint: keep it where whoever runs this machine cannot reach it."""
    from redact.audit.checkpoint import open_note
    from redact.reports.audit_log import NothingRecorded
    from redact.store.log.reader import newest_note

    with _opened(workspace) as home:
        with home.database.read() as connection:
            note = newest_note(connection)
        if note is None:
            raise _nothing(NothingRecorded())
        checkpoint = open_note(note, [home.keys.log_key])
    if to is not None:
        _write(to / f"checkpoint-{checkpoint.size}.txt", [note], overwrite=overwrite)
    typer.echo(note, nl=False)


@app.command("accept-loss")
def accept_lost(
    mirror: Annotated[str, typer.Argument(metavar="MIRROR", help="A checkpoint mirror, as verify names it: mirror-1.")],
    by: ByRole,
    person: Person,
    reason: Annotated[
        str, option("--reason", metavar="SENTENCE", help="What was found out; it stands in the audit log: no name.")
    ],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Accept that checkpoints went missing in a mirror, once you know why; verify and status then pass over it."""
    from redact.reports.accept_loss import accept_loss

    with _opened(workspace) as home:
        accept_loss(home, mirror, by, person, reason)
    typer.echo("Accepted. The audit log says that it happened, and who accepted it.", err=True)


@app.command("key")
def print_key(workspace: WorkspaceFolder = HERE) -> None:
    """Print the public key of the audit log, to be handed to auditors."""
    with _opened(workspace) as home:
        typer.echo(home.keys.log_key.text)


@app.command("report")
def report_deletions(
    workspace: WorkspaceFolder = HERE,
    device: Device = None,
    since: Since = None,
    until: Until = None,
    out: MaybeOut = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Make the deletion record of a device or a period: a page to print (--out FILE.html), or JSON."""
    from redact.audit.deletions.page import print_html
    from redact.audit.deletions.page import print_json as print_record
    from redact.reports.audit_log import make_report

    with _opened(workspace) as home:
        asked = _filters(home, device, None, since, until, None, None)
        reported = make_report(home, asked.device, asked.since, asked.until)
    show = print_record if as_json or (out is not None and out.suffix == ".json") else print_html
    _write(out, [show(reported.record, reported.made)], overwrite=overwrite)
    for line in _summary(reported.checked):
        typer.echo(line, err=True)
    _end(reported.checked)


@app.command("standalone")
def write_standalone(out: OutFile, overwrite: Overwrite = False) -> None:
    """Write the stand-alone reader: one Python file with which an auditor checks the audit log without this program."""
    from redact.audit.verify import standalone
    from redact.system.files import write_new

    write_new(out, Path(standalone.__file__).read_bytes(), may_replace=overwrite, is_public=True)
    typer.echo("It needs Python 3.11 and the cryptography package; its first lines say how to use it.", err=True)


def _opened(folder: Path) -> Workspace:
    from redact.workspace.open import open_workspace

    return open_workspace(folder)


def _filters(
    home: Workspace,
    device: str | None,
    photo: str | None,
    since: str | None,
    until: str | None,
    kind: str | None,
    verdict: str | None,
) -> Filters:
    from redact.audit.faults import RecordError
    from redact.audit.filters import Filters
    from redact.store.log.reader import find_photo

    if photo is not None:
        with home.database.read() as connection:
            photo = find_photo(connection, photo)
    try:
        return Filters(device, photo, moment_of(since), moment_of(until, is_end=True), kind, verdict)
    except RecordError as error:
        raise UsageError(str(error)) from error


def moment_of(text: str | None, *, is_end: bool = False) -> str | None:
    """Return the moment that a person means by a day or a moment; a last day lasts until the next one begins.

    Raises:
        UsageError: it is neither.
    """
    from datetime import UTC, datetime, timedelta

    from redact.system.clock import print_moment

    if text is None:
        return None
    try:
        meant = datetime.fromisoformat(text)
        if is_end and len(text) == len("2026-09-07"):
            meant += timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError("A date is written 2026-09-07, a moment 2026-09-07T13:45Z.") from None
    return print_moment(meant if meant.tzinfo else meant.replace(tzinfo=UTC))


def _key_of(text: str) -> LogKey:
    """Return the public key that a person gives; raises UsageError where it is none."""
    from redact.audit.checkpoint import parse_key
    from redact.audit.faults import RecordError

    try:
        return parse_key(text.strip())
    except RecordError as error:
        raise UsageError(f"--key is not a public key as redact audit key prints it: {error}") from error


def _verify_file(file: Path, keys: list[LogKey], copies: list[Path]) -> Report:
    from itertools import chain

    from redact.audit.verify.log import verify_log
    from redact.audit.verify.proofs import is_excerpt, verify_excerpt

    texts = [text for path in copies for text in _read_copies(path)]
    try:
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:  # bytes that are no text fail check 1
            first = next(lines, "")
            check = verify_excerpt if is_excerpt(first) else verify_log
            return check(chain([first] if first else [], lines), texts, keys)
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error


def _read_copies(path: Path) -> Iterator[str]:
    from redact.store.log.check import read_copy

    try:
        files = sorted(found for found in path.iterdir() if found.suffix == ".txt") if path.is_dir() else [path]
        yield from [read_copy(found) for found in files]
    except OSError as error:
        raise UsageError(
            f"The copies {path} cannot be read: {(error.strerror or 'unknown reason').lower()}."
        ) from error


def _tell_report(report: Report, *, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from redact.audit.verify.verdict import print_report

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
    from redact.system.files import write_new

    if out is not None:
        write_new(out, "".join(lines).encode(), may_replace=overwrite)
        return
    for line in lines:
        typer.echo(line, nl=False)
