"""The settings of a workspace: their values (values.py), their limits (rules.py), redact.toml (file.py).

Called by whatever opens or makes a workspace; it may not know what a setting is used for.
"""

from redact.workspace.settings.values import FILE, Settings, SettingsFault, sqlite_file

__all__ = ["FILE", "Settings", "SettingsFault", "sqlite_file"]
