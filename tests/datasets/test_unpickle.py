"""A pickle is a program: these try to run something, and nothing may run."""

import base64
import contextlib
import copyreg
import gzip
import io
import json
import os
import pickle
import re
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from galflux_edu.datasets import unpickle
from galflux_edu.datasets.unpickle import read_pickle
from galflux_edu.errors import InputError

RAN = "GALFLUX_TEST_A_PICKLE_RAN_CODE"
CODE = f"import os; os.environ[{RAN!r}] = 'yes'"
OLD = json.loads(Path(__file__).with_name("pickles.json").read_text())


def text(value):
    return b"\x8c" + bytes([len(value)]) + value.encode()


def ask(module, name):
    """Return the opcodes that ask for module.name."""
    return text(module) + text(name) + b"\x93"


def call(module, name, argument):
    """Return a pickle that calls module.name with one text."""
    return b"\x80\x04" + ask(module, name) + text(argument) + b"\x85R."


def inside_an_array(module, name):
    """Return an object array one of whose cells is such a call."""
    state = (
        b"(K\x01K\x02\x85"
        + ask("numpy", "dtype")
        + text("O8")
        + b"\x85R"
        + b"\x89]("
        + call(module, name, CODE)[2:-1]
        + b"K\x00et"
    )
    empty = ask("numpy._core.multiarray", "_reconstruct") + b"(" + ask("numpy", "ndarray")
    return b"\x80\x04" + empty + b"K\x00\x85C\x01btR" + state + b"b."


def as_a_tensor(module, name):
    """Return a tensor whose storage is a file of its own, with such a call inside."""
    nested = pickle.dumps(0x1950A86A20F9469CFC6C) + call(module, name, CODE)
    storage = ask("torch.storage", "_load_from_bytes") + b"B" + struct.pack("<I", len(nested))
    return (
        b"\x80\x04"
        + ask("torch._utils", "_rebuild_tensor_v2")
        + b"("
        + (storage + nested + b"\x85RK\x00K\x01\x85K\x01\x85tR.")
    )


FORBIDDEN = {
    "os.system": call("os", "system", "exit"),
    "posix.system": b"cposix\nsystem\n(S'exit'\ntR.",
    "nt.system": b"(S'exit'\nint\nsystem\n.",
    "subprocess.Popen": call("subprocess", "Popen", "true"),
    "builtins.eval": call("builtins", "eval", "1"),
    "builtins.exec": call("builtins", "exec", CODE),
    "__builtin__.eval": b"c__builtin__\neval\n(S'1'\ntR.",
    "builtins.getattr": call("builtins", "getattr", "x"),
    "builtins.__import__": call("builtins", "__import__", "this"),
    "importlib.import_module": call("importlib", "import_module", "this"),
    "functools.partial": call("functools", "partial", "x"),
    "operator.attrgetter": call("operator", "attrgetter", "system"),
    "operator.methodcaller": call("operator", "methodcaller", "system"),
    "types.FunctionType": call("types", "FunctionType", "x"),
    "marshal.loads": call("marshal", "loads", "x"),
    "pickle.loads": call("pickle", "loads", "x"),
    "codecs.decode": call("codecs", "decode", "x"),
    "_codecs.encode": call("_codecs", "encode", "x"),
    "copyreg._reconstructor": call("copyreg", "_reconstructor", "x"),
    "copyreg.add_extension": call("copyreg", "add_extension", "x"),
    "numpy.load": call("numpy", "load", "x.npy"),
    "numpy.fromfile": call("numpy", "fromfile", "/etc/hostname"),
    "numpy.core.multiarray.fromfile": call("numpy.core.multiarray", "fromfile", "x"),
    "numpy.testing._private.utils.runstring": call(
        "numpy.testing._private.utils", "runstring", CODE
    ),
    "numpy.ndarray.tofile": call("numpy", "ndarray.tofile", "x"),
    "numpy.__builtins__": call("numpy", "__builtins__", "x"),
    "pandas.read_pickle": call("pandas", "read_pickle", "x.pkl"),
    "pandas.io.pickle.read_pickle": call("pandas.io.pickle", "read_pickle", "x.pkl"),
    "pandas.eval": call("pandas", "eval", "1"),
    "pandas.core.frame.DataFrame.to_pickle": call("pandas.core.frame", "DataFrame.to_pickle", "x"),
    "pandas.compat.pickle_compat.loads": call("pandas.compat.pickle_compat", "loads", "x"),
    "torch.load": call("torch", "load", "x.pt"),
    "torch.storage.io.open": call("torch.storage", "io.open", "x"),
    "os.popen": inside_an_array("os", "popen"),
    "runpy.run_path": as_a_tensor("runpy", "run_path"),
}


def write(tmp_path, data):
    path = tmp_path / "hostile.pkl"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FORBIDDEN)
def test_forbidden_names_are_refused_by_name(tmp_path, name):
    path = write(tmp_path, FORBIDDEN[name])
    message = f"{path}: needed a pickle of arrays and tables only; got one that asks for {name}"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(path)
    assert RAN not in os.environ
    assert list(tmp_path.iterdir()) == [path]


