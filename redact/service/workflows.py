"""The durable engine: which step of which journey was done, kept by DBOS; the only file that imports it.

Threat: a killed program forgets what it was doing; an engine that phones home, keeps names, or lets two processes
run one step.
Rule: the engine keeps ids, numbers and fixed words only (JSON, never pickle); its version, executor and database are
ours; no admin server, no telemetry.  A journey has one workflow at a time, whose id is its name, and each machine its
own, for a photo's plain original lies on one.  Every step may run twice, so whatever the engine forgets costs time and
nothing else, and its commits are not waited for.  A step that meets trouble ends its workflow; the scheduler starts it
again when it is worth it (due.py says why the engine's own retries are not used).
Accepted residue: while the engine's database is away, no journey goes on, and nothing is lost: states are in our
tables.  A damaged file of it is put aside before this opens it (redact/workspace/engine_file.py).

Its queue is not used.  It has no way to be woken, so that waiting is paid for, in time or in processor: measured with
workflows of three steps of 2 ms, three at a time, SQLite, two cores shared with others, DBOS 3.4.0:

    workflows begun by              each of 200   one alone (longest)   idle, % of a processor
    `start_workflow`                   14 ms        30 ms   (46)           0.6
    one queue looked at every 0.1 s    39 ms       100 ms  (136)           3.6
    two queues, every 0.1 s            43 ms       111 ms  (132)           6.3
    two queues, every 0.25 s           88 ms       216 ms  (269)           3.6
    two queues, every 1 s             342 ms       490 ms  (551)           1.4

So the scheduler begins as many as the workers can take, out of the table of photos, and the engine remembers them.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from dbos import error as errors

from redact.errors import RedactError
from redact.service.starter import Journey
from redact.store.database import open_engine, translated
from redact.system.step import Step

VERSION = "steps-2"  # of the order of the steps; a workflow of another version is not resumed: its photo starts again
POLL_S = 0.5  # seconds between the engine's looks for messages; ours use none, but its end waits for this
QUEUE_POLL_S = 60.0  # seconds between two looks for queued workflows, once those of a former process are resumed
TAKE_UP_S = 60.0  # seconds in which the engine resumes what a former process began; it takes one or two
KEEP_DAYS = 3  # days that finished workflows are kept, to be looked at; a choice

T = TypeVar("T")


class StepFailed(RedactError):
    """A step failed before the program was cut off, and its reason was not kept."""

    def __init__(self, name: str) -> None:
        """Name the step."""
        super().__init__(f"The step {name} failed before the program was cut off; it is tried again.")


class _Json(Serializer):
    """JSON and nothing else; of an error (one of the engine: ours do not get here) its kind: the text quotes rows."""

    def serialize(self, data: Any) -> str:
        return json.dumps(type(data).__name__ if isinstance(data, BaseException) else data)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "redact-json"


def _remember(name: str, act: Callable[[], T], /) -> T:
    """Run a step of a workflow: its result is kept, of a failure only that it failed, for reasons may hold anything."""
    failures: list[Exception] = []

    def attempt() -> dict[str, T]:
        try:
            return {"gave": act()}
        except Exception as error:  # noqa: BLE001  raised below
            failures.append(error)
            return {}

    kept = DBOS.run_step({"name": name}, attempt)
    if failures:
        raise failures[0]
    if "gave" not in kept:
        raise StepFailed(name)
    return kept["gave"]


def _silence() -> None:
    """Keep the engine's messages off the screen: they quote rows; ours tell a person what to do.

    With a handler of ours it makes none of its own, which would hold on to whatever standard error is at that moment
    and fail on it later, when it has been closed.
    """
    log = logging.getLogger("dbos")
    log.setLevel(logging.CRITICAL)
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.propagate = False


class Engine:
    """Runs the journeys of one workspace; a context manager that launches and ends it.  One at a time per process."""

    def __init__(self, url: str, executor: str, journeys: Mapping[str, Journey]) -> None:
        """Take the address of the engine's own database, this machine's name, and what is to be run, by name."""
        self._executor = executor
        self._database = open_engine(url, forgives_power_loss=True)
        _silence()
        config: DBOSConfig = {
            "name": "redact",
            "system_database_engine": self._database,
            "application_version": f"{VERSION}.{executor}",  # only a process of this version resumes what it queues
            "executor_id": executor,
            "serializer": _Json(),
            "log_level": "CRITICAL",
            "enable_otlp": False,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": POLL_S,
            "scheduler_polling_interval_sec": 3600.0,
        }
        self._dbos, self._upkeep = DBOS(config=config), 0
        self._running: set[str] = set()
        self._workflows = {name: DBOS.workflow(name=name)(self._run(journey)) for name, journey in journeys.items()}
        self._launched_s = 0.0

    def _run(self, journey: Journey) -> Journey:
        """Return what the engine runs: the journey, with its steps remembered."""
        step: Step = _remember

        def run(*arguments: object) -> object:
            workflow = DBOS.workflow_id or ""
            self._running.add(workflow)
            try:
                return journey(step, *arguments)
            finally:
                self._running.discard(workflow)

        return run

    def __enter__(self) -> Self:
        """Launch it; what a former process of this machine began is resumed by itself.

        Raises:
            DatabaseFault: its database cannot be used now; nothing was started.
        """
        try:
            with translated():
                DBOS.launch()
        except BaseException:
            self._end(wait_s=0)
            raise
        self._launched_s = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._end(wait_s=30)

    def _end(self, *, wait_s: int) -> None:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=wait_s)
        self._database.dispose()

    def start(self, journey: str, name: str, *arguments: str | bool) -> bool:
        """Begin a journey, again if it has ended before; one that is under way is left alone.

        Returns:
            False where a former process began it and it is not resumed yet: ask again in a second.

        Raises:
            Exception: the engine's database refuses; nothing was begun.
        """
        workflow = f"{journey}.{self._executor}.{name}"
        try:
            self._start(journey, workflow, name, *arguments)
        except errors.DBOSWorkflowIDInUseError as known:
            if workflow in self._running:
                return True
            is_over = known.workflow_status not in {"PENDING", "ENQUEUED"}
            if not is_over and time.monotonic() < self._launched_s + TAKE_UP_S:
                return False
            if not is_over:  # the engine's database was away when it was to be resumed, or to end
                DBOS.cancel_workflow(workflow)
            DBOS.delete_workflows([workflow])
            self._start(journey, workflow, name, *arguments)
        return True

    def _start(self, journey: str, workflow: str, *arguments: str | bool) -> None:
        with SetWorkflowID(workflow, workflow_id_reuse_policy="reject"):
            DBOS.start_workflow(self._workflows[journey], *arguments)

    def forget_finished(self) -> None:
        """Remove what ended days ago from the engine's tables, and stop looking every second for queued workflows."""
        self._upkeep += 1
        if self._upkeep > 1 and not DBOS.list_workflows(status="ENQUEUED", limit=1, load_input=False):
            # only a former process's workflows are queued, at the start; looking was a third of an idle watcher's time
            self._dbos._registry.get_internal_queue()._polling_interval_sec = QUEUE_POLL_S  # noqa: SLF001
        before = (datetime.now(UTC) - timedelta(days=KEEP_DAYS)).isoformat()
        old = DBOS.list_workflows(completed_before=before, limit=1000, load_input=False, load_output=False)
        DBOS.delete_workflows([flow.workflow_id for flow in old])
