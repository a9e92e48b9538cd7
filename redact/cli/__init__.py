"""The command line: each command parses, calls an act, prints, and sets the exit code.

Start at commands.py, the table of all commands; a command's module is imported when the command is called.  Called by
a person or a script; called by nothing else in the program, and it may know everything below it.
"""

from __future__ import annotations

import os
import sys

import typer

from models.errors import ModelsError
from redact import __version__
from redact.cli.exits import WHOLE
from redact.cli.lazy import LazyGroup
from redact.cli.old_words import new_word, take_over_variables
from redact.cli.option import option
from redact.cli.screen import printing
from redact.errors import ExitCode, RedactError
from watcher import WatcherError

_INTERRUPTED = 130  # 128 and SIGINT, as shells and typer count it: Ctrl-C
_TWINS = "Every option has a twin in the environment: REDACT_<COMMAND>_<OPTION>, e.g. REDACT_PHOTO_ROLL."

app = typer.Typer(
    name="redact",
    cls=LazyGroup,
    help="Cover every face and every child's name in school photos, strip what is hidden in the file, and check the "
    "result as an independent reader would.  Nothing leaves this machine.",
    epilog=f"{WHOLE}\n\n{_TWINS}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: no frames in a pipe, and 0.2 s less to start
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "REDACT",
        "show_default": True,
        "token_normalize_func": new_word,
    },
)


@app.callback(invoke_without_command=False)
def _root(
    _version: bool = option(
        False,
        "--version",
        help="Print the version and stop.",
        is_eager=True,
        callback=lambda wanted: _print_version() if wanted else None,
    ),
) -> None:
    """Hold what every command shares."""
    take_over_variables()


def _print_version() -> None:
    typer.echo(f"redact {__version__}")
    raise typer.Exit


def main() -> None:
    """Run the program; an error that a user can meet becomes a sentence and an exit code, never a traceback."""
    with printing():
        _run()


def _run() -> None:
    try:
        app()
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            typer.echo("Stopped. What was finished until then stays; give the same command again to go on.", err=True)
        raise
    except RedactError as error:
        _fail(str(error), error.exit_code)
    except (ModelsError, WatcherError) as error:
        _fail(str(error), ExitCode.FAILED)
    except Exception as error:  # the outermost loop: no traceback reaches a user
        if os.environ.get("REDACT_DEBUG"):
            raise
        _fail(
            f"The program failed ({type(error).__name__}); nothing is claimed. Set REDACT_DEBUG=1 to see where.",
            ExitCode.FAILED,
        )


def _fail(sentence: str, code: ExitCode) -> None:
    typer.echo(f"error: {sentence}", err=True)
    sys.exit(int(code))
