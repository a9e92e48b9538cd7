"""The durable workflow: which step of which photo was done, kept by DBOS; the only file that imports it.

Threat: a killed program forgets what it was doing; an engine that phones home, keeps names, or lets two processes
run one step.
Rule: the engine keeps ids, numbers and fixed words only (JSON, never pickle); its version, executor and database are
ours; no admin server, no telemetry, no queue of its own.  Every step may run twice, so whatever the engine forgets
costs time and nothing else, and its commits are not waited for.  A step that meets trouble ends its workflow with a
word; the scheduler starts a new one when it is worth it, so no workflow ever sleeps on a fault.
Accepted residue: while the engine's database refuses, nothing goes on, and nothing is lost: states are in our tables.
A file of it that is damaged is put aside before this opens it (redact/workspace/engine_file.py).
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos._serialization import Serializer

from redact.store.database import open_engine, translated

VERSION = "steps-1"  # of the steps' order; a workflow of another version is not taken up, its photo starts again
POLL_S = 0.5  # seconds between two looks of the engine at what waits for a message; nothing of ours does, but its end
QUEUE_POLL_S = 60.0  # seconds between two looks for workflows to take up, once those of a former process are
KEEP_DAYS = 3  # of finished workflows, to look into; a choice

PHOTO_STEPS = ("seal", "redact", "store")


class Steps(Protocol):
    """What does the work; no call raises, whatever happens is a word."""

    def do(self, step: str, photo: str) -> str:
        """Do one step of a photo; return "on" where the next one may follow, any other word where not."""

    def open_deletions(self, device: str, by: str, tries_again: bool) -> list[int]:  # noqa: FBT001  of a workflow
        """Write down what will be deleted; return the ids of the device files."""

    def erase_opened(self, device: str, ids: Sequence[int]) -> dict[str, str]:
        """Delete; return a word for each."""

    def confirm(self, device: str, ids: Sequence[int], words: dict[str, str]) -> dict[str, int]:
        """Look again and write down what became of each; return how many had which verdict."""

    def ended(self, kind: str, key: str) -> None:
        """Hear that a workflow ended."""


class _Json(Serializer):
    """JSON and nothing else."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "redact-json"


_steps: Steps | None = None  # the engine is one per process, and so are its steps


def _our_steps() -> Steps:
    if _steps is None:
        raise RuntimeError("the engine was started without hands")
    return _steps


@DBOS.workflow(name="photo")
def _run_photo(photo: str) -> str:
    steps, word = _our_steps(), "on"
    try:
        for step in PHOTO_STEPS:
            word = DBOS.run_step({"name": step}, steps.do, step, photo)
            if word != "on":
                break
    finally:  # also where the engine's own database refuses
        steps.ended("photo", photo)
    return word


@DBOS.workflow(name="clear")
def _run_clear(device: str, by: str, tries_again: bool) -> dict[str, int]:  # noqa: FBT001  of a workflow
    steps, counts = _our_steps(), dict[str, int]()
    try:
        ids = DBOS.run_step({"name": "open"}, steps.open_deletions, device, by, tries_again)
        if ids:
            words = DBOS.run_step({"name": "erase"}, steps.erase_opened, device, ids)
            counts = DBOS.run_step({"name": "confirm"}, steps.confirm, device, ids, words)
    finally:
        steps.ended("clear", device)
    return counts


def _silence() -> None:
    """Keep the engine's messages off the screen: they quote rows; ours say what a person needs.

    With a handler of ours it makes none of its own, which would hold on to whatever standard error is at that moment
    and fail on it later, when it has been closed.
    """
    log = logging.getLogger("dbos")
    log.setLevel(logging.CRITICAL)
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.propagate = False


class Engine:
    """Runs the workflows of one workspace; a context manager that launches and ends it."""

    def __init__(self, url: str, executor: str, steps: Steps) -> None:
        """Take the address of the engine's own database, this machine's name, and what does the work."""
        global _steps  # noqa: PLW0603  see its declaration
        _steps = steps
        self._executor = executor
        self._database = open_engine(url, forgives_power_loss=True)
        _silence()
        config: DBOSConfig = {
            "name": "redact",
            "system_database_engine": self._database,
            "application_version": VERSION,
            "executor_id": executor,
            "serializer": _Json(),
            "log_level": "CRITICAL",
            "enable_otlp": False,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": POLL_S,
            "scheduler_polling_interval_sec": 3600.0,
        }
        self._dbos, self._upkeep = DBOS(config=config), 0

    def __enter__(self) -> Self:
        """Launch it.

        Raises:
            DatabaseFault: its database cannot be used now; nothing was started.
        """
        try:
            with translated():
                DBOS.launch()
        except BaseException:
            self._end(wait_s=0)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end(wait_s=30)

    def _end(self, *, wait_s: int) -> None:
        DBOS.destroy(workflow_completion_timeout_sec=wait_s)
        self._database.dispose()

    def unfinished(self) -> set[tuple[str, str]]:
        """Return (kind, key) of the workflows that a former process of this machine left, and that now go on."""
        left = DBOS.list_workflows(
            status=["PENDING", "ENQUEUED"], executor_id=self._executor, app_version=VERSION, load_input=False
        )
        return {(kind, key) for flow in left for kind, key, _ in [flow.workflow_id.split(".")]}

    def start_photo(self, photo: str) -> None:
        """Start the steps of a photo that lies in quarantine."""
        with SetWorkflowID(f"photo.{photo}.{secrets.token_hex(4)}"):
            DBOS.start_workflow(_run_photo, photo)

    def start_clear(self, device: str, by: str, *, tries_again: bool) -> None:
        """Start clearing a device."""
        with SetWorkflowID(f"clear.{device}.{secrets.token_hex(4)}"):
            DBOS.start_workflow(_run_clear, device, by, tries_again)

    def forget_finished(self) -> None:
        """Remove what ended days ago from the engine's tables, and stop looking every second for what to take up."""
        self._upkeep += 1
        if self._upkeep > 1 and not DBOS.list_workflows(status="ENQUEUED", limit=1, load_input=False):
            # only a former process's workflows are queued, at the start; looking was a third of an idle watcher's time
            self._dbos._registry.get_internal_queue()._polling_interval_sec = QUEUE_POLL_S  # noqa: SLF001
        before = (datetime.now(UTC) - timedelta(days=KEEP_DAYS)).isoformat()
        old = DBOS.list_workflows(completed_before=before, limit=1000, load_input=False, load_output=False)
        DBOS.delete_workflows([flow.workflow_id for flow in old])