class _Reduced:
    def __reduce__(self):
        return exec, (CODE,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_objects_that_reduce_to_code_are_refused_in_every_protocol(tmp_path, protocol):
    path = write(tmp_path, pickle.dumps([np.zeros(3), _Reduced()], protocol))
    with pytest.raises(InputError, match=r"^\S+: needed a pickle of arrays and tables only; got "):
        read_pickle(path)
    assert RAN not in os.environ


def test_what_is_asked_for_by_an_extension_code_is_refused(tmp_path):
    copyreg.add_extension("os", "getcwd", 0xF0F0)
    try:
        path = write(tmp_path, b"\x80\x04\x83\xf0\xf0)R.")
        with pytest.raises(InputError, match=r"^\S+: needed a pickle .+ asks for os\.getcwd$"):
            read_pickle(path)
    finally:
        copyreg.remove_extension("os", "getcwd", 0xF0F0)


DAMAGED = {
    "calls a text": b"\x80\x04" + text("x") + b")R.",
    "sets state on a class": b"\x80\x04" + ask("pandas", "DataFrame") + b"}" + text("x") + b"Ksb.",
    "sets attributes of a class": (
        b"\x80\x04" + ask("pandas", "DataFrame") + b"N}" + text("to_csv") + text("x") + b"s\x86b."
    ),
    "makes an array of itself": (
        b"\x80\x04" + ask("numpy.core.numeric", "_frombuffer") + b"(C\x00"
        + ask("numpy", "dtype") + text("O8") + b"\x85RK\x01\x85" + text("C") + b"tR."
    ),
    "gives objects as bytes": (
        b"\x80\x04" + ask("numpy.core.numeric", "_frombuffer") + b"(C\x08abcdefgh"
        + ask("numpy", "dtype") + text("O8") + b"\x85RK\x01\x85" + text("C") + b"tR."
    ),
    "gives a dtype as text": (
        b"\x80\x04" + ask("numpy.core.numeric", "_frombuffer") + b"(C\x08abcdefgh"
        + text("O") + b"K\x01\x85" + text("C") + b"tR."
    ),
    "names a memo far away": b"\x80\x04Nr\xff\xff\xff\x7fj\xff\xff\xff\x7eN.",
    "promises more bytes than there are": b"\x80\x04\x8e" + b"\xff" * 7 + b"\x00.",
    "ends early": b"\x80\x04]",
    "is empty": b"",
    "is text": b"galaxy",
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_pickles_take_one_sentence(tmp_path, name):
    before = pd.DataFrame.to_csv
    path = write(tmp_path, DAMAGED[name])
    message = f"{path}: needed a whole pickle; got a damaged one"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(path)
    assert pd.DataFrame.to_csv is before


def test_arrays_of_records_are_refused(tmp_path):
    path = write(tmp_path, pickle.dumps(np.zeros(2, "f4,O")))
    message = (
        f"{path}: needed a pickle of arrays and tables only; "
        "got one that asks for values of type 'V12'"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(path)


@pytest.mark.parametrize("seed", range(100))
def test_no_damage_escapes_the_sentences(tmp_path, seed):
    rng = np.random.default_rng(seed)
    data = bytearray(base64.b64decode(list(OLD.values())[seed % 4]["cells"]))
    for place in rng.integers(0, len(data), 2):
        data[place] = rng.integers(256)
    with contextlib.suppress(InputError):
        read_pickle(write(tmp_path, data))


def test_an_array_of_arrays_doubling_sixty_times_is_no_work(tmp_path):
    """Each level holds the one below twice; only code that forgets would take 2**60 steps."""
    cell = np.zeros(2)
    for _ in range(60):
        outer = np.empty(2, object)
        outer[:] = [cell, cell]
        cell = outer
    path = write(tmp_path, pickle.dumps(cell))
    assert read_pickle(path).shape == (2,)


@pytest.mark.parametrize("kind", ["?", "u1", "<u2", ">i4", "i8", "<f2", "f4", ">f8", "U5", "S3"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_arrays_come_back_exactly(tmp_path, kind, order, protocol):
    array = np.asarray(np.arange(6).reshape(2, 3) % 4, kind, order=order)
    back = read_pickle(write(tmp_path, pickle.dumps(array, protocol)))
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype
    assert back.flags.f_contiguous == array.flags.f_contiguous


def test_plain_values_and_scalars_come_back(tmp_path):
    value = {"a": np.float32(1.5), "b": [1, "two", None], "c": np.arange(3), "d": np.int64(-1)}
    back = read_pickle(write(tmp_path, pickle.dumps(value)))
    assert back["a"] == 1.5
    assert back["a"].dtype == np.float32
    assert back["b"] == [1, "two", None]
    assert back["c"].tolist() == [0, 1, 2]
    assert back["d"] == -1


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_a_frame_comes_back_exactly(tmp_path, protocol):
    frame = pd.DataFrame(
        {
            "name": ["a", "b", "c"],
            "whole": [1, 2, 3],
            "real": [0.1, np.nan, 1e300],
            "small": np.array([1, 2, 3], np.float32),
            "true": [True, False, True],
            "other": [4, 5, 6],
        },
        index=[5, 7, 9],
    )
    back = read_pickle(write(tmp_path, pickle.dumps(frame, protocol)))
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    back = read_pickle(write(tmp_path, pickle.dumps(frame[["whole"]][::2], protocol)))
    pd.testing.assert_frame_equal(back, frame[["whole"]][::2], check_exact=True)


@pytest.mark.parametrize("version", OLD)
def test_frames_of_all_versions_come_back(tmp_path, version):
    frames = {
        name: read_pickle(write(tmp_path, base64.b64decode(data)))
        for name, data in OLD[version].items()
    }
    cells = frames["cells"]
    assert list(cells) == ["file_name", "tensor", "total_flux", "img_number"]
    assert cells["file_name"].tolist() == ["a.fits", "b.fits"]
    assert cells["total_flux"].tolist() == [1.5, 2.5]
    assert cells["img_number"].tolist() == [7, 9]
    np.testing.assert_array_equal(cells["tensor"][1], [[4, 5], [6, 7]])
    np.testing.assert_array_equal(frames["pixels"][[0, 1, 2, 3]], [[0, 1, 2, 3], [4, 5, 6, 7]])
    assert frames["indexed"].index.tolist() == ["a.fits", "b.fits"]
    assert frames["indexed"].index.name == "file_name"
    assert list(frames["series"]) == ["tensor"]
    np.testing.assert_array_equal(frames["series"]["tensor"]["a.fits"], [[0, 1], [2, 3]])


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("kind", ["large_string", "string"])
def test_strings_of_arrow_come_back(tmp_path, kind, protocol):
    import pyarrow as arrow

    words = ["", "café", None, *(f"galaxy {i}" for i in range(20)), None]
    array = arrow.chunked_array([arrow.array(part, kind) for part in (words, words[:3])])
    for rows in (slice(None), slice(5, 19), slice(2, 3), slice(0, 0)):
        frame = pd.DataFrame({"word": pd.array(array, "str")}).iloc[rows]
        back = read_pickle(write(tmp_path, pickle.dumps(frame, protocol)))
        expected = [*words, *words[:3]][rows]
        assert [None if word is np.nan else word for word in back["word"]] == expected
        assert back.index.tolist() == frame.index.tolist()


@pytest.mark.parametrize("kind", ["float32", "float64", "uint8", "int64"])
def test_tensors_come_back_as_arrays(tmp_path, kind):
    import torch

    whole = torch.arange(60, dtype=getattr(torch, kind)).reshape(3, 4, 5)
    for tensor in (whole, whole[1:, 1:3, ::2], whole.permute(2, 0, 1), whole[0, 0, 0]):
        back = read_pickle(write(tmp_path, pickle.dumps(tensor)))
        np.testing.assert_array_equal(back, tensor.numpy())
        assert back.dtype == kind


def test_a_tensor_larger_than_its_storage_is_refused(tmp_path):
    import torch

    path = write(tmp_path, pickle.dumps(torch.zeros(1).expand(10**12)))
    message = f"{path}: needed a whole pickle; got a damaged one"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(path)


def zipped(tmp_path, value):
    path = tmp_path / "value.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(value)))
    return path


def test_gzipped_pickles_are_unpacked(tmp_path):
    array = np.arange(1000.0)
    np.testing.assert_array_equal(read_pickle(zipped(tmp_path, array)), array)


@pytest.mark.parametrize("value", [np.zeros(10_000), [str(i) for i in range(1000)], b"x" * 20_000])
def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch, value):
    monkeypatch.setattr(unpickle, "UNPACKED_LIMIT", 1000)
    path = zipped(tmp_path, value)
    message = f"{path}: needed at most 1000 bytes once unpacked; got more"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(path)


@pytest.mark.parametrize("damage", ["truncated", "no checksum", "a wrong byte", "no gzip"])
def test_damaged_gzip_files(tmp_path, damage):
    path = zipped(tmp_path, np.random.default_rng(0).normal(size=1000))
    data = bytearray(path.read_bytes())
    if damage == "a wrong byte":
        data[-6] ^= 1  # in the checksum: the pixels are whole, so nothing else would notice
    cut = {"truncated": slice(500), "no checksum": slice(-8), "no gzip": slice(10, None)}
    path.write_bytes(data[cut.get(damage, slice(None))])
    message = f"{path}: needed a whole pickle; got a damaged one"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(path)


def test_no_file(tmp_path):
    message = f"{tmp_path / 'x.pkl'}: needed a pickle to read; got 'No such file or directory'"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_pickle(tmp_path / "x.pkl")


def test_the_hostile_pickles_do_run_elsewhere():
    """The tests above mean something: the standard reader runs such a pickle."""
    try:
        pickle.load(io.BytesIO(FORBIDDEN["builtins.exec"]))
        assert os.environ[RAN] == "yes"
    finally:
        os.environ.pop(RAN, None)
