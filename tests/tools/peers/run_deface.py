"""Run deface over photos as its own command does, and say where it covered and how long that took.

A script for the Python of deface's own environment (compare.py makes it); nothing here imports the program, and the
program does not import this.

    python run_deface.py OUT PHOTO...
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: What its command line takes if it is given nothing (deface 1.5.0, deface/deface.py).
THRESHOLD, MASK_SCALE, FILTER = 0.2, 1.3, "blur"


def main(out: Path, photos: list[Path]) -> None:
    """Write a blurred copy of each photo to `out`, and one JSON line about it; the first line holds the versions."""
    from deface import centerface, deface  # type: ignore[import-not-found]

    packages = ("deface", "onnxruntime", "opencv-python-headless", "numpy")
    print(json.dumps({name: version(name) for name in packages}), flush=True)
    boxes: list[list[int]] = []

    def noted(*args: Any, **options: Any) -> Any:
        x1, y1, x2, y2 = args[3:7]
        boxes.append([int(x1), int(y1), int(x2), int(y2)])
        return drawn(*args, **options)

    drawn, deface.draw_det = deface.draw_det, noted
    network = centerface.CenterFace(in_shape=None, backend="auto")
    for number, photo in enumerate(photos):
        boxes.clear()
        copy = out / f"{number:04}.jpg"
        deface.image_detect(
            ipath=str(photo),
            opath=str(copy),
            centerface=network,
            threshold=THRESHOLD,
            replacewith=FILTER,
            mask_scale=MASK_SCALE,
            ellipse=True,
            draw_scores=False,
            enable_preview=False,
            keep_metadata=False,
        )
        print(json.dumps({"copy": copy.name, "boxes": boxes}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
