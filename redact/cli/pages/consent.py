"""What the commands on the register print: data to standard output, words to standard error."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date

import typer

from redact.cli.pages.lists import describe_rows, print_list
from redact.errors import counted
from redact.pupils.consent import Consent, PupilRecord, State
from redact.pupils.consents.diff import Change, Difference
from redact.pupils.consents.importing import Export, Mapping, Problem
from redact.store.pupils.acts import TakenDown
from redact.system.clock import print_day
from redact.system.printing import printable


def print_import(export: Export, difference: Difference, *, as_json: bool) -> None:
    """Print what an export says and what it would change."""
    if as_json:
        typer.echo(json.dumps(_as_json(export, difference), indent=1))
        return
    typer.echo(f"form {export.form.value}, {counted(export.rows, 'row')}, {counted(len(export.answers), 'answer')}")
    for mapping in export.mappings:
        typer.echo(f"  {_print_mapping(mapping)}")
    counts = Counter((change.after.purpose, _becomes(change)) for change in difference.changes)
    typer.echo(f"pupils on the roll {difference.known}, changed {len(difference.changed_upns)}")
    for (purpose, state), number in sorted(counts.items()):
        typer.echo(f"  {purpose}: {number} {'becomes' if number == 1 else 'become'} {state}")
    allowed = [change for change in difference.changes if change.allows_more]
    typer.echo(f"pupils of whom more may be shown: {len(difference.permissive_upns)}")
    print_list(_print_change(change) for change in allowed)


def print_mappings(export: Export) -> None:
    """Say what each column or type was taken for, where an import is written: nobody may have looked at a preview."""
    print_list((f"  {_print_mapping(mapping)}" for mapping in export.mappings if mapping.purposes), err=True)


def _print_mapping(mapping: Mapping) -> str:
    rows = f" ({counted(mapping.rows, 'row')})" if mapping.rows else ""
    name = f"{printable(mapping.name)}{rows}"
    if mapping.is_general:
        no, yes = ("yes", "no") if mapping.says_no else ("no", "yes")
        return f"{name} -> of photos in general: a {no} below it refuses every purpose here, a {yes} permits none"
    if not mapping.purposes:
        return f"{name} -> {'the day of those answers' if mapping.is_day else 'not used'}"
    if mapping.is_unclear:
        return f"{name} -> not clear, so not taken: give it another heading, or leave it out with --map"
    if mapping.is_guess:
        taken = "so only a yes below it is taken, as a no" if mapping.refuses else "so not taken"
        return f"{name} -> {mapping.spelled}   guessed, {taken}: confirm it with --map or --confirm-guesses"
    if not mapping.says_no:
        return f"{name} -> {mapping.spelled}"
    no = "a no below it is a yes" if mapping.takes_no_for_yes else "a no below it is taken for nothing"
    return f"{name} -> {mapping.spelled}   it says no: a yes below it is a no, and {no}"


def question(mapping: Mapping) -> str:
    """Return what a person is asked about a guess; no is the safe answer."""
    name, purposes = printable(mapping.name), mapping.purpose
    if mapping.says_no:
        return f'"{name}" says no: is a "no" below it a yes to {purposes}, and a "yes" a no?'
    return f'"{name}": is a "yes" below it a consent to be shown for {purposes}?'


def print_left_out(export: Export, difference: Difference) -> None:
    """Say what was not understood, not taken, and not believed."""
    _print_problems("not understood", export.problems)
    if export.unread:
        signs = " ".join(f'--answer "{printable(sign)}=yes"' for sign in export.signs)
        example = f"{signs} (or no, or pending)" if signs else '--answer "School only=display" --answer "Red=no"'
        typer.echo(
            f"{counted(export.unread, 'answer')} in words that are not known, such as a colour or a level; what they "
            f"mean is said once, and remembered: {example}",
            err=True,
        )
    _print_problems("look at", export.notes)
    _print_problems("left", export.left)
    if difference.elsewhere:
        typer.echo(f"of another school, so not taken: {counted(len(difference.elsewhere), 'pupil')}", err=True)
        print_list((f"  {upn}" for upn in difference.elsewhere), err=True)
    if difference.strangers:
        typer.echo(f"not on the roll, so not taken: {counted(len(difference.strangers), 'pupil')}", err=True)
        print_list((f"  {upn}" for upn in difference.strangers), err=True)
    for why, number in Counter(kept.why for kept in difference.kept).items():
        typer.echo(f"left as it was: {counted(number, 'answer')}: {why}", err=True)
    if difference.unmentioned:
        typer.echo(f"a yes that the file does not mention: {counted(len(difference.unmentioned), 'answer')}", err=True)
    print_alarms(difference.alarms)


def print_alarms(alarms: Sequence[str]) -> None:
    """Say why an import needs a second confirmation."""
    for alarm in alarms:
        typer.echo(f"warning: {alarm}", err=True)


def print_take_down(taken: TakenDown, *, as_json: bool) -> None:
    """Print the copies that must come down: photo and copy by their neutral names, and nobody's name or reason."""
    if as_json:
        rows = [{"photo": found.photo, "copy": found.copy, "recalled_at": found.recalled_at} for found in taken.recalls]
        typer.echo(
            json.dumps(
                {"templates_deleted": taken.templates, "take_down": rows, "posts": [*taken.take_downs]}, indent=1
            )
        )
        return
    for found in taken.recalls:
        typer.echo(f"{found.photo}  {found.copy or '-'}")
    if taken.templates:
        typer.echo(f"{counted(taken.templates, 'face template')} deleted", err=True)
    if taken.recalls:
        typer.echo(f"{counted(len(taken.recalls), 'copy')} must be taken down, or made again: listed above", err=True)
    if taken.take_downs:
        which = counted(len(taken.take_downs), "post")
        typer.echo(f"{which} must be taken down where it stands: redact take-downs list", err=True)


