"""What the office calls events, when photos were taken, and which copies lie among what a person has passed.

The day of photos that came in before is that of their file, as it is for any whose camera wrote none.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from alembic import op
from sqlalchemy import Column, String, text

revision = "0018"
down_revision = "0017"

_EARLIEST = "1995-01-01"  # redact/store/placing/events.py: an older day is of a clock that was never set
_IS_MISPLACED = text(
    "(review = 'fit' AND state = 'stored' AND for_use_at IS NULL) OR "
    "(for_use IS NOT NULL AND NOT (review = 'fit' AND state = 'stored'))"
)
_FIRST_LOOKS = """
select photo, look from device_files
where id in (select min(id) from device_files group by photo)
"""


def upgrade() -> None:
    """Add the columns and their indexes, and fill in the days."""
    op.add_column("photos", Column("taken_on", String(10)))
    op.add_column("photos", Column("for_use", String(200)))
    op.add_column("photos", Column("for_use_at", String(24)))
    op.add_column("events", Column("label", String(60), nullable=False, server_default=""))
    if op.get_bind().dialect.name != "sqlite":  # which keeps text of any length
        op.alter_column("photos", "output_name", type_=String(200))
        op.alter_column("versions", "name", type_=String(200))
    op.drop_index("photos_by_school", "photos")
    op.create_index("photos_by_school", "photos", ["school", "state", "review", "asks"])
    op.create_index("photos_by_event", "photos", ["event", "taken_on"])
    op.create_index(
        "photos_misplaced", "photos", ["sha256"], sqlite_where=_IS_MISPLACED, postgresql_where=_IS_MISPLACED
    )
    is_placed = text("for_use IS NOT NULL")
    op.create_index("photos_by_for_use", "photos", ["for_use"], sqlite_where=is_placed, postgresql_where=is_placed)
    _fill_in_days()


def _fill_in_days() -> None:
    bind = op.get_bind()
    looks = bind.execute(text(_FIRST_LOOKS)).all()
    days = {photo: _day_of(_written_ns(json.loads(look))) for photo, look in looks}
    rows = [{"photo": photo, "day": day} for photo, day in days.items() if day >= _EARLIEST]
    fill = "update photos set taken_on = min(:day, substr(arrived_at, 1, 10)) where sha256 = :photo"
    least = fill if bind.dialect.name == "sqlite" else fill.replace("min(", "least(")
    if rows:
        bind.execute(text(least), rows)


def _written_ns(look: list[int] | dict[str, int]) -> int:
    return look["mtime_ns"] if isinstance(look, dict) else look[1]


def _day_of(written_ns: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=written_ns // 1000)
    return moment.date().isoformat()
