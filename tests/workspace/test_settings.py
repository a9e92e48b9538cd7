"""redact.toml: what is printed is what is read; what does not fit is reported with its key and line."""

from __future__ import annotations

import dataclasses
import tomllib
import traceback
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from redact.errors import UsageError
from redact.redaction.values import LoneDoubtful, Policy, Style
from redact.store.trust.names import Part
from redact.workspace.settings import Settings, SettingsFault
from redact.workspace.settings.file import SETTINGS, find_former_names, print_settings, read_settings
from redact.workspace.settings.rules import SmtpSecurity
from tests.rigs.made import noisy_jpeg

ORIGIN = {"origin": "redact/st-marys"}
SECRET_URL = "mysql://u:hush@h/d"
ORIGIN_LINE = 'origin = "redact/st-marys"'


def workspace(folder: Path, text: str) -> Path:
    (folder / "redact.toml").write_text(text, "utf-8")
    return folder


def test_the_printed_file_alone_gives_the_defaults(tmp_path: Path) -> None:
    settings = read_settings(workspace(tmp_path, print_settings(ORIGIN)), {})
    assert settings == Settings(
        folder=tmp_path,
        origin="redact/st-marys",
        database_url=f"sqlite:///{tmp_path}/redact.db",
        engine_url=f"sqlite:///{tmp_path}/engine.db",
        quarantine=tmp_path / "quarantine",
        vault=tmp_path / "vault",
        trust=str(tmp_path / "trust"),
        outbox=tmp_path / "outbox",
        keys=tmp_path / "keys",
        checkpoint_mirrors=(tmp_path / "checkpoints",),
    )
    assert settings.policy == Policy()
    assert settings.zone == ZoneInfo("Europe/London")


def test_removing_every_comment_mark_changes_nothing_but_the_example(tmp_path: Path) -> None:
    """The defaults that the file shows are the ones that hold without a line."""
    text = print_settings(ORIGIN)
    shown = "".join(line[1:] if line.startswith("#") and line[1] != " " else line for line in text.splitlines(True))
    assert tomllib.loads(shown).keys() == SETTINGS.keys()
    plain = read_settings(workspace(tmp_path, text), {})
    read = read_settings(workspace(tmp_path, shown), {})
    read = dataclasses.replace(read, workers=None, smiley_picture=None, trust_folders=(), for_use_group="")
    read = dataclasses.replace(read, policy_link=None, smtp_host=None, smtp_user=None, smtp_from=None, smtp_ca=None)
    assert dataclasses.replace(read, desk_url=None, desk_certificate=None, desk_key=None) == plain


def test_every_field_of_settings_is_in_the_file_with_its_reason() -> None:
    text = print_settings(ORIGIN)
    for field in dataclasses.fields(Settings):
        assert (field.name == "folder") is not (f"\n#{field.name} = " in text or f"\n{field.name} = " in text), field
    assert all((field.description or "").endswith(".") for field in SETTINGS.values())


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_refuses_what_it_is_not_and_says_what_fits(tmp_path: Path, name: str) -> None:
    """No field is left unchecked: a table is no value of any of them."""
    with pytest.raises(SettingsFault, match=rf"redact.toml, line 2: {name} must be .+\. Nothing was done\.$"):
        read_settings(workspace(tmp_path, f"{ORIGIN_LINE if name != 'origin' else ''}\n{name} = {{a = 1}}\n"), {})


