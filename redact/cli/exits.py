"""What each command's exit status means: the one place for these texts.

The numbers are those of `redact.errors.ExitCode`.  2 means the same everywhere; the others are listed where they
say more than "done" and "the program failed".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE = (
    "Exit status: 0 all done, 1 the program failed, 2 wrong arguments, 3 something needs a person; the help of each "
    "command says what."
)


@dataclass(frozen=True, slots=True)
class Exits:
    """What 0, 1 and 3 mean for one command."""

    done: str = "done"
    failed: str = "the program failed"
    held: str | None = None  # None: the command never ends with 3

    def __str__(self) -> str:
        """Return the line below a command's help."""
        held = "" if self.held is None else f", 3 {self.held}"
        return f"Exit status: 0 {self.done}, 1 {self.failed}, 2 wrong arguments{held}."


_LOG = Exits("intact", "a fault, or the program failed", "intact, with notices (an audit log without entries has one)")

#: By the words after `redact`; a command that is not listed ends with 0, 1 or 2.
EXITS: Mapping[str, Exits] = {
    "photo": Exits("every photo came through", held="some photos held or refused, or a name column not taken"),
    "check": Exits("every photo was looked at", held="some photos held or refused, or a name column not taken"),
    "doctor": Exits("nothing fails; there may be warnings", "something fails"),
    "workspace clock": Exits("the clock is not behind, or accepted", held="the clock is behind the audit log"),
    "watch": Exits(
        "ended, nothing needs a person",
        "the program failed, or with --once not everything could be done; nothing is lost",
        held="with --once: something needs a person",
    ),
    "clear": Exits("everything is gone", held="something stays, or nobody could look"),
    "attest": Exits("written down for every file", held="some files stay listed"),
    "keys rotate": Exits("the key is changed", held="originals are left that only the former key opens"),
    "keys reseal": Exits("every original is sealed to the keys of today", held="some originals were not opened"),
    "purge": Exits(held="some originals were kept"),
    "selftest": Exits("every check passed", "a check failed"),
    "devices check": Exits("everything is gone", held="something is still there, or not everything could be looked at"),
    "devices overdue": Exits("none is overdue", held="some devices are overdue"),
    "duties list": Exits("no day has passed", held="somebody has not read the policy, or was not trained, in time"),
    "consent import": Exits(
        held="some rows or columns were not understood or not taken, or their pupils are not on the roll"
    ),
    "consent enrol-class": Exits(
        "everybody in the set is enrolled", held="some were refused, or their names are no number"
    ),
    "roll import": Exits(held="some rows or name columns were not taken, or some names look broken"),
    "audit verify": _LOG,
    "audit report": _LOG,
    "audit prove": Exits(held="the audit log has no entry yet"),
    "audit checkpoint": Exits(held="the audit log has no entry yet"),
    "bench attack": Exits("nothing was found under a cover", "something was found, or the program failed"),
    "models verify": Exits("every file is right", "one is damaged or missing"),
}
