"""The settings of a workspace: each stands once, with its default, its limits and its reason.

Reading redact.toml, and printing the commented one, is file.py's matter; both go by the fields below.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from redact.errors import UsageError
from redact.redaction.values import Policy, Style
from redact.store.posts.take_down_list import TAKE_DOWN_HOURS
from redact.workspace.keys import AWAY_FOLDER
from redact.workspace.settings.rules import (
    Database,
    Folder,
    Folders,
    Group,
    Host,
    Lines,
    Link,
    LoneFaces,
    Look,
    Mailbox,
    Number,
    OptionalFile,
    Origin,
    Parts,
    Purposes,
    Schools,
    Security,
    Server,
    Storage,
    Switch,
    Twin,
    Url,
    Whole,
    Zone,
)

FILE = "redact.toml"


class SettingsFault(UsageError):
    """redact.toml, or its twin in the environment, cannot be worked with; nothing was done."""


def _setting(default: Any, reason: str, **further: Any) -> Any:
    """Return a field: its default as it would stand in the file, and why one would change it."""
    return Field(default=default, description=reason, validate_default=True, **further)


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class Settings:
    """What redact.toml says; folders are absolute."""

    folder: Path  # of the workspace; not in the file, which lies there
    origin: Origin = Field(
        description="The name of this workspace's audit log; it is signed into every checkpoint and must never change."
    )
    database_url: Annotated[Database, Twin("REDACT_DATABASE_URL")] = _setting(
        "redact.db",
        "Where the state and the audit log are kept: an SQLite file serves one machine, PostgreSQL serves many. Give "
        "an address with a password in the environment (REDACT_DATABASE_URL), not here.",
    )
    engine_url: Annotated[Database, Twin("REDACT_ENGINE_URL")] = _setting(
        "engine.db",
        "Where the workflow engine remembers its steps; apart from the audit log, so that neither waits for the other.",
    )
    quarantine: Folder = _setting(
        "quarantine", "Plain originals on their way; a photo lies here for seconds, or until a person has decided."
    )
    vault: Folder = _setting("vault", "Originals, sealed to the reviewer's and the recovery key.")
    trust: Storage = _setting(
        "trust",
        "Trust storage, where redacted copies end: a folder (a mounted share too), s3://bucket/prefix or "
        "az://container/prefix.",
    )
    trust_folders: Parts = _setting(
        [],
        "Sub-folders that new copies go into: the month a photo was taken, its school, its event, in this order "
        "(2026-11/oak/sports-day). Empty: all lie side by side. Copies that are there stay where they are.",
        examples=[["month", "school", "event"]],
    )
    for_use: Switch = _setting(
        True,  # noqa: FBT003
        "What a reviewer has passed lies in the folder for-use of trust storage as well, and leaves it when it is "
        "opened again, recalled or drawn again: share that folder with staff. false: there is no such folder.",
    )
    for_use_group: Group = _setting(
        "",
        "The group of this machine that may read for-use, and nothing else of trust storage; its members may list and "
        "copy. Empty: what the folder's own permissions, or the share, say.",
        examples=["staff"],
    )
    allow_synced: Switch = _setting(
        False,  # noqa: FBT003
        "true opens the workspace although a service (OneDrive, Dropbox ...) copies originals or keys elsewhere: what "
        "is deleted here then lives on there. For a workspace that is only tried out, or a folder that is wrongly "
        "taken for a synced one.",
    )
    outbox: Folder = _setting("outbox", "Approved copies, ready to be posted.")
    keys: Folder = _setting("keys", "The keys of this machine; its user's alone.")
    checkpoint_mirrors: Folders = _setting(
        ["checkpoints"],
        "Checkpoint mirrors of the audit log: the signed checkpoints are copied here after every entry. Choose a "
        "folder on another machine that people with access to the database cannot change. Before you name another one, "
        "copy into it what lies in the former: one that is empty counts as robbed of its checkpoints.",
    )
    ingest: Folders = _setting(
        [],
        "Folders in which everything should be a registered device: the folder of the drop folders, or where the "
        "system mounts cards. A sub-folder of no registered device is reported, and nothing in it is opened.",
    )
    purposes: Purposes = _setting(
        ["website", "social-media"],
        "What the copies are for; a face is shown only with a consent on record for every one of them.",
        min_length=1,
    )
    schools: Schools = _setting(
        [],
        "The schools of a trust, each by a short name: pupils, devices and photos belong to one; a roll, or an export "
        "of consents, is one school's. Empty: the workspace is one school's.",
    )
    company_details: Lines = _setting(
        [],
        "What must stand under the trust's name wherever it posts (registered office, company number), one line each; "
        "it goes out with every post, and an approval is bound to it.",
    )
    asks_company_details: Switch = _setting(
        True,  # noqa: FBT003
        "A site is approved only when company_details has the registered office and the company's number, and pages of "
        "posts warn while they are missing. false: of a school that is no company.",
    )
    release_hours: Number = _setting(
        24.0,
        "Files of a released post lie in the outbox this many hours; without a link by then they leave it again.",
        ge=0.1,
        le=336,
    )
    take_down_hours: Number = _setting(
        TAKE_DOWN_HOURS,
        "What must be taken down where it was posted is overdue after this many hours.",
        ge=0.1,
        le=720,
    )
    shows_faces: Switch = _setting(
        True,  # noqa: FBT003
        "false covers everyone, whatever the register says (advice of the Early Warning Working Group).",
    )
    lone_doubtful_faces: LoneFaces = _setting(
        "maybe",
        'A place that may be a face, on a photo with no sure face near it: "maybe" leaves it bare and marks it for a '
        'person, who must look before the copy is used; "cover" covers it. Most are flowers, windows and food.',
    )
    style: Look = _setting(
        "blur",
        'How covers look: "blur" (a blurred person), "smiley", "star" or "picture" on each head, "mosaic" or "solid". '
        "All are computed without the pixels under them.",
    )
    smiley_picture: OptionalFile = _setting(
        None,
        'The school\'s own picture for the style "picture", its crest for instance: a PNG or JPEG file.',
        examples=["crest.png"],
    )
    max_side_px: Whole = _setting(  # limits as `redact photo --max-side`
        2048, "Long side of a copy, pixels: a face that was missed is then no portrait.", ge=64, le=16_384
    )
    workers: Whole | None = _setting(
        None, "Photos under way at once; without this line one per processor.", ge=1, le=64, examples=[2]
    )
    timezone: Zone = _setting(
        "Europe/London",
        "The school's time zone: consents and approvals end with its day. What is stored is UTC.",
    )
    retention_days: Whole = _setting(
        30,
        "Sealed originals are destroyed this many days after the decision; a wrong cover can be lifted until then.",
        ge=1,
        le=3650,
    )
    personal_hours: Number = _setting(
        24.0,
        "A photo still on a personal device after this many hours is overdue (policy: delete at once after upload).",
        ge=0,
        le=8760,
    )
    trust_hours: Number = _setting(168.0, "The same for the trust's own devices.", ge=0, le=8760)
    rescan_s: Number = _setting(
        180.0,
        "Seconds between full looks through every device: what a lost notification did not tell is found then.",
        ge=5,
        le=86_400,
    )
    poll_s: Number = _setting(
        10.0,
        "Seconds between looks where the system gives no notifications (network shares).",
        ge=1,
        le=3600,
    )
    retry_longest_s: Number = _setting(
        600.0,
        "A photo that waits (disk full, share gone) is tried again after 5, 10, 20 ... seconds, at most this many.",
        ge=1,
        le=86_400,
    )
    desk_url: Url = _setting(
        None,
        "What people type to reach the desk (redact desk); a request for any other host is refused. Without this line "
        "the desk is reached from this machine alone, at http://localhost and desk_port.",
        examples=["https://desk.oak.example"],
    )
    desk_host: Host = _setting(
        "127.0.0.1",
        "Where the desk listens: this machine alone, behind a proxy with https on it. Any other address needs "
        "desk_certificate and desk_key.",
    )
    desk_port: Whole = _setting(8470, "The desk's port.", ge=1, le=65_535)
    desk_certificate: OptionalFile = _setting(
        None, "The desk's certificate, a PEM file with its chain.", examples=["desk.pem"]
    )
    desk_key: OptionalFile = _setting(
        None, "The private key of the desk's certificate, a PEM file.", examples=["desk.key"]
    )

    policy_link: Link = _setting(
        None,
        "Where staff find the text of the trust's social media policy; the desk shows it where it asks whether they "
        "have read it.",
        examples=["https://oak.example/policies/social-media.pdf"],
    )
    asks_policy_read: Switch = _setting(
        True,  # noqa: FBT003
        "Nobody proposes, approves or releases a post without having said that they read the version of the policy in "
        "force (redact policy adopt); while no version was adopted nothing is asked.",
    )

    smtp_host: Server = _setting(
        None,
        "The trust's own mail server: with it the program sends messages (one post waits, a device is overdue, the "
        "watcher stands still), never with a picture, a pupil's name or a caption. Without this line none is sent. The "
        "password, if the server asks for one, stands in the environment alone: REDACT_SMTP_PASSWORD.",
        examples=["smtp.oak.example"],
    )
    smtp_port: Whole = _setting(587, "The mail server's port.", ge=1, le=65_535)
    smtp_security: Security = _setting(
        "starttls",
        'How the way to the mail server is encrypted: "starttls" (port 587), "tls" (port 465), or "none", for a server '
        "on this machine alone.",
    )
    smtp_user: Server = _setting(None, "The account at the mail server, if it asks for one.", examples=["redact"])
    smtp_from: Mailbox = _setting(None, "The address that messages come from.", examples=["photo-desk@oak.example"])
    smtp_ca: OptionalFile = _setting(
        None,
        "The certificate that the mail server's own is signed with, a PEM file, where this machine does not know it.",
        examples=["mail-ca.pem"],
    )
    digest_hour: Whole = _setting(
        7,
        "The hour of the school's day in which the daily message goes, Monday to Friday, if anything waits.",
        ge=0,
        le=23,
    )

    @property
    def policy(self) -> Policy:
        """How pictures are redacted.

        Raises:
            SettingsFault: the school's own picture is wanted, and is missing or cannot be used.
        """
        return Policy(self.style, self.max_side_px, self.shows_faces, self.lone_doubtful_faces, self._sticker())

    def _sticker(self) -> bytes:
        if self.style is not Style.PICTURE:
            return b""
        from redact.redaction.picture.own_picture import MOST_PICTURE_BYTES, check_picture  # rarely wanted

        if self.smiley_picture is None:
            raise SettingsFault(f'{FILE}: style = "picture" needs smiley_picture, the file of the picture.')
        try:
            with self.smiley_picture.open("rb") as file:
                content = file.read(MOST_PICTURE_BYTES + 1)
        except OSError as error:
            why = (error.strerror or "unknown reason").lower()
            raise SettingsFault(f"{FILE}: smiley_picture, {self.smiley_picture}, cannot be read: {why}.") from error
        check_picture(content)
        return content

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def trust_folder(self) -> Path | None:
        """The folder of trust storage; None where it is a bucket."""
        return None if "://" in self.trust else Path(self.trust)

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None with PostgreSQL."""
        return sqlite_file(self.database_url)

    @property
    def sqlite_files(self) -> Mapping[str, Path]:
        """The SQLite files, by the names of their settings."""
        found = {name: sqlite_file(getattr(self, name)) for name in ("database_url", "engine_url")}
        return {name: path for name, path in found.items() if path is not None}

    @property
    def folders_apart(self) -> Mapping[str, Path]:
        """The folders that must lie apart from each other, by the names of their settings."""
        apart = {"quarantine": self.quarantine, "vault": self.vault, "outbox": self.outbox, "keys": self.keys}
        apart |= {} if self.trust_folder is None else {"trust": self.trust_folder}
        mirrors = {f"checkpoint_mirrors, folder {n}": folder for n, folder in enumerate(self.checkpoint_mirrors, 1)}
        return apart | {AWAY_FOLDER: self.folder / AWAY_FOLDER} | mirrors

    @property
    def private_folders(self) -> tuple[Path, ...]:
        """The folders in which originals, keys or names lie."""
        return (self.folder, self.quarantine, self.vault, self.keys, *self.sqlite_folders)

    @property
    def sqlite_folders(self) -> tuple[Path, ...]:
        """The folders of the SQLite files."""
        return tuple(file.parent for file in self.sqlite_files.values())

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """Every folder of this workspace that the workspace writes into; no device may overlap one."""
        trust = () if self.trust_folder is None else (self.trust_folder,)
        return (self.folder, self.quarantine, self.vault, *trust, self.outbox, self.keys, *self.checkpoint_mirrors)


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite address as `Settings` holds it, None for another database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
