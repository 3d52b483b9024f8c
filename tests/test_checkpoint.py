"""Checkpoints come back whole, or say in one sentence why not."""

import re

import numpy as np
import pytest

from galflux_edu.datasets.checkpoint import load_checkpoint, require_same_shapes, save_checkpoint
from galflux_edu.engine import flatten, to_engine
from galflux_edu.errors import InputError

TREE = {
    "params": {"0_dense": {"weight": np.arange(6, dtype=np.float32).reshape(2, 3)}},
    "step": np.asarray(7, dtype=np.int32),
    "history": np.array([0.1, np.nan, np.inf]),
}
METADATA = {"recipe": {"model": "flux-cnn", "mean": 4.04, "häufig": None}, "list": [1, 2]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "run.npz"


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_what_is_written_comes_back_bit_for_bit(path, engine):
    save_checkpoint(path, to_engine(TREE, engine), METADATA)
    tree, metadata = load_checkpoint(path)
    assert metadata == METADATA
    assert list(flatten(tree)) == list(flatten(TREE))
    for name, array in flatten(tree).items():
        expected = flatten(TREE)[name]
        assert type(array) is np.ndarray
        assert array.dtype == expected.dtype
        np.testing.assert_array_equal(array, expected)


def test_nothing_else_is_left_in_the_folder(path):
    save_checkpoint(path, TREE, {})
    save_checkpoint(path, TREE, {"second": True})
    assert [p.name for p in path.parent.iterdir()] == ["run.npz"]
    assert load_checkpoint(path)[1] == {"second": True}


def test_a_failed_write_leaves_the_old_file(path):
    save_checkpoint(path, TREE, METADATA)
    with pytest.raises(TypeError, match=r"^Object of type object is not JSON serializable$"):
        save_checkpoint(path, TREE, {"bad": object()})
    assert load_checkpoint(path)[1] == METADATA


def test_a_missing_file_is_named(path):
    message = f"{path}: needed a checkpoint file; got no such file"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        load_checkpoint(path)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def flip(path):
    data = bytearray(path.read_bytes())
    data[data.index(b"weight.npy") + 150] ^= 0xFF
    path.write_bytes(data)


def empty(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("epoch,loss\n1,0.5\n")


def plain_array(path):
    with path.open("wb") as file:
        np.save(file, np.ones(3))


def other_archive(path):
    with path.open("wb") as file:
        np.savez(file, weights=np.ones(3))


def pickled(path):
    with path.open("wb") as file:
        np.savez(file, weights=np.array([{"a": 1}], dtype=object))


@pytest.mark.parametrize("damage", [cut, flip, empty, text, plain_array, other_archive, pickled])
def test_a_damaged_or_foreign_file_is_refused(path, damage):
    save_checkpoint(path, TREE, METADATA)
    damage(path)
    message = f"{path}: needed a whole checkpoint file; got a damaged or other file"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        load_checkpoint(path)


OTHERS = [
    ({"a": {"w": np.ones((2, 3))}}, "a/w of shape (2, 2); got (2, 3)"),
    ({"b": {"w": np.ones((2, 2))}}, "a/w of shape (2, 2); got none"),
    ({"a": {"w": np.ones((2, 2)), "b": np.ones(2)}}, "a/b of shape none; got (2,)"),
]


@pytest.mark.parametrize(("tree", "message"), OTHERS)
def test_weights_of_another_architecture_are_refused(tree, message):
    message = f"run.npz: needed the weights of the same architecture, {message}"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        require_same_shapes({"a": {"w": np.ones((2, 2))}}, tree, "run.npz")


def test_equal_shapes_pass_in_any_order():
    first = {"a": np.ones(2), "b": {"c": np.ones(3)}}
    require_same_shapes(first, {"b": {"c": np.zeros(3)}, "a": np.zeros(2)}, "run.npz")