def test_every_setting_reaches_its_field(tmp_path: Path) -> None:
    chosen: dict[str, object] = {
        "origin": "redact/x", "database_url": "a b.db", "engine_url": "postgresql://u:p@server/engine",
        "quarantine": "q",
        "trust_folders": ["event", "school"], "for_use": False, "for_use_group": "staff",
        "vault": "/elsewhere/v", "trust": "s3://bucket/prefix", "outbox": "o", "keys": "k",
        "checkpoint_mirrors": ["c", "/d"], "ingest": ["/media"], "timezone": "America/New_York",
        "purposes": ["press"], "schools": ["oak"], "company_details": ["a", "b"],
        "asks_company_details": False,
        "release_hours": 5, "take_down_hours": 6,
        "shows_faces": False, "lone_doubtful_faces": "cover",
        "style": "solid", "smiley_picture": "crest.png", "max_side_px": 1024, "workers": 3,
        "retention_days": 7, "personal_hours": 1.5, "trust_hours": 2, "rescan_s": 60, "poll_s": 5, "retry_longest_s": 9,
        "allow_synced": True, "desk_url": "https://desk.oak.example", "desk_host": "10.0.0.5", "desk_port": 443,
        "desk_certificate": "d.pem", "desk_key": "/etc/d.key",
        "policy_link": "https://oak.example/policy.pdf", "asks_policy_read": False,
        "smtp_host": "smtp.oak.example", "smtp_port": 465, "smtp_security": "tls", "smtp_user": "redact",
        "smtp_from": "desk@oak.example", "smtp_ca": "ca.pem", "digest_hour": 6,
    }  # fmt: skip
    assert chosen.keys() == SETTINGS.keys()
    settings = read_settings(workspace(tmp_path, print_settings(chosen)), {})
    assert settings == Settings(
        folder=tmp_path, origin="redact/x", database_url=f"sqlite:///{tmp_path}/a b.db",
        engine_url="postgresql+psycopg://u:p@server/engine", quarantine=tmp_path / "q", vault=Path("/elsewhere/v"),
        trust_folders=(Part.EVENT, Part.SCHOOL), for_use=False, for_use_group="staff",
        trust="s3://bucket/prefix", outbox=tmp_path / "o", keys=tmp_path / "k",
        checkpoint_mirrors=(tmp_path / "c", Path("/d")), ingest=(Path("/media"),),
        purposes=("press",), schools=("oak",), company_details=("a", "b"),
        asks_company_details=False,
        release_hours=5.0, take_down_hours=6.0,
        shows_faces=False, lone_doubtful_faces=LoneDoubtful.COVER,
        style=Style.SOLID, smiley_picture=tmp_path / "crest.png", max_side_px=1024, workers=3,
        timezone="America/New_York", retention_days=7, personal_hours=1.5, trust_hours=2.0,
        rescan_s=60.0, poll_s=5.0, retry_longest_s=9.0,
        allow_synced=True, desk_url="https://desk.oak.example", desk_host="10.0.0.5", desk_port=443,
        desk_certificate=tmp_path / "d.pem", desk_key=Path("/etc/d.key"),
        policy_link="https://oak.example/policy.pdf", asks_policy_read=False,
        smtp_host="smtp.oak.example", smtp_port=465, smtp_security=SmtpSecurity.TLS, smtp_user="redact",
        smtp_from="desk@oak.example", smtp_ca=tmp_path / "ca.pem", digest_hour=6,
    )  # fmt: skip
    assert settings.policy == Policy(Style.SOLID, 1024, shows_faces=False, lone_doubtful=LoneDoubtful.COVER)
    assert settings.trust_folder is None
    assert settings.database_file == tmp_path / "a b.db"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("retention_day = 3", r"line 2.*no setting 'retention_day'.*did you mean retention_days\?"),
        ("[database]\nurl = 1", r"line 2.*no setting 'database'"),
        ("retention_days = '30'", r"line 2: retention_days must be a whole number from 1 to 3650"),
        ("retention_days = true", "retention_days must be"),
        ("retention_days = 0", "retention_days must be"),
        ("rescan_s = nan", "rescan_s must be"),
        ("purposes = []", "at least one purpose"),
        ("purposes = 'website'", "purposes must be"),
        ("shows_faces = 'no'", "true or false"),
        ("style = 'gauss'", "style must be one of blur, smiley, star, picture, mosaic, solid, in quotes"),
        ("trust = 'https://x/y'", "s3://"),
        ("trust = ''", "trust must be"),
        ('vault = "a\\u0000b"', "vault must be"),
        ("database_url = 'mysql://u:secret@h/d'", "database_url must be"),
        ("checkpoint_mirrors = [1]", "checkpoint_mirrors must be a list of folders"),
        ("copies = 'x'", r"line 2: checkpoint_mirrors must be a list of folders"),
        ("copies = ['a']\ncheckpoint_mirrors = ['b']", "line 2: copies is the former name of checkpoint_mirrors"),
        ("timezone = 'Europe/Londn'", 'timezone must be a name of the IANA time zone list in quotes, "Europe/London"'),
        ("timezone = '../../etc/passwd'", "timezone must be"),
        ("timezone = ''", "timezone must be"),
        ("timezone = 'Europe'", "timezone must be"),
        ("poll_s = inf", "poll_s must be a number from 1 to 3600"),
        ("policy_link = 'javascript:alert(1)'", "policy_link must be an address in quotes that begins with https://"),
        ("smtp_security = 'ssl'", "smtp_security must be one of starttls, tls, none, in quotes"),
        ("smtp_from = 'Desk <desk@oak.example>'", "smtp_from must be an e-mail address"),
        ("digest_hour = 24", "digest_hour must be a whole number from 0 to 23"),
        ("workers = 0", "workers must be a whole number from 1 to 64"),
        ("max_side_px = 2048.0", "max_side_px must be a whole number"),
        ("folder = '/x'", "there is no setting 'folder'"),
        ("max_side_px = 10", r"line 2: max_side_px must be a whole number from 64 to 16384\. Nothing was done\.$"),
        ("workers = ", "line 2, column 11"),
        ("database_url = postgresql://u:secret@h/d", "line 2"),
        ("poll_s = 1\npoll_s = 2", "not written as TOML asks"),
    ],
)
def test_what_does_not_fit_is_reported(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(SettingsFault, match=told) as caught:
        read_settings(workspace(tmp_path, f"origin = 'redact/x'\n{line}\n"), {})
    assert "secret" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_former_name_is_read_for_one_release_and_reported(tmp_path: Path) -> None:
    text = print_settings(ORIGIN)
    assert not find_former_names(workspace(tmp_path, text))
    folder = workspace(tmp_path, text + "copies = ['elsewhere']\n")
    assert read_settings(folder, {}).checkpoint_mirrors == (tmp_path / "elsewhere",)
    (told,) = find_former_names(folder)
    line = text.count("\n") + 1
    assert told.startswith(f"redact.toml, line {line}: copies is now called checkpoint_mirrors;")


def test_no_fault_keeps_a_password_where_a_traceback_would_print_it(tmp_path: Path) -> None:
    workspace(tmp_path, ORIGIN_LINE)
    with pytest.raises(SettingsFault) as caught:
        read_settings(tmp_path, {"REDACT_ENGINE_URL": SECRET_URL})
    printed = "".join(traceback.format_exception(caught.value))
    assert "REDACT_ENGINE_URL must be" in printed and "hush" not in printed


def test_settings_cannot_be_changed_and_a_copy_of_them_is_checked_as_well(tmp_path: Path) -> None:
    settings = read_settings(workspace(tmp_path, ORIGIN_LINE), {})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.retention_days = 1  # type: ignore[misc]
    assert dataclasses.replace(settings, workers=2) != settings
    assert dataclasses.replace(settings) == settings, "what was checked is taken as it is"
    with pytest.raises(ValidationError):
        dataclasses.replace(settings, retention_days=0)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "ü", "x" * 101])
