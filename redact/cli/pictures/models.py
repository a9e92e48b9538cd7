"""`redact models`: the weight files: what is here, is it whole, add an optional one."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from models.adding import add_weight
from models.errors import ModelsError
from models.weights import State, default_folder, list_weights
from redact.cli.options import AsJson
from redact.errors import ExitCode, RedactError


def list_models(as_json: AsJson = False) -> None:
    """List the model files and whether each is here and whole."""
    weights = list_weights(default_folder())
    if as_json:
        rows = [
            {
                "name": w.name,
                "purpose": w.purpose,
                "required": w.is_required,
                "state": w.state.value,
                "sha256": w.sha256,
                "licence": w.licence,
            }
            for w in weights
        ]
        typer.echo(json.dumps(rows, indent=1))
        return
    for w in weights:
        need = "required" if w.is_required else "optional"
        typer.echo(f"{w.name:32} {w.state.value:8} {need:9} {w.licence:11} {w.purpose}")


def verify_models() -> None:
    """Check every model file against the manifest."""
    bad = 0
    for w in list_weights(default_folder()):
        is_bad = w.state is State.DAMAGED or (w.state is State.ABSENT and w.is_required)
        bad += is_bad
        typer.echo(f"{'FAIL' if is_bad else 'ok  '} {w.name} {w.state.value} sha256 {w.sha256}")
    if bad:
        typer.echo("error: a model file is missing or damaged; install the program again", err=True)
        raise typer.Exit(ExitCode.FAILED)


def add_model(
    source: Annotated[str, typer.Argument(metavar="FILE_OR_URL", help="The file, or its https address.")],
) -> None:
    """Add an optional model file; it is stored only if its SHA-256 is in the manifest."""
    try:
        weight = add_weight(source, default_folder())
    except ModelsError as error:
        raise RedactError(str(error)) from error
    typer.echo(f"added {weight.name} ({weight.purpose}); it is used from the next photo on", err=True)
