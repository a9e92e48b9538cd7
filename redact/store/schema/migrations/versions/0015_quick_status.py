"""What `redact status` tells of a large workspace is found by indexes, and the cameras' counts stand there as runs."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, text

revision = "0015"
down_revision = "0014"

_RUNS = """
insert into counter_runs (device, series, first, last)
select device, series, min(number), max(number) from (
    select device, series, number, number - row_number() over (partition by device, series order by number) as run
    from (select distinct device, series, number from device_files where number is not null and series is not null)
    as counts
) as numbered
group by device, series, run
"""


def upgrade() -> None:
    """Add the indexes and the table, and fill it from the files that are known."""
    op.drop_index("device_files_by_state", "device_files")
    op.create_index("device_files_by_state", "device_files", ["device", "state", "level"])
    op.create_index("device_files_of_state", "device_files", ["state"])
    op.create_index("photos_by_school", "photos", ["school", "state"])
    maybe, recalled = text("plan LIKE '%\"maybe\"%'"), text("recalled_at IS NOT NULL")
    op.create_index("photos_with_maybes", "photos", ["sha256"], sqlite_where=maybe, postgresql_where=maybe)
    op.create_index(
        "shown_recalled", "shown", ["recalled_at", "photo"], sqlite_where=recalled, postgresql_where=recalled
    )
    op.create_table(
        "counter_runs",
        Column("device", String(40), ForeignKey("devices.id"), primary_key=True),
        Column("series", String(8), primary_key=True),
        Column("first", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
    )
    op.get_bind().execute(text(_RUNS))
