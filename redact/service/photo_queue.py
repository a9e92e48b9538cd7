"""Which photos are begun, and when one that failed is begun again.

Photos queue in the table of photos; only as many as the workers can take are begun.  The engine's own queue was
measured for it and is not used: see workflows.py.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Final

from redact.photos.steps import Redact
from redact.service.clearings import Clearings
from redact.service.due import LOOK_S, Backoff, Due, DueList
from redact.service.journeys import bring_photo
from redact.service.starter import TAKEN_UP_S, Starter
from redact.store import photos as photo_rows
from redact.store.database import DatabaseFault
from redact.store.photos import State
from redact.system.step import Step
from redact.workspace.open import Workspace

_BEGIN: Final = "begin photos"  # key of the act that begins as many as the workers can take


@dataclass(frozen=True, slots=True)
class PhotoKey:
    """Bring a photo to storage: under way, or in its pause after a failure."""

    photo: str


@dataclass(slots=True)
class PhotoQueue:
    """Begins photos, and notes their ends."""

    workspace: Workspace
    work: Redact
    in_flight: int  # photos under way at the same time, at most
    dues: DueList
    clearings: Clearings
    engine: Starter | None = None

    def __post_init__(self) -> None:
        """Look for photos at once: a former run may have left some under way."""
        self.dues.put(_BEGIN, Due(self.dues.clock_s(), Backoff(LOOK_S), self._begin_some))
        self.ask()

    def ask(self) -> None:
        """Note that there may be a photo to begin."""
        self.dues.ask(_BEGIN)

    @property
    def is_wanted(self) -> bool:
        """Whether a run that ends by itself waits for a photo, or for the look whether there is one."""
        look = self.dues.get(_BEGIN)
        if look is None or look.is_awaited or look.backoff.failures:
            return True
        return any(due.is_wanted for due in self.dues.of_kind(PhotoKey).values())

    def _begin_some(self) -> float:
        """Begin as many photos as the workers can take; return in how many seconds to look again."""
        now_s, begun = self.dues.clock_s(), self.dues.of_kind(PhotoKey)
        not_now = {key.photo for key, due in begun.items() if not due.has_come(now_s)}  # under way, or in a pause
        free = self.in_flight - sum(due.is_under_way for due in begun.values())
        if self.engine is not None and free > 0:
            most = free + len(not_now)
            with self.workspace.database.read() as connection:
                waiting = photo_rows.ids_under_way(connection, self.workspace.executor, most)
            for photo in [photo for photo in waiting if photo not in not_now][:free]:
                self._begin(self.engine, photo)
            if len(waiting) < most:  # these are all
                self._forget({key.photo for key in begun} - not_now - {*waiting})
        pauses = [due.at_s - now_s for due in self.dues.of_kind(PhotoKey).values() if not due.is_under_way]
        return min([LOOK_S, *(pause_s for pause_s in pauses if pause_s > 0)])

    def _begin(self, engine: Starter, photo: str) -> None:
        key = PhotoKey(photo)
        self.dues.begin(key, self.workspace.settings.retry_longest_s)
        try:
            is_begun = engine.start("photo", photo)
        except Exception:
            self.dues.fail(key)
            raise
        if not is_begun:
            self.dues.rest(key, TAKEN_UP_S)
            self.dues.ask(key)

    def _forget(self, photos: set[str]) -> None:
        """Take photos off the list that another machine finished, or a person set aside."""
        for photo in photos:
            self.dues.drop(PhotoKey(photo))
        if photos:
            self.clearings.touch_all()

    def bring(self, step: Step, photo: str) -> str:
        """The photo's journey, as the engine runs it."""
        state: State | None = None
        # Also one that a former process began.
        self.dues.begin(PhotoKey(photo), self.workspace.settings.retry_longest_s)
        try:
            state = bring_photo(self.workspace, photo, self.work, step)
            if state is State.STORED:
                with contextlib.suppress(DatabaseFault):  # then half a minute later: periodic.py touches every device
                    self.clearings.touch(self._devices_with(photo))
        finally:  # also where the engine's own database refuses
            if state is None:
                self.dues.fail(PhotoKey(photo))
            else:
                self.dues.drop(PhotoKey(photo))
            self.ask()
        return "waits" if state is None else state.value

    def _devices_with(self, photo: str) -> set[str]:
        with self.workspace.database.read() as connection:
            return photo_rows.devices_with(connection, photo)
