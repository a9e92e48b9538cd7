"""How an option is spelled: alone here, for `redact --help` starts with it and with nothing that commands import."""

from __future__ import annotations

from functools import partial

import typer

#: Every option has an environment twin (see the epilog of `redact --help`); naming each would triple the help.
option = partial(typer.Option, show_envvar=False)
#: One that is a whole number.
number = partial(option, metavar="N")
