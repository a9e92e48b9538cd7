"""The desk's acts at the terminal: list, review, cover, recall; and what a person may call a photo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.findings import Face
from redact.cli import app
from redact.cli.daily import reviewing
from redact.errors import RedactError, UsageError, short_id
from redact.posts.changes import ChangedMeanwhile
from redact.posts.redraws.redrawing import Redrawer
from redact.posts.review import Undecided
from redact.store.schema.tables import devices
from redact.workers.job import WorkerSetup
from redact.workspace.keys import AWAY_FOLDER
from redact.workspace.open import Workspace
from redact.workspace.settings.file import read_settings
from tests.rigs.living import PUPIL
from tests.rigs.reviewing import HEAD, Reviewing, calm_jpeg, open_reviewing

WHO = ("--by", "reviewer", "--person", "staff-7")


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)

        def here(workspace: Workspace, setup: WorkerSetup) -> Redrawer:
            return Redrawer(workspace, setup, lambda given, workers: found.pool)

        monkeypatch.setattr(reviewing, "Redrawer", here)
        yield found


def run(living: Reviewing, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--workspace", str(living.workspace.settings.folder)])


def why(ended: Result, kind: type[RedactError]) -> str:
    """Return the sentence that a command ended with."""
    assert type(ended.exception) is kind, ended.exception
    return str(ended.exception)


def test_the_list_is_narrowed_by_day_device_event_school_and_state(living: Reviewing) -> None:
    one = living.store_one()
    living.clock.go(days=1)
    living.add_device("cam-elm")
    with (living.workspace.settings.folder / "redact.toml").open("a", encoding="utf-8") as settings:
        settings.write('schools = ["oak", "elm"]\n')
    with living.workspace.database.write() as connection:
        connection.execute(devices.update().where(devices.c.id == "cam-elm").values(school="elm"))
    other = living.take(living.devices["cam-elm"] / "Thaddeus" / "b.jpg", calm_jpeg(2), "cam-elm")
    living.bring(other)
    every = json.loads(run(living, "list", "--json").output)
    assert [row["photo"] for row in every] == [one.photo, other]
    assert [row["event"] for row in every] == ["event-1", "event-2"]
    for asked in (
        ("--since", "08/09/2026"),
        ("--device", "cam-elm"),
        ("--school", "elm"),
        ("--event", "event-2"),
        ("--event", "event-2", "--state", "to-review"),
    ):
        [line] = run(living, "list", *asked).output.splitlines()
        assert line.startswith(f"{short_id(other)}\tto-review\t08/09/2026"), asked
        assert "Thaddeus" not in line
    none = run(living, "list", "--state", "fit")
    assert (none.stdout, none.stderr) == ("", "There is no such photo.\n")
    assert len(run(living, "list").output.splitlines()) == 2


def test_a_copy_is_covered_decided_and_recalled_at_the_terminal(living: Reviewing) -> None:
    seen = living.store_one()
    short = short_id(seen.photo)
    ended = run(living, "cover", short, "--box", "10,10,70,60", *WHO)
    assert ended.exit_code == 0, ended.output
    copy = living.copy(seen.photo)
    assert copy.name in ended.output and copy.output != seen.output
    assert run(living, "review", copy.name, "--decide", "fit", *WHO).exit_code == 0
    assert [*living.stored()] == [copy.name], "the former copy went with the decision"
    again = run(living, "review", short, "--decide", "unfit", *WHO)
    assert "changed by somebody else" in why(again, ChangedMeanwhile)
    assert run(living, "recall", short, *WHO).exit_code == 2, "why it is recalled must be said"
    assert run(living, "recall", short, "--cause", "objection", *WHO).exit_code == 0
    assert living.events("copy.recalled")[-1].fact("cause") == "objection"
    assert [line.split("\t")[1] for line in run(living, "list").output.splitlines()] == ["recalled"]
    living.check_record()


def test_a_cover_is_lifted_with_the_key_for_a_pupil_or_a_cause(living: Reviewing) -> None:
    living.add_pupil()
    seen = living.store_one()
    short, key = short_id(seen.photo), living.workspace.settings.folder / AWAY_FOLDER / "reviewer.key"
    given = ("lift", short, "--place", "1", "--key", str(key), *WHO)
    assert "Say whose face" in why(run(living, *given), UsageError)
    assert "Say whose face" in why(run(living, *given, "--pupil", PUPIL, "--cause", "not-a-person"), UsageError)
    assert "may not be shown" in why(run(living, *given, "--pupil", "Z" + PUPIL[1:]), UsageError)
    other = key.with_name("other.key")
    other.write_text("AGE-SECRET-KEY-1" + "Q" * 58 + "\n")
    other.chmod(0o600)
    wrong = run(living, "lift", short, "--place", "1", "--key", str(other), "--cause", "not-a-person", *WHO)
    assert "does not open this original" in str(wrong.exception) and living.seen(seen.photo) == seen
    assert not living.events("original.opened")
    ended = run(living, *given, "--pupil", PUPIL)
    assert ended.exit_code == 0, ended.output
    copy = living.copy(seen.photo)
    assert copy.name in ended.output and [region.is_covered for region in copy.plan] == [False]
    kinds = [event.kind.value for event in living.events("original.opened") + living.events("cover.lifted")]
    assert kinds == ["original.opened", "cover.lifted"]
    living.check_record()


def test_an_event_is_named_once_and_never_by_a_pupil(living: Reviewing) -> None:
    living.add_pupil()
    first = living.store_one()
    assert run(living, "events", "list").output.split("\t")[:2] == ["1", "-"]
    assert "on the roll" in why(run(living, "events", "name", "1", "For Thaddeus", *WHO), UsageError)
    assert "its number" in why(run(living, "events", "name", "sports", "Sports day", *WHO), UsageError)
    assert run(living, "review", short_id(first.photo), "--decide", "fit", *WHO).exit_code == 0
    named = run(living, "events", "name", "event-1", "Sports day", *WHO)
    assert named.exit_code == 0 and "1 photo" in named.output
    assert json.loads(run(living, "events", "list", "--json").output)[0]["label"] == "Sports day"
    trust = Path(living.workspace.settings.trust)
    assert [path.parent.name for path in (trust / "for-use").rglob("*.jpg")] == ["sports-day"]
    second = living.store_one(calm_jpeg(2), "b.jpg")
    assert "/sports-day/" in living.copy(second.photo).name and "/event-1/" in living.copy(first.photo).name
    for asked in ("sports day", "event-1", "1"):
        assert len(run(living, "list", "--event", asked).output.splitlines()) == 2
    shown = run(living, "show", living.copy(second.photo).name)
    assert shown.exit_code == 0 and second.photo in shown.output


def test_trust_storage_is_moved_by_a_command(living: Reviewing, tmp_path: Path) -> None:
    seen, new = living.store_one(), tmp_path / "new"
    said = run(living, "workspace", "move-storage", str(new))
    assert said.exit_code == 0 and "Nothing was done" in said.output and not new.exists()
    moved = run(living, "workspace", "move-storage", str(new), "--yes", "--remove-old")
    assert moved.exit_code == 0, moved.output
    assert (new / living.copy(seen.photo).name).exists() and not living.stored()
    assert run(living, "doctor").output.count("trust") and read_settings(living.workspace.settings.folder).trust == str(
        new
    )


def test_a_maybe_place_is_answered_by_its_number(tmp_path: Path, living: Reviewing) -> None:
    living.seeing.faces = (Face(HEAD, 0.2, "fixed", is_sure=False),)
    seen = living.store_one()
    refused = run(living, "review", short_id(seen.photo), "--decide", "fit", *WHO)
    assert "place 1" in why(refused, Undecided)
    assert run(living, "cover", short_id(seen.photo), "--place", "1", *WHO).exit_code == 0
    [region] = living.copy(seen.photo).plan
    assert region.is_covered and region.is_by_hand
    assert run(living, "review", short_id(seen.photo), "--decide", "fit", *WHO).exit_code == 0


def test_a_redraw_that_fails_ends_the_command_and_says_that_the_old_copy_stands(living: Reviewing) -> None:
    seen = living.store_one()

    def fail(job: object) -> None:
        raise OSError("no")

    living.pool.before = fail
    ended = run(living, "cover", short_id(seen.photo), "--box", "10,10,70,60", *WHO)
    assert "The old copy stands" in why(ended, RedactError)
    assert living.seen(seen.photo) == seen


def test_a_copy_is_cropped_at_the_terminal(living: Reviewing) -> None:
    seen = living.store_one()
    width, height = living.copy(seen.photo).size or (0, 0)
    for part in ("1,2,3", "nan,0,200,200", "0,0,20,20"):
        refused = run(living, "cover", short_id(seen.photo), "--crop", part, *WHO)
        assert "Nothing was changed" in why(refused, UsageError) and living.seen(seen.photo) == seen
    ended = run(living, "cover", short_id(seen.photo), "--crop", f"0,0,{width // 2},{height}", *WHO)
    assert ended.exit_code == 0, ended.output
    assert living.copy(seen.photo).size == (width // 2, height)


def test_a_polygon_is_covered_taken_back_and_a_decision_reopened_at_the_terminal(living: Reviewing) -> None:
    seen = living.store_one()
    short = short_id(seen.photo)
    for nonsense in ("10,10 20,20", "a,b c,d e,f", "10,10,20 30,40 50,60"):
        refused = run(living, "cover", short, "--polygon", nonsense, *WHO)
        assert "three corners" in why(refused, UsageError) and living.seen(seen.photo) == seen
    assert run(living, "cover", short, "--polygon", "10,10 70,12 40,60", *WHO).exit_code == 0
    by_hand = [region for region in living.copy(seen.photo).plan if region.is_by_hand]
    assert [len(region.polygon) for region in by_hand] == [3]
    [line] = [line for line in run(living, "show", short).output.splitlines() if "Covered by hand" in line]
    number = line.split()[0]
    assert f"redact cover {short} --undo {number}" in line
    assert run(living, "cover", short, "--undo", number, *WHO).exit_code == 0
    assert not any(region.is_by_hand for region in living.copy(seen.photo).plan)
    assert run(living, "review", short, "--decide", "unfit", "--cause", "not-for-use", *WHO).exit_code == 0
    assert living.events("review.decided")[-1].fact("cause") == "not-for-use"
    assert run(living, "review", short, "--decide", "reopen", *WHO).exit_code == 0
    assert living.events("review.decided")[-1].fact("decision") == "reopened"
    for less in ((), ("--decide", "fit", "--cause", "not-for-use")):
        assert "Nothing was changed" in why(run(living, "review", short, *less, *WHO), UsageError)
    living.check_record()


def test_of_a_burst_one_is_kept_at_the_terminal(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.posts.bursts.APART_S", 120.0)  # the files are written as fast as the machine can
    kept, other = (living.store_one(calm_jpeg(seed), f"IMG_{seed:04}.jpg") for seed in (1, 2))
    alone = living.store_one(calm_jpeg(9), "IMG_0009.jpg")
    ended = run(living, "review", short_id(kept.photo), "--decide", "fit", "--keep-only", *WHO)
    assert ended.exit_code == 0, ended.output
    states = {line.split("\t")[0]: line.split("\t")[1] for line in run(living, "list").output.splitlines()}
    assert [states[short_id(each.photo)] for each in (kept, other, alone)] == ["fit", "unfit", "to-review"]
    assert living.events("review.decided")[-1].fact("cause") == "another-of-the-burst"
    again = run(living, "review", short_id(kept.photo), "--keep-only", *WHO)
    assert "does not wait for a look" in why(again, UsageError)


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "5,5,6,6"])
def test_what_is_no_box_is_refused(living: Reviewing, box: str) -> None:
    seen = living.store_one()
    assert "Nothing was changed" in why(run(living, "cover", short_id(seen.photo), "--box", box, *WHO), UsageError)
    assert "Say what to cover" in why(run(living, "cover", short_id(seen.photo), *WHO), UsageError)


def test_a_photo_is_shown_by_id_by_its_copys_name_and_by_its_files_name_on_a_device(living: Reviewing) -> None:
    seen = living.store_one(name="IMG_0412 Thaddeus.jpg")
    for name in (seen.photo[:8], living.copy(seen.photo).name, "IMG_0412 Thaddeus.jpg"):
        shown = run(living, "show", name)
        assert shown.exit_code == 0 and seen.photo in shown.output
        assert "Thaddeus" not in shown.output  # into a pipe
    assert "No copy" in why(run(living, "show", "f" * 24 + ".jpg"), UsageError)
    unknown = run(living, "show", "Thaddeus elsewhere.jpg")
    assert "Thaddeus" not in why(unknown, UsageError)
