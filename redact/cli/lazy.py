"""A group of commands that imports a command's module when the command is called, and not before.

Each command stands in the group as a name and a line from the table (redact/cli/commands.py).  Its parameters are made
where it is first needed: when it is run, asked for help, or completed by a shell.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from redact.cli.commands import COMMANDS, GROUPS, Command
from redact.cli.exits import EXITS, Exits

_CLASS_OF_FAULT = "Value error, "  # pydantic puts this before the sentence; it means nothing to a person


class LazyCommand(TyperCommand):
    """A command of the table, before anything of it is imported."""

    def __init__(self, words: str, command: Command) -> None:
        """Take the name and the line; `words` are those after `redact`."""
        super().__init__(
            words.rsplit(maxsplit=1)[-1], help=command.line, short_help=command.line, rich_markup_mode=None
        )
        self._words = words
        self._place = command.place

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Import the command, and go on with it: everything that is done with a command begins here."""
        command, given = self.load(), [*args]  # parsing empties the list
        try:
            return command.make_context(info_name, args, parent=parent, **extra)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix(_CLASS_OF_FAULT)
            fault: Any = error
            missing = _missing(command, given, parent) if hasattr(fault, "param_type") else []  # of what is missing
            if len(missing) > 1:  # parsing stops at the first, and the next try at the second: all are told
                fault.param, fault.message, fault.param_type = None, "", ", ".join(map(_spell, missing))
            raise

    def load(self) -> Any:
        """Return the command itself, with its parameters and its help."""
        module, function = self._place.split(":")
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        ends = str(EXITS.get(self._words, Exits()))
        with _nothing_collected():
            alone.command(self.name, epilog=ends)(getattr(import_module(f"redact.cli.{module}"), function))
            command = get_command(alone)
        for each in command.params:
            if each.param_type_name == "argument":
                _name_plainly(each)
        return command


class LazyGroup(TyperGroup):
    """The commands of the table below some words: all of it below none, which is `redact` itself."""

    def __init__(self, *, words: str = "", **attributes: Any) -> None:
        """Fill the group from the table; `attributes` are those of any group."""
        super().__init__(**attributes)
        prefix = f"{words} " if words else ""
        for command_words, command in COMMANDS.items():
            if not command_words.startswith(prefix):
                continue
            name, _, rest = command_words.removeprefix(prefix).partition(" ")
            if not rest:
                self.add_command(LazyCommand(command_words, command), name)
            elif name not in self.commands:
                self.add_command(_group(name), name)


def _group(name: str) -> LazyGroup:
    line = GROUPS[name]
    return LazyGroup(words=name, name=name, help=line, short_help=line, no_args_is_help=True, rich_markup_mode=None)


def _name_plainly(argument: Any) -> None:
    """Have an argument called in help as it is typed: the library writes "{ID}", "[[ENTRY]]" and "<list[Path]>"."""
    argument.get_usage_pieces = lambda _context: [_spell(argument)]
    argument.display_type_rich = lambda **_more: ""


def _missing(command: Any, args: list[str], parent: Any) -> list[Any]:
    """Return the parameters that must be given and are not."""
    context = command.make_context(command.name, args, parent=parent, resilient_parsing=True)
    return [each for each in command.params if each.required and context.params.get(each.name) in (None, (), [])]


def _spell(parameter: Any) -> str:
    """Return a parameter as it is given: "--by ROLE", "MIRROR"."""
    word = parameter.metavar or str(parameter.name).upper()
    return f"{parameter.opts[0]} {word}" if parameter.param_type_name == "option" else word


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile: all that modules make when they are imported stays, and looking costs a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
