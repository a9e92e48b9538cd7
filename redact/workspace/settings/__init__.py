"""The settings of a workspace: their values (values.py), their limits (rules.py), redact.toml (file.py)."""

from redact.workspace.settings.values import FILE, Settings, SettingsFault, sqlite_file

__all__ = ["FILE", "Settings", "SettingsFault", "sqlite_file"]
