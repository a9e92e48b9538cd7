"""`redact list`, `review`, `cover`, `lift`, `recall`: the desk's acts for scripts, and for those without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from models.weights import default_folder
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, OtherStyle, Person, WorkspaceFolder, day_option
from redact.cli.pages.times import format_moment, zone_of
from redact.desk.asked import read_polygon
from redact.desk.file_key import file_key_of
from redact.errors import RedactError, UsageError, short_id
from redact.photos.placing.events import ids_called, read_events
from redact.photos.placing.for_use import update_for_use
from redact.photos.retry import read_identity
from redact.photos.superseded import remove_superseded
from redact.posts import redraw, review
from redact.posts.changes import Changes, HandCover, HandLift, Redraw, RedrawState, Seen
from redact.posts.originals import sealed_header
from redact.posts.queue import Asked, Standing, list_all, others_of_burst, read_photo, standing_of
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.redraws.redrawing import Redrawer
from redact.posts.review import AsideCause, Decision
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Kind, Polygon
from redact.store.photos import State
from redact.store.queue import QueuedPhoto
from redact.system.clock import print_moment, start_of_day
from redact.workers.job import WorkerSetup
from redact.workspace.ids import Actor, acting, known_device, named_photo
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.schools import school_to_list

LONGEST_S = 540.0  # for which a command waits for a copy: twice the time limit of a worker, and its start

PhotoId = Annotated[
    str,
    typer.Argument(metavar="ID", help="A photo, by the first 6 or more hex digits of its id, or its copy's file name."),
]
Boxes = Annotated[
    list[str],
    option("--box", metavar="L,T,R,B", help="Cover this box of the copy: left, top, right, bottom, in its pixels."),
]
Places = Annotated[
    list[int],
    option("--place", metavar="N", help="Cover this place that may be a face; its number is in `redact show`."),
]
Dismissed = Annotated[
    list[int],
    option("--no-person", metavar="N", help="Say of this place that may be a face that it is no person."),
]
Polygons = Annotated[
    list[str],
    option("--polygon", metavar="X,Y X,Y X,Y", help="Cover what lies within these corners, in pixels of the copy."),
]
Undone = Annotated[
    list[int],
    option("--undo", metavar="N", help="What somebody said counts no more; its number is in `redact show`."),
]


class Act(StrEnum):
    """What is decided on a copy."""

    FIT = Decision.FIT.value
    UNFIT = Decision.UNFIT.value
    REOPEN = "reopen"  # a decision is taken back


class NoConsent(StrEnum):
    """Why a cover was never needed."""

    NOT_A_PERSON = LiftCause.NOT_A_PERSON.value
    NOT_A_NAME = LiftCause.NOT_A_NAME.value


def list_photos(
    since: Annotated[date | None, day_option("--since", help="That came in on this day or later.")] = None,
    device: Annotated[str | None, option("--device", metavar="DEVICE", help="From this device.")] = None,
    event: Annotated[
        str | None, option("--event", metavar="EVENT", help="Of an event, by its name or number: redact events list")
    ] = None,
    school: Annotated[str | None, option("--school", metavar="ID", help="Of this school.")] = None,
    state: Annotated[Standing | None, option("--state", help="That stand so.", show_default="all")] = None,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List photos: where each stands, when it came in, of which school, device and event, and its copy's file name."""
    with open_workspace(workspace) as opened:
        zone = zone_of(opened)
        moment = None if since is None else print_moment(start_of_day(since, zone))
        events = None if event is None else ids_called(opened, event)
        names = {f"event-{each.id}": each.name for each in read_events(opened)}
        of_device = None if device is None else known_device(opened, device).id
        found = list_all(opened, Asked(state, of_device, events, school_to_list(opened, school), moment))
        if as_json:
            typer.echo(json.dumps([_row(photo, standing, names) for photo, standing in found], indent=1))
            return
        is_any = False
        for photo, standing in found:
            typer.echo(_line(photo, standing, format_moment(photo.arrived_at, zone), names))
            is_any = True
        if not is_any:
            is_asked = since or device or event or school or state
            typer.echo("There is no such photo." if is_asked else "No photo came in yet.", err=True)


