"""`redact consent mappings` and `redact roll mappings`: what headings of exports were confirmed to mean."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, School, WorkspaceFolder, role_option
from redact.cli.pages.times import format_moment, zone_of
from redact.registers.mappings import forget_heading, remembered
from redact.store.pupils.mappings import Source
from redact.system.printing import printable
from redact.workspace.open import open_workspace
from redact.workspace.schools import NO_SCHOOL, school_of_import

Forget = Annotated[
    str | None, option("--forget", metavar="HEADING", help="Forget this one; the next import asks again.  Needs --by.")
]
ForgetBy = Annotated[
    PersonRole | None,
    role_option("The role of the person who does this, needed with --forget", show_default=False),
]


def list_consent_mappings(
    forget: Forget = None,
    by: ForgetBy = None,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """List what headings, types and words of consents were confirmed to mean; the next import reads them so."""
    _list(Source.CONSENT, forget, by, school, workspace, as_json=as_json)


def list_roll_mappings(
    forget: Forget = None,
    by: ForgetBy = None,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """List what headings of rolls were confirmed to mean; the next import reads them so."""
    _list(Source.ROLL, forget, by, school, workspace, as_json=as_json)


def _list(
    source: Source, forget: str | None, by: ForgetBy, school: School, workspace: WorkspaceFolder, *, as_json: bool
) -> None:
    with open_workspace(workspace) as opened:
        every = (NO_SCHOOL, *opened.settings.schools) if forget is None and school is None else ()
        schools = every or (school_of_import(opened, school),)  # a list without a school is of all
        if forget is not None:
            forget_heading(opened, by, source, forget, *schools)
        zone = zone_of(opened)
        found = [(whose, one) for whose in schools for one in remembered(opened, source, whose)]
    if as_json:
        rows = [
            {"heading": one.heading, "meaning": one.meaning, "by": one.by, "at": one.at, "school": whose}
            for whose, one in found
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for whose, one in found:
        of = f"{whose}: " if whose else ""
        typer.echo(f"{of}{printable(one.heading)} -> {one.meaning}  ({one.by}, {format_moment(one.at, zone)})")
    typer.echo(f"{len(found)} headings, types or words are remembered", err=True)
