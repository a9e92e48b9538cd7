"""Sites, incidents, release and take-downs at the terminal: what is printed, and what is refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from redact.cli import app
from redact.errors import RedactError, UsageError
from redact.posts.sites.safeguards import SAFEGUARDS
from redact.store.posts.values import PostState
from tests.rigs.posting import SITE, Posting, open_posting
from tests.rigs.publishing import DETAILS
from tests.rigs.reviewing import PUPIL

HEAD = ("--by", "headteacher", "--person", "h-1")
PIA = ("--by", "poster", "--person", "pia")


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)
        yield found


def run(living: Posting, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--workspace", str(living.workspace.settings.folder)])


def done(living: Posting, *arguments: str) -> str:
    ended = run(living, *arguments)
    assert ended.exit_code == 0, (ended.output, ended.exception)
    return ended.output


def why(ended: Result, kind: type[RedactError] = UsageError) -> str:
    """Return the sentence that a command ended with."""
    assert isinstance(ended.exception, kind), ended.exception
    return str(ended.exception)


def test_a_site_is_written_down_checked_approved_and_retired(living: Posting) -> None:
    done(living, "sites", "add", "insta", "--platform", "instagram", "--address", "https://www.instagram.com/oak")
    assert "not approved" in done(living, "sites", "show", "insta")
    assert "terms" in why(run(living, "sites", "approve", "insta", *HEAD))
    points = [part for point in SAFEGUARDS for part in ("--so", point)]
    assert "8 of 8" in done(living, "sites", "check", "insta", *points, *HEAD)
    assert "one of: headteacher, ceo" in why(run(living, "sites", "approve", "insta", *PIA))
    assert "registered office" in why(run(living, "sites", "approve", "insta", *HEAD))
    with (living.workspace.settings.folder / "redact.toml").open("a") as file:
        file.write(f"company_details = {json.dumps(DETAILS)}\n")
    assert "31/08/2027" in done(living, "sites", "approve", "insta", "--until", "31/08/2027", *HEAD)
    assert "approved until 31/08/2027" in done(living, "sites", "list")
    listed = json.loads(done(living, "sites", "list", "--json"))
    assert {site["id"]: site["state"] for site in listed} == {SITE: "approved", "insta": "approved"}
    done(living, "sites", "retire", "insta", *HEAD)
    assert "for good" in why(run(living, "sites", "check", "insta", "--so", "terms", *HEAD))
    assert "no such site" in why(run(living, "sites", "show", "elsewhere"))


def test_an_incident_is_opened_seen_to_and_closed(living: Posting) -> None:
    assert done(living, "incidents", "add", "face-missed", "--breach", *PIA).splitlines()[0] == "1"
    assert "Information Commissioner by 10/09/2026 10:00" in done(living, "incidents", "list")
    assert "cannot be closed yet" in why(run(living, "incidents", "close", "1", *HEAD))
    done(living, "incidents", "change", "1", "--reported-to", "headteacher", "--measure", "taken-down", *HEAD)
    done(living, "incidents", "change", "1", "--notice", "not-needed", *HEAD)
    done(living, "incidents", "close", "1", *HEAD)
    assert "No incident is open" in done(living, "incidents", "list")
    assert json.loads(done(living, "incidents", "list", "--all", "--json"))[0]["state"] == "closed"
    assert "one of: face-missed" in why(run(living, "incidents", "add", "weather", "--no-breach", *PIA))
    assert "--breach or --no-breach" in why(run(living, "incidents", "add", "face-missed", *PIA))
    assert "no incident 9" in why(run(living, "incidents", "change", "9", "--measure", "deleted", *HEAD))


def test_a_post_is_released_posted_reported_and_taken_down(living: Posting) -> None:
    post = living.approve(living.propose([living.pass_one()]))
    number = str(post.id)
    assert "a poster of its school" in why(run(living, "posts", "release", number, *HEAD))
    where = Path(done(living, "posts", "release", number, *PIA).splitlines()[0])
    assert sorted(path.name for path in where.iterdir()) == ["1.jpg", "post.txt"]
    link = "https://facebook.example/oakschool/1"
    assert "does not lead" in why(run(living, "posts", "posted", number, "--link", "https://x.com/1", *PIA))
    done(living, "posts", "posted", number, "--link", link, *PIA)
    assert not where.exists()
    assert "Nothing is to be taken down" in done(living, "take-downs", "list")
    assert done(living, "take-downs", "report", number, "--reason", "offends", *HEAD).splitlines()[0] == "1"
    listed = done(living, "take-downs", "list")
    assert link in listed and "due 08/09/2026 10:00" in listed
    shown = done(living, "posts", "show", number)
    assert f"It stands at {link}" in shown and "It must be taken down by 08/09/2026 10:00" in shown
    done(living, "take-downs", "told", "1", "headteacher")
    living.clock.go(hours=25)
    assert "OVERDUE since" in done(living, "take-downs", "list")
    assert "OVERDUE since" in done(living, "status") and "take-downs" in run(living, "doctor").output
    assert "a poster of its school" in why(run(living, "take-downs", "down", "1", *HEAD))
    done(living, "take-downs", "down", "1", *PIA)
    assert living.post(post.id).state is PostState.DOWN
    assert json.loads(done(living, "take-downs", "list", "--all", "--json"))[0]["closed_by"] == "poster"
    assert "no take-down 7" in why(run(living, "take-downs", "told", "7", "ceo"))
    assert "no such post" in why(run(living, "posts", "release", "99", *PIA))


def test_a_withdrawal_at_the_terminal_names_the_take_downs_and_empties_the_outbox(living: Posting) -> None:
    living.add_pupil()
    post = living.approve(living.propose([living.pass_shown()]))
    where = Path(done(living, "posts", "release", str(post.id), *PIA).splitlines()[0])
    said = done(living, "consent", "withdraw", PUPIL, "--all", "--by", "communications")
    assert "1 post must be taken down where it stands: redact take-downs list" in said
    assert not where.exists() and living.post(post.id).state is PostState.DRAFT