def test_a_record_needs_a_name_that_can_be_signed(tmp_path: Path, origin: str) -> None:
    with pytest.raises(SettingsFault, match="origin"):
        read_settings(workspace(tmp_path, f"origin = '{origin}'\n"), {})
    with pytest.raises(SettingsFault, match="lacks the setting origin"):
        read_settings(workspace(tmp_path, ""), {})


def test_a_folder_without_the_file_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="is no workspace.*redact init"):
        read_settings(tmp_path, {})
    with pytest.raises(SettingsFault, match="There is no folder .*missing.*redact init"):
        read_settings(tmp_path / "missing", {})


def test_a_file_in_another_encoding_is_told_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "redact.toml").write_bytes("origin = 'redact/x'\nvault = 'Ã©'\n".encode("latin-1"))
    read_settings(tmp_path, {})
    (tmp_path / "redact.toml").write_bytes("origin = 'redact/x'\nvault = 'é'\n".encode("latin-1"))
    with pytest.raises(SettingsFault, match="not UTF-8 in line 2"):
        read_settings(tmp_path, {})
    (tmp_path / "redact.toml").write_bytes(b"\xef\xbb\xbforigin = 'redact/x'\r\n")
    assert read_settings(tmp_path, {}).origin == "redact/x"


def test_the_environment_wins_for_what_may_hold_a_password(tmp_path: Path) -> None:
    workspace(tmp_path, "origin = 'redact/x'\ndatabase_url = 'here.db'\n")
    twins = {"REDACT_DATABASE_URL": "postgres://u:p@h/d", "REDACT_ENGINE_URL": ""}
    settings = read_settings(tmp_path, twins)
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"
    assert settings.database_file is None
    assert settings.engine_url == f"sqlite:///{tmp_path}/engine.db"
    with pytest.raises(SettingsFault, match="The variable REDACT_DATABASE_URL must be a file name, or") as caught:
        read_settings(tmp_path, {"REDACT_DATABASE_URL": "mysql://u:secret@h/d"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("trust = 'vault'", r"trust \(.*\) is the same as vault"),
        ("trust = 'x/../vault'", "is the same as vault"),
        ("trust = 'link'", "is the same as vault"),
        ("trust = 'vault/copies'", "is inside vault"),
        ("trust = '.'", "is around quarantine"),
        ("trust = '..'", "is around quarantine"),
        ("quarantine = 'outbox'", "outbox .* is the same as quarantine"),
        ("keys = 'trust/keys'", "trust .* is around keys"),
        ("outbox = 'move-away'", "move-away .* is the same as outbox"),
        ("checkpoint_mirrors = ['c', 'keys/c']", "checkpoint_mirrors, folder 2 .* is inside keys"),
        (
            "checkpoint_mirrors = ['c', 'c']",
            "checkpoint_mirrors, folder 2 .* is the same as checkpoint_mirrors, folder 1",
        ),
        ("database_url = 'trust/redact.db'", "database_url .* is inside trust"),
    ],
)
def test_the_folders_of_a_workspace_lie_apart(tmp_path: Path, line: str, told: str) -> None:
    """Copies and sealed originals in one folder: whoever may read the one would have the other."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "vault")
    with pytest.raises(SettingsFault, match=told):
        read_settings(workspace(tmp_path, f"origin = 'redact/x'\n{line}\n"), {})


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_folder_name_is_spelled_so_that_it_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    try:
        text = print_settings(ORIGIN | {"vault": name})
    except SettingsFault:
        assert not name.isprintable() or not name.strip()
        return
    assert tomllib.loads(text)["vault"] == name


def test_the_former_name_of_the_blur_is_still_read(tmp_path: Path) -> None:
    assert read_settings(workspace(tmp_path, f"{ORIGIN_LINE}\nstyle = 'soft'\n"), {}).policy == Policy(Style.BLUR)


def test_the_schools_own_picture_is_read_from_the_workspace(tmp_path: Path) -> None:
    lines = f"{ORIGIN_LINE}\nstyle = 'picture'\n"
    with pytest.raises(SettingsFault, match="needs smiley_picture"):
        _ = read_settings(workspace(tmp_path, lines), {}).policy
    settings = read_settings(workspace(tmp_path, f"{lines}smiley_picture = 'crest.png'\n"), {})
    with pytest.raises(SettingsFault, match=r"crest\.png, cannot be read"):
        _ = settings.policy
    (tmp_path / "crest.png").write_bytes(b"no picture")
    with pytest.raises(UsageError, match="PNG or JPEG"):
        _ = settings.policy
    (tmp_path / "crest.png").write_bytes(noisy_jpeg())
    assert settings.policy.sticker == noisy_jpeg()
