"""The only SQL on the runs of a camera's counter: what came from a device, without a look at all of its files.

A run only grows.  The one file that is ever forgotten (`remove_device_file`) lay at the place, and so under the name
and the count, of the photo that took its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from redact.store.schema.rows import RowUnreadable, note
from redact.store.schema.tables import counter_runs
from watcher import Counter, CounterRun


def note_count(connection: Connection, device: str, counter: Counter) -> None:
    """Write down that the photo with this count came from a device; what is known already stays as it is."""
    runs, number = counter_runs.c, counter.number
    of_series = (runs.device == device, runs.series == counter.series)
    below = connection.execute(
        select(runs.first, runs.last).where(*of_series, runs.first <= number).order_by(runs.first.desc()).limit(1)
    ).first()
    if below is not None and below.last >= number:
        return
    above = connection.execute(select(runs.last).where(*of_series, runs.first == number + 1)).scalar()
    if above is not None:
        connection.execute(delete(counter_runs).where(*of_series, runs.first == number + 1))
    last = number if above is None else above
    if below is not None and below.last == number - 1:
        connection.execute(update(counter_runs).where(*of_series, runs.first == below.first).values(last=last))
    else:
        row = {"device": device, "series": counter.series, "first": number, "last": last}
        connection.execute(insert(counter_runs), row)


def runs_by_device(connection: Connection, device: str | None = None) -> Mapping[str, Sequence[CounterRun]]:
    """Return the counts that came from each device, or from one."""
    query = select(counter_runs)
    found: defaultdict[str, list[CounterRun]] = defaultdict(list)
    for row in connection.execute(query if device is None else query.where(counter_runs.c.device == device)):
        if not isinstance(row.last, int):
            note(connection, RowUnreadable(counter_runs.name, f"{row.device} {row.series}"))
            continue
        found[row.device].append(CounterRun(row.series, row.first, row.last))
    return found
