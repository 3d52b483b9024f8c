import gzip
import pickle
import re

import numpy as np
import pandas as pd
import pytest

from galflux_edu.datasets import read_labelled_images, read_tensors
from galflux_edu.errors import InputError

IMAGES = np.random.default_rng(0).normal(size=(3, 4, 4)).astype(np.float32)
NAMES = ["1.fits", "2.fits", "3.fits"]


def pixel_table():
    table = pd.DataFrame(IMAGES.reshape(3, 16))
    table.insert(0, "file_name", NAMES)
    table["total_flux"] = [1.0, 2.0, 3.0]
    return table


def save(tmp_path, frame):
    path = tmp_path / "tensors_df.pkl"
    frame.to_pickle(path)
    return path


def fails(reader, path, message):
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}: {message}')}$"):
        reader(path)


@pytest.mark.parametrize("shape", [(4, 4), (1, 4, 4), (4, 4, 1), (16,)])
def test_cells_that_are_images(tmp_path, shape):
    frame = pd.DataFrame({"file_name": NAMES, "tensor": [i.reshape(shape) for i in IMAGES]})
    table, images = read_tensors(save(tmp_path, frame))
    np.testing.assert_array_equal(images, IMAGES)
    assert images.dtype == np.float32
    assert table["file_name"].tolist() == NAMES
    assert list(table) == ["file_name"]


def test_cells_that_are_tensors(tmp_path):
    import torch

    cells = list(torch.tensor(IMAGES)[:, None])
    _, images = read_tensors(save(tmp_path, pd.DataFrame({"file_name": NAMES, "t": cells})))
    np.testing.assert_array_equal(images, IMAGES)


def test_one_column_a_pixel_pickled(tmp_path):
    table, images = read_tensors(save(tmp_path, pixel_table()))
    np.testing.assert_array_equal(images, IMAGES)
    assert list(table) == ["file_name", "total_flux"]


@pytest.mark.parametrize("index", [True, False])
def test_one_column_a_pixel_in_csv(tmp_path, index):
    path = tmp_path / "tensors.csv"
    pixel_table().to_csv(path, index=index)
    table, images = read_tensors(path)
    np.testing.assert_array_equal(images, IMAGES)
    assert table["file_name"].tolist() == NAMES


def test_tables_without_images(tmp_path):
    frame = pixel_table().drop(columns=3)
    fails(
        read_tensors,
        save(tmp_path, frame),
        "needed one column of images or one column a pixel; got '15 pixels, which make no square'",
    )
    fails(
        read_tensors,
        save(tmp_path, frame[["file_name"]]),
        "needed one column of images or one column a pixel; got '0 pixels, which make no square'",
    )
    fails(
        read_tensors,
        save(tmp_path, pd.DataFrame({"t": [np.zeros((2, 3, 3))]})),
        "needed one column of images or one column a pixel; got 'an image of shape (2, 3, 3)'",
    )
    fails(
        read_tensors,
        save(tmp_path, frame[:0]),
        "needed a table with a row for each image; got an empty one",
    )
    path = tmp_path / "tensors_df.pkl"
    path.write_bytes(pickle.dumps(IMAGES))
    fails(read_tensors, path, "needed a table with a row for each image; got a ndarray")


def test_images_of_two_sizes(tmp_path):
    path = save(tmp_path, pd.DataFrame({"t": [np.zeros((2, 2)), np.zeros((3, 3))]}))
    with pytest.raises(
        InputError, match=r"^\S+: needed one column of images or one column a pixel; got '[^\n]+'$"
    ):
        read_tensors(path)


def test_pixels_that_are_not_finite(tmp_path):
    frame = pixel_table()
    frame.loc[1, 5] = np.nan
    path = save(tmp_path, frame)
    fails(read_tensors, path, "needed finite pixels; got 1 that are NaN or infinite")


def test_tensors_saved_as_text_have_lost_their_pixels(tmp_path):
    path = tmp_path / "tensors.csv"
    pd.DataFrame({"file_name": ["1.fits"], "tensor": ["tensor([[0.1, ..., 0.2]])"]}).to_csv(path)
    with pytest.raises(InputError, match=r"^\S+: needed a table of pixels; got '[^\n]*tensor"):
        read_tensors(path)


def test_no_table(tmp_path):
    path = tmp_path / "none.csv"
    fails(read_tensors, path, "needed a table to read; got 'No such file or directory'")


def labelled(n=6, m=2):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (n + m, 69, 69, 1)).astype(np.uint8)
    labels = np.eye(5)[rng.integers(0, 5, n + m)]
    return images[:n], labels[:n], images[n:], labels[n:]


def save_labelled(tmp_path, value):
    path = tmp_path / "dataG.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(value)))
    return path


def test_the_galaxies_of_lecture_7(tmp_path):
    data = read_labelled_images(save_labelled(tmp_path, labelled()))
    for got, expected in zip(data, labelled(), strict=True):
        np.testing.assert_array_equal(got, expected)
        assert got.dtype == expected.dtype
    assert data.train_images.shape == (6, 69, 69, 1)
    assert data.test_labels.shape == (2, 5)


def test_anything_else_in_their_place(tmp_path):
    needed = (
        "needed (train images, train labels, test images, test labels) of shapes "
        "(N, H, W, C), (N, K), (M, H, W, C), (M, K); got "
    )
    train, train_labels, test, test_labels = labelled()
    for value, got in [
        ((train, train_labels), "(6, 69, 69, 1), (6, 5)"),
        (
            (train[:5], train_labels, test, test_labels),
            "(5, 69, 69, 1), (6, 5), (2, 69, 69, 1), (2, 5)",
        ),
        ((train, train_labels, test, "none"), "(6, 69, 69, 1), (6, 5), (2, 69, 69, 1), str"),
        ({"a": 1}, "a dict"),
    ]:
        fails(read_labelled_images, save_labelled(tmp_path, value), needed + got)
    path = save_labelled(tmp_path, (train, train_labels / 2, test, test_labels))
    fails(read_labelled_images, path, "needed one-hot labels, a single 1 in each row; got others")
