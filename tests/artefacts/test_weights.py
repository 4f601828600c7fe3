"""Files of weights: what their headers say, and that nothing but headers is read."""

from __future__ import annotations

import json
import os
import pickle
import struct
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.artefacts import cards, weights
from depscan.artefacts.window import BOUND
from depscan.model import Gap
from depscan.model.models import HUB, Weights

if TYPE_CHECKING:
    from collections.abc import Callable


class Writers:
    """Valid files of each format, as bytes."""

    @staticmethod
    def safetensors(metadata: dict[str, Any] | None, *, before: bool = True, tensors: int = 1) -> bytes:
        header: dict[str, Any] = {} if metadata is None or not before else {"__metadata__": metadata}
        for number in range(tensors):
            header[f"t{number}"] = {"dtype": "F32", "shape": [1], "data_offsets": [number * 4, number * 4 + 4]}
        if metadata is not None and not before:
            header["__metadata__"] = metadata
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + b"\0" * 4 * tensors

    @staticmethod
    def gguf(pairs: list[tuple[str, object]], *, version: int = 3, order: str = "<", count: int | None = None) -> bytes:
        def text(value: str) -> bytes:
            data = value.encode()
            return struct.pack(f"{order}Q", len(data)) + data

        def value_of(value: object) -> bytes:
            if isinstance(value, str):
                return struct.pack(f"{order}I", 8) + text(value)
            if isinstance(value, int):
                return struct.pack(f"{order}II", 4, value)
            assert isinstance(value, list)
            if value and isinstance(value[0], str):
                return struct.pack(f"{order}IIQ", 9, 8, len(value)) + b"".join(map(text, value))
            return struct.pack(f"{order}IIQ{len(value)}I", 9, 4, len(value), *value)

        body = b"".join(text(key) + value_of(value) for key, value in pairs)
        return b"GGUF" + struct.pack(f"{order}IQQ", version, 0, len(pairs) if count is None else count) + body

    @staticmethod
    def varint(number: int) -> bytes:
        out = bytearray()
        while number > 0x7F:
            out.append(number & 0x7F | 0x80)
            number >>= 7
        return bytes([*out, number])

    @classmethod
    def field(cls, number: int, data: bytes) -> bytes:
        return cls.varint(number << 3 | 2) + cls.varint(len(data)) + data

    @classmethod
    def onnx(cls, properties: dict[str, str], *, graph: int = 100) -> bytes:
        entries = b"".join(
            cls.field(14, cls.field(1, key.encode()) + cls.field(2, value.encode()))
            for key, value in properties.items()
        )
        return b"\x08\x08" + cls.field(2, b"pytorch") + cls.field(3, b"2.4") + cls.field(7, b"\0" * graph) + entries


@pytest.fixture
def writers() -> type[Writers]:
    return Writers


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 4976698672\n"


