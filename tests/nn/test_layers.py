"""What each layer promises beyond the contract."""

import re

import jax
import numpy as np
import pytest
from scipy import special
from scipy.signal import correlate

from galflux_edu import models, nn
from galflux_edu.engine import fold_in, random_key, to_engine, to_numpy
from galflux_edu.errors import InputError
from galflux_edu.nn.activation import sigmoid
from galflux_edu.nn.layer import Layer

RNG = np.random.default_rng(0)


def run(layer, x):
    params, _ = layer.init(np.random.default_rng(0), x.shape[1:])
    return layer.forward(to_engine(params, np, str(x.dtype)), x)


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4), (5, 2)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 2)])
def test_convolution_equals_scipy(kernel, stride, padding):
    layer = nn.Conv2d(4, kernel=kernel, stride=stride, padding=padding)
    x = RNG.standard_normal((2, 7, 8, 3))
    params, shape = layer.init(RNG, x.shape[1:])
    params = {"weight": params["weight"].astype(float), "bias": RNG.standard_normal(4)}
    y, _ = layer.forward(params, x)
    assert y.shape == (2, *shape)
    (ph, pw), (sh, sw) = padding, stride
    padded = np.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)))
    for n in range(2):
        for f in range(4):
            whole = correlate(padded[n], params["weight"][..., f], mode="valid")[..., 0]
            expected = whole[::sh, ::sw] + params["bias"][f]
            np.testing.assert_allclose(y[n, :, :, f], expected, rtol=1e-12, atol=1e-12)


def test_max_pool_gives_the_whole_gradient_to_the_first_of_equals():
    x = np.array([[0.0, 5.0, 1.0, 1.0], [5.0, 5.0, 1.0, 0.0]])[None, :, :, None]
    layer = nn.MaxPool2d()
    _, saved = layer.forward({}, x)
    dx, _ = layer.backward({}, saved, np.array([[[[2.0], [3.0]]]]))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[0, 2, 3, 0], [0, 0, 0, 0]])


def test_pooling_leaves_out_rows_and_columns_that_fill_no_window():
    x = RNG.standard_normal((2, 5, 7, 3))
    for layer, reduce in [(nn.MaxPool2d(), np.max), (nn.AvgPool2d(), np.mean)]:
        y, saved = layer.forward({}, x)
        blocks = x[:, :4, :6].reshape(2, 2, 2, 3, 2, 3)
        np.testing.assert_allclose(y, reduce(blocks, axis=(2, 4)), rtol=1e-14)
        dx, _ = layer.backward({}, saved, np.ones_like(y))
        assert not dx[:, 4:].any()
        assert not dx[:, :, 6:].any()


def test_max_pool_passes_on_what_is_not_a_number():
    x = np.zeros((1, 2, 2, 1))
    x[0, 1, 1, 0] = np.nan
    assert np.isnan(nn.MaxPool2d().forward({}, x)[0]).all()


def test_sigmoid_is_exact_far_out_and_never_overflows():
    x = np.array([-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0])
    np.testing.assert_allclose(sigmoid(x), special.expit(x), rtol=1e-15)
    assert sigmoid(x.astype(np.float32)).dtype == np.float32


def test_relu_has_slope_zero_at_zero():
    _, saved = nn.ReLU().forward({}, np.array([[0.0, -0.0, 1.0]]))
    np.testing.assert_array_equal(nn.ReLU().backward({}, saved, np.ones((1, 3)))[0], [[0, 0, 1]])


def test_layer_norm_leaves_mean_zero_and_variance_one():
    x = RNG.standard_normal((5, 3, 64)) * 7 + 3
    y, _ = run(nn.LayerNorm(epsilon=0.0), x)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(axis=-1), 1, rtol=1e-13)


def test_layer_norm_of_equal_numbers_is_finite():
    y, saved = run(nn.LayerNorm(), np.full((2, 4), 3.0))
    np.testing.assert_array_equal(y, 0)
    weight = {"weight": np.ones(4), "bias": np.zeros(4)}
    assert np.isfinite(nn.LayerNorm().backward(weight, saved, np.ones((2, 4)))[0]).all()


