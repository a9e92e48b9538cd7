"""Weights are opened only when their bytes are the manifest's."""

from __future__ import annotations

import hashlib
import io
import socket
import urllib.request
from http.client import HTTPMessage
from pathlib import Path

import pytest

from models import adding, weights
from models.adding import add_weight
from models.errors import ModelsError, WeightAbsent, WeightDamaged, WeightRefused
from models.weights import State, default_folder, list_weights, read_weight

CONTENT = b"these bytes stand for a network"


@pytest.fixture
def small_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the manifest by one whose only weight is `CONTENT`, to be added by the user."""
    entry = weights.Entry(
        "small.onnx", "user", False, len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "a test", "MIT"
    )
    for module in (weights, adding):
        monkeypatch.setattr(module, "manifest", lambda: (entry,))


def state_of(name: str, folder: Path) -> State:
    """Return the state that the list shows for `name`."""
    return next(weight.state for weight in list_weights(folder) if weight.name == name)


def test_what_is_shipped_is_what_the_manifest_says(tmp_path: Path) -> None:
    """Every required weight is present; its bytes hash to the manifest's line."""
    for weight in list_weights(tmp_path):
        if weight.is_required:
            assert weight.state is State.PRESENT, weight.name
            assert hashlib.sha256(read_weight(weight.name, tmp_path)).hexdigest() == weight.sha256


def test_shipped_weights_have_their_licence_beside_them() -> None:
    """Each weight in the package names a licence text that is there."""
    folder = Path(weights.__file__).parent
    for file in folder.glob("*.onnx"):
        assert file.with_suffix(".LICENSE").read_text(encoding="utf-8").strip()


def test_optional_weight_starts_absent(tmp_path: Path) -> None:
    """An empty folder lists YuNet as absent and reading it raises the error a caller may catch."""
    assert state_of("yunet_n_dynamic.onnx", tmp_path) is State.ABSENT
    with pytest.raises(WeightAbsent, match="redact models add"):
        read_weight("yunet_n_dynamic.onnx", tmp_path)


def test_unknown_name_is_an_error(tmp_path: Path) -> None:
    """A name the manifest does not know is never looked for."""
    (tmp_path / "stranger.onnx").write_bytes(CONTENT)
    with pytest.raises(ModelsError, match="names no weight file"):
        read_weight("stranger.onnx", tmp_path)


@pytest.mark.usefixtures("small_manifest")
def test_add_then_read(tmp_path: Path) -> None:
    """An added file is present, readable, and alone in its folder."""
    (tmp_path / "download.bin").write_bytes(CONTENT)
    folder = tmp_path / "made" / "here"
    assert add_weight(tmp_path / "download.bin", folder).state is State.PRESENT
    assert read_weight("small.onnx", folder) == CONTENT
    assert [path.name for path in folder.iterdir()] == ["small.onnx"]


@pytest.mark.usefixtures("small_manifest")
@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"x", CONTENT[:-1] + b"x"])
def test_any_other_bytes_are_refused_and_nothing_is_stored(tmp_path: Path, content: bytes) -> None:
    """Shorter, longer, one bit different: refused, and the folder stays empty."""
    (tmp_path / "download.bin").write_bytes(content)
    with pytest.raises(WeightRefused, match="SHA-256"):
        add_weight(tmp_path / "download.bin", tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


@pytest.mark.usefixtures("small_manifest")
@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"x", CONTENT[:-1] + b"x"])
def test_damaged_file_is_not_opened(tmp_path: Path, content: bytes) -> None:
    """A file that changed on the disk is shown as damaged and never returned."""
    (tmp_path / "small.onnx").write_bytes(content)
    assert state_of("small.onnx", tmp_path) is State.DAMAGED
    with pytest.raises(WeightDamaged):
        read_weight("small.onnx", tmp_path)


@pytest.mark.usefixtures("small_manifest")
def test_adding_replaces_a_damaged_file(tmp_path: Path) -> None:
    """The remedy that the sentence names works."""
    (tmp_path / "small.onnx").write_bytes(b"broken")
    (tmp_path / "download.bin").write_bytes(CONTENT)
    assert add_weight(str(tmp_path / "download.bin"), tmp_path).state is State.PRESENT


@pytest.mark.parametrize("source", ["http://example.invalid/a.onnx", "ftp://example.invalid/a.onnx", "data://x"])
def test_only_https_and_files(tmp_path: Path, source: str) -> None:
    """Every other scheme is refused before anything is opened."""
    with pytest.raises(WeightRefused, match="only https"):
        add_weight(source, tmp_path)


def test_a_redirection_away_from_https_is_refused() -> None:
    """A server cannot send the download to an unencrypted address."""
    request = urllib.request.Request("https://example.invalid/a.onnx")
    with pytest.raises(OSError, match="away from https"):
        adding._RefuseDowngrade().redirect_request(
            request, io.BytesIO(), 302, "", HTTPMessage(), "http://example.invalid/"
        )


def test_without_network_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without network gets a reason and a way out, and nothing is stored."""

    def no_network(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(WeightRefused, match="path of a copy"):
        add_weight("https://example.invalid/a.onnx", tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_missing_path_is_refused(tmp_path: Path) -> None:
    """A path that is not there, or is a folder, is refused in words."""
    for source in (tmp_path / "nothing.onnx", tmp_path):
        with pytest.raises(WeightRefused, match="cannot be read"):
            add_weight(source, tmp_path / "folder")


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$REDACT_MODELS moves the folder of added weights."""
    monkeypatch.setenv("REDACT_MODELS", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("REDACT_MODELS")
    assert default_folder().name == "models"


def test_weights_of_the_8_bit_network_have_7_bits() -> None:
    """Processors without VNNI add two products into 16 bits: with 8 bits in a weight they would overflow."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load_from_string(read_weight("PP-OCRv6_det_small_int8.onnx")).graph
    tensors = [onnx.numpy_helper.to_array(each) for each in graph.initializer]
    small = [each for each in tensors if each.dtype == "int8" and each.ndim == 4]
    assert len(small) > 30
    assert all(abs(each.astype(int)).max() <= 64 for each in small)


def test_the_8_bit_network_takes_its_maximum_before_it_rounds() -> None:
    """The runtime is slow on what was rounded and read back, and on squares; rounding keeps the order."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load_from_string(read_weight("PP-OCRv6_det_small_int8.onnx")).graph
    makers = {name: node for node in graph.node for name in node.output}
    pools = [node for node in graph.node if node.op_type == "MaxPool"]
    assert [makers[pool.input[0]].op_type for pool in pools] == ["Relu", "MaxPool"]