def print_answer(answer: Consent) -> str:
    """Return one answer on one line, without its pupil."""
    given = f" from {print_day(answer.given_on)}" if answer.given_on else ""
    expires = f" until {print_day(answer.expires_on)}" if answer.expires_on else ""
    source = f"  ({printable(answer.source)})" if answer.source else ""
    return f"{answer.purpose:14} {answer.state.value}{given}{expires}{source}"


def describe_consent(answer: Consent, pupil: PupilRecord, today: date) -> str:
    """Say from when to when an answer that was just written counts, and what it changes nothing of; no name."""
    if answer.state is not State.GIVEN:
        return f"{answer.purpose} is {answer.state.value} from now on"
    first, last = answer.given_on or today, answer.expires_on
    period = (
        f"from {print_day(first)} to {print_day(last)}, that day included" if last else f"from {print_day(first)} on"
    )
    sentence = f"{answer.purpose} is given {period}"
    if last is not None and last < today:
        sentence = f"{answer.purpose} was given {period}; that is over, so it does not count"
    elif first > today:
        sentence += "; until then it does not count"
    if pupil.is_never_shown:
        return f"{sentence}. The pupil is never shown all the same, whatever the answers say"
    return f"{sentence}. The pupil has left the school, and is covered all the same" if pupil.has_left else sentence


def _becomes(change: Change) -> str:
    return f"{change.after.state.value}, over already" if change.is_over else change.after.state.value


def _print_change(change: Change) -> str:
    before = "nothing" if change.before is None else change.before.state.value
    return f"  {change.after.upn}  {change.after.purpose}: {before} -> {change.after.state.value}"


def _print_problems(head: str, problems: Sequence[Problem]) -> None:
    print_list((f"{head}: {line}" for line in describe_rows(problems)), err=True)


def _as_json(export: Export, difference: Difference) -> dict[str, object]:
    return {
        "form": export.form.value,
        "rows": export.rows,
        "answers": len(export.answers),
        "columns": [
            {
                "name": found.name,
                "purpose": found.purpose,
                "certain": found.is_certain,
                "says_no": found.says_no,
                "takes_no_for_yes": found.takes_no_for_yes,
            }
            for found in export.mappings
        ],
        "problems": [_problem(problem) for problem in export.problems],
        "notes": [_problem(note) for note in export.notes],
        "left": [_problem(left) for left in export.left],
        "known": difference.known,
        "changed": list(difference.changed_upns),
        "allows_more": list(difference.permissive_upns),
        "changes": [_change(change) for change in difference.changes],
        "kept": [{"upn": kept.upn, "purpose": kept.purpose, "why": kept.why} for kept in difference.kept],
        "strangers": list(difference.strangers),
        "other_school": list(difference.elsewhere),
        "unmentioned": [
            {"upn": change.after.upn, "purpose": change.after.purpose} for change in difference.unmentioned
        ],
        "warnings": list(difference.alarms),
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {"row": problem.row, "column": problem.column, "what": problem.what}


def _change(change: Change) -> dict[str, object]:
    return {
        "upn": change.after.upn,
        "purpose": change.after.purpose,
        "before": None if change.before is None else change.before.state.value,
        "after": change.after.state.value,
        "over": change.is_over,
        "allows_more": change.allows_more,
    }
