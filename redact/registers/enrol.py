"""Enrol a pupil: describe the face on photos of that pupil alone, and keep the descriptions, never the photos.

Threat: a face is described, or kept, that no consent allows; or the wrong face is kept for a pupil.
Rule: no face is described before the register allows it, and none is kept unless it still does in the transaction that
keeps it; the photos are judged against each other and against the other pupils (redact/redaction/enrol.py).
Accepted residue: that the photos show this pupil is the word of the person who enrols.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.faces.finder import open_face_finder
from models.identity.recogniser import open_recogniser
from models.weights import default_folder
from redact.audit.kinds import Role
from redact.redaction.enrol import Described, describe_photos
from redact.registers.act import act_of, pupil_number
from redact.store.pupils import reading, register
from redact.workspace.open import Workspace


def enrol(workspace: Workspace, by: Role | None, upn: str, photos: Sequence[bytes]) -> Described:
    """Learn a pupil's face from photos.

    Args:
        workspace: opened.
        by: role of the person.
        upn: the pupil's number, as typed.
        photos: contents of photos of this pupil alone.

    Returns:
        What was kept, and why the other photos were left out.

    Raises:
        UsageError: nobody or no pupil is named, the consents do not allow it, or no photo can be used.
        DatabaseFault: nothing was written.
    """
    act, upn = act_of(workspace, by), pupil_number(upn)
    with workspace.database.read() as connection:
        register.check_may_enrol(reading.read_pupil(connection, upn), act)
        gallery = reading.read_gallery(connection, workspace.keys.templates, act.purposes, act.day)
    described = describe_photos(upn, photos, open_face_finder(default_folder()), open_recogniser(), gallery)
    with workspace.audit_log.writing() as entries:
        register.enrol(entries, act, workspace.keys.templates, upn, described.templates)
    return described
