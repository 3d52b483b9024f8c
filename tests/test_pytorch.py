"""PyTorch as an independent reference: layers, losses, optimisers and whole training runs."""

import numpy as np
import pytest
import torch

from galflux_edu import nn
from galflux_edu.engine import flatten, jit, to_engine, to_numpy
from galflux_edu.losses import mse, softmax_cross_entropy
from galflux_edu.nn.layer import normal_weights
from galflux_edu.optim import SGD, Adam, Momentum

# Its threads wait by spinning; on a busy machine that would take longer than the sums.
torch.set_num_threads(1)

RNG = np.random.default_rng(0)


def channels_first(x):
    """Return NHWC numbers as an NCHW tensor of their own memory."""
    return torch.tensor(np.ascontiguousarray(np.moveaxis(x, -1, 1)))


def channels_last(tensor):
    return np.moveaxis(tensor.detach().numpy(), 1, -1)


def conv_weight(weight):
    """Return (kh, kw, C, F) weights in PyTorch's order (F, C, kh, kw)."""
    return torch.tensor(np.ascontiguousarray(weight.transpose(3, 2, 0, 1)))


@pytest.mark.parametrize(
    "options",
    [
        {"kernel": 3, "padding": 1},
        {"kernel": 2, "stride": 2},
        {"kernel": (4, 3), "stride": (3, 2), "padding": (2, 0)},
        {"kernel": (1, 5), "stride": 3, "padding": (0, 2)},
    ],
    ids=str,
)
def test_convolution(options):
    layer = nn.Conv2d(4, **options)
    x = RNG.standard_normal((2, 9, 11, 3))
    params, shape = layer.init(RNG, x.shape[1:])
    params = {"weight": params["weight"].astype(float), "bias": RNG.standard_normal(4)}
    dy = RNG.standard_normal((2, *shape))
    y, saved = layer.forward(params, x)
    dx, grads = layer.backward(params, saved, dy)

    x_, w_, b_ = channels_first(x), conv_weight(params["weight"]), torch.tensor(params["bias"])
    for tensor in (x_, w_, b_):
        tensor.requires_grad_()
    stride, padding = options.get("stride", 1), options.get("padding", 0)
    y_ = torch.nn.functional.conv2d(x_, w_, b_, stride=stride, padding=padding)
    y_.backward(channels_first(dy))
    pairs = [
        (y, channels_last(y_)),
        (dx, channels_last(x_.grad)),
        (grads["weight"], w_.grad.numpy().transpose(2, 3, 1, 0)),
        (grads["bias"], b_.grad.numpy()),
    ]
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    ("layer", "theirs"),
    [
        (nn.MaxPool2d(), torch.nn.MaxPool2d(2)),
        (nn.MaxPool2d(3, stride=2), torch.nn.MaxPool2d(3, stride=2)),
        (nn.MaxPool2d((2, 3), stride=(3, 1)), torch.nn.MaxPool2d((2, 3), stride=(3, 1))),
        (nn.AvgPool2d(), torch.nn.AvgPool2d(2)),
        (nn.AvgPool2d(3, stride=2), torch.nn.AvgPool2d(3, stride=2)),
        (nn.ReLU(), torch.nn.ReLU()),
        (nn.Tanh(), torch.nn.Tanh()),
        (nn.Sigmoid(), torch.nn.Sigmoid()),
    ],
    ids=str,
)
@pytest.mark.parametrize("ties", [False, True])
def test_pooling_and_activations(layer, theirs, ties):
    x = RNG.standard_normal((2, 9, 7, 3))
    if ties:
        x = np.maximum(np.round(x), 0)  # many zeros, ones and twos
    y, saved = layer.forward({}, x)
    dy = RNG.standard_normal(y.shape)
    dx, _ = layer.backward({}, saved, dy)
    x_ = channels_first(x).requires_grad_()
    y_ = theirs(x_)
    y_.backward(channels_first(dy))
    np.testing.assert_allclose(y, channels_last(y_), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(dx, channels_last(x_.grad), rtol=1e-13, atol=1e-14)


def test_layer_norm():
    layer, x, dy = nn.LayerNorm(), RNG.standard_normal((4, 5, 6)), RNG.standard_normal((4, 5, 6))
    params = {"weight": RNG.standard_normal(6), "bias": RNG.standard_normal(6)}
    y, saved = layer.forward(params, x)
    dx, grads = layer.backward(params, saved, dy)
    x_, w_, b_ = (
        torch.tensor(a, requires_grad=True) for a in (x, params["weight"], params["bias"])
    )
    y_ = torch.nn.functional.layer_norm(x_, (6,), w_, b_)
    y_.backward(torch.tensor(dy))
    for ours, theirs in [
        (y, y_.detach()),
        (dx, x_.grad),
        (grads["weight"], w_.grad),
        (grads["bias"], b_.grad),
    ]:
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-11, atol=1e-12)


