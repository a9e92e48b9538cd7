"""The consent register, written: the only SQL that changes pupils, consents and their versions.

Threat: a consent is changed without trace, or half an import is written; a pupil who said no, left or must never be
shown is still recognised, or still stands uncovered on copies that nobody looks for.
Rule: answers are appended, never changed; every change makes a new version and its entries in the audit log, in one
transaction of the audit log.  Whatever the change, what it no longer allows is taken down in that same transaction:
templates are deleted and copies recalled (`take_down`), those too that were made under a yes that turns out not to have
been one.
Accepted residue: erasing a pupil (`forget`) blanks names and sources, the one thing that is ever overwritten here;
UPN and answers stay, so that the audit log can be read; a copy made from an older version while this one was being
written is for the steps to notice (`register_version`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, insert, update

from models.identity.templates import Template
from redact.audit.events import person_tag
from redact.audit.kinds import Fact, Kind
from redact.errors import UsageError
from redact.pupils.adults import is_adult
from redact.pupils.consent import BIOMETRIC, Consent, No, PupilRecord, State, may_recognise, may_show
from redact.pupils.consents.diff import Difference, is_lost
from redact.pupils.rolls.diff import RollDifference
from redact.store.log.audit_log import Entries
from redact.store.photos.recalls import list_shown, recall
from redact.store.posts.take_downs import Opener, open_for_pupil
from redact.store.posts.voids import Cause, Voider, void_photo, void_unless_shown
from redact.store.pupils import templates as store_templates
from redact.store.pupils.acts import Act, TakenDown
from redact.store.pupils.reading import read_every_pupil, read_pupil, read_register, register_version
from redact.store.pupils.rows import PERSONAL, SEVERAL, row_of
from redact.store.schema.tables import consents, pupils, register_versions


def apply_import(
    entries: Entries, act: Act, difference: Difference, source_sha256: str, rows: int, school: str = ""
) -> TakenDown:
    """Write the changes of an import as one version.

    Args:
        entries: of the audit log's transaction in which `difference` was made.
        act: who and when.
        difference: from `redact.pupils.consents.diff.diff`.
        source_sha256: of the imported file.
        rows: of the imported file.
        school: whose export it is.
    """
    before = read_register(entries.connection, act.day).pupils
    version = new_version(entries, act, source_sha256, rows, len(difference.changed_upns))
    imported: dict[str, Fact] = {"source": source_sha256, "rows": rows, "changed": len(difference.changed_upns)}
    imported |= {"school": school} if school else {}
    entries.add(Kind.CONSENT_IMPORTED, register=version, by=act.by, **imported)
    answers = [change.after for change in difference.changes]
    _append(entries, act, version, answers, "import")
    return _take_down_all(entries, act, version, [before[upn] for upn in difference.changed_upns])


def set_consent(entries: Entries, act: Act, answer: Consent) -> TakenDown:
    """Write one answer, given to a person.

    Raises:
        PupilUnknown: the register does not know the pupil.
    """
    before = read_pupil(entries.connection, answer.upn)
    version = new_version(entries, act, None, 1, 1)
    _append(entries, act, version, [answer], "by-hand")
    return _take_down_all(entries, act, version, [before])


def withdraw(entries: Entries, act: Act, upn: str, purposes: Sequence[str] | None, source: str) -> TakenDown:
    """Write that consent was withdrawn; templates and copies go whatever stood before.

    Args:
        entries: of the audit log's transaction.
        act: who and when.
        upn: the pupil's.
        purposes: None for all that the register or the workspace knows, being recognised included.
        source: where it was said: a form, an e-mail, a talk.

    Raises:
        PupilUnknown: the register does not know the pupil.
    """
    pupil = read_pupil(entries.connection, upn)
    if purposes is None:
        known = (consent.purpose for consent in pupil.consents)
        purposes = tuple(dict.fromkeys((*act.purposes, BIOMETRIC, *known)))
    answers = [
        Consent(upn, purpose, State.WITHDRAWN, given_on=act.day, source=source, is_by_hand=True)
        for purpose in purposes
        if not _is_objection(pupil, purpose)
    ]
    version = new_version(entries, act, None, len(answers), 1)
    _append(entries, act, version, answers, "by-hand")
    if {*purposes}.isdisjoint((*act.purposes, BIOMETRIC)):
        return _take_down_all(entries, act, version, [pupil])
    is_by_program = BIOMETRIC not in act.purposes and {*purposes}.isdisjoint(act.purposes)
    return take_down(entries, act, version, upn, is_template=True, is_copy=True, by_program=is_by_program)


def set_never_show(entries: Entries, act: Act, upn: str, *, is_never_shown: bool) -> TakenDown:
    """Write that the pupil must never be shown, or may be shown again as consents say.

    Raises:
        PupilUnknown: the register does not know the pupil.
    """
    read_pupil(entries.connection, upn)
    version = new_version(entries, act, None, 1, 1)
    entries.connection.execute(update(pupils).where(pupils.c.upn == upn).values(is_never_shown=is_never_shown))
    _log(entries, act, version, upn, Kind.PUPIL_NEVER_SHOW, state="on" if is_never_shown else "off")
    return take_down(entries, act, version, upn, is_template=True, is_copy=True) if is_never_shown else TakenDown()


def enrol(entries: Entries, act: Act, identity_key: str, upn: str, described: Sequence[Template]) -> None:
    """Add descriptions of the pupil's face, if the register allows it at this moment.

    Raises:
        PupilUnknown: the register does not know the pupil.
        UsageError: the consents do not allow it.
    """
    check_may_enrol(read_pupil(entries.connection, upn), act)
    version = new_version(entries, act, None, len(described), 1)
    for template in described:
        store_templates.add_template(entries.connection, identity_key, upn, template, act.at)
    _log(entries, act, version, upn, Kind.PUPIL_ENROLLED, templates=len(described))


def check_may_enrol(pupil: PupilRecord, act: Act) -> None:
    """Refuse to enrol a pupil without biometric consent and consent to be shown.

    Raises:
        UsageError: the consents do not allow it.
    """
    answer = may_recognise(pupil, act.purposes, act.day)
    if not isinstance(answer, No):
        return
    needed = (*act.purposes, BIOMETRIC)
    if not is_adult(pupil.upn) or pupil.has_left:
        needs = f"Consent is needed for: {', '.join(needed)}"
        who = pupil.upn if is_adult(pupil.upn) else f"Pupil {pupil.upn}"
        raise UsageError(f"{who} cannot be enrolled: {answer.reason}. {needs}")
    missing = [purpose for purpose in needed if isinstance(may_show(pupil, (purpose,), act.day), No)] or needed
    raise UsageError(
        f"{pupil.upn} cannot be enrolled yet: no permission in writing is in force for {', '.join(missing)}. "
        f'Write each down: redact adults permit {pupil.upn} {missing[0]} given --source "form of 3 September" --by ROLE'
    )


def forget(entries: Entries, act: Act, upn: str) -> TakenDown:
    """Erase what the register knows of a pupil beside number and answers; the pupil counts as left.

    No yes is left standing: a pupil who stands on a later roll is asked for again.  A no stays a no.

    Raises:
        PupilUnknown: the register does not know the pupil.
    """
    read_pupil(entries.connection, upn)
    version = new_version(entries, act, None, 1, 1)
    blank = dict.fromkeys((*PERSONAL, *SEVERAL), "")
    left_at = func.coalesce(pupils.c.left_at, act.at)
    entries.connection.execute(update(pupils).where(pupils.c.upn == upn).values(**blank, left_at=left_at))
    entries.connection.execute(update(consents).where(consents.c.upn == upn).values(source=""))
    _log(entries, act, version, upn, Kind.PUPIL_FORGOTTEN)
    _end_yeses(entries, act, version, upn)
    return take_down(entries, act, version, upn, is_template=True, is_copy=True)


def apply_roll(
    entries: Entries, act: Act, difference: RollDifference, source_sha256: str, *, marks_left: bool, school: str = ""
) -> TakenDown:
    """Write the changes of a roll as one version: new pupils, changed names, those who came back, and who left.

    Copies that show a leaver stay: leaving takes nothing back.  Templates of leavers are deleted.
    """
    left = difference.missing if marks_left else ()
    forgotten = _forgotten(entries.connection, [pupil.upn for pupil in difference.returned])
    changed = difference.changed + len(left)
    version = new_version(entries, act, source_sha256, difference.rows, changed)
    imported: dict[str, Fact] = {
        "source": source_sha256,
        "rows": difference.rows,
        "changed": changed,
        "left": len(left),
    }
    imported |= {"school": school} if school else {}
    entries.add(Kind.ROLL_IMPORTED, register=version, by=act.by, **imported)
    if difference.new:
        rows = [row_of(pupil) | {"is_never_shown": False} for pupil in difference.new]
        entries.connection.execute(insert(pupils), rows)
    for pupil in (*difference.altered, *difference.returned):
        entries.connection.execute(
            update(pupils).where(pupils.c.upn == pupil.upn).values(**row_of(pupil), left_at=None)
        )
    for upn in forgotten:
        _end_yeses(entries, act, version, upn)
    for upn in left:
        entries.connection.execute(update(pupils).where(pupils.c.upn == upn).values(left_at=act.at))
        _log(entries, act, version, upn, Kind.PUPIL_LEFT)
    parts = [take_down(entries, act, version, upn, is_template=True, is_copy=False) for upn in left]
    return sum(parts, TakenDown())


# -- parts --


def new_version(entries: Entries, act: Act, source_sha256: str | None, rows: int, changed: int) -> int:
    """Add a version; the audit log's lock, which `entries` holds, keeps two writers from taking one number."""
    version = register_version(entries.connection) + 1
    row = {"version": version, "at": act.at, "by": act.by, "source": source_sha256, "rows": rows, "changed": changed}
    entries.connection.execute(insert(register_versions), row)
    return version


