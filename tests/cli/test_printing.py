"""Whatever somebody wrote into the database, or called a file: no terminal obeys it."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from redact.cli import main
from redact.cli.screen import terminal
from redact.store.schema.tables import metadata, photos
from redact.system.printing import Plain, plain
from tests.rigs.posting import Posting, open_posting

HOSTILE = "\x1b[2J\x1b]0;gone\x07\r\x08\x00\x7f\x85\x9b31m\u202ekcab\u2066\u200f\u061cWICKED"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

#: Rows with free text, or with text where a number's worth is expected: as a writer of the database puts them in.
AT = "2026-09-07T09:00:00.000Z"
ROWS: dict[str, dict[str, Any]] = {
    "people": {"login": f"olive{HOSTILE}", "name": HOSTILE, "email": HOSTILE, "tag": "1" * 64, "added_at": AT},
    "holds": {"id": f"hold{HOSTILE}", "scope": "workspace", "by": HOSTILE, "reason": HOSTILE, "added_at": AT},
    "events": {"device": "cam-office", "place": "2" * 64, "label": HOSTILE},
    "pupils": {"upn": "A1", "legal_forename": HOSTILE, "legal_surname": HOSTILE, "year": HOSTILE, "reg": HOSTILE},
    "left_items": {
        "device": "cam-office", "place": "3" * 64, "parts": json.dumps([HOSTILE]), "why": HOSTILE,
        "first_seen_at": AT, "last_seen_at": AT,
    },
    "incidents": {
        "cause": HOSTILE, "state": "open", "happened_on": "2026-09-07", "aware_at": AT, "opened_at": AT,
        "opened_by": "ceo", "opener": "4" * 64, "note": HOSTILE,
    },
    "take_downs": {
        "post": 1, "content": "5" * 64, "site": "facebook-oak", "cause": HOSTILE, "opened_at": AT, "opened_by": "ceo",
        "due_at": AT, "note": HOSTILE,
    },
    "log_mirrors": {"mirror": "mirror-9", "size": 0, "at": AT, "fault": HOSTILE},
}  # fmt: skip
CHANGED: dict[str, dict[str, Any]] = {
    "photos": {"reason": HOSTILE},
    "sites": {"handle": HOSTILE, "address": HOSTILE, "platform": HOSTILE, "owner": HOSTILE},
    "posts": {"caption": HOSTILE, "note": HOSTILE, "link": HOSTILE},
    "post_photos": {"alt": HOSTILE},
    "device_files": {"reason": HOSTILE, "parts": json.dumps([HOSTILE])},
}
COMMANDS = [
    "status", "status --all", "status --json", "list", "posts list", "posts show 1", "sites list",
    "sites show facebook-oak",
    "incidents list", "take-downs list", "events list", "people list", "devices list", "devices show cam-office",
    "show cam-office", "hold list", "audit log", "audit log --csv", "audit log --json", "roll list", "adults list",
    "consent list", "messages list", "policy list", "duties list", "devices overdue", "workspace clock",
    "posts show \x1b[2J", "show \u202e", "sites show \x07", "show wicked\ud83d", "nosuch\x1b", "audit verify \x1b[31m",
]  # fmt: skip


class Screen(io.StringIO):
    """A stream that says it is a terminal, of a kind without colours."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        found.propose([found.pass_one()])
        held = found.take(found.devices["cam-office"] / "b.jpg", b"no picture")
        with found.workspace.database.write() as connection:
            connection.execute(update(photos).where(photos.c.sha256 == held).values(state="held"))
            for name, columns in CHANGED.items():
                connection.execute(update(metadata.tables[name]).values(**columns))
            for name, row in ROWS.items():
                connection.execute(insert(metadata.tables[name]), row)
        yield found


def run(living: Posting, words: str, monkeypatch: pytest.MonkeyPatch, screen: type[io.StringIO]) -> str:
    arguments = ["redact", *words.split(" "), "--workspace", str(living.workspace.settings.folder)]
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setenv("TERM", "dumb")
    out, err = screen(), screen()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        main()
    return out.getvalue() + err.getvalue()


@pytest.mark.parametrize("screen", [io.StringIO, Screen])
def test_no_command_prints_what_a_terminal_obeys(
    living: Posting, monkeypatch: pytest.MonkeyPatch, screen: type[io.StringIO]
) -> None:
    said = {words: run(living, words, monkeypatch, screen) for words in COMMANDS}
    assert not {words: text for words, text in said.items() if OBEYED.search(text)}
    assert all(said.values()), [words for words, text in said.items() if not text]
    reached = {words for words, text in said.items() if "WICKED" in text}
    lost = {"status", "posts show 1", "sites show facebook-oak", "people list", "incidents list", "hold list"} - reached
    assert not lost, {words: said[words] for words in lost}


def test_colours_of_our_own_reach_the_terminal_and_no_others() -> None:
    out = Screen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.delenv("NO_COLOR", raising=False)
        patch.setattr(sys, "stdout", Plain(out))
        console = terminal()
        console.print(f"a{HOSTILE}z", style="bold red", markup=False)
    ours = re.findall("\x1b\\[[0-9;]*m", out.getvalue())
    assert ours and out.getvalue().count("\x1b") == len(ours)
    assert "\\x1b[2J" in out.getvalue()


@pytest.mark.parametrize("line", ["", "a\tb\nc", "Zoë, naïve, 日本語, 👩🏽‍🏫, –", "e\u0301"])
def test_what_people_write_is_printed_as_it_is(line: str) -> None:
    assert plain(line) == line


def test_nobody_writes_past_the_filter() -> None:
    raw = io.TextIOWrapper(io.BytesIO())
    stream = Plain(raw)
    stream.writelines(["a\x1b", "b\n"])
    assert stream.write(HOSTILE) == len(HOSTILE) and not hasattr(stream, "buffer")
    stream.flush()
    assert not OBEYED.search(raw.buffer.getvalue().decode())
