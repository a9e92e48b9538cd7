"""Where a workspace may lie: the table of services, and what is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from redact.workspace.synced import SERVICES, Look, judge, look_at


def seen(folder: str, *names: str, icon: str = "", network: str | None = None, **environment: str) -> Look:
    return Look(Path(folder), {Path(folder): names}, (icon,) if icon else (), environment, network)


@pytest.mark.parametrize(
    ("look", "service"),
    [
        (seen("/home/a/OneDrive/workspace"), "OneDrive"),
        (seen("/home/a/OneDrive - Oak Trust/x"), "OneDrive"),
        (seen("/home/a/files/x", OneDrive="/home/a/files"), "OneDrive"),
        (seen("/home/a/Files/x", OneDriveCommercial="/home/a/files"), "OneDrive"),
        (seen("/Users/a/Library/CloudStorage/OneDrive-Oak/x"), "OneDrive"),
        (seen("/Users/a/Library/CloudStorage/GoogleDrive-a@b.uk/x"), "Google Drive"),
        (seen("/g/My Drive/x"), "Google Drive"),
        (seen("/g/x", ".tmp.drivedownload/"), "Google Drive"),
        (
            seen("/g/x", icon="[.shellclassinfo]\niconresource=c:/program files/google/googledrivefs.exe"),
            "Google Drive",
        ),
        (seen("/home/a/Dropbox/x"), "Dropbox"),
        (seen("/home/a/Dropbox (Oak)/x"), "Dropbox"),
        (seen("/home/a/x", ".dropbox"), "Dropbox"),
        (seen("/Users/a/Library/Mobile Documents/com~apple~CloudDocs/x"), "iCloud Drive"),
        (seen("/home/a/Nextcloud2/x"), "Nextcloud"),
        (seen("/home/a/x", ".sync_0a1b2c.db"), "Nextcloud"),
        (seen("/home/a/x", ".stfolder/"), "Syncthing"),
        (seen("/Users/a/Library/CloudStorage/Other-a/x"), "a synced folder of macOS"),
        (seen("/home/a/Box/x"), "Box"),
        (seen("/c/Users/a/Box/x"), "Box"),
        (seen("/root/Box/x", HOME="/root"), "Box"),
        (seen("/home/a/Box Sync/x"), "Box"),
        (seen("/home/a/pCloudDrive/x"), "pCloud"),
        (seen("/home/a/MEGA/x"), "MEGA"),
        (seen("/home/a/work/x", ".megaignore"), "MEGA"),
        (seen("/home/a/work/x", "._sync_0a1b2c.db"), "Nextcloud"),
        (seen("/home/a/work/x", ".stfolder"), "Syncthing"),
        (seen("/home/a/Sync/x"), "Sync.com"),
        (seen("/Users/a/Proton Drive/x"), "Proton Drive"),
        (seen("/home/a/SynologyDrive/x"), "Synology Drive"),
        (seen("/home/a/Yandex.Disk/x"), "Yandex Disk"),
    ],
)
def test_synced_folders_are_reported(look: Look, service: str) -> None:
    objection = judge(look, holds_sqlite=True)
    assert objection is not None and objection.may_be_waived
    assert f"by {service}:" in objection.sentence
    assert service in {row.name for row in SERVICES}


@pytest.mark.parametrize(
    "look",
    [
        seen("/srv/redact"),
        seen("/home/a/redact", ".dropbox/", ".git/", ".config/"),  # the programme's own folder in a home
        seen("/home/a/redact", OneDrive="", OneDriveConsumer="/home/a/red"),
        seen("/home/a/dropboxes/drives/cloud"),
        seen("/srv/box/sync/mega/redact"),  # names that mean a service in a person's own folder only
        seen("/home/a/work/box/redact", HOME="/home/a"),
        seen("/home/a/x", icon="[.shellclassinfo]\nlocalizedresourcename=pictures"),
    ],
)
def test_plain_folders_are_not(look: Look) -> None:
    assert judge(look, holds_sqlite=True) is None


def test_sqlite_on_a_network_cannot_be_waived_and_is_reported_first() -> None:
    look = seen("/mnt/OneDrive/x", network="cifs")
    objection = judge(look, holds_sqlite=True)
    assert objection is not None and not objection.may_be_waived and "cifs" in objection.sentence
    assert judge(seen("/mnt/x", network="cifs"), holds_sqlite=False) is None


@pytest.mark.parametrize("marker", [".dropbox", ".tmp.drivedownload", "desktop.ini"])
def test_looking_sees_markers_in_the_folders_above(tmp_path: Path, marker: str) -> None:
    top = tmp_path / "top"
    top.mkdir()
    if marker == "desktop.ini":
        (top / marker).write_bytes("IconResource=C:\\OneDrive\\OneDrive.exe".encode("utf-16"))
    elif marker == ".dropbox":
        (top / marker).write_text("{}")
    else:
        (top / marker).mkdir()
    assert judge(look_at(top / "not/yet", {}), holds_sqlite=True) is not None
    assert judge(look_at(tmp_path / "beside", {}), holds_sqlite=True) is None


def test_looking_goes_through_links(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "innocent").symlink_to(tmp_path / "Dropbox")
    assert judge(look_at(tmp_path / "innocent/workspace", {}), holds_sqlite=True) is not None
