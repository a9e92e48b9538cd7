"""The page of events: what is to be named is seen, of one's own schools alone; what has a name shows no pictures."""

from __future__ import annotations

import re
from pathlib import Path

from redact.photos.placing.events import name_event, read_events
from redact.posts.changes import Seen
from redact.posts.recalling import RecallCause, recall_copy
from tests.rigs.desk import Browser, DeskRig
from tests.rigs.workspaces import sha


def pictured(browser: Browser) -> list[str]:
    return re.findall(r'<img src="/photos/([0-9a-f]{64})/small/', browser.get("/events").text)


def test_an_event_without_a_name_shows_pictures_that_may_be_seen(tmp_path: Path) -> None:
    desk = DeskRig(tmp_path, photos=2)
    mine, others = desk.reviewer("oak"), desk.reviewer("elm")
    oak = {sha(content) for content in desk.oak}
    assert {*pictured(mine)} == oak and not oak & {*pictured(others)}
    assert mine.get(f"/photos/{sha(desk.oak[0])}/small/{desk.rig.photos()[sha(desk.oak[0])].output}.jpg").status == 200
    gone = sha(desk.oak[0])
    recall_copy(desk.workspace, Seen(gone, str(desk.rig.photos()[gone].output)), desk.it, RecallCause.OBJECTION)
    assert {*pictured(mine)} == oak - {gone}
    (event,) = (each.id for each in read_events(desk.workspace) if each.device == "cam-oak")
    name_event(desk.workspace, event, "Sports day", desk.it)
    assert pictured(mine) == []
