"""Make the 8-bit network from the 32-bit one; needs `onnx`, which only developers install.

    python models/text/make_int8.py sample_images models

What the networks' layers carry is measured on the sample pictures of this repository (three sizes, some made darker
or lighter): none of them is a picture that recall is measured on.  Weights get 7 bits, not 8: processors without VNNI
add two products of 8 x 8 bits into 16 bits, which overflow; those of 8 x 7 bits cannot (255 * 64 * 2 < 32768).  So the
networks are right on every processor, and faster where there is VNNI.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, from anywhere

import cv2
import numpy as np
import numpy.typing as npt
import onnx

import models  # noqa: F401  switches the runtime's telemetry off before it is imported
from models.findings import Pixels
from models.text.locate import to_tensor
from models.weights import read_weight

Tensor = npt.NDArray[np.float32]
SIDES_PX = (1024, 384, 160)  # long sides at which a sample picture is shown: large, middling and small faces and print
GAMMAS = (0.5, 2.2)  # every second picture is shown lighter or darker too: dim halls, flash
OPSET = 17  # of ONNX: scales by channel need 13; 17 is what was measured


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one network is made."""

    source: str  # weight file
    target: str
    to_tensor: Callable[[Pixels], Tensor]
    kinds: tuple[str, ...]  # of nodes that get 8 bits
    keeps: Callable[[onnx.GraphProto], set[str]]  # outputs of the nodes that keep 32 bits


def keeps_text_gates(graph: onnx.GraphProto) -> set[str]:
    """Return the outputs of the gates, whose maps are one pixel large, and of what is slower with 8 bits.

    That is the first convolution, and the maximum and the joining behind it.
    """
    first_joint = next(node for node in graph.node if node.op_type == "Concat")
    kept = {graph.node[0].output[0], first_joint.output[0]}
    gates: set[str] = set()
    for node in graph.node:
        is_pool = node.op_type in ("GlobalAveragePool", "ReduceMean")
        if is_pool or (node.input[0] in gates and node.op_type in ("Conv", "Relu", "HardSigmoid")):
            gates.add(node.output[0])
    return kept | gates


RECIPES = (
    Recipe(
        "PP-OCRv6_det_small.onnx",
        "PP-OCRv6_det_small_int8.onnx",
        to_tensor,
        ("Conv", "Relu", "Concat", "Add", "Mul", "Resize"),
        keeps_text_gates,
    ),
)


class Pictures:
    """The calibration pictures, one after the other, as the quantiser asks for them."""

    def __init__(self, name: str, tensors: Iterator[Tensor]) -> None:
        """Take the name of the network's input and what to feed it."""
        self._name, self._tensors = name, tensors

    def get_next(self) -> dict[str, Tensor] | None:
        """Return the next input, None at the end."""
        tensor = next(self._tensors, None)
        return None if tensor is None else {self._name: tensor}