def _append(entries: Entries, act: Act, version: int, answers: Sequence[Consent], source: str) -> None:
    rows = [
        {
            "upn": answer.upn,
            "purpose": answer.purpose,
            "state": answer.state.value,
            "given_on": None if answer.given_on is None else answer.given_on.isoformat(),
            "expires_on": None if answer.expires_on is None else answer.expires_on.isoformat(),
            "source": answer.source,
            "register": version,
            "at": act.at,
        }
        for answer in answers
    ]
    if rows:
        entries.connection.execute(insert(consents), rows)
    for answer in answers:
        answered = {"purpose": answer.purpose, "state": answer.state.value, "source": source}
        _log(entries, act, version, answer.upn, Kind.CONSENT_CHANGED, **answered)


def _end_yeses(entries: Entries, act: Act, version: int, upn: str) -> None:
    """Write that the pupil's yeses are answers no more; their days and sources are not repeated."""
    consented = (answer for answer in read_pupil(entries.connection, upn).consents if answer.state is State.GIVEN)
    ended = [Consent(upn, answer.purpose, State.PENDING, given_on=act.day) for answer in consented]
    _append(entries, act, version, ended, "by-hand")


def _forgotten(connection: Connection, upns: Sequence[str]) -> tuple[str, ...]:
    """Return those of these pupils who were forgotten: the version before this one left their old yeses standing."""
    known = read_every_pupil(connection)
    return tuple(upn for upn in upns if not (known[upn][0].forenames or known[upn][0].surnames))


