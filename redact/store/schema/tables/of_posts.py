"""The tables of posts: sites, posts and what stands in them, take-downs, incidents, staff duties, messages.

What staff write (captions, alternative texts, notes) may hold a name and stands in PERSONAL (__init__.py).  The audit
log knows a post, a take-down and an incident by kind and number ("post-12"), and what a post holds by its hash.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from redact.store.schema.tables.base import DAY, ID, ROLE, SHA256, TIME, WORD, metadata

sites = Table(  # the register of approved sites: where the trust posts
    "sites",
    metadata,
    Column("id", ID, primary_key=True),  # "facebook-oak"
    Column("platform", WORD, nullable=False),
    Column("handle", Text, nullable=False, default=""),  # the account, as the platform spells it
    Column("address", Text, nullable=False, default=""),  # https://...
    Column("owner", ROLE, nullable=False),  # the role that answers for the account
    Column("school", ID, nullable=False, default=""),  # "": the trust's own
    Column("purpose", ID, nullable=False),  # of consents: a shown pupil needs a yes to it
    Column("words_max", Integer),  # of a caption; null: the platform sets none
    Column("characters_max", Integer),
    Column("safeguards", Text, nullable=False, default="{}"),  # JSON: point of the checklist -> day it was checked
    Column("checked_by", Text, nullable=False, default="{}", server_default="{}"),  # JSON: point -> [role, tag]
    Column("terms_read_on", DAY),
    Column("details_checked_on", DAY),  # company details and registered-office text were seen there
    Column("logo_checked_on", DAY),  # the approved stock picture of the logo is in use
    Column("state", String(8), nullable=False),  # asked | approved | retired
    Column("added_at", TIME, nullable=False),
    Column("approved_at", TIME),
    Column("approved_by", ROLE),
    Column("approver", SHA256),  # tag
    Column("until", TIME),  # the approval's end; then due diligence is due again
    Column("retired_at", TIME),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # "post-ID" in the audit log
    # draft | proposed | approved | released | posted | down | discarded; SQLite keeps text of any length, and widening
    # the column there would make the table again beside those that point to it
    Column("state", String(12).with_variant(String(8), "sqlite"), nullable=False),
    Column("school", ID, nullable=False, default=""),
    Column("site", ID, ForeignKey("sites.id")),
    Column("caption", Text, nullable=False, default=""),
    Column("questions", Text, nullable=False, default="{}"),  # JSON: question -> answer and its words
    Column("edition", Integer, nullable=False, default=1),  # grows with every edit: what a page saw is what it changes
    Column("nonce", String(32), nullable=False, default=""),  # no caption can be guessed from `content`
    Column("content", SHA256),  # of what was proposed; null in a draft
    Column("register", Integer),  # version of the consent register at the proposal
    Column("author", SHA256, nullable=False),  # tag
    Column("author_role", ROLE, nullable=False),
    Column("written_at", TIME, nullable=False),  # the last edit
    Column("proposed_at", TIME),
    Column("approved_at", TIME),
    Column("approver", SHA256),
    Column("approver_role", ROLE),
    Column("until", TIME),  # the approval's end
    Column("released_at", TIME),
    Column("releaser", SHA256),
    Column("posted_at", TIME),
    Column("link", Text, nullable=False, default=""),  # where it stands
    Column("down_at", TIME),
    Column("cause", WORD),  # why it is a draft again, down or discarded: a word of the program's
    Column("back_at", TIME),  # since when it is a draft again
    Column("discarded_at", TIME),
    Column("outbox", String(64)),  # whose outbox (executors.id) holds its files, until that machine says it does not
    Column("note", Text, nullable=False, default=""),  # what the approver wrote to the author
)
Index("posts_by_state", posts.c.state, posts.c.school, posts.c.id)
Index("posts_by_site", posts.c.site)

post_photos = Table(
    "post_photos",
    metadata,
    Column("post", Integer, ForeignKey("posts.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # 1, 2, ...: the order in the post
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("output", SHA256, nullable=False),  # the very copy
    Column("alt", Text, nullable=False, default=""),
    UniqueConstraint("post", "photo"),
)
Index("post_photos_by_photo", post_photos.c.photo)

post_shown = (
    Table(  # who is shown uncovered on the copies of a post that was proposed; `shown` knows current copies only
        "post_shown",
        metadata,
        Column("post", Integer, ForeignKey("posts.id"), primary_key=True),
        Column("photo", SHA256, ForeignKey("photos.sha256"), primary_key=True),
        Column("pupil", String(40), primary_key=True),  # UPN, or an adult's number
        Column("by_hand", Boolean, nullable=False, default=False),
        Column("named", Boolean, nullable=False, default=False, server_default=false()),  # an adult, by name alone
        Column("until", TIME),  # the consent's end; null: it has none
    )
)
Index("post_shown_by_pupil", post_shown.c.pupil)

take_downs = Table(
    "take_downs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # "takedown-ID" in the audit log
    Column("post", Integer, ForeignKey("posts.id"), nullable=False),
    Column("content", SHA256, nullable=False),  # what was out; the post may be a draft again by now
    Column("site", ID, nullable=False),  # where
    Column("cause", WORD, nullable=False),
    Column("opened_at", TIME, nullable=False),
    Column("opened_by", ROLE, nullable=False),
    Column("opener", SHA256),  # tag; null: the program
    Column("due_at", TIME, nullable=False),
    Column("told", Text, nullable=False, default="[]"),  # JSON: roles that were told, and when
    Column("note", Text, nullable=False, default=""),
    Column("closed_at", TIME),
    Column("closed_by", ROLE),
    Column("closer", SHA256),
)
Index("take_downs_open", take_downs.c.closed_at, take_downs.c.due_at)
Index("take_downs_by_post", take_downs.c.post)

incidents = Table(  # incidents and breaches: what went wrong, and what was done
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # "incident-ID" in the audit log
    Column("cause", WORD, nullable=False),
    Column("state", WORD, nullable=False),  # open | reported | closed
    Column("school", ID, nullable=False, default=""),
    Column("happened_on", DAY, nullable=False),
    Column("aware_at", TIME, nullable=False),  # when the trust learnt of it: the 72 hours of a breach count from then
    Column("opened_at", TIME, nullable=False),
    Column("opened_by", ROLE, nullable=False),
    Column("opener", SHA256, nullable=False),
    Column("device", ID),
    Column("photo", SHA256),
    Column("post", Integer, ForeignKey("posts.id")),
    Column("reported_to", ROLE),  # headteacher | ceo | data-protection-officer
    Column("reported_at", TIME),
    Column("is_breach", Boolean, nullable=False, default=False),  # of personal data
    Column("notice", WORD),  # to the Information Commissioner: told | not-needed
    Column("notified_at", TIME),  # when somebody said so
    Column("measure", WORD),  # what was done: a word of the program's
    Column("note", Text, nullable=False, default=""),
    Column("closed_at", TIME),
)
Index("incidents_by_state", incidents.c.state, incidents.c.opened_at)

policies = Table(  # versions of the trust's policy
    "policies",
    metadata,
    Column("id", ID, primary_key=True),  # "2026-09"
    Column("adopted_on", DAY, nullable=False),
    Column("review_on", DAY, nullable=False),
    Column("at", TIME, nullable=False),
)

duties = Table(  # who has read and understood which version, and which training is due
    "duties",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("duty", WORD, nullable=False),  # policy-read | training
    Column("policy", ID),  # of policy-read: the version
    Column("due_on", DAY, nullable=False),
    Column("done_on", DAY),
    Column("at", TIME, nullable=False),
)
Index("duties_by_person", duties.c.person, duties.c.duty)

messages = Table(  # e-mail that waits to be sent, and what was sent; no body: it is written when it goes
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(96), nullable=False, unique=True),  # of what it says, to whom, for which day: sent once
    Column("kind", WORD, nullable=False),
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("about", ID, nullable=False, default=""),  # "post-12", "takedown-3", a device
    Column("asked_at", TIME, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", TIME, nullable=False),
    Column("sent_at", TIME),
    Column("fault", Text),  # a sentence, while the server refuses
)
Index("messages_waiting", messages.c.sent_at, messages.c.due_at)
