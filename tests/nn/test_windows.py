"""Windows, against loops that anyone can check."""

import array_api_strict
import numpy as np
import pytest

from galflux_edu.engine import to_engine, to_numpy
from galflux_edu.errors import InputError
from galflux_edu.gradcheck import adjoint_gap
from galflux_edu.nn.windows import count_windows, fold, pad, pair, unfold

GEOMETRIES = [
    # kernel, stride, image
    ((1, 1), (1, 1), (3, 4)),
    ((3, 3), (1, 1), (5, 7)),
    ((2, 2), (2, 2), (6, 7)),
    ((2, 3), (3, 1), (8, 5)),
    ((3, 2), (2, 5), (9, 8)),
    ((4, 5), (3, 3), (4, 5)),
]
geometries = pytest.mark.parametrize(("kernel", "stride", "size"), GEOMETRIES)


@geometries
def test_unfold_cuts_out_every_window(kernel, stride, size):
    x = np.random.default_rng(0).standard_normal((2, *size, 3))
    tiles = unfold(x, kernel, stride)
    rows = range(0, size[0] - kernel[0] + 1, stride[0])
    columns = range(0, size[1] - kernel[1] + 1, stride[1])
    assert tiles.shape == (2, len(rows), len(columns), kernel[0] * kernel[1], 3)
    assert count_windows("here", size, kernel, stride) == (len(rows), len(columns))
    for h, top in enumerate(rows):
        for w, left in enumerate(columns):
            window = x[:, top : top + kernel[0], left : left + kernel[1], :]
            np.testing.assert_array_equal(tiles[:, h, w], window.reshape(2, -1, 3))


@geometries
def test_fold_is_the_transpose_of_unfold(kernel, stride, size):
    rng = np.random.default_rng(1)
    v = rng.standard_normal((2, *size, 3))
    w = rng.standard_normal(unfold(v, kernel, stride).shape)

    def cut(x):
        return unfold(x, kernel, stride)

    def glue(tiles):
        return fold(tiles, kernel, stride, size)

    assert adjoint_gap(cut, glue, v, w) < 1e-15
    strict_v, strict_w = to_engine((v, w), array_api_strict)
    np.testing.assert_array_equal(to_numpy(glue(strict_w)), glue(w))
    np.testing.assert_array_equal(to_numpy(cut(strict_v)), cut(v))


@geometries
def test_fold_counts_how_many_windows_see_each_pixel(kernel, stride, size):
    count = np.zeros(size)
    for top in range(0, size[0] - kernel[0] + 1, stride[0]):
        for left in range(0, size[1] - kernel[1] + 1, stride[1]):
            count[top : top + kernel[0], left : left + kernel[1]] += 1
    ones = np.ones((1, *size, 1))
    np.testing.assert_array_equal(
        fold(unfold(ones, kernel, stride), kernel, stride, size)[0, :, :, 0], count
    )


def test_pad_adds_zeros_and_nothing_else():
    x = np.random.default_rng(2).standard_normal((2, 3, 4, 1)).astype(np.float32)
    expected = np.pad(x, ((0, 0), (0, 0), (2, 1), (0, 0)))
    padded = pad(x, 2, 2, 1)
    np.testing.assert_array_equal(padded, expected)
    assert padded.dtype == np.float32


def test_pair_takes_one_number_or_two():
    assert pair("here", 3, 1) == (3, 3)
    assert pair("here", (2, 5), 1) == (2, 5)
    with pytest.raises(
        ValueError, match=r"^here: needed whole numbers of at least 1; got \(2, 0\)$"
    ):
        pair("here", (2, 0), 1)


def test_a_window_larger_than_the_image_is_refused():
    message = r"^Conv2d: needed an image of at least 3 x 5 pixels with its padding; got 4 x 4$"
    with pytest.raises(InputError, match=message):
        count_windows("Conv2d", (4, 4), (3, 5), (1, 1))