def test_losses():
    p, t = RNG.standard_normal((5, 3)), RNG.random((5, 3))
    t /= t.sum(axis=1, keepdims=True)
    for ours, theirs in [
        (mse, torch.nn.functional.mse_loss),
        (softmax_cross_entropy, torch.nn.functional.cross_entropy),
    ]:
        p_ = torch.tensor(p, requires_grad=True)
        value_ = theirs(p_, torch.tensor(t))
        value_.backward()
        value, dp = ours(p, t)
        np.testing.assert_allclose(value, value_.item(), rtol=1e-13)
        np.testing.assert_allclose(dp, p_.grad.numpy(), rtol=1e-12, atol=1e-15)


OPTIMISERS = {
    "sgd": (SGD(0.003), lambda p: torch.optim.SGD(p, lr=0.003)),
    "momentum": (Momentum(0.001), lambda p: torch.optim.SGD(p, lr=0.001, momentum=0.9)),
    "adam": (Adam(0.002), lambda p: torch.optim.Adam(p, lr=0.002)),
}


def flux_network(size):
    """Return our and PyTorch's version of the flux network, dropout 0, with equal weights."""
    ours = nn.Sequential(
        (
            *(nn.Conv2d(12, kernel=3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(24, kernel=3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Dense(64), nn.ReLU(), nn.Dropout(0), nn.Dense(1)),
        )
    )
    params, _ = ours.init(np.random.default_rng(1), (size, size, 1))
    for layer in params.values():
        layer["bias"] = normal_weights(np.random.default_rng(2), layer["bias"].shape, 1, 0.01)
    side = size // 2 // 2
    theirs = torch.nn.Sequential(
        *(torch.nn.Conv2d(1, 12, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)),
        *(torch.nn.Conv2d(12, 24, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)),
        *(torch.nn.Flatten(), torch.nn.Linear(24 * side * side, 64), torch.nn.ReLU()),
        *(torch.nn.Dropout(0.0), torch.nn.Linear(64, 1)),
    )
    first = params["7_dense"]["weight"].reshape(side, side, 24, 64)
    weights = [
        conv_weight(params["0_conv2d"]["weight"]),
        torch.tensor(params["0_conv2d"]["bias"]),
        conv_weight(params["3_conv2d"]["weight"]),
        torch.tensor(params["3_conv2d"]["bias"]),
        torch.tensor(np.ascontiguousarray(first.transpose(3, 2, 0, 1)).reshape(64, -1)),
        torch.tensor(params["7_dense"]["bias"]),
        torch.tensor(np.ascontiguousarray(params["10_dense"]["weight"].T)),
        torch.tensor(params["10_dense"]["bias"]),
    ]
    with torch.no_grad():
        for parameter, weight in zip(theirs.parameters(), weights, strict=True):
            parameter.copy_(weight)
    return ours, params, theirs


def losses_of_both(size, batch_size, steps, optimiser, dtype, engine="jax"):
    model, params, theirs = flux_network(size)
    ours, make_theirs = OPTIMISERS[optimiser]
    rng = np.random.default_rng(3)
    x = rng.standard_normal((steps, batch_size, size, size, 1)).astype(dtype)
    target = rng.standard_normal((steps, batch_size, 1)).astype(dtype)

    def update(params, state, x, target):
        prediction, saved = model.forward(params, x)
        value, dy = mse(prediction, target)
        _, grads = model.backward(params, saved, dy)
        return *ours.step(params, grads, state), value

    update = jit(update, engine)
    params = to_engine(params, engine, dtype)
    state = ours.init(params)
    theirs = theirs.to(getattr(torch, dtype))
    torch_optimiser = make_theirs(theirs.parameters())
    result = []
    for i in range(steps):
        params, state, value = update(params, state, *to_engine((x[i], target[i]), engine))
        torch_optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(theirs(channels_first(x[i])), torch.tensor(target[i]))
        loss.backward()
        torch_optimiser.step()
        result.append((float(value), loss.item()))
    return np.array(result).T, to_numpy(params), theirs


@pytest.mark.parametrize("engine", ["jax", "numpy"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_twenty_steps_follow_pytorch_in_double_precision(optimiser, engine):
    (ours, theirs), params, network = losses_of_both(35, 8, 20, optimiser, "float64", engine)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)
    assert abs(ours[-1] - ours[0]) > 1e-3 * ours[0]  # something was learnt, or at least changed
    last = [p.detach().numpy() for p in network.parameters()][-2]
    np.testing.assert_allclose(flatten(params)["10_dense/weight"], last.T, rtol=1e-7, atol=1e-10)


def test_twenty_steps_of_sgd_follow_pytorch_in_single_precision():
    (ours, theirs), _, _ = losses_of_both(35, 8, 20, "sgd", "float32")
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_the_full_size_network_follows_pytorch(optimiser):
    (ours, theirs), _, _ = losses_of_both(143, 2, 20, optimiser, "float64")
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)