def pictures(paths: Sequence[Path]) -> Iterator[Pixels]:
    """Give every picture at each size, and every second one lighter or darker as well."""
    for number, path in enumerate(sorted(paths)):
        whole = cv2.imread(str(path))
        if whole is None:
            sys.exit(f"{path.name} is no picture; nothing was written")
        for step, side_px in enumerate(SIDES_PX, number * len(SIDES_PX)):
            k = side_px / max(whole.shape[:2])
            shown = cv2.resize(whole, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)[:, :, ::-1]
            yield np.ascontiguousarray(shown, np.uint8)
            if step % 2:
                curve = 255 * (np.arange(256) / 255) ** GAMMAS[step // 2 % 2]
                yield np.ascontiguousarray(cv2.LUT(shown, curve.astype(np.uint8)), np.uint8)


def prepare(content: bytes) -> onnx.ModelProto:
    """Return the network in the opset wanted, constants folded, its nodes named, its Gelu functions in one node."""
    from onnx import version_converter
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(version_converter.convert_version(onnx.load_from_string(content), OPSET), before)
        quant_pre_process(before, after, skip_symbolic_shape=True)
        model = onnx.load(after)
    for number, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{number}"
    return join_gelus(model)


def join_gelus(model: onnx.ModelProto) -> onnx.ModelProto:
    """Join x * (1 + erf(x / sqrt 2)) * 0.5 into the runtime's own Gelu: quantised, it would not know it again."""
    graph = model.graph
    makers = {node.output[0]: node for node in graph.node}
    users = {name: node for node in reversed(graph.node) for name in node.input}
    joined: dict[str, onnx.NodeProto | None] = {}
    for erf in [node for node in graph.node if node.op_type == "Erf"]:
        chain = [makers[erf.input[0]], erf]
        while len(chain) < 5:
            chain.append(users[chain[-1].output[0]])
        if [node.op_type for node in chain] != ["Div", "Erf", "Add", "Mul", "Mul"]:
            sys.exit("the network computes its Gelu in another way; nothing was written")
        gelu = onnx.helper.make_node(
            "Gelu", chain[0].input[:1], chain[-1].output, f"Gelu_{erf.name}", domain="com.microsoft"
        )
        joined |= {node.name: None for node in chain} | {chain[-1].name: gelu}
    nodes = [joined.get(node.name, node) for node in graph.node]
    graph.ClearField("node")
    graph.node.extend(node for node in nodes if node is not None)
    read = {name for node in graph.node for name in node.input}
    weights = [weight for weight in graph.initializer if weight.name in read]
    graph.ClearField("initializer")
    graph.initializer.extend(weights)
    if joined:
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    return model


def pool_before_rounding(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take the maximum of 2 x 2 pixels before it is rounded to 8 bits and read back, in rows and then in columns.

    Rounding keeps the order, so the numbers are the same; the runtime takes a quarter less time for the whole network.
    """
    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output}
    pool = next(node for node in graph.node if node.op_type == "MaxPool")
    back = makers[pool.input[0]]
    rounding = makers[back.input[0]]
    if (rounding.op_type, back.op_type) != ("QuantizeLinear", "DequantizeLinear"):
        sys.exit("the network's maximum is taken of other numbers; nothing was written")
    higher, highest, rounded = (f"{pool.name}_{word}" for word in ("rows", "both", "rounded"))
    shape: dict[str, Any] = {"strides": [1, 1], "auto_pad": "SAME_UPPER"}
    make = onnx.helper.make_node
    instead = [
        make("MaxPool", rounding.input[:1], [higher], f"{pool.name}_0", kernel_shape=[2, 1], **shape),
        make("MaxPool", [higher], [highest], f"{pool.name}_1", kernel_shape=[1, 2], **shape),
        make("QuantizeLinear", [highest, *rounding.input[1:]], [rounded], f"{pool.name}_2"),
        make("DequantizeLinear", [rounded, *back.input[1:]], pool.output, f"{pool.name}_3"),
    ]
    nodes = [new for node in graph.node for new in (instead if node is pool else [node])]
    graph.ClearField("node")
    graph.node.extend(nodes)
    return model


def quantise(recipe: Recipe, samples: Sequence[Path]) -> bytes:
    """Return the 8-bit network; the same bytes on the same machine with the same packages."""
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    model = prepare(read_weight(recipe.source))
    kept = recipe.keeps(model.graph)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(model, before)
        reader: Any = Pictures(model.graph.input[0].name, map(recipe.to_tensor, pictures(samples)))
        quantize_static(
            before,
            after,
            reader,
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(recipe.kinds),
            nodes_to_exclude=[node.name for node in model.graph.node if node.output[0] in kept],
            per_channel=True,
            reduce_range=True,  # 7 bits, see above
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        made: bytes = pool_before_rounding(onnx.load(after)).SerializeToString(deterministic=True)
        return made


def main(samples: Path, target: Path) -> None:
    """Write the 8-bit networks into the folder `target`."""
    for recipe in RECIPES:
        made = quantise(recipe, sorted(samples.glob("*.jpg")))
        (target / recipe.target).write_bytes(made)
        print(f"{hashlib.sha256(made).hexdigest()}  {recipe.target}  {len(made)} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: make_int8.py SAMPLE_FOLDER TARGET_FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
