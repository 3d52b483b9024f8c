"""The zoo and the input scalings."""

import numpy as np
import pytest

from galflux_edu import models
from galflux_edu.errors import InputError
from galflux_edu.nn import count_parameters


def test_flux_cnn_has_the_published_number_of_parameters():
    params, shape = models.flux_cnn().init(np.random.default_rng(0), (143, 143, 1))
    assert count_parameters(params) == 1_884_465
    assert shape == (1,)


def test_build_knows_its_names():
    assert models.build("flux-cnn", dropout=0.5) == models.flux_cnn(0.5)
    with pytest.raises(InputError, match=r"^model: needed one of flux-cnn; got 'resnet'$"):
        models.build("resnet", dropout=0.2)


def test_input_scalings():
    images = np.asarray([[[[0.5], [-4.0]]], [[[2.0], [1.0]]]])
    assert set(models.INPUT_SCALINGS) == {"asinh", "raw", "max"}
    np.testing.assert_array_equal(models.raw(images), images)
    np.testing.assert_allclose(models.divide_by_maximum(images).ravel(), [0.125, -1, 1, 0.5])
    scale = models.ASINH_SOFTENING_ADU
    np.testing.assert_allclose(models.asinh_stretch(images), np.arcsinh(images / scale))


def test_a_black_image_stays_black():
    assert np.all(models.divide_by_maximum(np.zeros((1, 2, 2, 1))) == 0)
