"""What time is it at the latest?  The clock's word, unless the audit log has been later already.

Threat: the clock is set back (an empty battery, a restored machine, somebody's hand), and a consent, an approval or a
role that ended counts again: a copy shows a child for whom nobody consents any more.
Rule: what ends by time is asked by the later of two moments: the clock's, and the newest checkpoint's (`latest`).
While the clock is behind that by more than TOLERANCE, nobody knows which of the two is wrong: no post is proposed,
approved or released, no site approved and no original destroyed (`check_clock`).  A clock that once ran ahead must not
lock the school for ever: a person accepts the clock of now, an entry (`clock.accepted`), and from then on checkpoints
that came later count alone.
A clock that goes forward far (JUMP) since a watcher's last sign of life may be wrong, or the machine was off: the
watcher destroys no original for a day (WAIT) then, and says so, so that somebody can set it right in time.  While a
watcher runs, it knows by a clock that nobody sets how much time went by, and one that goes forward by STEP more does.
Accepted residue: a clock that goes forward less, or by less than JUMP while no watcher runs, makes originals due so
much too early; where a watcher is run less than every eight days, or the clock is wrong until a time service sets it
after each start, only a person destroys (`redact purge`), as status says; the times of
checkpoints are not signed, so that who writes the database and sets the clock can take them back together; what was not
logged since the clock stopped is unknown; while a log is ahead, a consent that begins between the two moments counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from redact.errors import RedactError
from redact.store.key_facts import read_facts, write_facts
from redact.store.machines import list_machines
from redact.store.schema.tables import facts, log_checkpoints
from redact.system.clock import parse_moment, print_local, print_moment, utc_day
from redact.system.machine import running_s

#: How far the clock may be behind the log.  Windows domains, and Kerberos there (RFC 4120, section 9), allow two
#: machines to differ by 5 minutes; this is twice that, so that one machine ahead and one behind still work together.
TOLERANCE: Final = timedelta(minutes=10)
ACCEPTED: Final = "clock-accepted"  # fact: number of the newest entry `clock.accepted`
NEXT_STEP: Final = (
    "Set the clock, and let a time service (NTP) keep it. If the clock is right and ran ahead before: redact workspace "
    "clock --accept"
)

#: A watcher that is run once a week (`redact watch --once`) is silent for seven days, and then a part of a day.
JUMP: Final = timedelta(days=8)
#: More than a time service sets at once where a watcher runs for weeks, and no summer time: moments are UTC.  A choice.
STEP: Final = timedelta(hours=1)
WAIT: Final = timedelta(days=1)  # staff look once a day; README, "Every day"
JUMPED: Final = "clock-jumped"  # fact: the last sign of life before, and the first one after it
NEXT_STEP_AHEAD: Final = (
    "If the clock is right, for the watcher was off so long: let it run then too, or redact purge. Else set the clock, "
    "and let a time service (NTP) keep it"
)

_ACCEPTED = select(facts.c.value).where(facts.c.name == ACCEPTED)
_NEWEST = select(func.max(log_checkpoints.c.at)).where(
    log_checkpoints.c.size > bindparam("number"), log_checkpoints.c.at.like(bindparam("day"))
)


class ClockBehind(RedactError):
    """The clock says less than the audit log has seen; nothing was changed."""

    def __init__(self, sentence: str) -> None:
        """Say what happened, and what to do."""
        super().__init__(f"{sentence} Nothing was changed. {NEXT_STEP}")


def newest_known(connection: Connection) -> datetime | None:
    """Return when the newest checkpoint was made, of those after the last `clock.accepted`; None where none was.

    Raises:
        RedactError: what stands there is no time; somebody changed the database.
    """
    newest = _newest(connection, "")
    try:
        return None if newest is None else parse_moment(newest)
    except ValueError as error:
        raise RedactError(
            "The time of a checkpoint of the audit log is none: somebody changed the database. Nothing was changed. "
            "See: redact audit verify"
        ) from error


def _newest(connection: Connection, day: str) -> str | None:
    fact = connection.execute(_ACCEPTED).scalar()
    number = int(fact) if fact is not None and fact.isascii() and fact.isdigit() else -1
    return connection.execute(_NEWEST, {"number": number, "day": f"{day}%"}).scalar()


def time_of_checkpoint(connection: Connection, at: str) -> str:
    """Return what a new checkpoint is dated: it takes the place of those of its day, which may be of later."""
    return max(at, _newest(connection, utc_day(at)) or at)


def latest(connection: Connection, now: datetime) -> datetime:
    """Return the moment by which everything is asked that ends: `now`, or later where the log has been later."""
    newest = newest_known(connection)
    return now if newest is None else max(now, newest)


def why_behind(connection: Connection, now: datetime, zone: tzinfo) -> str | None:
    """Return a sentence where the clock is behind the log by more than TOLERANCE, None where it is not."""
    newest = newest_known(connection)
    if newest is None or newest <= now + TOLERANCE:
        return None
    return (
        f"The clock says {print_local(now, zone)}, and the audit log's newest entry is of {print_local(newest, zone)}: "
        "the clock was set back, or ran ahead before."
    )


def check_clock(connection: Connection, now: datetime, zone: tzinfo) -> None:
    """Check that the clock is not behind the log.

    Raises:
        ClockBehind: it is.
    """
    why = why_behind(connection, now, zone)
    if why is not None:
        raise ClockBehind(why)


@dataclass(slots=True)
class Pace:
    """How the clock goes beside one that nobody sets, from one look of this program to the next."""

    running_s: Callable[[], float] = running_s
    _last: tuple[datetime, float] | None = None

    def expected(self) -> datetime | None:
        """Return what the clock would say if it had not been set since the last look; None before the first."""
        return None if self._last is None else self._last[0] + timedelta(seconds=self.running_s() - self._last[1])

    def look(self, now: datetime) -> None:
        """Begin anew: what the clock says `now` is known, and written down where it had gone forward."""
        self._last = now, self.running_s()


def note_jump(connection: Connection, now: datetime, expected: datetime | None = None) -> None:
    """Write down where the clock went forward far since a watcher's last sign of life; called before the next one.

    A sign that is later than now is of a machine whose clock ran ahead, and would hide every jump for ever.

    Args:
        connection: of a transaction.
        now: what the clock says.
        expected: what it would say if nobody had set it, where that is known (`Pace`).
    """
    if expected is not None and expected + STEP < now:
        write_facts(connection, {JUMPED: f"{print_moment(expected)} {print_moment(now)}"})
        return
    signs = [machine.sign.beat_at for machine in list_machines(connection)]
    known = (sign for sign in signs if sign is not None and parse_moment(sign) <= now + TOLERANCE)
    last = max(known, default=None)
    if last is not None and parse_moment(last) + JUMP < now:
        write_facts(connection, {JUMPED: f"{last} {print_moment(now)}"})


def why_ahead(connection: Connection, now: datetime, zone: tzinfo) -> str | None:
    """Return a sentence while originals wait because the clock went forward far, None where they do not."""
    try:
        last, first = map(parse_moment, read_facts(connection).get(JUMPED, "").split(" "))
    except ValueError:  # there is none
        return None
    if not first <= now < first + WAIT:  # earlier: the clock was set right
        return None
    return (
        f"No watcher worked from {print_local(last, zone)} to {print_local(first, zone)}, or the clock went forward. "
        f"The watcher destroys no original before {print_local(first + WAIT, zone)}."
    )


def note_accepted(connection: Connection, number: int) -> None:
    """Write down which entry accepts the clock: checkpoints that came before it count no more."""
    write_facts(connection, {ACCEPTED: str(number)})
