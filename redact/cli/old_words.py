"""Words of the release before: they do what the new ones do, are in no help, and warn on standard error.

All of them stand here, so that the next release takes them away by deleting this file and the two lines that call it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, MutableMapping

import typer

#: Commands and options (without their hyphens), and what they are called now.
_NEW: dict[str, str] = {
    "settle": "set-aside",  # redact settle
    "corridor": "pipeline",  # redact bench corridor
    "house": "workspace",  # --house FOLDER
    "house-wide": "workspace-wide",  # redact hold add --house-wide
    "second-place": "mirror",  # redact init --second-place FOLDER
}
_COMMANDS = frozenset({"settle", "corridor"})
#: Parts of the names of variables; a variable is REDACT_HOUSE or REDACT_<COMMAND>_<OPTION>.
_VARIABLES = (
    (re.compile(r"^REDACT_SETTLE_"), "REDACT_SET_ASIDE_"),
    (re.compile(r"^REDACT_BENCH_CORRIDOR_"), "REDACT_BENCH_PIPELINE_"),
    (re.compile(r"^(REDACT(?:_\w+)?)_HOUSE(_WIDE)?$"), r"\1_WORKSPACE\2"),
    (re.compile(r"^(REDACT_INIT)_SECOND_PLACE$"), r"\1_MIRROR"),
)


def new_word(word: str) -> str:
    """Return what a command or option is called now, and warn where it was called by its old word.

    Args:
        word: as typed, an option without its hyphens; the parser asks for each one it reads.
    """
    new = _NEW.get(word)
    if new is None:
        return word
    dashes = "" if word in _COMMANDS else "--"
    typer.echo(f"warning: {dashes}{word} is now {dashes}{new}; the old word goes with the next release.", err=True)
    return new


def take_over_variables(environment: MutableMapping[str, str] = os.environ) -> None:
    """Give each variable that has an old name its new one too, and warn; one that is set already is left as it is."""
    for old, new in list(_old_variables(environment)):
        typer.echo(f"warning: {old} is now {new}; the old name goes with the next release.", err=True)
        environment.setdefault(new, environment[old])


def _old_variables(environment: MutableMapping[str, str]) -> Iterator[tuple[str, str]]:
    for old in sorted(environment):
        new = old
        for pattern, replacement in _VARIABLES:
            new = pattern.sub(replacement, new)
        if new != old:
            yield old, new
