"""The health address: for monitoring, without a session; see redact/reports/health.py for what it may tell."""

from __future__ import annotations

from dataclasses import asdict

from starlette.responses import JSONResponse, Response

from redact.desk.visit import Visit
from redact.reports.health import Health, read_health
from redact.store.database import DatabaseFault
from redact.system.clock import print_moment


def show_health(visit: Visit) -> Response:
    """Answer 200 while all is well, 503 while it is not."""
    try:
        health = read_health(visit.desk.workspace)
    except DatabaseFault:
        health = Health(print_moment(visit.desk.workspace.now()), is_well=False, database=False)
    return JSONResponse({"desk": True, **asdict(health)}, 200 if health.is_well else 503)