def review_one(
    photo: PhotoId,
    by: ByRole,
    person: Person,
    decision: Annotated[
        Act | None, option("--decide", help="What you decide on the copy that you looked at; reopen takes it back.")
    ] = None,
    nobody: Annotated[bool, option("--nobody", help="Nothing was found, and nobody and no name is in it.")] = False,
    cause: Annotated[AsideCause | None, option("--cause", help="Why it is unfit.")] = None,
    keep_only: Annotated[
        bool, option("--keep-only", help="Set all others of its burst aside; those that wait for a look.")
    ] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Decide on a photo's copy that you have looked at, or keep only it of a burst."""
    if decision is None and not keep_only:
        raise UsageError("Say what you decide, with --decide, or --keep-only for a burst. Nothing was changed.")
    if cause is not None and decision is not Act.UNFIT:
        raise UsageError("A cause belongs to --decide unfit. Nothing was changed.")
    with open_workspace(workspace) as opened:
        who, seen = acting(opened, by, person), _seen(opened, photo)
        others = _others(opened, seen) if keep_only else ()
        if decision is Act.REOPEN:
            review.reopen(opened, seen, who)
        elif decision is not None:
            word = "" if cause is None else cause.value
            review.decide(opened, seen, Decision(decision.value), who, says_nobody=nobody, cause=word)
        review.keep_only(opened, others, who)
        for each in (seen, *others):
            remove_superseded(opened, each.photo)
            update_for_use(opened, each.photo)
    if decision is not None:
        typer.echo(f"{short_id(seen.photo)}: {'open again' if decision is Act.REOPEN else decision}", err=True)
    for other in others:
        typer.echo(f"{short_id(other.photo)}: unfit, another of the burst is kept", err=True)


def cover_more(
    photo: PhotoId,
    by: ByRole,
    person: Person,
    box: Boxes = [],  # noqa: B006  the framework's own way to say none
    polygon: Polygons = [],  # noqa: B006
    face: Annotated[bool, option("--face", help="They are faces, and covered as heads are.")] = False,
    place: Places = [],  # noqa: B006
    no_person: Dismissed = [],  # noqa: B006
    style: OtherStyle = None,
    crop: Annotated[str | None, option("--crop", metavar="L,T,R,B", help="Keep this part of the copy alone.")] = None,
    undo: Undone = [],  # noqa: B006
    again: Annotated[
        bool,
        option(
            "--again",
            help="Draw again what was asked for and could not be drawn, or a copy of which nobody knows whom it names.",
        ),
    ] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Cover more of a photo's copy, and answer for places that may be faces; the copy is drawn again and checked.

    What is covered so is covered on every later copy of the photo as well, and a part that was chosen is kept, until
    it is undone. What only the original can undo takes `redact lift --undo N --key FILE`.
    """
    kind = Kind.FACE if face else Kind.OTHER
    shapes = (*map(_box, box), *map(_polygon, polygon))
    covers = tuple(HandCover(shape, kind) for shape in shapes)
    part = None if crop is None else _sides(crop, "part", "--crop")
    changes = Changes(covers, tuple(place), tuple(no_person), style=style, crop=part, undone=tuple(undo))
    if changes.is_empty is not again:
        raise UsageError(
            "Say what to cover: --box L,T,R,B, --polygon, --place N or --no-person N; or another --style or --crop; or "
            "--undo N; or --again alone. Nothing was changed."
        )
    with open_workspace(workspace) as opened:
        who, seen = acting(opened, by, person), _seen(opened, photo)
        number = redraw.ask(opened, seen, changes, who)
        update_for_use(opened, seen.photo)
        output = _drawn(opened, number)
    typer.echo(output)
    typer.echo(f"{short_id(seen.photo)}: the copy was drawn again. Look at it, then: redact review", err=True)


def recall_one(
    photo: PhotoId,
    by: ByRole,
    person: Person,
    cause: Annotated[RecallCause, option("--cause", help="Why.")],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Recall a photo's copy: it must not be used any more.

    Then have it made again with `redact retry`, or put an end to it with `redact set-aside`; either takes the copy out
    of trust storage.
    """
    with open_workspace(workspace) as opened:
        who, seen = acting(opened, by, person), _seen(opened, photo)
        recall_copy(opened, seen, who, cause)
        update_for_use(opened, seen.photo)
        name = named_photo(opened, seen.photo).output_name
    short = short_id(seen.photo)
    typer.echo(f"{short}: its copy {name} is recalled. If it was posted or handed on, take it down there.", err=True)
    typer.echo(f"Make it again: redact retry {short}. Put an end to it: redact set-aside {short}", err=True)


def lift_cover(
    photo: PhotoId,
    by: ByRole,
    person: Person,
    key: Annotated[Path, option("--key", metavar="FILE", help="The reviewer's key: it opens the sealed original.")],
    place: Annotated[
        list[int], option("--place", metavar="N", help="Lift the cover of this place; its number is in `redact show`.")
    ] = [],  # noqa: B006
    undo: Undone = [],  # noqa: B006
    pupil: Annotated[
        str | None, option("--pupil", metavar="UPN", help="Whose face it is; their consents are asked.")
    ] = None,
    cause: Annotated[NoConsent | None, option("--cause", help="Or: why it never had to be covered.")] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Lift covers of a photo's copy; the copy is drawn again from the sealed original, and checked.

    That the original was opened, and by whom, stands in the audit log before it is.
    """
    if place and (pupil is None) == (cause is None):
        raise UsageError("Say whose face it is with --pupil, or why it is no face or no name with --cause.")
    if not place and not undo:
        raise UsageError("Say what to lift, with --place N, or what counts no more, with --undo N.")
    why = LiftCause.CONSENT if cause is None else LiftCause(cause.value)
    lifts = tuple(HandLift(number, why, pupil or "") for number in place)
    changes = Changes(lifts=lifts, undone=tuple(undo))
    with open_workspace(workspace) as opened:
        who, seen = acting(opened, by, person), _seen(opened, photo)
        file_key = file_key_of(sealed_header(opened, seen.photo), read_identity(key).encode("ascii"))
        output = _lifted(opened, seen, changes, file_key, who)
        update_for_use(opened, seen.photo)
    typer.echo(output)
    typer.echo(f"{short_id(seen.photo)}: the copy was drawn again. Look at it, then: redact review", err=True)


def _lifted(workspace: Workspace, seen: Seen, changes: Changes, file_key: bytes, who: Actor) -> str:
    setup = WorkerSetup(default_folder(), policy=workspace.settings.policy)
    with Redrawer(workspace, setup) as redrawer:
        number = redrawer.ask_with_original(seen, changes, file_key, who)
        return _name_of(workspace, redrawer.wait(number, LONGEST_S), "no cover was lifted")


def _drawn(workspace: Workspace, number: int) -> str:
    """Have a redraw carried out, here or by the desk that is open, and return the new copy's file name.

    Raises:
        RedactError: it failed, and the old copy stands; or it takes too long.
    """
    setup = WorkerSetup(default_folder(), policy=workspace.settings.policy)
    with Redrawer(workspace, setup) as redrawer:
        return _name_of(workspace, redrawer.wait(number, LONGEST_S), "what you covered stays asked for")


def _name_of(workspace: Workspace, done: Redraw | None, otherwise: str) -> str:
    if done is None or done.state is not RedrawState.DONE:
        why = "it is not drawn yet" if done is None or done.reason is None else done.reason
        raise RedactError(f"The old copy stands, and {otherwise}: {why}")
    return str(named_photo(workspace, done.photo).output_name)


def _seen(workspace: Workspace, text: str) -> Seen:
    photo = named_photo(workspace, text)
    if photo.state is not State.STORED or photo.output is None:
        raise UsageError(f"Photo {short_id(photo.sha256)} has no copy in trust storage. See: redact show")
    return Seen(photo.sha256, photo.output)


def _others(workspace: Workspace, seen: Seen) -> tuple[Seen, ...]:
    """Return the others of a burst that wait for a look, each with the copy that stands."""
    photo = read_photo(workspace, seen.photo, None)
    if photo is None or standing_of(photo) not in {Standing.TO_REVIEW, Standing.ASKS}:
        raise UsageError(f"Photo {short_id(seen.photo)} does not wait for a look. Nothing was changed.")
    return tuple(Seen(each.sha256, str(each.output)) for each in others_of_burst(workspace, photo, None))


def _polygon(text: str) -> Polygon:
    """Return a polygon as the desk's forms write it."""
    try:
        return read_polygon(" ".join(text.split()))
    except UsageError:
        raise UsageError(
            'A polygon is three corners or more: --polygon "120,80 180,90 150,140". Nothing was changed.'
        ) from None


def _box(text: str) -> Polygon:
    left, top, right, bottom = _sides(text, "box", "--box")
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _sides(text: str, what: str, given: str) -> tuple[float, float, float, float]:
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"A {what} is four numbers, left, top, right, bottom: {given} 120,80,180,150. Nothing was changed."
        ) from None
    return left, top, right, bottom


def _line(photo: QueuedPhoto, standing: Standing | None, moment: str, names: Mapping[str, str]) -> str:
    devices = ",".join(sorted({shot.device for shot in photo.shots}))
    state = "on-its-way" if standing is None else standing.value
    copy = photo.output_name if photo.state is State.STORED else None
    parts = (short_id(photo.sha256), state, moment, photo.school, devices, names.get(photo.event), copy)
    return "\t".join(part or "-" for part in parts)


def _row(photo: QueuedPhoto, standing: Standing | None, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "photo": photo.sha256,
        "state": "on-its-way" if standing is None else standing.value,
        "arrived_at": photo.arrived_at,
        "school": photo.school,
        "devices": sorted({shot.device for shot in photo.shots}),
        "event": photo.event,
        "event_name": names.get(photo.event, ""),
        "taken_on": photo.taken_on,
        "copy": photo.output_name if photo.state is State.STORED else None,
    }
