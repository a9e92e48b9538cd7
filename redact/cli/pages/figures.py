"""How measured figures are printed: a line per figure, or JSON."""

from __future__ import annotations

import json

import typer


def print_figures(figures: dict[str, object], *, as_json: bool) -> None:
    """Print figures by name; fractions with two decimals, whole in JSON."""
    if as_json:
        typer.echo(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            typer.echo(f"{name:28} {value if not isinstance(value, float) else round(value, 2)}")
