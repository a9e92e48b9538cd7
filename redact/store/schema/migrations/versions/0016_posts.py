"""Sites, posts, take-downs, incidents, staff duties and messages; a person's e-mail address, and deputies by date."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint

revision = "0016"
down_revision = "0015"

_TIME, _DAY, _SHA256, _ID, _WORD, _ROLE = String(24), String(10), String(64), String(40), String(24), String(40)


def upgrade() -> None:
    """Add tables and columns."""
    op.add_column("people", Column("email", Text, nullable=False, server_default=""))
    op.add_column("people_roles", Column("since", _TIME))
    _make_sites()
    _make_posts()
    _make_what_stands_in_posts()
    _make_take_downs()
    _make_incidents()
    _make_duties()
    _make_messages()


def _make_sites() -> None:
    op.create_table(
        "sites",
        Column("id", _ID, primary_key=True),
        Column("platform", _WORD, nullable=False),
        Column("handle", Text, nullable=False),
        Column("address", Text, nullable=False),
        Column("owner", _ROLE, nullable=False),
        Column("school", _ID, nullable=False),
        Column("purpose", _ID, nullable=False),
        Column("words_max", Integer),
        Column("characters_max", Integer),
        Column("safeguards", Text, nullable=False),
        Column("terms_read_on", _DAY),
        Column("details_checked_on", _DAY),
        Column("logo_checked_on", _DAY),
        Column("state", String(8), nullable=False),
        Column("added_at", _TIME, nullable=False),
        Column("approved_at", _TIME),
        Column("approved_by", _ROLE),
        Column("approver", _SHA256),
        Column("until", _TIME),
        Column("retired_at", _TIME),
    )


def _make_posts() -> None:
    op.create_table(
        "posts",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("state", String(8), nullable=False),
        Column("school", _ID, nullable=False),
        Column("site", _ID, ForeignKey("sites.id")),
        Column("caption", Text, nullable=False),
        Column("questions", Text, nullable=False),
        Column("edition", Integer, nullable=False),
        Column("nonce", String(32), nullable=False),
        Column("content", _SHA256),
        Column("register", Integer),
        Column("author", _SHA256, nullable=False),
        Column("author_role", _ROLE, nullable=False),
        Column("written_at", _TIME, nullable=False),
        Column("proposed_at", _TIME),
        Column("approved_at", _TIME),
        Column("approver", _SHA256),
        Column("approver_role", _ROLE),
        Column("until", _TIME),
        Column("released_at", _TIME),
        Column("releaser", _SHA256),
        Column("posted_at", _TIME),
        Column("link", Text, nullable=False),
        Column("down_at", _TIME),
        Column("cause", _WORD),
        Column("note", Text, nullable=False),
    )
    op.create_index("posts_by_state", "posts", ["state", "school", "id"])
    op.create_index("posts_by_site", "posts", ["site"])


def _make_what_stands_in_posts() -> None:
    op.create_table(
        "post_photos",
        Column("post", Integer, ForeignKey("posts.id"), primary_key=True),
        Column("place", Integer, primary_key=True, autoincrement=False),
        Column("photo", _SHA256, ForeignKey("photos.sha256"), nullable=False),
        Column("output", _SHA256, nullable=False),
        Column("alt", Text, nullable=False),
        UniqueConstraint("post", "photo"),
    )
    op.create_index("post_photos_by_photo", "post_photos", ["photo"])
    op.create_table(
        "post_shown",
        Column("post", Integer, ForeignKey("posts.id"), primary_key=True),
        Column("photo", _SHA256, ForeignKey("photos.sha256"), primary_key=True),
        Column("pupil", String(40), primary_key=True),
        Column("by_hand", Boolean, nullable=False),
        Column("until", _TIME),
    )
    op.create_index("post_shown_by_pupil", "post_shown", ["pupil"])


def _make_take_downs() -> None:
    op.create_table(
        "take_downs",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("post", Integer, ForeignKey("posts.id"), nullable=False),
        Column("content", _SHA256, nullable=False),
        Column("site", _ID, nullable=False),
        Column("cause", _WORD, nullable=False),
        Column("opened_at", _TIME, nullable=False),
        Column("opened_by", _ROLE, nullable=False),
        Column("opener", _SHA256),
        Column("due_at", _TIME, nullable=False),
        Column("told", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("closed_at", _TIME),
        Column("closed_by", _ROLE),
        Column("closer", _SHA256),
    )
    op.create_index("take_downs_open", "take_downs", ["closed_at", "due_at"])
    op.create_index("take_downs_by_post", "take_downs", ["post"])


def _make_incidents() -> None:
    op.create_table(
        "incidents",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("cause", _WORD, nullable=False),
        Column("state", _WORD, nullable=False),
        Column("school", _ID, nullable=False),
        Column("happened_on", _DAY, nullable=False),
        Column("aware_at", _TIME, nullable=False),
        Column("opened_at", _TIME, nullable=False),
        Column("opened_by", _ROLE, nullable=False),
        Column("opener", _SHA256, nullable=False),
        Column("device", _ID),
        Column("photo", _SHA256),
        Column("post", Integer, ForeignKey("posts.id")),
        Column("reported_to", _ROLE),
        Column("reported_at", _TIME),
        Column("is_breach", Boolean, nullable=False),
        Column("notice", _WORD),
        Column("notified_at", _TIME),
        Column("measure", _WORD),
        Column("note", Text, nullable=False),
        Column("closed_at", _TIME),
    )
    op.create_index("incidents_by_state", "incidents", ["state", "opened_at"])


def _make_duties() -> None:
    op.create_table(
        "policies",
        Column("id", _ID, primary_key=True),
        Column("adopted_on", _DAY, nullable=False),
        Column("review_on", _DAY, nullable=False),
        Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "duties",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("person", Integer, ForeignKey("people.id"), nullable=False),
        Column("duty", _WORD, nullable=False),
        Column("policy", _ID),
        Column("due_on", _DAY, nullable=False),
        Column("done_on", _DAY),
        Column("at", _TIME, nullable=False),
    )
    op.create_index("duties_by_person", "duties", ["person", "duty"])


def _make_messages() -> None:
    op.create_table(
        "messages",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("key", String(96), nullable=False, unique=True),
        Column("kind", _WORD, nullable=False),
        Column("person", Integer, ForeignKey("people.id"), nullable=False),
        Column("about", _ID, nullable=False),
        Column("asked_at", _TIME, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due_at", _TIME, nullable=False),
        Column("sent_at", _TIME),
        Column("fault", Text),
    )
    op.create_index("messages_waiting", "messages", ["sent_at", "due_at"])