class Files:
    """A tree in memory that counts what is read of it."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.taken = files, dict.fromkeys(files, 0)

    def part(self, path: str, start: int, length: int) -> tuple[bytes, int]:
        data = self.files[path]
        found = data[start : start + length]
        self.taken[path] += len(found)
        assert length >= 0 and self.taken[path] <= BOUND
        return found, len(data)

    def read(self) -> list[Weights | Gap]:
        return [*weights.read(self.files, self.part)]


def one(path: str, data: bytes, *, card: bytes = b"") -> Weights:
    found = Files({path: data, **({"README.md": card} if card else {})}).read()
    assert len(found) == 1 and isinstance(found[0], Weights), found
    return found[0]


def gap(path: str, data: bytes) -> str:
    found = Files({path: data}).read()
    assert len(found) == 1 and isinstance(found[0], Gap), found
    assert found[0].stage == "artefacts" and found[0].location.path == path
    return found[0].reason


# -- what headers say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [True, False])
def test_safetensors(writers: type[Writers], before: bool) -> None:
    metadata = {"format": "pt", "modelspec.license": "OpenRAIL++", "modelspec.title": "SD", "ss_sd_model_name": "a/b"}
    found = one("m.safetensors", writers.safetensors({**metadata, "modelspec.architecture": "sd-1"}, before=before))
    assert (found.format, found.id, found.licence, found.base_models, found.architecture) == (
        "safetensors", "SD", "OpenRAIL++", ("a/b",), "sd-1",
    )  # fmt: skip


def test_safetensors_of_many_tensors_gives_its_metadata_from_the_first_bytes(writers: type[Writers]) -> None:
    files = Files({"m.safetensors": writers.safetensors({"license": "MIT"}, tensors=80_000)})
    (found,) = files.read()
    assert isinstance(found, Weights) and found.licence == "MIT" and found.size > 5_000_000
    assert files.taken["m.safetensors"] <= 16 << 10


def test_safetensors_that_say_nothing(writers: type[Writers]) -> None:
    assert one("m.safetensors", writers.safetensors(None)).licence == ""
    assert one("m.safetensors", writers.safetensors({"format": "pt", "license": 7})).licence == ""


@pytest.mark.parametrize(("version", "order"), [(2, "<"), (3, "<"), (3, ">")])
def test_gguf(writers: type[Writers], version: int, order: str) -> None:
    pairs: list[tuple[str, object]] = [
        ("general.architecture", "llama"), ("general.name", "My Model"), ("general.quantization_version", 2),
        ("general.tags", ["a", "b"]), ("general.numbers", [1, 2]), ("general.license", "llama3.1"),
        ("general.base_model.count", 2), ("general.base_model.0.name", "Llama 3.1 8B"),
        ("general.base_model.0.organization", "Meta Llama"),
        ("general.base_model.0.repo_url", f"https://{HUB}/meta-llama/Llama-3.1-8B"),
        ("general.base_model.1.name", "Other 7B"), ("general.base_model.1.organization", "Some Lab"),
        ("tokenizer.ggml.tokens", ["t"] * 50_000),
    ]  # fmt: skip
    files = Files({"m.gguf": writers.gguf(pairs, version=version, order=order)})
    (found,) = files.read()
    assert isinstance(found, Weights)
    assert (found.id, found.licence, found.architecture) == ("My Model", "llama3.1", "llama")
    assert found.base_models == ("meta-llama/Llama-3.1-8B", "Some-Lab/Other-7B")
    assert files.taken["m.gguf"] <= 16 << 10


def test_gguf_whose_vocabulary_comes_first(writers: type[Writers]) -> None:
    pairs: list[tuple[str, object]] = [("tokenizer.ggml.tokens", ["tok"] * 30_000), ("general.license", "mit")]
    assert one("m.gguf", writers.gguf(pairs)).licence == "mit"


def test_onnx_properties_lie_behind_the_graph(writers: type[Writers]) -> None:
    told = {"license": "AGPL-3.0", "Base_Model": "a/b", "model_name": "yolo", "model_type": "det"}
    data = writers.onnx(told, graph=9_000_000)
    files = Files({"m.onnx": data})
    (found,) = files.read()
    assert isinstance(found, Weights)
    assert (found.id, found.licence, found.base_models, found.architecture) == ("yolo", "AGPL-3.0", ("a/b",), "det")
    assert files.taken["m.onnx"] < 100_000


class _Trap:
    def __reduce__(self) -> tuple[Callable[[int], Any], tuple[int]]:
        return os._exit, (3,)


@pytest.mark.parametrize(
    "path", ["a.pt", "a.pth", "a.ckpt", "a.pkl", "a.pickle", "a.joblib", "pytorch_model.bin", "d/A.PT"]
)
def test_a_pickle_is_named_and_never_loaded(path: str) -> None:
    found = one(path, pickle.dumps(_Trap()))
    assert (found.format, found.location.path) == ("pickle", path)
    assert one(path, b"PK\x03\x04" + b"\0" * 100).format == "pickle"


@pytest.mark.parametrize(
    ("path", "data", "name"),
    [
        ("a.h5", b"\x89HDF\r\n\x1a\n" + b"\0" * 9, "hdf5"),
        ("a.keras", b"PK\x03\x04", "keras"),
        ("a.tflite", b"\0\0\0\0TFL3", "tflite"),
        ("saved_model.pb", b"\x08\x01\x12\x00", "tensorflow"),
        ("model_weights.npz", b"PK\x03\x04", "numpy"),
        ("a.pkl", b"(dp0\n.", "pickle"),
    ],
)
def test_other_formats(path: str, data: bytes, name: str) -> None:
    assert one(path, data).format == name


@pytest.mark.parametrize("path", ["m.safetensors", "m.gguf", "m.onnx", "m.pt", "pytorch_model.bin", "m.h5"])
def test_pointers_of_git_lfs(path: str) -> None:
    found = one(path, POINTER)
    assert (found.format, found.size, found.revision) == ("lfs-pointer", 4976698672, "sha256:" + "a" * 64)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("distutils-precedence.pth", b"import os; x = 1\n"), ("page.pt", b"<html></html>"),
        ("train.bin", b"\x01\x02" * 9),
        ("mel_filters.npz", b"PK\x03\x04"), ("graph.pb", b"node { }\n"), ("a.pth", b""), ("config.json", b"{}"),
        ("config.json", b'{"model_type": "x"}'), ("config.json", b"[1]"), ("README.md", b"---\nlicense: mit\n---\n"),
    ],
)  # fmt: skip
def test_what_only_shares_a_suffix(path: str, data: bytes) -> None:
    assert Files({path: data}).read() == []


# -- cards and configurations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"architectures": ["LlamaForCausalLM"], "_name_or_path": "a/b"}, ("a/b", "LlamaForCausalLM", ())),
        ({"architectures": [], "model_type": "llama", "_name_or_path": "./out"}, ("", "llama", ())),
        ({"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.2"}, ("", "UNet2DConditionModel", ())),
        ({"peft_type": "LORA", "base_model_name_or_path": "a/b"}, ("", "LORA", ("a/b",))),
        ({"architectures": [None, 3], "_name_or_path": ["x"]}, ("", "", ())),
    ],
)
def test_configurations(told: dict[str, object], expected: tuple[str, str, tuple[str, ...]]) -> None:
    found = one("m/config.json", json.dumps(told).encode())
    assert (found.id, found.architecture, found.base_models) == expected and found.format == "config"


CARD = b"---\nlicense: other\nlicense_name: gemma\nlicense_link: https://x\nbase_model:\n- a/b\n- c/d\n---\n# Card\n"


def test_the_card_beside_weights_says_what_they_do_not(writers: type[Writers]) -> None:
    found = one("m.safetensors", writers.safetensors({"format": "pt"}), card=CARD)
    assert (found.licence, found.base_models) == ("gemma", ("a/b", "c/d"))
    found = one("m.safetensors", writers.safetensors({"license": "MIT"}), card=CARD)
    assert found.licence == "MIT"
    files = {"m/a.safetensors": writers.safetensors(None), "README.md": CARD}
    assert [each.licence for each in Files(files).read() if isinstance(each, Weights)] == [""]


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("---\nlicense: mit\n---\n", "mit"),
        ("---\nlicense: [mit, apache-2.0]\n---", "mit AND apache-2.0"),
        ("---\nlicense: other\nlicense_link: LICENSE\n---\n", "LICENSE"),
        ("---\nlicense: unknown\n---\n", "unknown"),
        ("---\nlicense: {a: b}\n---\n", ""),
    ],
)
def test_front_matter(text: str, licence: str) -> None:
    found = cards.front_matter(text)
    assert found is not None and found.licence == licence


@pytest.mark.parametrize("text", ["", "# A\n---\nlicense: mit\n---\n", "---\n", "---\n\n---\n", "---\n- a\n---\n"])
def test_no_front_matter(text: str) -> None:
    assert cards.front_matter(text) is None


# -- hostile ones ------------------------------------------------------------------------------------------------------

HOSTILE = (
    ("m.safetensors", b""),
    ("m.safetensors", b"\x01"),
    ("m.safetensors", struct.pack("<Q", 1 << 60) + b"{}"),
    ("m.safetensors", struct.pack("<Q", (1 << 64) - 1) + b"{}"),
    ("m.safetensors", struct.pack("<Q", 50) + b"{}"),
    ("m.safetensors", struct.pack("<Q", 99_999_999) + b"{" * 100),
    ("m.safetensors", struct.pack("<Q", 2) + b"[]"),
    ("m.safetensors", struct.pack("<Q", 3) + b"{x}"),
    ("m.safetensors", struct.pack("<Q", 9_000_000) + b'{"a": "' + b"x" * 9_000_000),
    ("m.safetensors", struct.pack("<Q", 200_000) + b"[" * 200_000),
    ("m.safetensors", struct.pack("<Q", 200_016) + b'{"__metadata__":' + b"[" * 200_000),
    ("m.safetensors", struct.pack("<Q", 20) + b'{"__metadata__": []}'),
    ("m.safetensors", struct.pack("<Q", 4) + b"\xff\xfe\xfd\xfc"),
    ("m.gguf", b"GGUF"),
    ("m.gguf", b"GGML" + b"\0" * 40),
    ("m.gguf", b"GGUF" + struct.pack("<IQQ", 1, 0, 0)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 63)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 9)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<I", 99)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<IQ", 8, 100_000_000)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<IIQ", 9, 9, 1)),
    ("m.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<IIQ", 9, 8, 1 << 62)),
    (
        "m.gguf",
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<IIQ", 9, 8, 900_000) + b"\0" * 9_000_000,
    ),
    ("m.onnx", b""),
    ("m.onnx", b"\x08\x08"),
    ("m.onnx", b"\xff" * 50),
    ("m.onnx", b"\x08" + b"\x80" * 20),
    ("m.onnx", b"\x3a" + b"\xff\xff\xff\xff\x7f"),
    ("m.onnx", b"\x0b\x0b"),
    ("m.onnx", b"\x00\x00"),
    ("m.onnx", b"\x08\x08" * 5_000),
    ("m.h5", b"nothing"),
    ("m.tflite", b"nothing at all"),
    ("m.keras", b"nothing"),
    ("config.json", b'{"architectures": '),
    ("config.json", b"[" * 200_000),
    ("config.json", b"\xff\xfe\xff"),
)


@pytest.mark.parametrize(("path", "data"), HOSTILE)
def test_what_cannot_be_read_is_a_gap(path: str, data: bytes) -> None:
    reason = gap(path, data)
    assert any(words in reason for words in ("weights", "not read", "first bytes"))


def test_what_was_read_of_a_broken_header_counts(writers: type[Writers]) -> None:
    cut = writers.gguf([("general.license", "mit"), ("general.name", "m")])[:-2]
    found, missing = sorted(Files({"m.gguf": cut}).read(), key=lambda each: isinstance(each, Gap))
    assert isinstance(found, Weights) and found.licence == "mit"
    assert isinstance(missing, Gap) and "in part" in missing.reason
    cut = writers.onnx({"license": "MIT"})[:-1]
    found, missing = sorted(Files({"m.onnx": cut}).read(), key=lambda each: isinstance(each, Gap))
    assert isinstance(found, Weights) and isinstance(missing, Gap)


def test_long_texts_are_cut(writers: type[Writers]) -> None:
    assert len(one("m.gguf", writers.gguf([("general.license", "x" * 100_000)])).licence) == 300
    assert len(one("m.safetensors", writers.safetensors({"license": "x" * 100_000})).licence) == 300
    assert len(one("m.onnx", writers.onnx({"license": "x" * 10_000})).licence) == 300


def test_numbers_of_a_configuration_may_have_any_length() -> None:
    found = one("config.json", b'{"architectures": ["A"], "n": ' + b"9" * 10_000 + b', "x": NaN}')
    assert found.architecture == "A"


def test_a_broken_card_is_a_gap_and_the_weights_stay(writers: type[Writers]) -> None:
    files = Files({"m.safetensors": writers.safetensors(None), "README.md": b"---\nlicense: [\n---\n"})
    assert sorted(type(each).__name__ for each in files.read()) == ["Gap", "Weights"]


def test_files_that_cannot_be_opened_are_gaps() -> None:
    def part(path: str, _start: int, _length: int) -> tuple[bytes, int]:
        raise PermissionError(13, "Permission denied", path)

    found = [*weights.read(["m.pt", "config.json"], part)]
    assert [type(each) for each in found] == [Gap, Gap]


def test_the_number_of_files_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MOST", 2)
    found = Files({f"{number}.pt": b"PK\x03\x04" for number in range(4)}).read()
    assert [type(each) for each in found] == [Weights, Weights, Gap]


@given(st.sampled_from(sorted({path for path, _ in HOSTILE} | {"README.md", "a.pt", "a.bin"})), st.binary(max_size=400))
def test_no_bytes_raise(path: str, data: bytes) -> None:
    assert len(Files({path: data, "x.pt": b"PK\x03\x04"}).read()) <= 3


@given(st.data())
def test_no_damage_raises(
    data: st.DataObject,
) -> None:
    whole = data.draw(st.sampled_from([
        ("m.gguf", Writers.gguf([("general.license", "mit"), ("general.tags", ["a"]), ("general.name", "x")])),
        ("m.onnx", Writers.onnx({"license": "MIT"})),
        ("m.safetensors", Writers.safetensors({"license": "MIT"})),
    ]))  # fmt: skip
    at = data.draw(st.integers(0, len(whole[1]) - 1))
    changed = whole[1][:at] + data.draw(st.binary(max_size=12)) + whole[1][at + data.draw(st.integers(0, 9)) :]
    assert len(Files({whole[0]: changed}).read()) <= 2
