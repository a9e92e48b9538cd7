"""What people answered on a photo, as `redact show` lists it, each with the number that takes it back."""

from __future__ import annotations

from datetime import tzinfo

from redact.cli.pages.times import format_moment
from redact.desk.pages.photo import describe_answer
from redact.errors import short_id
from redact.posts.redraw import list_answers
from redact.workspace.open import Workspace


def describe_answers(workspace: Workspace, photo: str, zone: tzinfo) -> tuple[str, ...]:
    """Return a line for each answer on a photo, oldest first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    lines: list[str] = []
    for answer in list_answers(workspace, photo):
        command, key = ("lift", " --key FILE") if answer.needs_original else ("cover", "")
        back = f"redact {command} {short_id(photo)} --undo {answer.id}{key}"
        lines.append(
            f"  {answer.id:4} {format_moment(answer.at, zone)}  {describe_answer(answer)}; taken back by: {back}"
        )
    return tuple(lines)