def _log(entries: Entries, act: Act, version: int, upn: str, kind: Kind, **facts: Fact) -> None:
    if kind is Kind.CONSENT_CHANGED and is_adult(upn):
        entries.add(Kind.ADULT_CHANGED, register=version, adult=person_tag(act.tags, upn), by=act.by, **facts)
        return
    entries.add(kind, register=version, pupil=person_tag(act.tags, upn), by=act.by, **facts)


def _take_down_all(entries: Entries, act: Act, version: int, before: Iterable[PupilRecord]) -> TakenDown:
    """Take down what the register, as changed in this transaction, no longer allows of these pupils."""
    now = read_register(entries.connection, act.day).pupils
    parts = []
    for pupil in before:
        is_template = isinstance(may_recognise(now[pupil.upn], act.purposes, act.day), No)
        lost = {
            purpose
            for purpose in (*act.purposes, BIOMETRIC)
            if is_lost(pupil.answer(purpose), now[pupil.upn].answer(purpose), act.day)
        }
        copies = {"is_copy": bool(lost), "by_program": lost == {BIOMETRIC}}
        parts.append(take_down(entries, act, version, pupil.upn, is_template=is_template, **copies))
    return sum(parts, TakenDown())


def take_down(
    entries: Entries, act: Act, version: int, upn: str, *, is_template: bool, is_copy: bool, by_program: bool = False
) -> TakenDown:
    """Delete a person's templates, recall the copies that show them, as is asked, void posts, ask for take-downs.

    All of it stands in the log.

    With `by_program` only those copies on which the program recognised the person.
    """
    deleted = store_templates.delete_templates(entries.connection, upn) if is_template else 0
    if deleted:
        _log(entries, act, version, upn, Kind.PUPIL_UNENROLLED, templates=deleted)
    who, pupil = Voider(act.by, None, act.take_down_hours), read_pupil(entries.connection, upn)
    take_downs = open_for_pupil(entries, pupil, act.purposes, Opener(act.by, None, act.take_down_hours))
    void_unless_shown(entries, pupil, act.purposes, act.day, who)
    if is_copy:
        # which photos show whom is in no entry
        for photo, output in list_shown(entries.connection, upn, recognised_only=by_program):
            facts = {"photo": photo} | ({} if output is None else {"output": output})
            entries.add(Kind.COPY_RECALLED, register=version, by=act.by, **facts)
            void_photo(entries, photo, Cause.CONSENT_ENDED, who)
    recalled = recall(entries.connection, upn, act.at, recognised_only=by_program) if is_copy else ()
    return TakenDown(deleted, recalled, take_downs)


def _is_objection(pupil: PupilRecord, purpose: str) -> bool:
    """Say whether the pupil's own no stands: a parent's withdrawal adds nothing to it and must not replace it."""
    answer = pupil.answer(purpose)
    return answer is not None and answer.state is State.OBJECTED
