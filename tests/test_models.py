"""The zoo and the input scalings."""

import numpy as np
import pytest

from galflux_edu import models
from galflux_edu.engine import flatten, to_engine, tree_leaves, tree_map
from galflux_edu.errors import InputError
from galflux_edu.flux import FluxModel, Recipe
from galflux_edu.nn import count_parameters


@pytest.mark.parametrize("name", ["flux-cnn", "flux-cnn-plain"])
def test_flux_cnn_has_the_published_number_of_parameters(name):
    params, shape = models.build(name, 0.2).init(np.random.default_rng(0), (143, 143, 1))
    assert count_parameters(params) == 1_884_465
    assert shape == (1,)


def test_build_knows_its_names():
    assert models.build("flux-cnn", dropout=0.5) == models.flux_cnn(0.5)
    with pytest.raises(
        InputError,
        match=r"^model: needed one of flux-cnn, flux-cnn-plain, course-best; got 'resnet'$",
    ):
        models.build("resnet", dropout=0.2)


def test_the_course_best_starts_as_the_pixel_sum_and_does_not_see_angles():
    network = models.course_best()
    params, shape = network.init(np.random.default_rng(0), (143, 143, 1))
    assert shape == (1,)
    assert count_parameters(params) == 25_729
    params = to_engine(params, "numpy", "float64")
    rng = np.random.default_rng(1)
    images = rng.exponential(1, (3, 143, 143, 1))
    flux, _ = network.forward(params, images)
    pixel_sum = np.log10(np.sum(images, axis=(1, 2, 3)) / 1e4)
    np.testing.assert_allclose(flux[:, 0], pixel_sum, atol=0.2)
    turned, _ = network.forward(params, np.rot90(images, axes=(1, 2)))
    np.testing.assert_allclose(turned, flux, rtol=1e-10)


@pytest.mark.parametrize("pixels", [16, 19])
def test_the_fast_network_is_the_plain_one(pixels):
    fast, plain = models.flux_cnn(), models.flux_cnn_plain()
    params, _ = fast.init(np.random.default_rng(1), (pixels, pixels, 1))
    same, _ = plain.init(np.random.default_rng(1), (pixels, pixels, 1))
    renamed = models.rename(params, like=same)
    assert list(flatten(renamed)) == list(flatten(same))
    for a, b in zip(tree_leaves(renamed), tree_leaves(same), strict=True):
        np.testing.assert_array_equal(a, b)

    params, renamed = to_engine([params, renamed], "numpy", "float64")
    x = np.random.default_rng(2).standard_normal((5, pixels, pixels, 1))
    (y, saved), (expected, plain_saved) = fast.forward(params, x), plain.forward(renamed, x)
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    dx, grads = fast.backward(params, saved, y)
    plain_dx, plain_grads = plain.backward(renamed, plain_saved, y)
    np.testing.assert_allclose(dx, plain_dx, rtol=1e-10, atol=1e-14)
    for a, b in zip(tree_leaves(grads), tree_leaves(plain_grads), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)


def test_a_model_saved_with_the_plain_networks_names_is_read(tmp_path):
    plain, _ = models.flux_cnn_plain().init(np.random.default_rng(3), (12, 12, 1))
    FluxModel(Recipe(), 12, 4.0, plain, {}).save(tmp_path / "model.npz")
    model = FluxModel.load(tmp_path / "model.npz")
    assert list(model.params) == [
        "0_convrelupool2d",
        "1_winogradconvrelupool2d",
        "3_dense",
        "6_dense",
    ]
    for a, b in zip(tree_leaves(model.params), tree_leaves(plain), strict=True):
        np.testing.assert_array_equal(a, b)


def test_parameters_take_new_names_in_whatever_order_they_are_stored():
    old = {f"{i}_skip": {"0_dense": {"bias": i, "weight": -i}} for i in (2, 10)}
    new = {f"{i}_residual": {"0_dense": {"weight": 0, "bias": 0}} for i in (2, 10)}
    old, new = (tree_map(lambda i: np.full((2,), i), tree) for tree in (old, new))
    renamed = models.rename(old, like=new)
    assert list(renamed) == ["2_residual", "10_residual"]
    for i in (2, 10):
        dense = renamed[f"{i}_residual"]["0_dense"]
        assert list(dense) == ["weight", "bias"]
        assert (dense["weight"][0], dense["bias"][0]) == (-i, i)


def test_parameters_of_another_network_keep_their_names():
    params = {"0_dense": {"weight": np.zeros((3, 2))}}
    assert models.rename(params, like={"a": np.zeros((2, 3))}) is params


def test_input_scalings():
    images = np.asarray([[[[0.5], [-4.0]]], [[[2.0], [1.0]]]])
    assert set(models.INPUT_SCALINGS) == {"asinh", "raw", "max"}
    np.testing.assert_array_equal(models.raw(images), images)
    np.testing.assert_allclose(models.divide_by_maximum(images).ravel(), [0.125, -1, 1, 0.5])
    scale = models.ASINH_SOFTENING_ADU
    np.testing.assert_allclose(models.asinh_stretch(images), np.arcsinh(images / scale))


def test_a_black_image_stays_black():
    assert np.all(models.divide_by_maximum(np.zeros((1, 2, 2, 1))) == 0)
