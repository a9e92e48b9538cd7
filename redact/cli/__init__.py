"""The command line: each command parses, calls, prints and sets the exit code.  Heavy imports are inside."""

from __future__ import annotations

import os
import sys

import typer

from models.errors import ModelsError
from redact.cli import audit
from redact.cli import workspace as workspace
from redact.cli.daily import clear as clearance
from redact.cli.daily import purge, watch
from redact.cli.daily import status as everyday
from redact.cli.exits import WHOLE, tell_exits
from redact.cli.options import option
from redact.cli.pictures import check, models, photo
from redact.cli.registers import consent, devices, roll
from redact.cli.trials import bench, demo, measure, selftest
from redact.errors import ExitCode, RedactError
from watcher import WatcherError

_TWINS = "Every option has a twin in the environment: REDACT_<COMMAND>_<OPTION>, e.g. REDACT_PHOTO_ROLL."

app = typer.Typer(
    name="redact",
    help="Cover every face and every child's name in school photos, strip what is hidden in the file, and check the "
    "result as a stranger would.  Nothing leaves this machine.",
    epilog=f"{WHOLE}\n\n{_TWINS}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: no frames in a pipe, and 0.2 s less to start
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "REDACT", "show_default": True},
)
app.command("photo")(photo.redact_photos)
app.command("init")(workspace.init_workspace)
app.command("doctor")(workspace.run_doctor)
app.command("watch")(watch.run_watcher)
app.command("status")(everyday.tell_status)
app.command("show")(everyday.show_one)
app.command("retry")(everyday.retry_photos)
app.command("set-aside")(everyday.set_photo_aside)
app.command("clear")(clearance.clear)
app.command("attest")(clearance.attest)
app.command("purge")(purge.purge)
app.command("check")(check.check_photos)
app.command("measure")(measure.measure_folder)
app.command("speed")(measure.measure_speed)
app.command("selftest")(selftest.run_selftest)
app.command("demo")(demo.run_demo)
app.add_typer(devices.app, name="devices")
devices.app.command("check")(clearance.check_device)
devices.app.command("overdue")(clearance.tell_overdue)
app.add_typer(consent.app, name="consent")
app.add_typer(roll.app, name="roll")
app.add_typer(clearance.holds, name="hold")
app.add_typer(audit.app, name="audit")
app.add_typer(bench.app, name="bench")
app.add_typer(models.app, name="models")
tell_exits(app)


@app.callback(invoke_without_command=False)
def _root(
    version: bool = option(
        False,
        "--version",
        help="Print the version and stop.",
        is_eager=True,
        callback=lambda wanted: _print_version() if wanted else None,
    ),
) -> None:
    """Hold the options that every command shares."""


def _print_version() -> None:
    from redact import __version__

    typer.echo(f"redact {__version__}")
    raise typer.Exit


def main() -> None:
    """Run the program; an error that a user can meet becomes a sentence and an exit code, never a traceback."""
    try:
        app()
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
