"""Two reviewers do not walk in step: what a colleague looks at comes to nobody else, for a while."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.desk.looking import LOOKS_S, Looking
from redact.store.people import HeldRole
from tests.rigs.desk import Browser, DeskRig, clean_work
from tests.rigs.workspaces import sha


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    return DeskRig(tmp_path_factory.mktemp("looking"), photos=5, work=clean_work)


def test_what_one_opened_last_is_looked_at_by_nobody_else_for_a_while() -> None:
    now_s = [0.0]
    looking = Looking(lambda: now_s[0])
    looking.note(1, "a")
    looking.note(1, "b")
    looking.note(2, "c")
    assert looking.by_others(2) == {"b"} and looking.by_others(1) == {"c"} and looking.by_others(3) == {"b", "c"}
    now_s[0] = LOOKS_S + 1
    assert looking.by_others(3) == frozenset()


def start(browser: Browser) -> str:
    """Press "Start here" and open what it leads to; return the photo."""
    there = browser.get("/photos/next?standing=to-review").header("location")
    assert browser.get(there).status == 200
    return there.split("?")[0].removeprefix("/photos/")


def decide(browser: Browser, photo: str, output: str) -> str:
    """Say that it looks right, open what comes next, and return that photo."""
    form = {"output": output, "decision": "fit"}
    there = browser.post(f"/photos/{photo}/decision?standing=to-review", form).header("location")
    assert browser.get(there).status == 200
    return there.split("?")[0].removeprefix("/photos/")


def test_two_who_start_at_once_have_each_their_own_photos(desk: DeskRig) -> None:
    rae, rob = (desk.signed_in(login, HeldRole(Role.REVIEWER)) for login in ("rae", "rob"))
    outputs = {photo.sha256: str(photo.output) for photo in desk.rig.photos().values()}
    seen = [start(rae), start(rob)]
    for _ in range(2):
        seen.append(decide(rae, seen[-2], outputs[seen[-2]]))
        seen.append(decide(rob, seen[-2], outputs[seen[-2]]))
    assert len(set(seen)) == 6


def test_where_nothing_else_is_left_both_are_shown_it(desk: DeskRig, tmp_path: Path) -> None:
    one = DeskRig(tmp_path, photos=1, work=clean_work)
    rae, rob = (one.signed_in(login, HeldRole(Role.REVIEWER, "oak")) for login in ("rae", "rob"))
    assert start(rae) == start(rob)


def test_who_takes_a_decision_back_is_in_the_queue_again_and_goes_on_there(tmp_path: Path) -> None:
    clean = DeskRig(tmp_path, photos=4, work=clean_work)
    rae = clean.signed_in("rae", HeldRole(Role.REVIEWER, "oak"))
    outputs = {photo.sha256: str(photo.output) for photo in clean.rig.photos().values()}
    first = start(rae)
    second = decide(rae, first, outputs[first])
    page = rae.get(f"/photos/{second}?standing=to-review&passed={first}").text
    back = re.search(r'href="([^"]*)" data-key="b"', page)
    assert back is not None and back.group(1) == f"/photos/{first}?standing=to-review"
    for queue in ("fit", "to-review"):  # from the list of those that were passed, and by the way back
        there = rae.post(
            f"/photos/{first}/decision?standing={queue}", {"output": outputs[first], "decision": "reopen"}
        ).header("location")
        assert there == f"/photos/{first}?standing=to-review", queue
        assert re.search(r'data-key="Escape">To review <span class="number">', rae.get(there).text)
        assert decide(rae, first, outputs[first]) == second  # the next that waits, and none that is passed


def test_behind_the_last_photo_the_list_leads_back_to_it_by_the_same_key(tmp_path: Path) -> None:
    clean = DeskRig(tmp_path, photos=1, work=clean_work)
    rae = clean.signed_in("rae", HeldRole(Role.REVIEWER, "oak"))
    photo = clean.rig.photos()[sha(clean.oak[0])]
    form = {"output": str(photo.output), "decision": "fit"}
    there = rae.post(f"/photos/{photo.sha256}/decision?standing=to-review", form).header("location")
    assert f'href="/photos/{photo.sha256}?standing=to-review" data-key="b"' in rae.get(there).text
