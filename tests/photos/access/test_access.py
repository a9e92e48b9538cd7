"""Which photos show one child: found, opened on record, everybody else covered, and nothing kept or left behind."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from models.findings import Box, Face
from models.identity.templates import SHOW, SUGGEST, Template
from redact.audit.events import person_tag
from redact.audit.kinds import Kind, Role
from redact.errors import UsageError, short_id
from redact.photos.access import comparing
from redact.photos.access.answering import answer_request, check_may_open
from redact.photos.access.comparing import Comparison, own_templates, to_open
from redact.photos.access.finding import ASKERS, check_asker, find_known, note_answered
from redact.photos.access.folder import check_folder
from redact.photos.access.progress import is_unfinished
from redact.photos.access.values import TO_CHECK, How, Known, Written
from redact.photos.retry import Opening
from redact.pupils.recognise import Gallery
from redact.redaction.photo import RedactionContext, redact_photo
from redact.redaction.picture.decode import decode
from redact.redaction.values import LoneDoubtful, Outcome, Policy
from redact.store.pupils import templates as template_rows
from redact.store.pupils.reading import PupilUnknown
from redact.store.reviewing import answers as answers_rows
from redact.store.reviewing.answers import Act, Answerer, PhotoAnswer
from redact.store.schema import tables
from redact.workers.job import Job, Redaction, RegisterSnapshot
from redact.workspace.ids import Actor
from redact.workspace.keys import AWAY_FOLDER
from tests.rigs.fakes import FixedFinder, FixedRecogniser, finders, template_at
from tests.rigs.reviewing import HEAD, OTHER_HEAD, PUPIL, Reviewing, Seeing, calm_jpeg, open_reviewing

DPO = Actor("data-protection-officer", "d" * 64)
BOTH = (Face(HEAD, 0.9, "fixed"), Face(OTHER_HEAD, 0.9, "fixed"))
AT = "2026-09-07T12:00:00.000Z"
POLICY = Policy(lone_doubtful=LoneDoubtful.COVER)


@dataclass
class Pool:
    """Redacts here; the child's face lies as `far` from its description as a test says, the other one is nobody's."""

    far: float = 0.0
    fails: frozenset[bytes] = frozenset()
    seen: list[bytes] = field(default_factory=list)
    galleries: list[Gallery | None] = field(default_factory=list)

    def work(self, source: bytes | Path, snapshot: RegisterSnapshot, job: Job) -> Outcome:
        assert isinstance(source, bytes) and isinstance(job, Redaction)  # an original is never a file
        self.seen.append(source)
        self.galleries.append(snapshot.gallery)
        ticks = itertools.count()
        recogniser = FixedRecogniser(((HEAD, template_at(self.far)), (OTHER_HEAD, template_at(1.2, axis=2))))
        context = RedactionContext(
            finders(FixedFinder(BOTH)),
            snapshot.roll,
            POLICY,
            lambda: float(next(ticks)),
            open_recogniser=lambda: recogniser,
        )
        data = b"no picture" if source in self.fails else source
        return redact_photo(data, replace(context, gallery=snapshot.gallery, answers=job.answers))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path, Seeing(BOTH)) as found:
        found.add_pupil()
        yield found


def opening(living: Reviewing, key: str = "reviewer.key") -> Opening:
    return Opening((living.workspace.settings.folder / AWAY_FOLDER / key).read_text(), DPO)


def enrol(living: Reviewing) -> tuple[Template, ...]:
    with living.workspace.database.write() as connection:
        template_rows.add_template(connection, living.workspace.keys.templates, PUPIL, template_at(0), AT)
    return own_templates(living.workspace, PUPIL)


def known(living: Reviewing) -> Known:
    return find_known(living.workspace, PUPIL)


def answer(living: Reviewing, pool: Pool, out: Path, comparison: Comparison | None = None) -> Written:
    comparison = comparison or Comparison(own_templates(living.workspace, PUPIL))
    return answer_request(living.workspace, known(living), comparison, opening(living), pool, out)  # type: ignore[arg-type]


def name_by_hand(living: Reviewing, photo: str) -> None:
    place = ((HEAD.x0, HEAD.y0), (HEAD.x1, HEAD.y0), (HEAD.x1, HEAD.y1), (HEAD.x0, HEAD.y1))
    said = PhotoAnswer(Act.LIFT, _head_of(living, photo) or place, word="consent", pupil=PUPIL, register=1)
    with living.workspace.database.write() as connection:
        answers_rows.add_answers(connection, photo, [said], Answerer("reviewer", "a" * 64), None, AT)


def _head_of(living: Reviewing, photo: str) -> tuple[tuple[float, float], ...]:
    return next(region.polygon for region in living.copy(photo).plan if region.face == HEAD)


def entries(living: Reviewing, kind: Kind) -> int:
    query = select(tables.log_entries.c.n).where(tables.log_entries.c.kind == kind.value)
    with living.workspace.database.read() as connection:
        return len(connection.execute(query).all())


def lines(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "index.csv").read_text("utf-8-sig"))))


def same_as_original(copy: bytes, original: bytes, place: Box) -> float:
    """Return how much of a place differs, in mean levels."""
    box = (slice(int(place.y0) + 8, int(place.y1) - 8), slice(int(place.x0) + 8, int(place.x1) - 8))
    pictures = [decode(content).pixels.astype(np.int16)[box] for content in (copy, original)]
    return float(np.abs(pictures[0] - pictures[1]).mean())


@pytest.mark.parametrize("role", list(Role))
def test_three_roles_may_ask_and_one_may_uncover_others(role: Role) -> None:
    if role not in ASKERS:
        with pytest.raises(UsageError, match="for the data-protection-officer"):
            check_asker(role)
    if role is not Role.DATA_PROTECTION_OFFICER:
        with pytest.raises(UsageError):
            check_may_open(role, Comparison(is_plain=True))
    else:
        check_may_open(role, Comparison(is_plain=True))


def test_the_list_names_photos_by_recognition_by_hand_and_in_posts(living: Reviewing) -> None:
    shown, named, posted, nobody = (living.store_one(calm_jpeg(n), f"{n}.jpg").photo for n in range(4))
    name_by_hand(living, named)
    with living.workspace.database.write() as connection:
        row = {"photo": shown, "pupil": PUPIL, "register": 1, "by_hand": False}
        connection.execute(insert(tables.shown), row)
        post = {"state": "posted", "author": "a" * 64, "author_role": "communications", "written_at": AT}
        connection.execute(insert(tables.posts), post | {"posted_at": AT, "link": "https://example.org/p/1"})
        connection.execute(insert(tables.post_shown), {"post": 1, "photo": posted, "pupil": PUPIL})
    found = known(living)
    ways = {each.known.photo: each.how for each in found.photos}
    assert ways == {shown: (How.SHOWN,), named: (How.BY_HAND,), posted: (How.SHOWN,)} and nobody not in ways
    assert [(post.post, post.photo, post.link) for post in found.posts] == [(1, posted, "https://example.org/p/1")]
    assert len(found.originals) == 4 and all(each.has_original for each in found.photos)
    with pytest.raises(PupilUnknown):
        find_known(living.workspace, "Z999999999999")
    note_answered(living.workspace, found, 3, DPO)
    assert entries(living, Kind.ACCESS_ANSWERED) == 1 and entries(living, Kind.ORIGINAL_OPENED) == 0


def test_what_was_undone_is_not_known(living: Reviewing) -> None:
    photo = living.store_one().photo
    name_by_hand(living, photo)
    with living.workspace.database.write() as connection:
        connection.execute(update(tables.answers).values(undone_at=AT))
    assert known(living).photos == ()


def test_a_recognised_child_is_bare_and_everybody_else_is_covered(living: Reviewing, tmp_path: Path) -> None:
    content = calm_jpeg(1)
    photo = living.store_one(content).photo
    enrol(living)
    assert known(living).photos == ()  # no copy shows the child: nobody had been enrolled
    written = answer(living, Pool(), tmp_path / "out")
    assert written == Written(1, 0, 0, 0, 0)
    (line,) = lines(tmp_path / "out")
    copy = (tmp_path / "out" / line["file"]).read_bytes()
    assert line["how"] == How.RECOGNISED.value and photo.startswith(line["photo"])
    assert same_as_original(copy, content, HEAD) < 4 < 10 < same_as_original(copy, content, OTHER_HEAD)
    assert entries(living, Kind.ORIGINAL_OPENED) == entries(living, Kind.ACCESS_ANSWERED) == 1


def test_a_face_that_only_may_be_the_childs_is_put_apart(living: Reviewing, tmp_path: Path) -> None:
    content = calm_jpeg(1)
    living.store_one(content)
    enrol(living)
    written = answer(living, Pool(far=(SHOW + SUGGEST) / 2), tmp_path / "out")
    assert written == Written(1, 1, 0, 0, 0)
    (line,) = lines(tmp_path / "out")
    assert line["file"].startswith(f"{TO_CHECK}/") and "Only may show" in line["note"]
    copy = (tmp_path / "out" / line["file"]).read_bytes()
    assert same_as_original(copy, content, HEAD) < 4 < 10 < same_as_original(copy, content, OTHER_HEAD)


def test_a_child_who_is_on_no_photo_gets_an_index_that_says_so(living: Reviewing, tmp_path: Path) -> None:
    living.store_one()
    enrol(living)
    assert answer(living, Pool(far=1.0), tmp_path / "out") == Written(0, 0, 0, 0, 0)
    page = (tmp_path / "out/index.html").read_text()
    assert "No photo is known to show the child." in page and "1 sealed original was opened" in page
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["index.csv", "index.html"]


def test_without_a_description_only_what_people_said_is_opened(living: Reviewing, tmp_path: Path) -> None:
    named, content = living.store_one(calm_jpeg(1), "1.jpg").photo, calm_jpeg(1)
    living.store_one(calm_jpeg(2), "2.jpg")
    name_by_hand(living, named)
    pool = Pool()
    assert to_open(known(living), ()) == (named,)
    assert answer(living, pool, tmp_path / "out") == Written(1, 0, 0, 0, 0)
    assert pool.seen == [content] and pool.galleries == [None]
    (line,) = lines(tmp_path / "out")
    copy = (tmp_path / "out" / line["file"]).read_bytes()
    assert same_as_original(copy, content, HEAD) < 4 < 10 < same_as_original(copy, content, OTHER_HEAD)
    assert "<b>not</b> looked for" in (tmp_path / "out/index.html").read_text()


def test_a_portrait_is_compared_once_and_kept_nowhere(living: Reviewing, tmp_path: Path) -> None:
    living.store_one()
    answer(living, Pool(), tmp_path / "out", Comparison((template_at(0),)))
    assert len(lines(tmp_path / "out")) == 1
    with living.workspace.database.read() as connection:
        assert template_rows.count_templates(connection) == {}


def test_a_portrait_without_one_face_is_refused_in_its_own_words() -> None:
    with pytest.raises(UsageError, match=r"The portrait cannot be used: .*no face was found"):
        comparing.describe_portrait(PUPIL, calm_jpeg(), FixedFinder(), FixedRecogniser())


def test_originals_as_they_came_are_the_very_bytes(living: Reviewing, tmp_path: Path) -> None:
    content = calm_jpeg(1)
    living.store_one(content)
    enrol(living)
    answer(living, Pool(), tmp_path / "out", Comparison((template_at(0),), is_plain=True))
    (line,) = lines(tmp_path / "out")
    assert (tmp_path / "out" / line["file"]).read_bytes() == content
    assert "other children on them are not covered" in (tmp_path / "out/index.html").read_text()


def test_an_original_that_is_gone_gives_the_copy_and_one_that_nobody_could_see_is_told(
    living: Reviewing, tmp_path: Path
) -> None:
    gone, broken = living.store_one(calm_jpeg(1), "1.jpg"), calm_jpeg(2)
    living.store_one(broken, "2.jpg")
    name_by_hand(living, gone.photo)
    with living.workspace.database.write() as connection:
        which = tables.photos.c.sha256 == gone.photo
        connection.execute(update(tables.photos).where(which).values(destroyed_at="2027-01-01T00:00:00.000Z"))
    enrol(living)
    written = answer(living, Pool(fails=frozenset({broken})), tmp_path / "out")
    assert written == Written(1, 0, 0, 0, 1)
    (line,) = lines(tmp_path / "out")
    assert "its original was destroyed" in line["note"]
    assert (tmp_path / "out" / line["file"]).read_bytes() in living.stored().values()
    assert "1 original was opened and could not be looked at" in (tmp_path / "out/index.html").read_text()


def test_what_could_not_be_opened_is_told_and_not_counted_as_opened(living: Reviewing, tmp_path: Path) -> None:
    whole, known, other = (living.store_one(calm_jpeg(seed), f"{seed}.jpg").photo for seed in (1, 2, 3))
    name_by_hand(living, known)
    for photo in (known, other):
        (sealed,) = living.workspace.settings.folder.rglob(f"{photo}.age")
        sealed.write_bytes(b"age-encryption.org/v1 and no more")
    enrol(living)
    written = answer(living, Pool(), tmp_path / "out")
    assert (written.unopened, written.unseen) == (2, 0)
    page = (tmp_path / "out/index.html").read_text()
    assert "1 sealed original was opened in memory" in page and "2 sealed originals could not be opened" in page
    assert all(short_id(photo) in page for photo in (known, other)) and "Until then the answer is not whole" in page
    assert str(living.workspace.settings.folder) not in page and whole


def test_a_photo_that_could_not_be_covered_is_not_handed_over(living: Reviewing, tmp_path: Path) -> None:
    content = calm_jpeg(1)
    name_by_hand(living, living.store_one(content).photo)
    assert answer(living, Pool(fails=frozenset({content})), tmp_path / "out") == Written(0, 0, 1, 0, 0)
    (line,) = lines(tmp_path / "out")
    assert line["file"] == "" and line["note"]


def test_the_wrong_key_opens_nothing_and_leaves_no_folder(living: Reviewing, tmp_path: Path) -> None:
    import pyrage

    living.store_one()
    enrol(living)
    other, comparison = Opening(str(pyrage.x25519.Identity.generate()), DPO), Comparison((template_at(0),))
    with pytest.raises(UsageError, match="opens nothing"):
        answer_request(living.workspace, known(living), comparison, other, Pool(), tmp_path / "out")  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists() and entries(living, Kind.ORIGINAL_OPENED) == 0


def test_a_folder_with_something_in_it_is_not_written_and_what_is_cut_off_has_no_index(
    living: Reviewing, tmp_path: Path
) -> None:
    living.store_one(calm_jpeg(1), "1.jpg")
    living.store_one(calm_jpeg(2), "2.jpg")
    enrol(living)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a").write_text("a")
    with pytest.raises(UsageError, match="not empty"):
        check_folder(tmp_path / "full")

    class Dying(Pool):
        def work(self, source: bytes | Path, snapshot: RegisterSnapshot, job: Job) -> Outcome:
            if self.seen:
                assert any((tmp_path / "out").iterdir())  # the first photo lies there
                raise KeyboardInterrupt
            return super().work(source, snapshot, job)

    with pytest.raises(KeyboardInterrupt):
        answer(living, Dying(), tmp_path / "out")
    assert is_unfinished(tmp_path / "out") and not (tmp_path / "out/index.html").exists()
    assert entries(living, Kind.ACCESS_ANSWERED) == 0
    assert entries(living, Kind.ORIGINAL_OPENED) == 2  # each was on record before


def test_the_folder_is_its_owners_alone_and_names_nobody(living: Reviewing, tmp_path: Path) -> None:
    living.store_one(calm_jpeg(1), "Thaddeus Wrenfield.jpg")
    enrol(living)
    answer(living, Pool(), tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    for path in (tmp_path / "out").iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert b"Wrenfield" not in path.read_bytes() and "Wrenfield" not in path.name


def test_the_pupil_stands_in_the_log_as_a_tag(living: Reviewing) -> None:
    note_answered(living.workspace, known(living), 0, DPO)
    with living.workspace.database.read() as connection:
        query = select(tables.log_entries.c.body).where(tables.log_entries.c.kind == "access.answered")
        body = bytes(connection.execute(query).scalar_one())
    assert PUPIL.encode() not in body and person_tag(living.workspace.keys.tags, PUPIL).encode() in body
