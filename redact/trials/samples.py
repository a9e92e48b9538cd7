"""Where the sample pictures lie: in the wheel beside this file, in a checkout beside the package."""

from __future__ import annotations

from pathlib import Path

from redact.errors import RedactError

_HERE = Path(__file__).resolve().parents[1]
_ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".avif", ".webp", ".tif", ".bmp", ".gif")


def sample_folder() -> Path:
    """Return the folder of sample pictures.

    Raises:
        RedactError: the installation has none.
    """
    for folder in (_HERE / "sample_images", _HERE.parent / "sample_images"):
        if (folder / "roll.csv").is_file():
            return folder
    raise RedactError("The sample pictures are missing from this installation. Install the program again.")


def sample_pictures(folder: Path) -> tuple[Path, ...]:
    """Return the pictures directly in `folder`, sorted by name."""
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS))