@pytest.mark.parametrize("engine", ["numpy", "jax"])
class TestDropout:
    x = np.ones((200, 500))

    def drop(self, engine, rate, key):
        layer = nn.Dropout(rate)
        y, saved = layer.forward({}, to_engine(self.x, engine), key)
        dx, _ = layer.backward({}, saved, to_engine(self.x, engine))
        return to_numpy(y), to_numpy(dx)

    def test_without_a_key_nothing_happens(self, engine):
        y, dx = self.drop(engine, 0.7, None)
        np.testing.assert_array_equal(y, self.x)
        np.testing.assert_array_equal(dx, self.x)

    def test_share_and_scale(self, engine):
        y, dx = self.drop(engine, 0.2, random_key(1, engine))
        np.testing.assert_allclose(np.unique(y), [0, 1.25])
        # 100,000 coins: five standard deviations are 0.0063.
        assert abs(np.mean(y == 0) - 0.2) < 0.0063
        np.testing.assert_array_equal(dx, y)

    def test_the_key_decides(self, engine):
        first, again, other = (
            self.drop(engine, 0.5, random_key(seed, engine))[0] for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(first, again)
        assert 0.45 < np.mean(first == other) < 0.55

    def test_rate_zero_keeps_all(self, engine):
        np.testing.assert_array_equal(self.drop(engine, 0, random_key(1, engine))[0], self.x)

    def test_layers_of_a_network_draw_from_keys_of_their_own(self, engine):
        x, key = to_engine(self.x, engine), random_key(3, engine)
        network = nn.Sequential((nn.ReLU(), nn.Dropout(0.5), nn.Dropout(0.5)))
        y, _ = network.forward({}, x, key)
        expected, _ = nn.Dropout(0.5).forward({}, x, fold_in(key, 1))
        expected, _ = nn.Dropout(0.5).forward({}, expected, fold_in(key, 2))
        np.testing.assert_array_equal(to_numpy(y), to_numpy(expected))
        assert 0.2 < np.mean(to_numpy(y) > 0) < 0.3  # twice the same mask would leave a half


def test_sequential_names_its_parameters():
    network = nn.Sequential(
        (nn.Conv2d(2), nn.ReLU(), nn.Flatten(), nn.Sequential((nn.Dense(3), nn.LayerNorm())))
    )
    params, shape = network.init(np.random.default_rng(0), (4, 4, 1))
    assert shape == (3,)
    assert list(params) == ["0_conv2d", "3_sequential"]
    assert list(params["3_sequential"]) == ["0_dense", "1_layernorm"]


def test_sequential_takes_a_list_and_stays_frozen():
    network = nn.Sequential([nn.Dense(2), nn.ReLU()])
    assert network == nn.Sequential((nn.Dense(2), nn.ReLU()))
    assert isinstance(network.layers, tuple)
    assert hash(network) == hash(nn.Sequential((nn.Dense(2), nn.ReLU())))


def test_the_flux_network_has_its_published_number_of_parameters():
    network = nn.Sequential(
        (
            *(nn.Conv2d(12, kernel=3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(24, kernel=3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Dense(64), nn.ReLU(), nn.Dropout(0.2), nn.Dense(1)),
        )
    )
    params, shape = network.init(np.random.default_rng(0), (143, 143, 1))
    assert shape == (1,)
    assert nn.count_parameters(params) == 1_884_465


@pytest.mark.parametrize(
    ("layer", "shape", "fan_in"),
    [(nn.Dense(400), (300,), 300), (nn.Conv2d(80, kernel=(3, 5)), (5, 5, 40), 600)],
)
@pytest.mark.parametrize("variance", [1.0, 2.0])
def test_weights_start_with_the_stated_variance(layer, shape, fan_in, variance):
    layer = type(layer)(**{**vars(layer), "weight_variance": variance})
    params, _ = layer.init(np.random.default_rng(0), shape)
    # The variance of n normal numbers scatters by sqrt(2 / n).
    n = params["weight"].size
    assert abs(params["weight"].var() * fan_in / variance - 1) < 5 * np.sqrt(2 / n)
    assert not params["bias"].any()


def test_residuals_may_leave_a_compiled_function():
    for layer in (nn.MaxPool2d(), nn.AvgPool2d(), nn.GlobalAvgPool(), nn.Flatten()):
        x = to_engine(RNG.standard_normal((2, 4, 4, 1)), "jax")
        y, saved = jax.jit(layer.forward)({}, x)
        dx, _ = jax.jit(layer.backward)({}, saved, y)
        assert dx.shape == x.shape


def test_all_layers_fulfil_the_protocol():
    assert isinstance(nn.Dense(1), Layer)
    assert not isinstance(object(), Layer)


REFUSED = [
    (lambda: nn.Dense(0), "Dense: needed at least 1 feature; got 0"),
    (lambda: nn.Conv2d(0), "Conv2d: needed at least 1 feature; got 0"),
    (lambda: nn.Conv2d(1, kernel=0), "Conv2d kernel: needed whole numbers of at least 1; got 0"),
    (
        lambda: nn.Conv2d(1, stride=(1, 0)),
        "Conv2d stride: needed whole numbers of at least 1; got (1, 0)",
    ),
    (
        lambda: nn.Conv2d(1, padding=-1),
        "Conv2d padding: needed whole numbers of at least 0; got -1",
    ),
    (lambda: nn.MaxPool2d(0), "MaxPool2d size: needed whole numbers of at least 1; got 0"),
    (
        lambda: nn.AvgPool2d(2, stride=0),
        "AvgPool2d stride: needed whole numbers of at least 1; got 0",
    ),
    (lambda: nn.Dropout(1), "Dropout: needed a rate of at least 0 and below 1; got 1"),
    (lambda: nn.Dropout(-0.1), "Dropout: needed a rate of at least 0 and below 1; got -0.1"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_impossible_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()


IMPOSSIBLE_SHAPES = [
    (
        nn.Dense(3),
        (4, 4, 1),
        "Dense: needed examples of shape (features,); got (4, 4, 1) (put Flatten before it)",
    ),
    (nn.Conv2d(3), (16,), "Conv2d: needed images of shape (H, W, C); got (16,)"),
    (nn.Conv2d(3), (4, 4, 0), "Conv2d: needed images of shape (H, W, C); got (4, 4, 0)"),
    (
        nn.Conv2d(3, kernel=5, padding=1),
        (2, 9, 1),
        "Conv2d: needed an image of at least 5 x 5 pixels with its padding; got 4 x 11",
    ),
    (nn.MaxPool2d(), (16,), "MaxPool2d: needed images of shape (H, W, C); got (16,)"),
    (
        nn.AvgPool2d(3),
        (2, 2, 1),
        "AvgPool2d: needed an image of at least 3 x 3 pixels with its padding; got 2 x 2",
    ),
    (nn.GlobalAvgPool(), (16,), "GlobalAvgPool: needed images of shape (H, W, C); got (16,)"),
    (nn.LayerNorm(), (), "LayerNorm: needed examples with at least one axis; got shape ()"),
]


@pytest.mark.parametrize(("layer", "shape", "message"), IMPOSSIBLE_SHAPES)
def test_impossible_shapes_are_refused(layer, shape, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        layer.init(np.random.default_rng(0), shape)


def test_rings_add_up_to_the_image_and_hold_one_radius_each():
    x = np.random.default_rng(0).standard_normal((2, 9, 7, 1))
    y, _ = models.RadialMoments(5).forward({}, x)
    np.testing.assert_allclose(y[:, :5].sum(axis=1), x.sum(axis=(1, 2, 3)), rtol=1e-12)
    centre = np.zeros((1, 9, 9, 1))
    centre[0, 4, 4, 0] = 3
    y, _ = models.RadialMoments(4, orders=(2,)).forward({}, centre)
    np.testing.assert_array_equal(y, [[3, 0, 0, 0, 3, 0, 0, 0]])


def test_a_bar_has_the_moment_of_its_light():
    bar = np.zeros((1, 9, 9, 1))
    bar[0, 4, [1, 7], 0] = 1  # two pixels on one axis: e^{2 i theta} is 1 at both
    y, _ = models.RadialMoments(6, orders=(2,)).forward({}, bar)
    np.testing.assert_allclose(y[0, 6:], y[0, :6])
    cross = bar + np.swapaxes(bar, 1, 2)
    y, _ = models.RadialMoments(6, orders=(2, 4)).forward({}, cross)
    np.testing.assert_allclose(y[0, 6:12], 0, atol=1e-15)
    np.testing.assert_allclose(y[0, 12:], y[0, :6])


def test_an_empty_image_has_no_slope_and_no_nan():
    layer = models.RadialMoments(3)
    y, saved = layer.forward({}, np.zeros((1, 5, 5, 1)))
    dx, _ = layer.backward({}, saved, np.ones_like(y))
    np.testing.assert_array_equal(y, 0)
    np.testing.assert_allclose(dx, 1)  # of the plain sums


def test_shares_of_what_has_no_logarithm():
    layer = models.LogTotalAndFractions(2, reference=100, minimum=10, scale=5)
    x = np.asarray([[80.0, 20, 40], [-3, 1, 5]])
    y, saved = layer.forward({}, x)
    np.testing.assert_allclose(y, [[0, 4, 1, 2], [-1, -1.5, 0.5, 2.5]])
    dx, _ = layer.backward({}, saved, np.ones_like(y))
    np.testing.assert_allclose(dx[1], 0.5)  # the whole is held at its least


@pytest.mark.parametrize(
    ("layer", "shape", "sentence"),
    [
        (
            models.LogTotalAndFractions(4),
            (3,),
            "LogTotalAndFractions: needed examples of at least 4 features; got (3,)",
        ),
        (
            nn.Residual(nn.Dense(4)),
            (3,),
            "Residual: needed a layer from some features to as many or fewer; got (3,) to (4,)",
        ),
        (models.RadialMoments(), (9,), "RadialMoments: needed images of shape (H, W, C); got (9,)"),
    ],
)
def test_layers_of_the_course_best_refuse(layer, shape, sentence):
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        layer.init(np.random.default_rng(0), shape)
