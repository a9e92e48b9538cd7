"""May these pupils be shown on this day, with these settings?  Asked whenever a copy is written down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from redact.pupils.consent import Yes, may_recognise, may_show
from redact.store.photos import Shown
from redact.store.pupils.adults import list_once_permitted
from redact.store.pupils.reading import PupilUnknown, read_pupil
from redact.workspace.open import Workspace


def may_be_shown(workspace: Workspace, connection: Connection, pupils: Sequence[Shown]) -> bool:
    """Say whether all of them may be shown now.

    Of those whom the program recognised, consent to that is asked for as well; not of those whom a person named, nor of
    adults of whom there is a name alone, which a workspace without faces may leave bare too.
    """
    if not pupils:
        return True
    today, settings = workspace.today(connection), workspace.settings
    if not settings.shows_faces and not all(each.is_named for each in pupils):
        return False
    for each in pupils:
        may = may_show if each.is_by_hand else may_recognise
        try:
            answer = may(read_pupil(connection, each.upn), settings.purposes, today)
        except PupilUnknown:  # no longer on the roll, so that no consent counts
            return False
        if not isinstance(answer, Yes):
            return False
    return True


def may_name_all(workspace: Workspace, connection: Connection, register: int | None) -> bool:
    """Say whether everybody may be named now whom a copy may name of which nobody wrote down whom it names.

    Args:
        workspace: opened.
        connection: to read with.
        register: the version of the register by which the copy was made.
    """
    adults = list_once_permitted(connection, register)
    return may_be_shown(workspace, connection, [Shown(each, is_by_hand=True, is_named=True) for each in adults])
